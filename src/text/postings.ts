// Where terms occur, as typed arrays: 5 bytes an entry. Immutable; changes are new parts, which are merged now and then.
// Leaves what a term or a field is, and which documents are gone, to lexical-index.ts.

/**
 * Entries by term, and within a term by ascending document, one for each field that holds it.
 *   terms u32 [t] ascending numbers of the terms that occur    starts u32 [t + 1] where the entries of each begin
 *   documents u32 [n]                                          codes u8 [n] field · 32 + min(times, 31)
 */
export interface Postings {
  readonly terms: Uint32Array
  readonly starts: Uint32Array
  readonly documents: Uint32Array
  readonly codes: Uint8Array
}

/** Past so many occurrences in one field BM25 hardly tells them apart. */
const MAX_TIMES = 31
const FIELD_SHIFT = 5
export const MAX_FIELDS = 8

export function fieldOf(code: number): number {
  return code >> FIELD_SHIFT
}

export function timesOf(code: number): number {
  return code & MAX_TIMES
}

/** The entries [from, to) of a term; none where it does not occur. O(log terms). */
export function entriesOf({ terms, starts }: Postings, term: number): readonly [from: number, to: number] {
  const at = lowerBound(terms, term, 0, terms.length)
  return terms[at] === term ? [starts[at], starts[at + 1]] : [0, 0]
}

/** Whether a document is in the entries [from, to) of a term. O(log entries). */
export function hasEntry(
  { documents }: Postings,
  [from, to]: readonly [number, number],
  document: number,
): boolean {
  const at = lowerBound(documents, document, from, to)
  return at < to && documents[at] === document
}

/** Collects entries of documents in ascending order. */
export class PostingsBuilder {
  #terms = new Uint32Array(256)
  #documents = new Uint32Array(256)
  #codes = new Uint8Array(256)
  #count = 0
  #termCount = 0

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** @param field below MAX_FIELDS  @param times at least 1 */
  add(term: number, document: number, field: number, times: number): void {
    if (this.#count === this.#terms.length) this.#grow()
    this.#terms[this.#count] = term
    this.#documents[this.#count] = document
    this.#codes[this.#count] = (field << FIELD_SHIFT) | Math.min(times, MAX_TIMES)
    this.#count++
    this.#termCount = Math.max(this.#termCount, term + 1)
  }

  /** The entries in order; the builder is empty afterwards. O(entries + numbers of terms). */
  finish(): Postings {
    const counts = new Uint32Array(this.#termCount + 1)
    for (let i = 0; i < this.#count; i++) counts[this.#terms[i]]++
    const terms: number[] = []
    const starts: number[] = []
    let next = 0
    for (let term = 0; term < this.#termCount; term++) {
      if (counts[term] === 0) continue
      terms.push(term)
      starts.push(next)
      next += counts[term]
      counts[term] = starts[starts.length - 1] // from here on: where its next entry goes
    }
    starts.push(next)
    const documents = new Uint32Array(next)
    const codes = new Uint8Array(next)
    for (let i = 0; i < this.#count; i++) {
      const at = counts[this.#terms[i]]++
      documents[at] = this.#documents[i]
      codes[at] = this.#codes[i]
    }
    this.#terms = new Uint32Array(256)
    this.#documents = new Uint32Array(256)
    this.#codes = new Uint8Array(256)
    this.#count = this.#termCount = 0
    return { terms: Uint32Array.from(terms), starts: Uint32Array.from(starts), documents, codes }
  }

  #grow(): void {
    const size = 2 * this.#terms.length
    this.#terms = grown(this.#terms, size)
    this.#documents = grown(this.#documents, size)
    this.#codes = grown(this.#codes, size)
  }
}

/**
 * One of several parts whose documents ascend from part to part, without those that are gone.
 * @param alive by document: 1, or 0 where it is gone
 * @param numbers by document its new number, ascending; the one that it has by default
 */
export function mergePostings(
  parts: readonly Postings[],
  { alive, numbers }: { readonly alive: Uint8Array; readonly numbers?: Uint32Array },
): Postings {
  const terms: number[] = []
  const starts: number[] = []
  const size = parts.reduce((sum, { documents }) => sum + documents.length, 0)
  const documents = new Uint32Array(size)
  const codes = new Uint8Array(size)
  const places = parts.map(() => 0)
  let next = 0
  for (;;) {
    let term = Infinity
    parts.forEach((part, number) => (term = Math.min(term, part.terms[places[number]] ?? Infinity)))
    if (term === Infinity) break
    const start = next
    for (const [number, part] of parts.entries()) {
      const at = places[number]
      if (part.terms[at] !== term) continue
      places[number]++
      for (let i = part.starts[at]; i < part.starts[at + 1]; i++) {
        const document = part.documents[i]
        if (alive[document] === 0) continue
        documents[next] = numbers === undefined ? document : numbers[document]
        codes[next++] = part.codes[i]
      }
    }
    if (next === start) continue
    terms.push(term)
    starts.push(start)
  }
  starts.push(next)
  return {
    terms: Uint32Array.from(terms),
    starts: Uint32Array.from(starts),
    documents: documents.slice(0, next),
    codes: codes.slice(0, next),
  }
}

/** The same with room for more. */
export function grown<T extends Uint8Array | Uint16Array | Uint32Array>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length)
  larger.set(array)
  return larger
}

/** The first place in the ascending `values[from, to)` that is not below `bound`. */
function lowerBound(values: Uint32Array, bound: number, from: number, to: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle] < bound) low = middle + 1
    else high = middle
  }
  return low
}
