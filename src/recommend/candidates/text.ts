// Candidates for words: lexical and vector search under the filter, with their scores fused.
// Leaves personal order to rank.ts.
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live.ts'
import { type Candidate } from './candidate.ts'

/** Of what words find, beside what likeness finds. */
const LEXICAL_WEIGHT = 1
/** Word scores differ by field boosts and coverage more than they tell: their roots fuse better (docs/models.md). */
const LEXICAL_POWER = 0.5

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
): Promise<Candidate[]> {
  const words = await live.words.search(query, filter, live.poolSize, signal)
  if (words === undefined) return []
  const vector = await live.encoder.encodeQuery(query, signal)
  const hits = vector.every((value) => value === 0)
    ? []
    : await live.index.search({ vector, filter, k: live.poolSize, signal })
  const hitById = new Map(words.map((hit) => [hit.id, hit]))
  return [...fuseScores(words, hits)]
    .map(([id, score]) => {
      const { named = false, coverage = 0, terms = [] } = hitById.get(id) ?? {}
      return { id, scores: { text: score }, named, coverage, terms }
    })
    .sort((a, b) => b.scores.text - a.scores.text || (a.id < b.id ? -1 : 1))
    .slice(0, live.poolSize)
}

interface Scored {
  readonly id: string
  readonly score: number
}

/**
 * Scores in [0, 1] by two lists, best first: found by words, and by likeness. A convex combination of scores that are
 * brought to [0, 1] first (Bruch, Gai, Ingber, ACM TOIS 2023): ranks would hide how much better the first is.
 */
export function fuseScores(words: readonly Scored[], hits: readonly Scored[]): Map<string, number> {
  const fused = new Map<string, number>()
  const add = (list: readonly Scored[], worst: number, weight: number, power: number) => {
    const range = (list[0]?.score ?? 0) - worst
    for (const { id, score } of list) {
      const share = range > 0 ? ((score - worst) / range) ** power : 1
      fused.set(id, (fused.get(id) ?? 0) + weight * share)
    }
  }
  add(words, 0, LEXICAL_WEIGHT / (1 + LEXICAL_WEIGHT), LEXICAL_POWER)
  add(hits, hits.at(-1)?.score ?? 0, 1 / (1 + LEXICAL_WEIGHT), 1)
  return fused
}
