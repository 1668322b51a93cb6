// Candidates near a vector: of a user's taste, or of given places.
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live.ts'
import { POOL_SIZE, toCandidates, type Candidate } from './candidate.ts'

export async function vectorCandidates(
  live: Live,
  source: 'taste' | 'similar',
  vector: Float32Array | undefined,
  filter: Filter,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  if (vector === undefined) return []
  return toCandidates(source, await live.index.search({ vector, filter, k: POOL_SIZE, signal }))
}
