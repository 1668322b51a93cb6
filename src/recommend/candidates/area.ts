// Candidates of the asked area without a user: the most popular ones and the nearest ones.
import type { LngLat } from '../../domain/position.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live/live.ts'
import { toCandidates, type Candidate } from './candidate.ts'

/** @param k the pool by default */
export async function popularCandidates(
  live: Live,
  filter: Filter,
  signal?: AbortSignal,
  k = live.poolSize,
): Promise<Candidate[]> {
  return toCandidates('popular', await live.index.list({ filter, order: { by: 'popularity' }, k, signal }))
}

export async function nearestCandidates(
  live: Live,
  filter: Filter,
  near: LngLat | undefined,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  if (near === undefined) return []
  const order = { by: 'distance', lng: near.lng, lat: near.lat } as const
  return toCandidates('nearest', await live.index.list({ filter, order, k: live.poolSize, signal }))
}
