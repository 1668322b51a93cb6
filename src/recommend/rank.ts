// The linear ranker: features of candidates and their documented default weights.
// Leaves finding candidates to candidates/, dislikes and diversity to re-rank/.
import { categoryWithAncestors } from '../domain/category.ts'
import type { Choice } from '../domain/event.ts'
import type { Place } from '../domain/place.ts'
import type { LngLat } from '../domain/position.ts'
import { haversineMeters } from '../geo/distance.ts'
import { likenesses } from '../graph/model.ts'
import { strengthIn } from './activity.ts'
import type { Candidate } from './candidates/candidate.ts'
import type { Live } from './live.ts'
import type { SlotOf } from './local-slots.ts'
import { meanRating } from './ranking/features.ts'
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
  /** Absent where there is nothing to measure from. */
  readonly distanceMeters?: number | undefined
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
  together: { together: 1, taste: 0.5, popularity: 0.03 },
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
  /** The query asks for a kind of place alone: whoever meets its conditions answers it as well as any other. */
  readonly kindAlone?: boolean
  /** What similar places are asked for: the query of the given places `[dim]`, and their categories. */
  readonly similarTo?: { readonly query: Float32Array; readonly categories: readonly string[] }
}

/** Candidates whose place exists, best first, ties by id. */
export async function rank(
  live: Live,
  candidates: readonly Candidate[],
  { weights, context, slotOf, at, near, origin, met, kindAlone = false, similarTo }: RankOptions,
): Promise<Ranked[]> {
  const found = await live.known(candidates.map(({ id }) => id))
  const known = candidates.filter((_, index) => found[index] !== undefined)
  const places = found.filter((place) => place !== undefined)

  // Column by column, `[candidates]`.
  const activities = places.map((place) => place.activity(live.activity))
  const inSlot = Float64Array.from(places, ({ place }, i) => strengthIn(activities[i], slotOf(place)))
  const popularity = logShares(Float64Array.from(activities, (activity) => activity?.total ?? 0))
  const popularNow = logShares(inSlot)
  const vectors = places.map(({ vector }) => vector)
  const tastes = new Float64Array(places.length)
  if (context.vector !== undefined) likenesses(context.vector, vectors, tastes)
  const similars = new Float64Array(places.length)
  if (similarTo !== undefined) likenesses(similarTo.query, vectors, similars)
  const kinOf = similarTo && kinship(similarTo.categories)
  const mostTogether = known.reduce((most, { scores }) => Math.max(most, scores.together ?? 0), 0)
  const meanStars = meanRating(places.map(({ place }) => place.rating))
  const utility =
    weights === 'learnt'
      ? utilities(live, places, { context, slotOf, at, near, activities, inSlot, tastes })
      : undefined
  const best = utility?.reduce((most, value) => Math.max(most, value), -Infinity)
  const score = weights === 'learnt' ? undefined : linear(weights)

  const ranked = places.map(({ place, vector }, index): Ranked => {
    const candidate = known[index]
    const distanceMeters = origin === undefined ? undefined : haversineMeters(origin, place)
    const metHere = met === undefined ? 0 : met(place)
    const isAsked = kindAlone && metHere === 1
    const features: Features = {
      popularity: popularity[index],
      popularNow: popularNow[index],
      taste: context.vector === undefined ? 0 : Math.max(0, tastes[index] + biasOf(context.vector, vector)),
      similar: Math.max(0, similars[index]),
      together: mostTogether === 0 ? 0 : (candidate.scores.together ?? 0) / mostTogether,
      kind: kinOf === undefined ? 0 : kinOf(place.categories),
      text: isAsked ? 1 : (candidate.scores.text ?? 0),
      coverage: isAsked ? 1 : (candidate.coverage ?? 0),
      named: candidate.named === true ? 1 : 0,
      met: met !== undefined && candidate.whole === true ? 1 : metHere,
      closeness: distanceMeters === undefined ? 0 : 1 / (1 + distanceMeters / HALF_CLOSENESS_METERS),
      afterSearch: candidate.scores['after-search'] ?? 0,
      rating: (place.rating ?? meanStars) / 5,
    }
    return {
      candidate,
      place,
      vector,
      features,
      // 1 for the best one, as with weights that add up to about 1.
      score: utility === undefined ? score!(features) : 1 + (utility[index] - best!) / UTILITY_OF_SCORE,
      distanceMeters,
    }
  })
  return ranked.sort((a, b) => b.score - a.score || (a.place.id < b.place.id ? -1 : 1))
}

/** What the last numbers of a user and a place add to their likeness: the place's bias. */
function biasOf(user: Float32Array, place: Float32Array): number {
  return user[user.length - 1] * place[place.length - 1]
}

/** The deepest category that both lists reach, as a share of the depth asked for; 0 where they share none. */
function kinship(asked: readonly string[]): (categories: readonly string[]) => number {
  const paths = asked.map((code) =>
    categoryWithAncestors(code).map((level) => ({ level, below: `${level}/` })),
  )
  return (categories) => {
    let best = 0
    for (const levels of paths) {
      const shared = levels.findIndex(({ level, below }) =>
        categories.some((code) => code === level || code.startsWith(below)),
      )
      if (shared >= 0) best = Math.max(best, (levels.length - shared) / levels.length)
    }
    return best
  }
}

function linear(weights: Weights): (features: Features) => number {
  const terms = Object.entries(weights) as [keyof Features, number][]
  return (features) => {
    let sum = 0
    for (const [name, weight] of terms) sum += weight * features[name]
    return sum
  }
}

/**
 * Logarithmic shares of the largest value, in [0, 1]: activity is Zipf-like, and twice as many visits are not twice
 * as good. Values compare by ratio, so the scale of decayed strengths does not matter.
 */
function logShares(values: Float64Array): Float64Array {
  const max = values.reduce((most, value) => Math.max(most, value), 0)
  if (max === 0) return new Float64Array(values.length)
  return values.map((value) => Math.log1p((99 * value) / max) / Math.log(100))
}
