// What past tours say about places: how many people go there, and what goes with what. One tour can be left out.
// Leaves features to features.ts.
import type { Tour } from '../../datasets/tours.ts'
import { Transitions } from './transitions.ts'

export class TourStatistics {
  readonly transitions = new Transitions()
  /** By place: its tours by user. */
  readonly #visitors: Map<string, number>[]
  /** By place: tours that have it neither first nor last. */
  readonly #between: Uint32Array
  /** Pairs of a place and a user who was there. */
  #visits = 0

  constructor(places: number, tours: Iterable<Tour>) {
    this.#visitors = Array.from({ length: places }, () => new Map())
    this.#between = new Uint32Array(places)
    for (const tour of tours) this.#count(tour, 1)
  }

  /** What is computed without one of the counted tours. */
  without<T>(tour: Tour, compute: () => T): T {
    this.#count(tour, -1)
    try {
      return compute()
    } finally {
      this.#count(tour, 1)
    }
  }

  /** Different users who were there. */
  popularity(place: number): number {
    return this.#visitors[place].size
  }

  /** Tours in which it was neither first nor last. */
  between(place: number): number {
    return this.#between[place]
  }

  get visits(): number {
    return this.#visits
  }

  #count({ userId, places }: Tour, count: 1 | -1): void {
    this.transitions.add(places, count)
    for (const place of places.slice(1, -1)) this.#between[place] += count
    for (const place of places) {
      const visitors = this.#visitors[place]
      this.#visits -= visitors.size
      const tours = (visitors.get(userId) ?? 0) + count
      if (tours === 0) visitors.delete(userId)
      else visitors.set(userId, tours)
      this.#visits += visitors.size
    }
  }
}
