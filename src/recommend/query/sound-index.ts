// Words of place names by how they sound, so that "starbucks" finds 스타벅스. Follows the places like the lexical index.
// Leaves when to ask it to understand.ts: only for words that no place holds.
import { distance } from 'fastest-levenshtein'
import { romanized, soundSkeleton } from '../../text/spelling.ts'
import { wordsOf } from '../../text/words.ts'

/** Skeletons are coarse: the letters as read may differ by this share at most. */
const MAX_DIFFERENCE = 0.65

export class SoundIndex {
  /** Words of names by skeleton, with how many names have them. */
  readonly #words = new Map<string, Map<string, number>>()
  readonly #namesById = new Map<string, readonly string[]>()

  upsert(id: string, names: readonly string[]): void {
    this.delete(id)
    this.#namesById.set(id, names)
    for (const [skeleton, word] of spoken(names)) {
      const words = this.#words.get(skeleton) ?? new Map<string, number>()
      words.set(word, (words.get(word) ?? 0) + 1)
      this.#words.set(skeleton, words)
    }
  }

  delete(id: string): void {
    for (const [skeleton, word] of spoken(this.#namesById.get(id) ?? [])) {
      const words = this.#words.get(skeleton)!
      const left = words.get(word)! - 1
      if (left > 0) words.set(word, left)
      else words.delete(word)
      if (words.size === 0) this.#words.delete(skeleton)
    }
    this.#namesById.delete(id)
  }

  /** Whether it is a word of a name, or a name, by its letters. */
  has(text: string): boolean {
    const word = wordsOf(text).join('')
    return this.#words.get(soundSkeleton(word) ?? '')?.has(word) === true
  }

  /** The word of a name that sounds like `word` and is none of its letters, the nearest first; undefined without one. */
  alike(word: string): string | undefined {
    const skeleton = soundSkeleton(word)
    if (skeleton === undefined) return undefined
    const letters = romanized(word)
    let best: string | undefined
    let bestDifference = MAX_DIFFERENCE
    for (const [known, count] of this.#words.get(skeleton) ?? []) {
      const other = romanized(known)
      const difference = distance(letters, other) / Math.max(letters.length, other.length) - count * 1e-6
      if (known === word || difference > bestDifference) continue
      best = known
      bestDifference = difference
    }
    return best
  }
}

/** Skeleton and word, each once: words of a name, and the whole name as one. */
function spoken(names: readonly string[]): [string, string][] {
  const found = new Map<string, [string, string]>()
  for (const name of names) {
    const words = wordsOf(name)
    for (const word of new Set([...words, words.join('')])) {
      const skeleton = soundSkeleton(word)
      if (skeleton !== undefined) found.set(`${skeleton} ${word}`, [skeleton, word])
    }
  }
  return [...found.values()]
}
