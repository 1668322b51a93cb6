// What follows what in tours: counts of places that were visited one after the other.
// Leaves what the counts are worth to features.ts.

/** Stops as rows of the places. */
type Counts = Map<number, Map<number, number>>

/** Counts of whole outings, unlike recommend/ranking/outings.ts, which sees them stop by stop. */
export class Transitions {
  readonly #next: Counts = new Map()
  readonly #before: Counts = new Map()
  readonly #outings = new Map<number, number>()
  #visits = 0

  /** Counts an outing of two stops and more, each stop once; a single stop moves nowhere. −1 takes it back. O(stops²). */
  add(stops: readonly number[], count: 1 | -1 = 1): void {
    if (stops.length < 2) return
    stops.forEach((from, i) => {
      bump(this.#outings, from, count)
      this.#visits += count
      if (i + 1 < stops.length) bumpPair(this.#next, from, stops[i + 1], count)
      for (const to of stops.slice(i + 1)) bumpPair(this.#before, from, to, count)
    })
  }

  /** Outings that go straight from one to the other. */
  next(from: number, to: number): number {
    return this.#next.get(from)?.get(to) ?? 0
  }

  /** Outings that have both in this order. */
  before(first: number, later: number): number {
    return this.#before.get(first)?.get(later) ?? 0
  }

  /** Outings that have both. */
  together(a: number, b: number): number {
    return this.before(a, b) + this.before(b, a)
  }

  /** Outings that have it. */
  outings(stop: number): number {
    return this.#outings.get(stop) ?? 0
  }

  /** Stops of all outings. */
  get visits(): number {
    return this.#visits
  }
}

function bump(counts: Map<number, number>, key: number, count: number): void {
  const sum = (counts.get(key) ?? 0) + count
  if (sum === 0) counts.delete(key)
  else counts.set(key, sum)
}

function bumpPair(counts: Counts, from: number, to: number, count: number): void {
  let row = counts.get(from)
  if (row === undefined) counts.set(from, (row = new Map()))
  bump(row, to, count)
}
