// Candidates that people visit or look at together with given places, and what lies next door to these.
// Leaves what joins two places to ../together.ts.
import type { Place } from '../../domain/place.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live/live.ts'
import { companionsOf, nearness, type Companion, type TogetherSources } from './together.ts'
import { nearestCandidates } from './area.ts'
import type { Candidate } from './candidate.ts'

/** What lies so near a given place can be part of the same outing. */
export const OUTING_METERS = 1000

/** `scores.together` is the sum over the given places; what only lies near them has no `together`. */
export async function togetherCandidates(
  live: Live,
  given: readonly Pick<Place, 'id' | 'lng' | 'lat'>[],
  filter: Filter,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const sources = togetherSources(live)
  const joined = new Map<string, { score: number; most: Companion & { readonly of: string } }>()
  for (const { id: of } of given) {
    for (const [id, companion] of companionsOf(sources, of)) {
      const known = joined.get(id)
      joined.set(id, {
        score: companion.score + (known?.score ?? 0),
        most: known !== undefined && known.most.score >= companion.score ? known.most : { ...companion, of },
      })
    }
  }
  for (const { id } of given) joined.delete(id)
  const [found, ...around] = await Promise.all([
    live.index.matching([...joined.keys()], filter),
    ...given.map(({ lng, lat }) => {
      const circle = filter.circle ?? { lng, lat, radiusMeters: OUTING_METERS }
      return nearestCandidates(live, { ...filter, circle }, { lng, lat }, signal)
    }),
  ])
  const near = new Map<string, number>()
  around.forEach((candidates, index) => {
    const nearnessOf = nearness(sources, given[index].id)
    for (const { id, scores } of candidates) {
      near.set(id, (near.get(id) ?? 0) + nearnessOf(-scores.nearest!))
    }
  })
  return [...new Set([...found, ...near.keys()])]
    .map((id) => {
      const companion = joined.get(id)
      const together = (companion?.score ?? 0) + (near.get(id) ?? 0)
      return { id, scores: { together }, ...(companion && { together: companion.most }) }
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
