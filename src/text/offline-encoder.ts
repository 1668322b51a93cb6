// The offline encoder: a text is the sum of its word pieces' vectors, each weighed by how rare it is in the corpus.
// Leaves the pieces' vectors to static-embeddings.ts, cutting words to word-pieces.ts. Deterministic.
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { replaceDurably } from '../durable-files.ts'
import { DongneError } from '../errors.ts'
import { featuresOf, mix } from './lexical-features.ts'
import type { EmbeddingModel } from './port.ts'
import { staticEmbeddings, type StaticEmbeddings } from './static-embeddings.ts'
import { createWordPieces, type WordPieces } from './word-pieces.ts'

/** What the encoder learnt from a corpus. */
export interface OfflineEncoderState {
  readonly documents: number
  /** `[pieces]`: in how many documents a piece occurs. */
  readonly frequencies: Uint32Array
}

/** Part of the model id: grows with every change of the weights, pieces or hashes. */
const ALGORITHM = 1
/** Of the inverse document frequency. Measured on the Jeju places: .5, .75 and 1 rank tags with .279, .279 and .275. */
const IDF_POWER = 0.75
/** Words of letters that no piece holds are told apart by their letters, spread over so many dimensions a feature. */
const SPREAD = 8
/**
 * The best cosine of places in the demo city and on Jeju is .11 to .25 for letters without meaning and for matters that no
 * place has to do with, .34 to .86 for English words about Korean places.
 */
const LEAST_LIKENESS = 0.3
/** Such a word weighs about as much as a piece of the same rarity. */
const UNKNOWN_WEIGHT = 0.1
/** Review lines come last in a place's document: what is cut repeats what others say. */
const MAX_CHARS = 8000
/** Name of the encoder saved last. */
const CURRENT = 'current'
/** What encoders are called in ids and files. */
const PREFIX = 'static'

/** Learns document frequencies in one pass; memory does not grow with the corpus. Throws text-encoder-corrupt. */
export async function fitOfflineEncoder(
  texts: AsyncIterable<string> | Iterable<string>,
): Promise<OfflineEncoderState> {
  const { wordPieces, embeddings } = open()
  const frequencies = new Uint32Array(embeddings.pieces.length)
  let documents = 0
  for await (const text of texts) {
    documents++
    for (const piece of new Set(wordPieces.cut(shorten(text)).pieces)) frequencies[piece]++
  }
  return { documents, frequencies }
}

/** The encoder as an embedding model; documents and queries are encoded alike. Throws text-encoder-corrupt. */
export function createOfflineEncoder(state: OfflineEncoderState): EmbeddingModel {
  const { embeddings } = open()
  const { scales } = embeddings
  const weights = Float64Array.from(state.frequencies, (frequency, piece) => {
    return scales[piece] * rarity(state.documents, frequency)
  })
  return {
    id: offlineEncoderId(state),
    dim: embeddings.dim,
    leastLikeness: LEAST_LIKENESS,
    limits: { maxTextsPerCall: 128, maxCharsPerText: MAX_CHARS, maxParallelCalls: 1 },
    async embed(texts, _kind, signal) {
      signal?.throwIfAborted()
      await setImmediate() // lets requests in between calls
      signal?.throwIfAborted()
      return texts.map((text) => encode(shorten(text), weights, rarity(state.documents, 0)))
    },
  }
}

/** Id of the encoder's model: a hash of everything its vectors depend on besides the text. */
export function offlineEncoderId({ documents, frequencies }: OfflineEncoderState): string {
  const { id, dim } = staticEmbeddings()
  const hash = createHash('sha256').update(`${ALGORITHM} ${id} ${documents} `).update(bytesOf(frequencies))
  return `${PREFIX}-${dim}-${hash.digest('hex').slice(0, 16)}`
}

/**
 * Stores the encoder as the newest of `folder`, beside older ones that models still use (100 kB each). A crash at any
 * moment leaves the one before as the newest.
 */
export async function saveOfflineEncoder(folder: string, state: OfflineEncoderState): Promise<void> {
  await mkdir(folder, { recursive: true })
  const id = offlineEncoderId(state)
  const stored = new Uint32Array(1 + state.frequencies.length)
  stored[0] = state.documents
  stored.set(state.frequencies, 1)
  await replaceDurably(join(folder, id), bytesOf(stored))
  await replaceDurably(join(folder, CURRENT), Buffer.from(id))
}

/**
 * The encoder with this model id, or the newest; undefined where there is none. Throws text-encoder-corrupt: the id is the
 * checksum.
 */
export async function loadOfflineEncoder(
  folder: string,
  modelId?: string,
): Promise<OfflineEncoderState | undefined> {
  const id = modelId ?? (await readIfPresent(join(folder, CURRENT)))?.toString()
  // Another encoder's, as earlier versions of dongne had one, is none of this one.
  if (id === undefined || !id.startsWith(`${PREFIX}-`)) return undefined
  const path = join(folder, id)
  const bytes = await readIfPresent(path)
  if (bytes === undefined && modelId !== undefined) return undefined
  if (bytes?.length === 4 * (1 + staticEmbeddings().pieces.length)) {
    // A copy, for a Buffer may begin at an odd address of its pool.
    const stored = new Uint32Array(new Uint8Array(bytes).buffer)
    const state = { documents: stored[0], frequencies: stored.slice(1) }
    if (offlineEncoderId(state) === id) return state
  }
  throw new DongneError('text-encoder-corrupt', `${path} is missing, cut short or damaged.`)
}

/** The package's vectors and what cuts words into their pieces: some 20 ms once a process. */
function open(): { readonly embeddings: StaticEmbeddings; readonly wordPieces: WordPieces } {
  if (opened === undefined) {
    const embeddings = staticEmbeddings()
    opened = { embeddings, wordPieces: createWordPieces(embeddings) }
  }
  return opened
}

let opened: { readonly embeddings: StaticEmbeddings; readonly wordPieces: WordPieces } | undefined

function shorten(text: string): string {
  return text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text
}

/** Inverse document frequency, positive for any corpus. */
function rarity(documents: number, frequency: number): number {
  return Math.log(1 + (documents + 1) / (frequency + 1)) ** IDF_POWER
}

/**
 * x = Σ over pieces of idf · vector, then L2 norm (weighted averages of word vectors: Arora, Liang, Ma, ICLR 2017). Words
 * without pieces (other scripts) add their letters: features with SPREAD entries of ±1 at hashed positions (signed feature
 * hashing: Weinberger et al., ICML 2009; several entries a feature: Kane and Nelson, J. ACM 2014).
 */
function encode(text: string, weights: Float64Array, rarest: number): Float32Array {
  const { embeddings, wordPieces } = open()
  const { rows, dim } = embeddings
  const { pieces, unknown } = wordPieces.cut(text)
  const sum = new Float64Array(dim)
  for (const piece of pieces) {
    const weight = weights[piece]
    const row = piece * dim
    for (let d = 0; d < dim; d++) sum[d] += weight * rows[row + d]
  }
  for (const word of unknown) {
    for (const [hash, { weight, count }] of featuresOf(word)) {
      const value = UNKNOWN_WEIGHT * rarest * weight * count
      let draw = hash
      for (let copy = 0; copy < SPREAD; copy++) {
        draw = mix(draw + 0x9e3779b9) // the golden ratio in 32 bits, as in splitmix
        sum[draw % dim] += draw >= 2 ** 31 ? value : -value
      }
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
