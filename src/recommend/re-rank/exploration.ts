// How arms are drawn: the one with the greatest upper confidence bound, and now and then any, so that every arm has a
// probability above zero and answers can be compared off-policy.
import type { LinUcb } from '../lin-ucb.ts'

/** Share of draws that are uniform. */
const UNIFORM_SHARE = 0.1
/** Width of the confidence bound; Li et al. found .2 to .4 best on Yahoo's front page. */
const ALPHA = 0.3

/** The probability of each arm, which add up to 1; equal bounds go to the first. */
export function explored<A extends string>(
  arms: readonly A[],
  bandit: LinUcb,
  x: readonly number[],
): Map<A, number> {
  let best = arms[0]
  let bound = -Infinity
  for (const arm of arms) {
    const score = bandit.score(arm, x, ALPHA)
    if (score > bound) [best, bound] = [arm, score]
  }
  const uniform = UNIFORM_SHARE / arms.length
  return new Map(arms.map((arm) => [arm, uniform + (arm === best ? 1 - UNIFORM_SHARE : 0)]))
}
