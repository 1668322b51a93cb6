// The keywords of one place: what its texts say more often than those of other places of its category, with quotes.
// Leaves counting over all places to clusters.ts.
import type { KeywordCluster, PlaceKeyword, Quote } from '../../domain/keyword.ts'
import type { ClusterCounts, Mention } from './clusters.ts'
import { logOddsScore } from './log-odds.ts'
import type { PlaceTexts } from './place-texts.ts'

/** Keywords a place, and quotes a keyword. */
const MAX_KEYWORDS = 10
/** What is said no more here than elsewhere comes last, and only where there are not so many others. */
const ENOUGH_KEYWORDS = 3
const MAX_QUOTES = 3
/**
 * Pseudo-mentions of the prior: as many as a place with some thirty reviews has. Fewer let what one guest said once
 * come first, more let only what everybody says through.
 */
const PRIOR_MENTIONS = 100
/** From so many texts on, one of them alone makes no keyword; and of many, so great a share has to say it. */
const MANY_TEXTS = 8
const SAID_SHARE = 0.1
/** A keyword most of whose quotes lie in those of a better one says nothing more. */
const OVERLAP_SHARE = 0.6

/**
 * The best keywords, the highest score first: what is said more here than elsewhere (score above 0), and where that is
 * little also what is not.
 * @param mentions of clusters in the place's texts
 */
export function placeKeywords(
  place: PlaceTexts,
  mentions: ReadonlyMap<string, readonly Mention[]>,
  counts: ClusterCounts,
  clusterById: ReadonlyMap<string, KeywordCluster>,
): PlaceKeyword[] {
  const total = [...mentions.values()].reduce((sum, { length }) => sum + length, 0)
  const { length: texts } = place.texts
  const minCount = texts >= MANY_TEXTS ? Math.max(2, Math.round(SAID_SHARE * texts)) : 1
  const scored = [...mentions]
    .filter(([id, { length }]) => length >= minCount && clusterById.has(id))
    .map(([id, said]) => {
      const alike = counts.amongAlike(id, place)
      const here = { count: said.length, total }
      const there = { count: alike.count - here.count, total: alike.total - total }
      const prior = { count: PRIOR_MENTIONS * counts.share(id), total: PRIOR_MENTIONS }
      return { id, said, score: logOddsScore(here, there, prior) }
    })
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
  const chosen: typeof scored = []
  for (const candidate of scored) {
    if (chosen.length >= (candidate.score > 0 ? MAX_KEYWORDS : ENOUGH_KEYWORDS)) break
    if (!chosen.some(({ said }) => overlap(candidate.said, said) >= OVERLAP_SHARE)) chosen.push(candidate)
  }
  return chosen.map(({ id, said, score }): PlaceKeyword => {
    const { name, names, negative } = clusterById.get(id)!
    return {
      id,
      name,
      ...(names !== undefined && { names }),
      count: said.length,
      score: Math.round(score * 1000) / 1000,
      ...(negative && { negative }),
      quotes: said.slice(0, MAX_QUOTES).map(toQuote),
    }
  })
}

function toQuote({ text: { source, index, text }, start, end }: Mention): Quote {
  return { source, index, start, end, text: text.slice(start, end) }
}

/** The share of `said` whose spans overlap one of `others`. */
function overlap(said: readonly Mention[], others: readonly Mention[]): number {
  const covered = said.filter(({ text, start, end }) =>
    others.some((other) => other.text === text && other.start < end && start < other.end),
  )
  return covered.length / said.length
}
