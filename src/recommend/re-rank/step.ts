// A step of re-ranking: what it is given and what it may do. Leaves which steps a call takes, and their order, to index.ts.
import type { Ranked } from '../ranking/rank.ts'
import type { Feedback } from '../feedback/index.ts'
import type { UserContext } from '../context/user-context.ts'

export interface StepContext {
  readonly user: UserContext
  /** Of the request; exposures and exploration are known by user only. */
  readonly userId: string | undefined
  /** Vectors `[dim]` of disliked places that are indexed. */
  readonly dislikedVectors: readonly Float32Array[]
  /** Tags of the places that the user disliked, and of those they acted on: a list of tags a place. */
  readonly dislikedTags: readonly (readonly string[])[]
  readonly likedTags: readonly (readonly string[])[]
  readonly feedback: Feedback
  /** Milliseconds since 1970. */
  readonly now: number
  /** Radius of the first ring around the asked point; undefined where the question has no rings. */
  readonly firstRingMeters: number | undefined
  /** Whether lists are ordered by rings: then every step after gradation keeps each place in its ring. */
  readonly inRings: boolean
  /** Equal for all pages of a list: what chance decides there is decided alike. */
  readonly seed: string
}

/** Takes a list, best first, and gives it back: scores lowered and sorted anew, or the same scores in another order. */
export type Step = (list: readonly Ranked[], context: StepContext) => Ranked[]

/** Subtracts a penalty (≥ 0) from each score and sorts anew; the same list where none is above 0. */
export function lowered(
  list: readonly Ranked[],
  penalty: (entry: Ranked, index: number) => number,
): Ranked[] {
  let changed = false
  const entries = list.map((entry, index) => {
    const amount = penalty(entry, index)
    if (amount <= 0) return entry
    changed = true
    return { ...entry, score: entry.score - amount }
  })
  return changed ? entries.sort(byScore) : entries
}

/**
 * Weights that trade scores for something else are meant for scores of about 1; lists whose best scores less (only
 * popularity speaks for what a stranger is shown) are traded in proportion.
 */
export function scaleOf(list: readonly Ranked[]): number {
  return Math.min(1, Math.max(0, list[0]?.score ?? 0))
}

/** Best first, ties by id. */
export function byScore(a: Ranked, b: Ranked): number {
  return b.score - a.score || (a.place.id < b.place.id ? -1 : 1)
}
