// Candidates that people visit or look at together with given places. Leaves what joins two places to ../together.ts.
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live.ts'
import { companionsOf, type Companion, type TogetherSources } from '../together.ts'
import type { Candidate } from './candidate.ts'

/** `scores.together` is the sum over the given places. */
export async function togetherCandidates(
  live: Live,
  placeIds: readonly string[],
  filter: Filter,
): Promise<Candidate[]> {
  const sources = togetherSources(live)
  const joined = new Map<string, { score: number; most: Companion & { readonly of: string } }>()
  for (const of of placeIds) {
    for (const [id, companion] of companionsOf(sources, of)) {
      const known = joined.get(id)
      joined.set(id, {
        score: companion.score + (known?.score ?? 0),
        most: known !== undefined && known.most.score >= companion.score ? known.most : { ...companion, of },
      })
    }
  }
  for (const id of placeIds) joined.delete(id)
  const found = await live.index.matching([...joined.keys()], filter)
  return found
    .map((id) => {
      const { score, most } = joined.get(id)!
      return { id, scores: { together: score }, together: most }
    })
    .sort((a, b) => b.scores.together - a.scores.together || (a.id < b.id ? -1 : 1))
    .slice(0, live.poolSize)
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
