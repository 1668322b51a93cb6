// Candidates for words: lexical and vector search under the filter, fused by reciprocal rank.
// Leaves personal order to rank.ts.
import type { LexicalHit } from '../../domain/lexical.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { Hit } from '../../vector-index/port.ts'
import type { Live } from '../live.ts'
import { type Candidate } from './candidate.ts'

/** Reciprocal rank fusion's constant (Cormack, Clarke, Büttcher, SIGIR 2009). */
const RRF_K = 60
/** A place found by its words weighs more than one found by likeness alone: people mostly type names. */
const LEXICAL_WEIGHT = 2

/** So many more are found than wanted: what a user has turned away from is left out of what all users ask. */
const SPARE = 50

/** Best first; `words` undefined where no place anywhere holds a word of the query or one like it. */
export interface TextHits {
  readonly words: readonly LexicalHit[] | undefined
  readonly likes: readonly Hit[]
}

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
  const { words = [], likes } = await hitsWithout(live, query, filter, signal)
  const hitById = new Map(words.map((hit) => [hit.id, hit]))
  return [...fuseRanks(words, likes)]
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
  if (all.words === undefined) return all
  const excluded = new Set(excludeIds)
  const words = all.words.filter(({ id }) => !excluded.has(id)).slice(0, poolSize)
  const likes = all.likes.filter(({ id }) => !excluded.has(id)).slice(0, poolSize)
  // A list that ended holds all there are.
  const isWhole = (left: readonly object[], found: readonly object[]) =>
    left.length === poolSize || found.length < poolSize + SPARE
  if (isWhole(words, all.words) && isWhole(likes, all.likes)) return { words, likes }
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
  // Without likeness the text model may have failed, which every answer has to find out and say.
  if (found.likes.length > 0) kept?.set(key, found)
  return found
}

async function findHits(
  live: Live,
  query: string,
  { filter, k, signal }: { readonly filter: Filter; readonly k: number; readonly signal?: AbortSignal },
): Promise<TextHits> {
  const words = await live.words.search(query, filter, k, signal)
  if (words === undefined) return { words, likes: [] }
  const vector = await live.encoder.encodeQuery(query, signal)
  const isSilent = vector.every((value) => value === 0)
  return { words, likes: isSilent ? [] : await live.index.search({ vector, filter, k, signal }) }
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
