// A candidate: a place that a source found, with the source's evidence. Leaves order to rank.ts.
import type { Hit } from '../../vector-index/port.ts'

export type Source = 'popular' | 'nearest' | 'taste' | 'similar' | 'text'

export interface Candidate {
  readonly id: string
  /** What each source that found it gave: cosine for taste and similar, fused rank for text. */
  readonly scores: Partial<Record<Source, number>>
  /** The query is the place's name. */
  readonly named?: boolean
  /** Share of a query's words that the place holds. */
  readonly coverage?: number
  /** It holds every word of the whole query, whatever they were taken for. */
  readonly whole?: boolean
  /** Words of the place that matched a query. */
  readonly terms?: readonly string[]
}

/** How many places a source looks for: a page list ends where all sources' finds are used up. */
export const POOL_SIZE = 300

/** The candidates of all sources, each place once, in order of first appearance. */
export function mergeCandidates(...lists: readonly (readonly Candidate[])[]): Candidate[] {
  const merged = new Map<string, Candidate>()
  for (const candidate of lists.flat()) {
    const known = merged.get(candidate.id)
    merged.set(
      candidate.id,
      known === undefined
        ? candidate
        : { ...known, ...candidate, scores: { ...known.scores, ...candidate.scores } },
    )
  }
  return [...merged.values()]
}

export function toCandidates(source: Source, hits: readonly Hit[]): Candidate[] {
  return hits.map(({ id, score }) => ({ id, scores: { [source]: score } }))
}
