// Candidates near a vector: of a user's taste, or of given places.
import { categoryWithAncestors } from '../../domain/category.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live/live.ts'
import { mergeCandidates, toCandidates, type Candidate } from './candidate.ts'
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

/** Of a kind with fewer places than this the kinds beside it are asked for too: a post office, then other offices. */
const ENOUGH_OF_KIND = 10

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
  if (filter.categories !== undefined) return []
  const lists: Candidate[][] = []
  for (let kinds = categories; kinds.length > 0; kinds = parents(kinds)) {
    const found = await vectorCandidates(live, 'similar', vector, { ...filter, categories: kinds }, signal)
    lists.push(found)
    if (found.length >= ENOUGH_OF_KIND) break
  }
  return mergeCandidates(...lists)
}

function parents(codes: readonly string[]): string[] {
  return [...new Set(codes.flatMap((code) => categoryWithAncestors(code).slice(1, 2)))]
}
