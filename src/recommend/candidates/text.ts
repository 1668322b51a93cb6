// Candidates for words: lexical and vector search under the filter, with their scores fused.
// Leaves personal order to rank.ts.
import type { LexicalHit } from '../../domain/lexical.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { Hit } from '../../vector-index/port.ts'
import type { Live } from '../live/live.ts'
import { type Candidate } from './candidate.ts'

/** Of what words find, beside what likeness finds. */
const LEXICAL_WEIGHT = 1
/** Word scores differ by field boosts and coverage more than they tell: their roots fuse better (docs/models.md). */
const LEXICAL_POWER = 0.5

/** Places found by likeness alone whose texts are compared with the words themselves. */
const COMPARED = 20
/** So many more are found than wanted: what a user has turned away from is left out of what all users ask. */
const SPARE = 50

/** Best first. */
export interface TextHits {
  readonly words: readonly LexicalHit[]
  readonly likes: readonly Hit[]
  /** Whether the text model said what it can; where it failed, every answer has to find that out, and say it. */
  readonly isWhole: boolean
}

/**
 * `scores.text` is in (0, 1], 1 for a place first in both lists. Where no place anywhere holds a word of the query or one
 * like it, likeness alone answers, if it is more than chance as far as the text model can tell.
 */
export async function textCandidates(
  live: Live,
  query: string,
  filter: Filter,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const { words, likes } = await hitsWithout(live, query, filter, signal)
  const hitById = new Map(words.map((hit) => [hit.id, hit]))
  return [...fuseScores(words, likes, live.poolSize)]
    .map(([id, score]) => {
      const { named = false, coverage = 0, terms = [] } = hitById.get(id) ?? {}
      return { id, scores: { text: score }, named, coverage, terms }
    })
    .sort((a, b) => b.scores.text - a.scores.text || (a.id < b.id ? -1 : 1))
    .slice(0, live.poolSize)
}

/** The first hits of each list: of those of all users where what is left out leaves enough of them, else asked anew. */
async function hitsWithout(
  live: Live,
  query: string,
  filter: Filter,
  signal?: AbortSignal,
): Promise<TextHits> {
  const { poolSize } = live
  const { excludeIds = [], ...shared } = filter
  const all = await sharedHits(live, query, shared, signal)
  const excluded = new Set(excludeIds)
  const words = all.words.filter(({ id }) => !excluded.has(id)).slice(0, poolSize)
  const likes = all.likes.filter(({ id }) => !excluded.has(id)).slice(0, poolSize)
  // A list that ended holds all there are.
  const isWhole = (left: readonly object[], found: readonly object[]) =>
    left.length === poolSize || found.length < poolSize + SPARE
  if (isWhole(words, all.words) && isWhole(likes, all.likes)) return { ...all, words, likes }
  return findHits(live, query, { filter, k: poolSize, ...(signal && { signal }) })
}

async function sharedHits(
  live: Live,
  query: string,
  filter: Filter,
  signal?: AbortSignal,
): Promise<TextHits> {
  // A moment does not come again.
  const kept = filter.openAt === undefined ? live.textHits : undefined
  const key = JSON.stringify([query, live.poolSize, filter])
  const known = kept?.get(key)
  if (known !== undefined) return known
  const found = await findHits(live, query, { filter, k: live.poolSize + SPARE, ...(signal && { signal }) })
  if (found.isWhole) kept?.set(key, found)
  return found
}

async function findHits(
  live: Live,
  query: string,
  { filter, k, signal }: { readonly filter: Filter; readonly k: number; readonly signal?: AbortSignal },
): Promise<TextHits> {
  const words = await live.words.search(query, filter, k, signal)
  const vector = await live.encoder.encodeQuery(query, signal)
  // No word says anything, or the text model failed.
  if (vector.every((value) => value === 0)) return { words: words ?? [], likes: [], isWhole: false }
  const likes = await live.index.search({ vector, filter, k, signal })
  if (words !== undefined) return { words, likes, isWhole: true }
  const alike = await isAlike(live, query, likes, signal)
  return { words: [], likes: alike === true ? likes : [], isWhole: alike !== undefined }
}

/** Whether likeness is more than chance; undefined where the text model failed. */
async function isAlike(
  { encoder, places }: Live,
  query: string,
  hits: readonly Scored[],
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  const best = await places(hits.slice(0, COMPARED).map(({ id }) => id))
  return best.size > 0 && encoder.saysLike(query, [...best.values()], signal)
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
