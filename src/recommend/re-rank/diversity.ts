// Likes-of-a-kind are spread: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).
import { likeness } from '../../graph/model.ts'
import type { Ranked } from '../rank.ts'
import type { StartCriterion } from './step.ts'

/** The cost of an entry is its greatest cosine with those above it. */
export const diversity: StartCriterion = () => {
  const picks: Ranked[] = []
  /** Greatest cosine of an entry with the first `compared` picks. */
  const nearest = new Map<Ranked, { cosine: number; compared: number }>()
  return {
    cost(entry) {
      let known = nearest.get(entry)
      if (known === undefined) nearest.set(entry, (known = { cosine: 0, compared: 0 }))
      for (; known.compared < picks.length; known.compared++) {
        known.cosine = Math.max(known.cosine, likeness(picks[known.compared].vector, entry.vector))
      }
      return known.cosine
    },
    picked: (entry) => void picks.push(entry),
  }
}
