// Outings: which place people go to next from which, counted pair by pair as events arrive.
// Leaves kinds of places to kinds.ts, what the counts are worth to together.ts.

/** A break this long ends an outing: people eat, stroll and sit, and sleep after it. */
export const OUTING_GAP_MS = 6 * 3_600_000
/** Users whose last place is remembered: those who acted last. Some 100 bytes each. */
const FOLLOWED_USERS = 200_000

export interface Step {
  readonly userId: string
  readonly placeId: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export class Outings {
  readonly #gapMs: number
  readonly #inOneCity: (from: string, to: string) => boolean
  readonly #next = new Map<string, Map<string, number>>()
  readonly #previous = new Map<string, Map<string, number>>()
  /** Steps that leave, and steps that reach, each place. */
  readonly #left = new Map<string, number>()
  readonly #reached = new Map<string, number>()
  readonly #last = new Map<string, Step>()

  /** @param inOneCity whether a way leads on from one place to another, or to another outing */
  constructor(gapMs: number, inOneCity: (from: string, to: string) => boolean) {
    this.#gapMs = gapMs
    this.#inOneCity = inOneCity
  }

  /** Counts a visit after the same user's visit before, which it returns where both belong to one outing. */
  add(step: Step): Step | undefined {
    const before = this.#last.get(step.userId)
    // Later visits arrive later; one that arrives late is left out.
    if (before !== undefined && step.at < before.at) return undefined
    // Oldest first out: a Map keeps insertion order.
    this.#last.delete(step.userId)
    this.#last.set(step.userId, step)
    if (this.#last.size > FOLLOWED_USERS) this.#last.delete(this.#last.keys().next().value!)
    if (before === undefined || !this.#isStep(before, step)) return undefined
    this.#count(before.placeId, step.placeId, 1)
    return before
  }

  /** Takes back all visits of one user; returns the moves among them. @param steps in order of time */
  forget(userId: string, steps: readonly Step[]): (readonly [from: Step, to: Step])[] {
    this.#last.delete(userId)
    const moves = steps.flatMap((step, index) => {
      const before = steps[index - 1]
      return before !== undefined && this.#isStep(before, step) ? [[before, step] as const] : []
    })
    for (const [from, to] of moves) this.#count(from.placeId, to.placeId, -1)
    return moves
  }

  /** How often people went there next, by place. */
  next(placeId: string): ReadonlyMap<string, number> {
    return this.#next.get(placeId) ?? NONE
  }

  /** How often people came from there, by place. */
  previous(placeId: string): ReadonlyMap<string, number> {
    return this.#previous.get(placeId) ?? NONE
  }

  /** Steps away from a place. */
  left(placeId: string): number {
    return this.#left.get(placeId) ?? 0
  }

  /** Steps to a place. */
  reached(placeId: string): number {
    return this.#reached.get(placeId) ?? 0
  }

  #isStep(before: Step, after: Step): boolean {
    return (
      before.placeId !== after.placeId &&
      after.at - before.at <= this.#gapMs &&
      this.#inOneCity(before.placeId, after.placeId)
    )
  }

  #count(from: string, to: string, count: 1 | -1): void {
    // What was counted before the last 200,000 users came is not known any more: it may not fall below 0.
    if (this.next(from).get(to) === undefined && count < 0) return
    change(this.#next, from, to, count)
    change(this.#previous, to, from, count)
    this.#left.set(from, (this.#left.get(from) ?? 0) + count)
    this.#reached.set(to, (this.#reached.get(to) ?? 0) + count)
  }
}

function change(rows: Map<string, Map<string, number>>, of: string, other: string, count: number): void {
  let row = rows.get(of)
  if (row === undefined) rows.set(of, (row = new Map()))
  const next = (row.get(other) ?? 0) + count
  if (next === 0) row.delete(other)
  else row.set(other, next)
}

const NONE: ReadonlyMap<string, number> = new Map()
