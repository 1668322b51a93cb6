// What people who searched went on to do, by the words they searched with, from events that carry their query.
// Leaves finding the user's searches to user-context.ts, the asked area to candidates/after-search.ts.
import { eventStrength, type Event } from '../../domain/event.ts'
import { LastUsed, setNewest } from '../../math/last-used.ts'
import { CHOSEN_STRENGTH } from '../live/movements.ts'
import { wordsOf } from '../../text/words.ts'

/** Words remembered, those used last, and places a word: some 100 bytes a place. */
const WORDS = 20_000
const PLACES = 300
/** Words of a query that count. */
const QUERY_WORDS = 8
/** So many exposures without a choice weigh as much as nothing: one choice of one list says little. */
const PRIOR_SHOWN = 10

type SearchEvent = Pick<Event, 'type' | 'rating' | 'placeId' | 'query'>

/** Of a word and a place. */
interface Count {
  shown: number
  chosen: number
}

export class SearchClicks {
  readonly #words = new LastUsed<string, Map<string, Count>>(WORDS)

  add(event: SearchEvent): void {
    this.#count(event, 1)
  }

  forget(events: readonly SearchEvent[]): void {
    for (const event of events) this.#count(event, -1)
  }

  /**
   * By place: chosen / (shown + 10) for each word of the query, weighed by how few places go with the word, and averaged.
   * So what is shown often and left alone steps back. At most `count`, the best; in (0, 1).
   */
  after(query: string, count: number): (readonly [placeId: string, score: number])[] {
    const scores = new Map<string, number>()
    let mass = 0
    for (const word of queryWords(query)) {
      const places = this.#words.peek(word)
      const weight = 1 / Math.log2(2 + (places?.size ?? 0))
      mass += weight
      for (const [placeId, { shown, chosen }] of places ?? []) {
        if (chosen === 0) continue
        const rate = chosen / (Math.max(shown, chosen) + PRIOR_SHOWN)
        scores.set(placeId, (scores.get(placeId) ?? 0) + weight * rate)
      }
    }
    return [...scores]
      .map(([placeId, score]) => [placeId, score / mass] as const)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, count)
  }

  #count(event: SearchEvent, sign: 1 | -1): void {
    const { query, type, placeId } = event
    if (query === undefined) return
    const isShown = type === 'impression'
    if (!isShown && eventStrength(event) < CHOSEN_STRENGTH) return
    for (const word of queryWords(query)) {
      const known = this.#words.peek(word)
      if (known === undefined && sign < 0) continue
      const places = known ?? new Map<string, Count>()
      const entry = places.get(placeId) ?? { shown: 0, chosen: 0 }
      if (isShown) entry.shown = Math.max(0, entry.shown + sign)
      else entry.chosen = Math.max(0, entry.chosen + sign)
      if (entry.shown + entry.chosen === 0) places.delete(placeId)
      else setNewest(places, placeId, entry, PLACES)
      if (places.size === 0) this.#words.delete(word)
      else this.#words.set(word, places)
    }
  }
}

const queryWords = (query: string): readonly string[] => [...new Set(wordsOf(query))].slice(0, QUERY_WORDS)
