// The linear ranker: features of candidates and their documented default weights.
// Leaves finding candidates to candidates/, dislikes and diversity to re-rank/.
import { categoryWithAncestors } from '../domain/category.ts'
import type { Choice } from '../domain/event.ts'
import type { Place } from '../domain/place.ts'
import type { LngLat } from '../domain/position.ts'
import { haversineMeters } from '../geo/distance.ts'
import { likeness } from '../graph/model.ts'
import { dot } from '../math/vector.ts'
import type { Candidate } from './candidates/candidate.ts'
import type { Live } from './live.ts'
import type { SlotOf } from './local-slots.ts'
import { utilities } from './ranking/utilities.ts'
import type { UserContext } from './user-context.ts'

/** Each in [0, 1], or 0 where the thing behind it is unknown. */
export interface Features {
  /** Log of decayed activity, against the most active candidate. */
  readonly popularity: number
  /** The same within this part of the day and week. */
  readonly popularNow: number
  /** Cosine with the user's vector plus the place's bias, below 0 as 0. */
  readonly taste: number
  /** Cosine with the given places, below 0 as 0. */
  readonly similar: number
  /** What joins it to the given places by outings, looks and common users, against the most joined candidate. */
  readonly together: number
  /** How near the category is to one of the given places': 1 the same, less for each level up, 0 for another kind. */
  readonly kind: number
  /** Fused rank of words and likeness. */
  readonly text: number
  /** Share of the query's words that the place holds. */
  readonly coverage: number
  /** 1 where the query is the place's name. */
  readonly named: number
  /** Share of a query's conditions (area, category, attributes) that the place meets; 1 where it holds all its words. */
  readonly met: number
  /** 1 at the user's feet, a half at 500 m. */
  readonly closeness: number
  /** How often people who searched like this chose it, of what they were shown. */
  readonly afterSearch: number
  /** Stars / 5; the mean of the candidates where a place has none. */
  readonly rating: number
}

export const FEATURE_NAMES = [
  'popularity',
  'popularNow',
  'taste',
  'similar',
  'together',
  'kind',
  'text',
  'coverage',
  'named',
  'met',
  'closeness',
  'afterSearch',
  'rating',
] as const satisfies readonly (keyof Features)[]

export type Weights = { readonly [F in keyof Features]?: number }

export interface Ranked {
  readonly candidate: Candidate
  readonly place: Place
  readonly vector: Float32Array
  readonly features: Features
  readonly score: number
  readonly distanceMeters?: number
  /** Where chance had a part: the probability that this place stands where it stands. */
  readonly propensity?: number
  /** What a bandit decided, to be sent back with the impression. */
  readonly choice?: Choice
}

/**
 * Weights of the calls that answer a question of likeness or words, set by hand on the demo city, where what people like is
 * known. Where people go around them is learnt instead (ranking/). Distance adds and never multiplies: a fixed decay lowers
 * recall on check-in data (guide: training).
 */
export const WEIGHTS = {
  similar: { similar: 1, kind: 0.6, taste: 0.1, popularity: 0.05, closeness: 0.05 },
  // Who fills up comes after who is joined.
  together: { together: 1, taste: 0.03, popularity: 0.03 },
  taste: { taste: 1, text: 0.8, met: 0.8, popularity: 0.1, afterSearch: 0.3, rating: 0.05 },
  search: {
    text: 1,
    coverage: 0.5,
    named: 1,
    met: 2,
    taste: 0.05,
    popularity: 0.04,
    closeness: 0.04,
    afterSearch: 0.3,
  },
} as const satisfies Record<string, Weights>

export const HALF_CLOSENESS_METERS = 500

/** A difference of this much utility (e³ times the odds) is one of 1 in score, beside which re-ranking is weighed. */
export const UTILITY_OF_SCORE = 3

interface RankOptions {
  /** Weights of features, or the ranker that was learnt for what people choose around them. */
  readonly weights: Weights | 'learnt'
  /** Milliseconds since 1970. */
  readonly at: number
  /** Where the user is now. */
  readonly near?: LngLat | undefined
  readonly context: UserContext
  readonly slotOf: SlotOf
  readonly origin?: LngLat
  /** The share of a query's conditions that a place meets. */
  readonly met?: (place: Place) => number
  /** What similar places are asked for: the query of the given places `[dim]`, and their categories. */
  readonly similarTo?: { readonly query: Float32Array; readonly categories: readonly string[] }
}

