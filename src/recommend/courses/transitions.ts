// What follows what in outings: counts of places (or of kinds of places) that were visited one after the other.
// Leaves what the counts are worth to the models that read them.

type Counts<K> = Map<K, Map<K, number>>

/** @typeParam K what stops are called: ids, rows or kinds */
export class Transitions<K> {
  readonly #next: Counts<K> = new Map()
  readonly #before: Counts<K> = new Map()
  readonly #outings = new Map<K, number>()
  readonly #left = new Map<K, number>()
  readonly #reached = new Map<K, number>()
  #visits = 0
  #moves = 0

  /** Counts an outing of two stops and more, each stop once; a single stop moves nowhere. −1 takes it back. O(stops²). */
  add(stops: readonly K[], count: 1 | -1 = 1): void {
    if (stops.length < 2) return
    stops.forEach((from, i) => {
      bump(this.#outings, from, count)
      this.#visits += count
      if (i + 1 < stops.length) this.addMove(from, stops[i + 1], count)
      for (const to of stops.slice(i + 1)) bumpPair(this.#before, from, to, count)
    })
  }

  /** Counts a single move, for those who see outings stop by stop; `before`, `together` and `outings` do not know it. */
  addMove(from: K, to: K, count = 1): void {
    bumpPair(this.#next, from, to, count)
    bump(this.#left, from, count)
    bump(this.#reached, to, count)
    this.#moves += count
  }

  /** Moves from one stop straight to the other. */
  next(from: K, to: K): number {
    return this.#next.get(from)?.get(to) ?? 0
  }

  /** Outings that have both in this order. */
  before(first: K, later: K): number {
    return this.#before.get(first)?.get(later) ?? 0
  }

  /** Outings that have both. */
  together(a: K, b: K): number {
    return this.before(a, b) + this.before(b, a)
  }

  /** Outings that have it. */
  outings(stop: K): number {
    return this.#outings.get(stop) ?? 0
  }

  /** Moves that leave it, and that reach it. */
  left(from: K): number {
    return this.#left.get(from) ?? 0
  }
  reached(to: K): number {
    return this.#reached.get(to) ?? 0
  }

  /** Stops of all outings. */
  get visits(): number {
    return this.#visits
  }

  get moves(): number {
    return this.#moves
  }
}

function bump<K>(counts: Map<K, number>, key: K, count: number): void {
  const sum = (counts.get(key) ?? 0) + count
  if (sum === 0) counts.delete(key)
  else counts.set(key, sum)
}

function bumpPair<K>(counts: Counts<K>, from: K, to: K, count: number): void {
  let row = counts.get(from)
  if (row === undefined) counts.set(from, (row = new Map()))
  bump(row, to, count)
}
