// Diversity: maximal marginal relevance over the head of the list (Carbonell and Goldstein, SIGIR 1998).
import { likenesses } from '../../graph/model.ts'
import type { Ranked } from '../ranking/rank.ts'
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
  const vectors = rest.map(({ vector }) => vector)
  let least = Infinity
  const scores = rest.map(({ score }) => (least = Math.min(least, score)))
  /** Largest cosine of each entry of `rest` with what is picked. */
  const nearest = rest.map(() => 0)
  const cosines = new Float64Array(rest.length)
  const weight = WEIGHT * scaleOf(ranked)
  const picked: Ranked[] = []
  while (rest.length > 0) {
    let best = 0
    let most = scores[0] - weight * nearest[0]
    for (let i = 1; i < rest.length; i++) {
      const value = scores[i] - weight * nearest[i]
      if (value > most) [best, most] = [i, value]
    }
    const [next] = rest.splice(best, 1)
    for (const column of [vectors, nearest, scores]) column.splice(best, 1)
    picked.push(next)
    likenesses(next.vector, vectors, cosines)
    for (let i = 0; i < rest.length; i++) if (cosines[i] > nearest[i]) nearest[i] = cosines[i]
  }
  return [...picked, ...ranked.slice(head)]
}
