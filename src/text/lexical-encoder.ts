// The offline encoder: words and character n-grams, weighed by IDF and projected to 256 dimensions. Deterministic.
// Leaves features to lexical-features.ts, and meaning beyond shared letters to learnt encoders.
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { replaceDurably } from '../durable-files.ts'
import { DongneError } from '../errors.ts'
import { featuresOf, mix } from './lexical-features.ts'
import type { EmbeddingModel } from './port.ts'

/** What the encoder learnt from a corpus. */
export interface LexicalEncoderState {
  readonly documents: number
  /** `[BUCKETS]`: in how many documents a feature of this bucket occurs. */
  readonly frequencies: Uint32Array
}

const DIM = 256
/** Measured on the 3,320 Jeju places: 2^14, 2^16 and 2^18 rank alike (.267, .267, .268). */
const BUCKETS = 2 ** 16
/** Part of the model id: grows with every change of the features, weights or hashes. */
const ALGORITHM = 2
/**
 * How many dimensions a feature is spread over. With one, as in plain feature hashing, a short query collides with whole
 * documents: tag nDCG@10 on the Jeju places is .183 for 1, .257 for 4, .267 for 8 and .269 for 16.
 */
const SPREAD = 8
/** Review lines come last in a place's document: what is cut repeats what others say. */
const MAX_CHARS = 8000
/** Name of the encoder saved last. */
const CURRENT = 'current'

/** Learns document frequencies in one pass; memory does not grow with the corpus. */
export async function fitLexicalEncoder(
  texts: AsyncIterable<string> | Iterable<string>,
): Promise<LexicalEncoderState> {
  const frequencies = new Uint32Array(BUCKETS)
  let documents = 0
  for await (const text of texts) {
    documents++
    const buckets = new Set<number>()
    for (const hash of featuresOf(cut(text)).keys()) buckets.add(hash % BUCKETS)
    for (const bucket of buckets) frequencies[bucket]++
  }
  return { documents, frequencies }
}

/** The encoder as an embedding model; documents and queries are encoded alike. */
export function createLexicalEncoder(state: LexicalEncoderState): EmbeddingModel {
  const idf = Float64Array.from(
    state.frequencies,
    (frequency) => 1 + Math.log((state.documents + 1) / (frequency + 1)),
  )
  return {
    id: lexicalEncoderId(state),
    dim: DIM,
    limits: { maxTextsPerCall: 128, maxCharsPerText: MAX_CHARS, maxParallelCalls: 1 },
    async embed(texts, _kind, signal) {
      signal?.throwIfAborted()
      await setImmediate() // lets requests in between calls
      signal?.throwIfAborted()
      return texts.map((text) => encode(cut(text), idf))
    },
  }
}

/** Id of the encoder's model: a hash of everything its vectors depend on besides the text. */
export function lexicalEncoderId({ documents, frequencies }: LexicalEncoderState): string {
  const hash = createHash('sha256').update(`${ALGORITHM} ${documents} `).update(bytesOf(frequencies))
  return `lexical-${DIM}-${hash.digest('hex').slice(0, 16)}`
}

/**
 * Stores the encoder as the newest of `folder`, beside older ones that models still use (256 kB each). A crash at any
 * moment leaves the one before as the newest.
 */
export async function saveLexicalEncoder(folder: string, state: LexicalEncoderState): Promise<void> {
  await mkdir(folder, { recursive: true })
  const id = lexicalEncoderId(state)
  const stored = new Uint32Array(1 + BUCKETS)
  stored[0] = state.documents
  stored.set(state.frequencies, 1)
  await replaceDurably(join(folder, id), bytesOf(stored))
  await replaceDurably(join(folder, CURRENT), Buffer.from(id))
}

/**
 * The encoder with this model id, or the newest; undefined where there is none. Throws text-encoder-corrupt: the id is the
 * checksum.
 */
export async function loadLexicalEncoder(
  folder: string,
  modelId?: string,
): Promise<LexicalEncoderState | undefined> {
  const id = modelId ?? (await readIfPresent(join(folder, CURRENT)))?.toString()
  if (id === undefined) return undefined
  const path = join(folder, id)
  const bytes = await readIfPresent(path)
  if (bytes === undefined && modelId !== undefined) return undefined
  if (bytes?.length === 4 * (1 + BUCKETS)) {
    // A copy, for a Buffer may begin at an odd address of its pool.
    const stored = new Uint32Array(new Uint8Array(bytes).buffer)
    const state = { documents: stored[0], frequencies: stored.slice(1) }
    if (lexicalEncoderId(state) === id) return state
  }
  throw new DongneError('text-encoder-corrupt', `${path} is missing, cut short or damaged.`)
}

function cut(text: string): string {
  return text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text
}

/**
 * x = Σ over features of weight · (1 + ln tf) · √idf · r, then L2 norm; r holds SPREAD entries of ±1 at hashed positions
 * (signed feature hashing: Weinberger et al., ICML 2009; several entries a feature: Kane and Nelson, J. ACM 2014).
 * √idf on either side makes the inner product count a shared feature by its idf once.
 */
function encode(text: string, idf: Float64Array): Float32Array {
  const sum = new Float64Array(DIM)
  for (const [hash, { weight, count }] of featuresOf(text)) {
    const value = weight * (1 + Math.log(count)) * Math.sqrt(idf[hash % BUCKETS])
    let draw = hash
    for (let copy = 0; copy < SPREAD; copy++) {
      draw = mix(draw + 0x9e3779b9) // the golden ratio in 32 bits, as in splitmix
      sum[draw % DIM] += draw >= 2 ** 31 ? value : -value
    }
  }
  let squares = 0
  for (const value of sum) squares += value * value
  // Entries can only cancel out to nothing by chance; then there is no direction to give.
  const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares)
  return Float32Array.from(sum, (value) => value * scale)
}

function bytesOf(array: Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
