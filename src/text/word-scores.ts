// Scores of documents, added up term by term, and which tokens of a query each holds. Scratch arrays are kept between queries.
// Leaves which terms stand for a token, and what coverage counts, to lexical-index.ts.
import { fieldOf, MAX_FIELDS, timesOf, type Postings } from './postings.ts'

/** BM25's saturation of repeated words and weight of a field's length, and the least that any occurrence counts. */
const K = 1.2
const B = 0.7
const DELTA = 0.5

/** Entries of one term in one part. */
export interface TermEntries {
  readonly part: Postings
  readonly range: readonly [from: number, to: number]
}

export interface Collection {
  /** Documents by number: 1, or 0 where gone. */
  readonly alive: Uint8Array
  /** Documents that are not gone. */
  readonly count: number
  /** Different tokens of each field, `[documents, fields]`. */
  readonly lengths: Uint16Array
  readonly lengthSums: Float64Array
}

export class WordScores {
  readonly #boosts: readonly number[]
  #sums = new Float64Array(0)
  /** A bit a token, 32 to an array. */
  #masks: Uint32Array[] = [new Uint32Array(0)]
  #found = new Uint32Array(0)
  #count = 0
  #maskCount = 1
  #coverages = new Float64Array(0)

  /** @param boosts by field */
  constructor(boosts: readonly number[]) {
    this.#boosts = boosts
  }

  /** Forgets the query before. */
  begin({ documents, tokens }: { readonly documents: number; readonly tokens: number }): void {
    for (const document of this.documents) {
      this.#sums[document] = 0
      for (const mask of this.#masks) mask[document] = 0
    }
    this.#count = 0
    this.#maskCount = Math.max(1, Math.ceil(tokens / 32))
    if (documents > this.#sums.length) {
      const size = 2 * documents
      this.#sums = new Float64Array(size)
      this.#found = new Uint32Array(size)
      this.#coverages = new Float64Array(size)
      this.#masks = []
    }
    while (this.#masks.length < this.#maskCount) this.#masks.push(new Uint32Array(this.#sums.length))
  }

  /**
   * Adds a term that stands for a token of the query: in each field boost · weight · idf · (δ + tf (k + 1) / (tf + k (1 − b +
   * b · length / mean length))), with idf = ln(1 + (N − n + ½) / (n + ½)) of the n documents that hold it there.
   * @param usable documents to score: 1
   */
  add(
    entries: readonly TermEntries[],
    { alive, count, lengths, lengthSums }: Collection,
    {
      token,
      weight,
      usable,
    }: { readonly token: number; readonly weight: number; readonly usable: Uint8Array },
  ): void {
    const fields = this.#boosts.length
    const holders = new Uint32Array(MAX_FIELDS)
    for (const { part, range } of entries) {
      const { documents, codes } = part
      for (let i = range[0]; i < range[1]; i++) holders[fieldOf(codes[i])] += alive[documents[i]]
    }
    const weights = Float64Array.from(this.#boosts, (boost, field) => {
      return boost * weight * Math.log(1 + (count - holders[field] + 0.5) / (holders[field] + 0.5))
    })
    const lengthWeights = Float64Array.from(lengthSums, (sum) => (sum === 0 ? 0 : (K * B * count) / sum))
    const sums = this.#sums
    const found = this.#found
    const mask = this.#masks[token >> 5]
    const bit = 1 << (token & 31)
    let next = this.#count
    for (const { part, range } of entries) {
      const { documents, codes } = part
      for (let i = range[0]; i < range[1]; i++) {
        const document = documents[i]
        if (usable[document] === 0) continue
        const field = fieldOf(codes[i])
        const times = timesOf(codes[i])
        const norm = K * (1 - B) + lengthWeights[field] * lengths[document * fields + field]
        const sum = sums[document]
        if (sum === 0) found[next++] = document
        sums[document] = sum + weights[field] * (DELTA + (times * (K + 1)) / (times + norm))
        mask[document] |= bit
      }
    }
    this.#count = next
  }

  /**
   * Multiplies the score of each document by the power of its coverage, and returns the best.
   * @param share of the query, by the tokens that a document holds
   */
  scaleByCoverage(share: (isHeld: (token: number) => boolean) => number, power: number): number {
    const coverages = new Map<number, number>()
    const [mask] = this.#masks
    let best = 0
    let lastMask = 0
    let coverage = 0
    let factor = 0
    for (let i = 0; i < this.#count; i++) {
      const document = this.#found[i]
      // Most documents hold the same tokens as the one before. With more than one mask each is worked out.
      if (this.#maskCount > 1 || mask[document] !== lastMask) {
        lastMask = mask[document]
        const known = this.#maskCount > 1 ? undefined : coverages.get(lastMask)
        coverage = known ?? share((token) => this.holds(document, token))
        coverages.set(lastMask, coverage)
        factor = coverage ** power
      }
      this.#coverages[document] = coverage
      const score = this.#sums[document] * factor
      this.#sums[document] = score
      if (score > best) best = score
    }
    return best
  }

  /** Those that hold a term, in the order in which they were found. */
  get documents(): Uint32Array {
    return this.#found.subarray(0, this.#count)
  }

  of(document: number): number {
    return this.#sums[document]
  }

  holds(document: number, token: number): boolean {
    return (this.#masks[token >> 5][document] & (1 << (token & 31))) !== 0
  }

  /** As it was worked out last. */
  coverageOf(document: number): number {
    return this.#coverages[document]
  }
}
