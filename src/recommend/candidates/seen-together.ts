// Candidates that people visit or look at together with given places. Leaves what joins two places to ../together.ts.
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live.ts'
import { companionsOf, type Companion, type TogetherSources } from '../together.ts'
import { POOL_SIZE, type Candidate } from './candidate.ts'

/** `scores.together` is the sum over the given places; `together` adds up what joins the place to them. */
export async function togetherCandidates(
  live: Live,
  placeIds: readonly string[],
  filter: Filter,
): Promise<Candidate[]> {
  const sources = togetherSources(live)
  const sums = new Map<string, Companion>()
  for (const placeId of placeIds) {
    for (const [id, { next, before, looks, score }] of companionsOf(sources, placeId)) {
      const known = sums.get(id)
      sums.set(id, {
        next: next + (known?.next ?? 0),
        before: before + (known?.before ?? 0),
        looks: looks + (known?.looks ?? 0),
        score: score + (known?.score ?? 0),
      })
    }
  }
  for (const placeId of placeIds) sums.delete(placeId)
  const found = await live.index.matching([...sums.keys()], filter)
  return found
    .map((id) => {
      const { score, ...together } = sums.get(id)!
      return { id, scores: { together: score }, together }
    })
    .sort((a, b) => b.scores.together - a.scores.together || (a.id < b.id ? -1 : 1))
    .slice(0, POOL_SIZE)
}

function togetherSources({ movements, encoder: { model } }: Live): TogetherSources {
  return {
    visits: movements.visits,
    looks: movements.looks,
    *list(placeId) {
      const row = model.placeRow(placeId)
      const lists = model.extras?.lists
      if (row === undefined || lists === undefined) return
      for (let e = lists.starts[row]; e < lists.starts[row + 1]; e++) {
        yield [model.placeId(lists.indices[e]), lists.values[e]]
      }
    },
  }
}
