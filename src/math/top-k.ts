// The best k of a stream of scored ids: a bounded heap with the worst kept id at its root.
// Leaves scoring to the caller.

export interface Scored<Id> {
  readonly id: Id
  readonly score: number
}

/**
 * Keeps the k highest scores; of equal scores the smaller ids (`<`, for strings by UTF-16 code units).
 * The result does not depend on the order of offers. Scores must not be NaN, ids not repeat.
 * An offer costs O(log k) where it is kept and O(1) where it is not; memory is O(min(k, offers)).
 */
export class TopK<Id extends string | number> {
  readonly #k: number
  #scores: number[] = []
  #ids: Id[] = []

  /** @param k how many to keep, a whole number ≥ 0 */
  constructor(k: number) {
    this.#k = k
  }

  /** The lowest score that may still be kept; −Infinity while there is room, +Infinity for k = 0. */
  get threshold(): number {
    if (this.#k === 0) return Infinity
    return this.#ids.length < this.#k ? -Infinity : this.#scores[0]
  }

  offer(score: number, id: Id): void {
    const size = this.#ids.length
    if (size < this.#k) {
      this.#scores.push(score)
      this.#ids.push(id)
      this.#siftUp(size)
    } else if (size > 0 && this.#isWorseThan(0, score, id)) {
      this.#scores[0] = score
      this.#ids[0] = id
      this.#siftDown()
    }
  }

  /** What is kept, best first. */
  sorted(): Scored<Id>[] {
    const rest = new TopK<Id>(this.#k)
    rest.#scores = this.#scores.slice()
    rest.#ids = this.#ids.slice()
    const worstFirst: Scored<Id>[] = []
    while (rest.#ids.length > 0) worstFirst.push(rest.#takeWorst())
    return worstFirst.toReversed()
  }

  #takeWorst(): Scored<Id> {
    const worst = { id: this.#ids[0], score: this.#scores[0] }
    const score = this.#scores.pop()!
    const id = this.#ids.pop()!
    if (this.#ids.length > 0) {
      this.#scores[0] = score
      this.#ids[0] = id
      this.#siftDown()
    }
    return worst
  }

  /** Whether the entry at `index` would come after (score, id). */
  #isWorseThan(index: number, score: number, id: Id): boolean {
    const own = this.#scores[index]
    return own < score || (own === score && this.#ids[index] > id)
  }

  #siftUp(start: number): void {
    const score = this.#scores[start]
    const id = this.#ids[start]
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      // A parent has to be worse than its children: stop once it is worse than the moved entry.
      if (this.#isWorseThan(parent, score, id)) break
      this.#move(parent, index)
      index = parent
    }
    this.#scores[index] = score
    this.#ids[index] = id
  }

  #siftDown(): void {
    const score = this.#scores[0]
    const id = this.#ids[0]
    const size = this.#ids.length
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= size) break
      if (child + 1 < size && this.#isWorseThan(child + 1, this.#scores[child], this.#ids[child])) child++
      if (!this.#isWorseThan(child, score, id)) break
      this.#move(child, index)
      index = child
    }
    this.#scores[index] = score
    this.#ids[index] = id
  }

  #move(from: number, to: number): void {
    this.#scores[to] = this.#scores[from]
    this.#ids[to] = this.#ids[from]
  }
}
