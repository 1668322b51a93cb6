// Names of places and their words by how they sound, so that "starbucks" finds 스타벅스: each once, however many places have it.
// Leaves counting the places to lexical-index.ts, and when to ask to recommend/.
import { distance } from 'fastest-levenshtein'
import { heardLetters, soundSkeleton } from './spelling.ts'
import { NAME_MARK, type TermDictionary } from './term-dictionary.ts'
import { isDense, wordsOf } from './words.ts'

/** Skeletons are coarse: letters as heard may differ by this share at most ("twosomeplace" and 투썸플레이스 do by half). */
const MAX_DIFFERENCE = 0.5
/** Where less is known: of few consonants, or of words that were joined ("folk" and 필코 differ by .4, "blackpork" and 블랙피그 by .38). */
const SURE_DIFFERENCE = 0.25
const FEW_CONSONANTS = 3

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
   * The name or word of one in the other script that sounds like `word`, the nearest; undefined without one. In one script
   * other letters are another word, or a slip.
   * @param surely for words that need not belong together
   * @param placesOf how many places are called by a term
   */
  alike(
    word: string,
    { surely, placesOf }: { readonly surely: boolean; readonly placesOf: (term: string) => number },
  ): string | undefined {
    const plain = wordsOf(word).join('')
    const skeleton = soundSkeleton(plain)
    if (skeleton === undefined) return undefined
    const letters = heardLetters(plain)
    let best: string | undefined
    let bestDifference = surely || skeleton.length <= FEW_CONSONANTS ? SURE_DIFFERENCE : MAX_DIFFERENCE
    for (const number of this.#termsBySkeleton.get(skeleton) ?? []) {
      const term = this.#dictionary.terms[number]
      const known = term.slice(NAME_MARK.length)
      if (isDense(known) === isDense(plain)) continue
      const places = placesOf(term)
      if (places === 0) continue
      const other = heardLetters(known)
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
