// The offline encoder: words and character n-grams, weighed by IDF and projected to 256 dimensions. Deterministic.
// Leaves meaning beyond shared letters to learnt encoders, files to lexical-encoder-file.ts.
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { EmbeddingModel } from './port.ts'
import { isDense, wordsOf } from './words.ts'

/** What the encoder learnt from a corpus. */
export interface LexicalEncoderState {
  readonly documents: number
  /** `[BUCKETS]`: in how many documents a feature of this bucket occurs. */
  readonly frequencies: Uint32Array
}

const DIM = 256
/** Measured on 3,320 Korean places: 2^14, 2^16 and 2^18 rank alike, and 2^16 keeps a city's features mostly apart. */
export const BUCKETS = 2 ** 16
/** Part of the model id: grows with every change of the features, weights or hashes. */
const ALGORITHM = 1
/**
 * How many dimensions a feature is spread over. With one, as in plain feature hashing, a short query collides with whole
 * documents: tag nDCG@10 rises from .16 (1) over .20 (4) to .21 (8, 16) on the Jeju places.
 */
const SPREAD = 8

/**
 * Weight of a feature by kind. Measured on the Jeju places for Korean: pairs of syllables carry nearly all of it, as
 * endings make whole words rare (words at 1: tag nDCG@10 .21, at 1/8: .27). Latin words are the other way round.
 */
const WEIGHTS = {
  dense: { word: 0.15, 2: 1, 3: 0.25 },
  spaced: { word: 1, 2: 0.2, 3: 0.5 },
} as const

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
    id: `lexical-${DIM}-${stateHash(state)}`,
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

/** Review lines come last in a place's document: what is cut repeats what others say. */
const MAX_CHARS = 8000

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

interface Feature {
  readonly weight: number
  count: number
}

/** Features by their 32-bit hash. Two that share one hash count as one, which among a text's few thousand is rare. */
function featuresOf(text: string): Map<number, Feature> {
  const features = new Map<number, Feature>()
  const add = (kind: number, weight: number, word: string, start: number, end: number) => {
    const hash = hashOf(kind, word, start, end)
    const feature = features.get(hash)
    if (feature === undefined) features.set(hash, { weight, count: 1 })
    else feature.count++
  }
  for (const word of wordsOf(text)) {
    const dense = isDense(word)
    const weights = dense ? WEIGHTS.dense : WEIGHTS.spaced
    add(1, weights.word, word, 0, word.length)
    // Where words are spaced, a beginning or an end tells them apart; Korean endings would only hide the stem.
    const marked = dense ? word : `^${word}$`
    for (let start = 0; start + 2 <= marked.length; start++) add(2, weights[2], marked, start, start + 2)
    for (let start = 0; start + 3 <= marked.length; start++) add(3, weights[3], marked, start, start + 3)
  }
  return features
}

/** FNV-1a over the UTF-16 units [start, end) from a basis per kind of feature, then mixed: an unsigned 32-bit number. */
function hashOf(kind: number, word: string, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ kind
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193)
  return mix(hash)
}

/** The finaliser of MurmurHash3 (Appleby): every input bit reaches every output bit. */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function stateHash({ documents, frequencies }: LexicalEncoderState): string {
  const hash = createHash('sha256').update(`${ALGORITHM} ${documents} `)
  hash.update(new Uint8Array(frequencies.buffer, frequencies.byteOffset, frequencies.byteLength))
  return hash.digest('hex').slice(0, 16)
}