/** Candidates whose place exists, best first, ties by id. */
export async function rank(
  live: Live,
  candidates: readonly Candidate[],
  { weights, context, slotOf, at, near, origin, met, similarTo }: RankOptions,
): Promise<Ranked[]> {
  const ids = candidates.map(({ id }) => id)
  const [places, vectors] = await Promise.all([live.places(ids), live.vectors(ids)])
  const known = candidates.filter(({ id }) => places.has(id) && vectors.has(id))

  const popularity = logShares(known.map(({ id }) => live.activity.total(id)))
  const popularNow = logShares(known.map(({ id }) => live.activity.inSlot(id, slotOf(places.get(id)!))))
  const mostTogether = Math.max(0, ...known.map(({ scores }) => scores.together ?? 0))
  const meanRating = mean(known.flatMap(({ id }) => places.get(id)!.rating ?? []))
  const ranked = known.map((candidate, index): Ranked => {
    const place = places.get(candidate.id)!
    const vector = vectors.get(candidate.id)!
    const distanceMeters = origin === undefined ? undefined : haversineMeters(origin, place)
    const features: Features = {
      popularity: popularity[index],
      popularNow: popularNow[index],
      taste: context.vector === undefined ? 0 : Math.max(0, dot(context.vector, vector)),
      similar: similarTo === undefined ? 0 : Math.max(0, likeness(similarTo.query, vector)),
      together: mostTogether === 0 ? 0 : (candidate.scores.together ?? 0) / mostTogether,
      kind: similarTo === undefined ? 0 : kinship(similarTo.categories, place.categories),
      text: candidate.scores.text ?? 0,
      coverage: candidate.coverage ?? 0,
      named: candidate.named === true ? 1 : 0,
      met: met === undefined ? 0 : candidate.whole === true ? 1 : met(place),
      closeness: distanceMeters === undefined ? 0 : 1 / (1 + distanceMeters / HALF_CLOSENESS_METERS),
      afterSearch: candidate.scores['after-search'] ?? 0,
      rating: (place.rating ?? meanRating) / 5,
    }
    const score = weights === 'learnt' ? 0 : linear(weights, features)
    return {
      candidate,
      place,
      vector,
      features,
      score,
      ...(distanceMeters !== undefined && { distanceMeters }),
    }
  })
  const scored = weights === 'learnt' ? withUtilities(ranked) : ranked
  return scored.sort((a, b) => b.score - a.score || (a.place.id < b.place.id ? -1 : 1))

  function withUtilities(entries: readonly Ranked[]): Ranked[] {
    const values = utilities(live, entries, { context, slotOf, at, near })
    const best = values.reduce((most, value) => Math.max(most, value), -Infinity)
    // 1 for the best one, as with weights that add up to about 1.
    return entries.map((entry, index) => ({
      ...entry,
      score: 1 + (values[index] - best) / UTILITY_OF_SCORE,
    }))
  }
}

/** The deepest category that both lists reach, as a share of the depth asked for; 0 where they share none. */
function kinship(asked: readonly string[], categories: readonly string[]): number {
  const paths = new Set(categories.flatMap(categoryWithAncestors))
  let best = 0
  for (const code of asked) {
    const levels = categoryWithAncestors(code)
    const shared = levels.findIndex((level) => paths.has(level))
    if (shared >= 0) best = Math.max(best, (levels.length - shared) / levels.length)
  }
  return best
}

function linear(weights: Weights, features: Features): number {
  let sum = 0
  for (const name of Object.keys(weights) as (keyof Features)[]) sum += weights[name]! * features[name]
  return sum
}

/**
 * Logarithmic shares of the largest value, in [0, 1]: activity is Zipf-like, and twice as many visits are not twice
 * as good. Values compare by ratio, so the scale of decayed strengths does not matter.
 */
function logShares(values: readonly number[]): number[] {
  const max = Math.max(0, ...values)
  if (max === 0) return values.map(() => 0)
  return values.map((value) => Math.log1p((99 * value) / max) / Math.log(100))
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
