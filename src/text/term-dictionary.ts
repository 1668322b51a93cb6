// Terms and their numbers, with the look-ups that a word search needs: by beginning, and by a few slips.
// Leaves where terms occur to postings.ts.
import { isDense } from './words.ts'

/** So many new terms are looked through one by one before they are sorted in. */
const MAX_UNSORTED = 256

/** Numbers count up from 0 and are never taken back. */
export class TermDictionary {
  readonly #terms: string[]
  readonly #numberOf: Map<string, number>
  /** Terms that are spelled with spaces around, ascending, and those that came later. */
  #sorted: string[] = []
  #unsorted: string[]

  /** @param terms by number, each once */
  constructor(terms: readonly string[] = []) {
    this.#terms = [...terms]
    this.#numberOf = new Map(terms.map((term, number) => [term, number]))
    this.#unsorted = terms.filter(isSpelled)
  }

  get size(): number {
    return this.#terms.length
  }

  /** By number. */
  get terms(): readonly string[] {
    return this.#terms
  }

  numberOf(term: string): number | undefined {
    return this.#numberOf.get(term)
  }

  /** The number of a term, which it gets now where it is new. */
  add(term: string): number {
    const known = this.#numberOf.get(term)
    if (known !== undefined) return known
    const number = this.#terms.push(term) - 1
    this.#numberOf.set(term, number)
    if (isSpelled(term)) this.#unsorted.push(term)
    return number
  }

  /** Spelled terms that begin with `prefix` and are longer. */
  longer(prefix: string): string[] {
    this.#sort()
    const found = this.#unsorted.filter((term) => term.startsWith(prefix))
    for (let i = firstFrom(this.#sorted, prefix); i < this.#sorted.length; i++) {
      if (!this.#sorted[i].startsWith(prefix)) break
      found.push(this.#sorted[i])
    }
    return found.filter((term) => term !== prefix)
  }

  /**
   * Spelled terms within `maxDistance` slips (Levenshtein) of `word` and none of its letters, with their distance. Rows of
   * the table of distances are shared by terms that begin alike, and all terms of a beginning that is too far are skipped.
   */
  near(word: string, maxDistance: number): [term: string, distance: number][] {
    this.#sort()
    const found: [string, number][] = []
    const table = new SlipTable(word, maxDistance)
    const visit = (term: string): number => {
      const read = table.read(term)
      if (read === term.length && table.distance <= maxDistance && table.distance > 0)
        found.push([term, table.distance])
      return read
    }
    for (let i = 0; i < this.#sorted.length;) {
      const term = this.#sorted[i]
      const read = visit(term)
      // Nothing that begins like this is near.
      i = read < term.length ? firstFrom(this.#sorted, `${term.slice(0, read)}\uffff`, i) : i + 1
    }
    this.#unsorted.forEach(visit)
    return found
  }

  #sort(): void {
    if (this.#unsorted.length <= MAX_UNSORTED) return
    this.#sorted = [...this.#sorted, ...this.#unsorted].sort(byUnits)
    this.#unsorted = []
  }
}

/** Rows of the table of Levenshtein distances, a row a letter of the term that was read last. */
class SlipTable {
  readonly #word: string
  readonly #maxDistance: number
  readonly #rows: Uint16Array[]
  #term = ''

  constructor(word: string, maxDistance: number) {
    this.#word = word
    this.#maxDistance = maxDistance
    this.#rows = [Uint16Array.from({ length: word.length + 1 }, (_, i) => i)]
  }

  /** Between the word and the term that was read to its end. */
  get distance(): number {
    return this.#rows[this.#term.length][this.#word.length]
  }

  /** How many letters of `term` were read: all, or up to and with the first at which it is too far. */
  read(term: string): number {
    let length = 0
    while (length < this.#term.length && this.#term[length] === term[length]) length++
    for (; length < term.length; length++) {
      const before = this.#rows[length]
      const row = (this.#rows[length + 1] ??= new Uint16Array(this.#word.length + 1))
      let least = (row[0] = length + 1)
      for (let i = 1; i <= this.#word.length; i++) {
        const swapped = before[i - 1] + (this.#word[i - 1] === term[length] ? 0 : 1)
        row[i] = Math.min(swapped, before[i] + 1, row[i - 1] + 1)
        least = Math.min(least, row[i])
      }
      if (least > this.#maxDistance) {
        this.#term = term.slice(0, length + 1)
        return length + 1 < term.length ? length + 1 : term.length
      }
    }
    this.#term = term
    return length
  }
}

/** Terms that people misspell and begin: not those of dense scripts, whose parts are terms, and none of the names. */
function isSpelled(term: string): boolean {
  return !isDense(term) && !term.startsWith(NAME_MARK)
}

/** Begins the terms that stand for a name as a whole, or for one of its words. No word holds it. */
export const NAME_MARK = '='

/** The first of the ascending `terms` that is not below `bound`. */
function firstFrom(terms: readonly string[], bound: string, from = 0): number {
  let low = from
  let high = terms.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (terms[middle] < bound) low = middle + 1
    else high = middle
  }
  return low
}

function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
