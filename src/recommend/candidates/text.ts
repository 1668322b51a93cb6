// Candidates for words: lexical and vector search under the filter, with their scores fused.
// Leaves personal order to rank.ts.
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live.ts'
import { type Candidate } from './candidate.ts'

/** Of what words find, beside what likeness finds. */
const LEXICAL_WEIGHT = 1
/** Word scores differ by field boosts and coverage more than they tell: their roots fuse better (docs/models.md). */
const LEXICAL_POWER = 0.5

/** Places found by likeness alone whose texts are compared with the words themselves. */
const COMPARED = 20
/**
 * Least cosine of texts where no place holds a word of the query. The best of the demo city: .17 to .23 for letters without
 * meaning, .34 to .77 for English words about its Korean places.
 */
const LEAST_LIKENESS = 0.3

/**
 * `scores.text` is in (0, 1], 1 for a place first in both lists. Where no place anywhere holds a word of the query or one
 * like it, likeness alone answers, if it is more than chance.
 */
export async function textCandidates(
  live: Live,
  query: string,
  filter: Filter,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const words = await live.words.search(query, filter, live.poolSize, signal)
  const vector = await live.encoder.encodeQuery(query, signal)
  const hits = vector.every((value) => value === 0)
    ? []
    : await live.index.search({ vector, filter, k: live.poolSize, signal })
  if (words === undefined && !(await isAlike(live, query, hits, signal))) return []
  const hitById = new Map(words?.map((hit) => [hit.id, hit]))
  return [...fuseScores(words ?? [], hits, live.poolSize)]
    .map(([id, score]) => {
      const { named = false, coverage = 0, terms = [] } = hitById.get(id) ?? {}
      return { id, scores: { text: score }, named, coverage, terms }
    })
    .sort((a, b) => b.scores.text - a.scores.text || (a.id < b.id ? -1 : 1))
    .slice(0, live.poolSize)
}

/** Whether the words say something that the texts of these places say too. In the space of the model all are somewhat alike. */
async function isAlike(
  { encoder, places }: Live,
  query: string,
  hits: readonly Scored[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const best = await places(hits.slice(0, COMPARED).map(({ id }) => id))
  return best.size > 0 && (await encoder.textLikeness(query, [...best.values()], signal)) >= LEAST_LIKENESS
}

interface Scored {
  readonly id: string
  readonly score: number
}

/**
 * Scores in [0, 1] by two lists, best first: found by words, and by likeness. A convex combination of scores that are
 * brought to [0, 1] first (Bruch, Gai, Ingber, ACM TOIS 2023): ranks would hide how much better the first is.
 * @param poolSize length of a full list; its last is as alike as any place is by chance
 */
export function fuseScores(
  words: readonly Scored[],
  hits: readonly Scored[],
  poolSize: number,
): Map<string, number> {
  const fused = new Map<string, number>()
  const add = (list: readonly Scored[], worst: number, weight: number, power: number) => {
    const range = (list[0]?.score ?? 0) - worst
    for (const { id, score } of list) {
      const share = range > 0 ? Math.max(0, (score - worst) / range) ** power : 1
      fused.set(id, (fused.get(id) ?? 0) + weight * share)
    }
  }
  const byChance = hits.length < poolSize ? 0 : hits.at(-1)!.score
  add(words, 0, LEXICAL_WEIGHT / (1 + LEXICAL_WEIGHT), LEXICAL_POWER)
  add(hits, byChance, 1 / (1 + LEXICAL_WEIGHT), 1)
  return fused
}
