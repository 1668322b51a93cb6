// After ranking: demotes the kin of disliked places and spreads likes-of-a-kind (MMR).
// Leaves hiding disliked places themselves to the filter.
import { likeness } from '../graph/model.ts'
import type { Ranked } from './rank.ts'

/** The head of the list that people see; the tail keeps its order. */
const HEAD = 60
/** Weight of the likeness to what is above, against scores of about 1 (Carbonell and Goldstein, SIGIR 1998). */
const DIVERSITY = 0.15
/**
 * Weight of the likeness to the nearest disliked place; kin start at this cosine. One hidden place tells little of its
 * neighbours: they step back behind equals and stay on the list (at .8 one of six survived among similar places).
 */
const DISLIKE = 0.2
const KIN_COSINE = 0.6

/** Lowers scores by the cosine with the nearest disliked place, above KIN_COSINE; reorders. */
export function demoteKin(ranked: readonly Ranked[], disliked: readonly Float32Array[]): Ranked[] {
  if (disliked.length === 0) return [...ranked]
  return ranked
    .map((entry) => {
      const nearest = Math.max(...disliked.map((vector) => likeness(vector, entry.vector)))
      const excess = Math.max(0, nearest - KIN_COSINE) / (1 - KIN_COSINE)
      return excess === 0 ? entry : { ...entry, score: entry.score - DISLIKE * excess }
    })
    .sort((a, b) => b.score - a.score || (a.place.id < b.place.id ? -1 : 1))
}

/** Maximal marginal relevance over the head of the list: greedy, deterministic. Scores stay what they were. */
export function diversify(ranked: readonly Ranked[]): Ranked[] {
  const rest = ranked.slice(0, HEAD)
  /** Largest cosine of each entry of `rest` with what is picked. */
  const nearest = rest.map(() => 0)
  const picked: Ranked[] = []
  while (rest.length > 0) {
    let best = 0
    for (let i = 1; i < rest.length; i++) {
      if (rest[i].score - DIVERSITY * nearest[i] > rest[best].score - DIVERSITY * nearest[best]) best = i
    }
    const [next] = rest.splice(best, 1)
    nearest.splice(best, 1)
    picked.push(next)
    for (let i = 0; i < rest.length; i++)
      nearest[i] = Math.max(nearest[i], likeness(next.vector, rest[i].vector))
  }
  return [...picked, ...ranked.slice(HEAD)]
}
