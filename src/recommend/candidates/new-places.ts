// Candidates that were first seen lately: a small share of what there is to choose from, the best by their texts.
// Leaves which places those are to fresh-places.ts, showing one of them now and then to re-rank/cold-share.ts.
import { dots } from '../../math/vector.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live/live.ts'
import type { UserContext } from '../context/user-context.ts'
import { toCandidates, type Candidate } from './candidate.ts'

const PLACES = 10

/**
 * `scores.new`: cosine with the user plus the place's bias, which for a place without a past is that of its likes
 * (graph/new-places.ts); for a stranger the bias alone.
 */
export async function newPlaceCandidates(
  live: Pick<Live, 'fresh' | 'index' | 'vectors'>,
  { vector }: Pick<UserContext, 'vector'>,
  filter: Filter,
  now: number,
): Promise<Candidate[]> {
  const fresh = live.fresh.around(filter.circle, now)
  if (fresh.length === 0) return []
  const found = await live.index.matching(fresh, filter)
  const vectors = await live.vectors(found)
  const places = [...vectors.values()]
  const worths = new Float64Array(places.length)
  if (vector !== undefined) dots(vector, places, vector.length, worths)
  else places.forEach((place, i) => (worths[i] = place[place.length - 1]))
  const hits = Array.from(vectors.keys(), (id, i) => ({ id, score: worths[i] }))
  return toCandidates(
    'new',
    hits.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, PLACES),
  )
}
