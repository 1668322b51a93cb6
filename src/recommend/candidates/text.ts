// Candidates for words: lexical and vector search under the filter, fused by reciprocal rank.
// Leaves personal order to rank.ts.
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live.ts'
import { type Candidate } from './candidate.ts'

/** Reciprocal rank fusion's constant (Cormack, Clarke, Büttcher, SIGIR 2009). */
const RRF_K = 60
/** A place found by its words weighs more than one found by likeness alone: people mostly type names. */
const LEXICAL_WEIGHT = 2

/**
 * `scores.text` is in (0, 1], 1 for a place first in both lists. None where no place anywhere holds a word of the query or
 * one like it: text vectors are lexical, so what is near such a query is near by chance (best cosines on the demo city
 * are .17 to .25 for nonsense, .29 to .46 for words).
 */
export async function textCandidates(
  live: Live,
  query: string,
  filter: Filter,
  signal?: AbortSignal,
): Promise<readonly Candidate[]> {
  // What one user alone leaves out, or one moment, is not asked again.
  const isShared = filter.openAt === undefined && (filter.excludeIds ?? []).length === 0
  const key = JSON.stringify([query, live.poolSize, filter])
  const known = isShared ? live.textCandidates?.get(key) : undefined
  if (known !== undefined) return known
  const words = await live.words.search(query, filter, live.poolSize, signal)
  if (words === undefined) return []
  const vector = await live.encoder.encodeQuery(query, signal)
  const hits = vector.every((value) => value === 0)
    ? []
    : await live.index.search({ vector, filter, k: live.poolSize, signal })
  const hitById = new Map(words.map((hit) => [hit.id, hit]))
  const found = [...fuseRanks(words, hits)]
    .map(([id, score]) => {
      const { named = false, coverage = 0, terms = [] } = hitById.get(id) ?? {}
      return { id, scores: { text: score }, named, coverage, terms }
    })
    .sort((a, b) => b.scores.text - a.scores.text || (a.id < b.id ? -1 : 1))
    .slice(0, live.poolSize)
  // Without a vector the text model may have failed, which every answer has to find out and say.
  if (isShared && hits.length > 0) live.textCandidates?.set(key, found)
  return found
}

/** Scores in (0, 1] by two lists, best first: found by words, and by likeness. */
export function fuseRanks(
  words: readonly { readonly id: string }[],
  hits: readonly { readonly id: string }[],
): Map<string, number> {
  const fused = new Map<string, number>()
  const add = (id: string, rank: number, weight: number) =>
    fused.set(id, (fused.get(id) ?? 0) + (weight * (RRF_K + 1)) / (RRF_K + 1 + rank) / (LEXICAL_WEIGHT + 1))
  words.forEach(({ id }, rank) => add(id, rank, LEXICAL_WEIGHT))
  hits.forEach(({ id }, rank) => add(id, rank, 1))
  return fused
}
