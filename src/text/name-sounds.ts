// Names of places and their words by how they sound, so that "starbucks" finds 스타벅스: each once, however many places have it.
// Leaves counting the places to lexical-index.ts, and when to ask to recommend/.
import { distance } from 'fastest-levenshtein'
import { romanized, soundSkeleton } from './spelling.ts'
import { NAME_MARK, type TermDictionary } from './term-dictionary.ts'
import { wordsOf } from './words.ts'

/** Skeletons are coarse: the letters as read may differ by this share at most. */
const MAX_DIFFERENCE = 0.65

/** Of the terms of a dictionary that begin with NAME_MARK. */
export class NameSounds {
  readonly #dictionary: TermDictionary
  /** By number of the term; '' where it has none. */
  readonly #skeletons: string[]
  readonly #termsBySkeleton = new Map<string, number[]>()

  /** @param skeletons of all terms that the dictionary has */
  constructor(dictionary: TermDictionary, skeletons: readonly string[] = []) {
    this.#dictionary = dictionary
    this.#skeletons = [...skeletons]
    skeletons.forEach((skeleton, term) => this.#file(skeleton, term))
  }

  /** The number of a term that begins with NAME_MARK, which it gets now where it is new. */
  add(term: string): number {
    const known = this.#dictionary.size
    const number = this.#dictionary.add(term)
    if (number < known) return number
    const skeleton = soundSkeleton(term.slice(NAME_MARK.length)) ?? ''
    while (this.#skeletons.length < number) this.#skeletons.push('')
    this.#skeletons[number] = skeleton
    this.#file(skeleton, number)
    return number
  }

  skeletonOf(term: number): string {
    return this.#skeletons[term] ?? ''
  }

  /**
   * The name or word of one that sounds like `word` and is none of its letters, the nearest first; undefined without one.
   * @param placesOf how many places are called by a term
   */
  alike(word: string, placesOf: (term: string) => number): string | undefined {
    const plain = wordsOf(word).join('')
    const skeleton = soundSkeleton(plain)
    if (skeleton === undefined) return undefined
    const letters = romanized(plain)
    let best: string | undefined
    let bestDifference = MAX_DIFFERENCE
    for (const number of this.#termsBySkeleton.get(skeleton) ?? []) {
      const term = this.#dictionary.terms[number]
      const known = term.slice(NAME_MARK.length)
      const places = placesOf(term)
      if (places === 0 || known === plain) continue
      const other = romanized(known)
      // Among equals the one that more places are called by.
      const difference = distance(letters, other) / Math.max(letters.length, other.length) - places * 1e-6
      if (difference > bestDifference) continue
      best = known
      bestDifference = difference
    }
    return best
  }

  #file(skeleton: string, term: number): void {
    if (skeleton === '') return
    const terms = this.#termsBySkeleton.get(skeleton)
    if (terms === undefined) this.#termsBySkeleton.set(skeleton, [term])
    else terms.push(term)
  }
}
