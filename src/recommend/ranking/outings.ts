// Outings: which place people go to next from which, counted pair by pair as events arrive.
// Leaves kinds of places to kinds.ts, what the counts are worth to together.ts.
import { LastUsed } from '../../math/last-used.ts'

/** A break this long ends an outing: people eat, stroll and sit, and sleep after it. */
export const OUTING_GAP_MS = 6 * 3_600_000
/** Users whose last place is remembered: those who acted last. Some 200 bytes each. */
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
  readonly #last = new LastUsed<string, Step>(FOLLOWED_USERS)

  /** @param inOneCity whether a way leads on from one place to another, or to another outing */
  constructor(gapMs: number, inOneCity: (from: string, to: string) => boolean) {
    this.#gapMs = gapMs
    this.#inOneCity = inOneCity
  }

  /** Counts a visit after the same user's visit before, which it returns where both belong to one outing. */
  add(step: Step): Step | undefined {
    const before = this.#last.get(step.userId)
    if (isLate(step, before)) return undefined
    this.#last.set(step.userId, step)
    if (before === undefined || !this.#isStep(before, step)) return undefined
    if (!this.#inOneCity(before.placeId, step.placeId)) return undefined
    this.#count(before.placeId, step.placeId, 1)
    return before
  }

  /** Takes back all visits of one user; returns the moves that were counted of them. @param steps as they were added */
  forget(userId: string, steps: readonly Step[]): (readonly [from: Step, to: Step])[] {
    this.#last.delete(userId)
    const moves: (readonly [from: Step, to: Step])[] = []
    let before: Step | undefined
    for (const step of steps) {
      if (isLate(step, before)) continue
      // Not where the places are: they may be gone or elsewhere now. What joined no outing was not counted, or was before
      // the last 200,000 users came.
      if (before !== undefined && this.#isStep(before, step) && this.next(before.placeId).has(step.placeId)) {
        this.#count(before.placeId, step.placeId, -1)
        moves.push([before, step])
      }
      before = step
    }
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
    return before.placeId !== after.placeId && after.at - before.at <= this.#gapMs
  }

  #count(from: string, to: string, count: 1 | -1): void {
    change(this.#next, from, to, count)
    change(this.#previous, to, from, count)
    this.#left.set(from, (this.#left.get(from) ?? 0) + count)
    this.#reached.set(to, (this.#reached.get(to) ?? 0) + count)
  }
}

/** Later visits arrive later; one that arrives late is left out. */
function isLate(step: Step, before: Step | undefined): boolean {
  return before !== undefined && step.at < before.at
}

function change(rows: Map<string, Map<string, number>>, of: string, other: string, count: number): void {
  let row = rows.get(of)
  if (row === undefined) rows.set(of, (row = new Map()))
  const next = (row.get(other) ?? 0) + count
  if (next === 0) row.delete(other)
  else row.set(other, next)
}

const NONE: ReadonlyMap<string, number> = new Map()
