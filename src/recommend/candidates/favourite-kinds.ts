// Candidates of the kinds that the user goes to most, popular ones first: where kinds are many, the popular places of an
// area are of others. Leaves which kinds those are to user-context.ts.
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live/live.ts'
import type { UserContext } from '../context/user-context.ts'
import { toCandidates, type Candidate } from './candidate.ts'

const KINDS = 3
/** Of all of them together. */
const PLACES = 100

/** None where the request names categories itself: those decide. */
export async function favouriteKindCandidates(
  live: Live,
  { categoryShares }: Pick<UserContext, 'categoryShares'>,
  filter: Filter,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  if (filter.categories !== undefined || categoryShares.size === 0) return []
  const categories = [...categoryShares]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, KINDS)
    .map(([code]) => code)
  const order = { by: 'popularity' } as const
  return toCandidates(
    'favourite-kinds',
    await live.index.list({ filter: { ...filter, categories }, order, k: PLACES, signal }),
  )
}
