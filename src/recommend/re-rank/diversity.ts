// Diversity: maximal marginal relevance over the head of the list (Carbonell and Goldstein, SIGIR 1998).
import { likeness } from '../../graph/model.ts'
import type { Ranked } from '../rank.ts'
import { rings } from './gradation.ts'
import { scaleOf, type Step } from './step.ts'

/** The head of the list that people see; the tail keeps its order. */
const HEAD = 60
/** Weight of the likeness to what is above, against scores of about 1. */
const WEIGHT = 0.07

export const diversity: Step = (list, context) => {
  let left = HEAD
  return rings(list, context).flatMap((ring) => {
    const head = Math.min(ring.length, left)
    left -= head
    return diversified(ring, head)
  })
}

/**
 * Of the first `head`; greedy, deterministic; scores stay what they were. What stood higher before counts by its place on the list as well as
 * by its score, so that an earlier step's order is not undone: a score counts as at most the least above it.
 */
export function diversified(ranked: readonly Ranked[], head: number): Ranked[] {
  const rest = ranked.slice(0, head)
  let least = Infinity
  const scores = rest.map(({ score }) => (least = Math.min(least, score)))
  /** Largest cosine of each entry of `rest` with what is picked. */
  const nearest = rest.map(() => 0)
  const weight = WEIGHT * scaleOf(ranked)
  const picked: Ranked[] = []
  while (rest.length > 0) {
    let best = 0
    for (let i = 1; i < rest.length; i++) {
      if (scores[i] - weight * nearest[i] > scores[best] - weight * nearest[best]) best = i
    }
    const [next] = rest.splice(best, 1)
    nearest.splice(best, 1)
    scores.splice(best, 1)
    picked.push(next)
    for (let i = 0; i < rest.length; i++)
      nearest[i] = Math.max(nearest[i], likeness(next.vector, rest[i].vector))
  }
  return [...picked, ...ranked.slice(head)]
}
