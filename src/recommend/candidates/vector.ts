// Candidates near a vector: of a user's taste, or of given places.
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live.ts'
import { toCandidates, type Candidate } from './candidate.ts'
import { foundNear } from './found-near.ts'

export async function vectorCandidates(
  live: Live,
  source: 'taste' | 'similar',
  vector: Float32Array | undefined,
  filter: Filter,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  if (vector === undefined) return []
  return toCandidates(source, await foundNear(live, vector, filter, signal))
}

/**
 * The nearest of the same kind: people who ask for something like a café do not mean what its guests do next. Where the
 * filter asks for categories itself, those decide.
 */
export async function sameKindCandidates(
  live: Live,
  vector: Float32Array | undefined,
  categories: readonly string[],
  filter: Filter,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  if (filter.categories !== undefined || categories.length === 0) return []
  return vectorCandidates(live, 'similar', vector, { ...filter, categories }, signal)
}
