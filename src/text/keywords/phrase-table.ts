// All phrases of a corpus: in how many texts and places each is said, and how people write it.
// Leaves extraction to phrases.ts, and which phrases mean the same to word-groups.ts.
import { phrasesOf, type StemOf } from './phrases.ts'
import type { PlaceTexts } from './place-texts.ts'

export interface PhraseCount {
  readonly key: string
  /** Texts, of all places and the most of one, and places that say it. */
  texts: number
  mostInPlace: number
  places: number
  /** How it is written, by number of texts; the first `MAX_FORMS` different ones. */
  readonly forms: Map<string, number>
}

const MAX_FORMS = 32
/**
 * Phrases held at once, some 300 bytes each. Above it those of one text go, as in lossy counting (Manku and Motwani,
 * VLDB 2002): what is said in several places comes again.
 */
const MAX_PHRASES = 2_000_000
/** A phrase counts once it is said of so many places, or so often of one. */
const MIN_PLACES = 3
const MIN_IN_PLACE = 3

export class PhraseTable {
  readonly #counts = new Map<string, PhraseCount>()

  add({ texts }: PlaceTexts, stemOf: StemOf): void {
    const inPlace = new Map<string, number>()
    for (const { text } of texts) {
      const seen = new Set<string>()
      for (const { key, start, end } of phrasesOf(text, stemOf)) {
        if (seen.has(key)) continue
        seen.add(key)
        inPlace.set(key, (inPlace.get(key) ?? 0) + 1)
        const count = this.#count(key)
        count.texts++
        const form = text.slice(start, end).trim()
        if (count.forms.size < MAX_FORMS || count.forms.has(form)) {
          count.forms.set(form, (count.forms.get(form) ?? 0) + 1)
        }
      }
    }
    for (const [key, times] of inPlace) {
      const count = this.#counts.get(key)!
      count.places++
      count.mostInPlace = Math.max(count.mostInPlace, times)
    }
    if (this.#counts.size > MAX_PHRASES) this.#dropRare()
  }

  /** The phrases that are said often enough to be a keyword, the most frequent first, ties by key. */
  frequent(): PhraseCount[] {
    return [...this.#counts.values()]
      .filter(({ places, mostInPlace }) => places >= MIN_PLACES || mostInPlace >= MIN_IN_PLACE)
      .sort((a, b) => b.texts - a.texts || (a.key < b.key ? -1 : 1))
  }

  #count(key: string): PhraseCount {
    let count = this.#counts.get(key)
    if (count === undefined) {
      count = { key, texts: 0, mostInPlace: 0, places: 0, forms: new Map() }
      this.#counts.set(key, count)
    }
    return count
  }

  #dropRare(): void {
    for (const [key, { texts }] of this.#counts) if (texts === 1) this.#counts.delete(key)
  }
}
