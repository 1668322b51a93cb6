// What the steps of re-ranking are: demotions lower scores, criteria choose who comes next, draws move one card.
// Leaves their order to re-rank.ts; each step is a file beside this one with one job.
import type { Place } from '../../domain/place.ts'
import type { Live } from '../live.ts'
import type { SlotOf } from '../local-slots.ts'
import type { Ranked } from '../rank.ts'
import type { Reach } from '../reach.ts'
import type { UserContext } from '../user-context.ts'

/** In the order in which they act. */
export const STEP_NAMES = [
  'kin',
  'coDisliked',
  'sharedWords',
  'fatigue',
  'rings',
  'calibration',
  'diversity',
  'chains',
  'firstCard',
  'coldShare',
] as const

export type StepName = (typeof STEP_NAMES)[number]

/** How strongly each step acts (its file says in which unit); 0 leaves it out. */
export type ReRankOptions = Readonly<Record<StepName, number>>

/** What the steps know of the question. */
export interface Asked {
  readonly live: Live
  readonly context: UserContext
  readonly userId?: string | undefined
  /** Milliseconds since 1970. */
  readonly now: number
  readonly slotOf: SlotOf
  /** How far a list around a point reached; such a list is ordered ring by ring. */
  readonly reach?: Reach | undefined
  /** Positions from the top that can be shown: below them the order does not matter. */
  readonly needed: number
  /** Places that the user acted on, by id. */
  readonly actedPlaces: ReadonlyMap<string, Place>
  /** The user's disliked places that exist, the newest ones. */
  readonly disliked: readonly { readonly place: Place; readonly vector: Float32Array | undefined }[]
}

/** How much of the step's weight an entry loses, in [0, 1]. Undefined where the question gives no ground for it. */
export type Demotion = (asked: Asked) => ((entry: Ranked) => number) | undefined

/** Judges who comes next, given who came before. */
export interface Criterion {
  /** Of the entry as the next one: what its score loses, times the step's weight. */
  cost(entry: Ranked): number
  /** Tells which one came next. */
  picked(entry: Ranked): void
}

/**
 * Starts a list. Undefined where the question gives no ground for the criterion.
 * @param pool the first entries of the list before any criterion
 */
export type StartCriterion = (asked: Asked, pool: readonly Ranked[]) => Criterion | undefined

/** One thing that a draw may do: take the entry at `from` out and put it in at `to`; nothing where they are equal. */
export interface Outcome<Arm extends string = string> {
  readonly arm: Arm
  /** Of this outcome among all of the step, which add up to 1. */
  readonly probability: number
  readonly from: number
  readonly to: number
}
