// Users whose taste is like somebody's, by the vectors of the index.
// Leaves what they like to whoever asks.
import { likenessQuery } from '../../graph/model.ts'
import type { Live } from '../live/live.ts'

export interface SimilarUser {
  readonly id: string
  /** Cosine of the two tastes, at most 1. */
  readonly likeness: number
}

/** Asked for beyond k: the user themselves, and some who were erased since the index was built. */
const MARGIN = 8

/**
 * The `k` users most like a user vector `[dim]`, most alike first: those that the model was trained with and that the catalog
 * still knows. Fewer where more than a few of them were erased since the index was built.
 */
export async function similarUsers(
  live: Live,
  vector: Float32Array,
  k: number,
  { except, signal }: { readonly except?: string; readonly signal?: AbortSignal } = {},
): Promise<SimilarUser[]> {
  const query = likenessQuery([vector])
  if (query === undefined) return []
  const hits = await live.index.users.similar(query, k + MARGIN, signal)
  const isKnown = await Promise.all(
    hits.map(async ({ id }) => {
      const events = await live.catalog.userEvents(id, { limit: 1, withImpressions: true })
      return id !== except && events.length > 0
    }),
  )
  return hits
    .filter((_, index) => isKnown[index])
    .slice(0, k)
    .map(({ id, score }) => ({ id, likeness: Math.min(1, score) }))
}
