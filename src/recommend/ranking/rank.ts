// The linear ranker: features of candidates and their documented default weights.
// Leaves finding candidates to candidates/, dislikes and diversity to re-rank/.
import { categoryWithAncestors } from '../../domain/category.ts'
import type { Choice } from '../../domain/event.ts'
import type { Place } from '../../domain/place.ts'
import type { LngLat } from '../../domain/position.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { likenesses } from '../../graph/model.ts'
import type { Candidate } from '../candidates/candidate.ts'
import type { Live } from '../live/live.ts'
import type { SlotOf } from '../context/local-slots.ts'
import { once } from '../once.ts'
import { meanRating, WIDTH } from './features.ts'
import { named } from './ranker.ts'
import { utilities } from './utilities.ts'
import type { UserContext } from '../context/user-context.ts'

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
  /** Positive events on the place, by anybody. */
  readonly actions: number
  readonly features: Features
  /** What the learnt ranker looked at instead, where that was asked for. */
  readonly learntFrom?: Readonly<Record<string, number>> | undefined
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
 * recall on check-in data.
 */
export const WEIGHTS = {
  // The same kind outweighs any likeness to half a kinship: who asks at a post office means no restaurant beside it.
  similar: { similar: 1, kind: 2, taste: 0.3, popularity: 0.05, closeness: 0.05 },
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
  /** Whether to keep what the learnt ranker looked at. */
  readonly explained?: boolean | undefined
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
  { weights, explained, context, slotOf, at, near, origin, met, kindAlone = false, similarTo }: RankOptions,
): Promise<Ranked[]> {
  const found = await live.known(candidates.map(({ id }) => id))
  const known = candidates.filter((_, index) => found[index] !== undefined)
  const places = found.filter((place) => place !== undefined)

  // Column by column, `[candidates]`.
  const { activity } = live
  const activities = places.map((place) => place.activity(activity))
  const inAll = new Float64Array(places.length)
  const inSlot = new Float64Array(places.length)
  for (let i = 0; i < places.length; i++) {
    const done = activities[i]
    if (done === undefined) continue
    inAll[i] = activity.strength(done)
    inSlot[i] = activity.strengthIn(done, slotOf(places[i].timeZone))
  }
  const popularity = logShares(inAll)
  const popularNow = logShares(inSlot)
  const vectors = places.map(({ vector }) => vector)
  const tastes = new Float64Array(places.length)
  if (context.vector !== undefined) likenesses(context.vector, vectors, tastes)
  const similars = new Float64Array(places.length)
  if (similarTo !== undefined) likenesses(similarTo.query, vectors, similars)
  const mostTogether = known.reduce((most, { scores }) => Math.max(most, scores.together ?? 0), 0)
  const meanStars = meanRating(places.map(({ place }) => place.rating))
  const rows =
    weights === 'learnt' && explained === true ? new Float32Array(places.length * WIDTH) : undefined
  const utility =
    weights === 'learnt'
      ? utilities(live, places, { context, slotOf, at, near, activities, inAll, inSlot, tastes, rows })
      : undefined
  const meters = new Float64Array(places.length)
  if (origin !== undefined) places.forEach(({ place }, i) => (meters[i] = haversineMeters(origin, place)))

  const column = (valueOf: (index: number) => number) =>
    once(() => {
      const values = new Float64Array(places.length)
      for (let i = 0; i < values.length; i++) values[i] = valueOf(i)
      return values
    })
  const { vector: user } = context
  const kinOf = similarTo && kinship(similarTo.categories)
  const metHere = met && column((i) => met(places[i].place))
  const isAsked = (i: number) => kindAlone && metHere?.()[i] === 1
  const columns: FeatureColumns = {
    popularity: () => popularity,
    popularNow: () => popularNow,
    taste: user && column((i) => Math.max(0, tastes[i] + biasOf(user, vectors[i]))),
    similar: similarTo && column((i) => Math.max(0, similars[i])),
    together: mostTogether > 0 ? column((i) => (known[i].scores.together ?? 0) / mostTogether) : undefined,
    kind: kinOf && column((i) => kinOf(places[i].place.categories)),
    text: column((i) => (isAsked(i) ? 1 : (known[i].scores.text ?? 0))),
    coverage: column((i) => (isAsked(i) ? 1 : (known[i].coverage ?? 0))),
    named: column((i) => (known[i].named === true ? 1 : 0)),
    met: metHere && column((i) => (known[i].whole === true ? 1 : metHere()[i])),
    closeness: origin && column((i) => 1 / (1 + meters[i] / HALF_CLOSENESS_METERS)),
    afterSearch: column((i) => known[i].scores['after-search'] ?? 0),
    rating: column((i) => (places[i].place.rating ?? meanStars) / 5),
  }
  const scores = weights === 'learnt' ? ofUtilities(utility!) : weighted(columns, weights, places.length)
  const ranked = places.map(({ place, vector }, index): Ranked => ({
    candidate: known[index],
    place,
    vector,
    actions: activities[index]?.actions ?? 0,
    features: new FeaturesOf(columns, index),
    ...(rows && { learntFrom: named(rows, index * WIDTH) }),
    score: scores[index],
    distanceMeters: origin === undefined ? undefined : meters[index],
  }))
  return ranked.sort((a, b) => b.score - a.score || (a.place.id < b.place.id ? -1 : 1))
}

/** `[candidates]` each, worked out when somebody looks at it; what is absent is 0 throughout. */
type FeatureColumns = { readonly [F in keyof Features]: (() => Float64Array) | undefined }

/** The features of one candidate, read where they lie. */
class FeaturesOf implements Features {
  readonly columns: FeatureColumns
  readonly index: number

  constructor(columns: FeatureColumns, index: number) {
    this.columns = columns
    this.index = index
  }

  get popularity() {
    return this.columns.popularity?.()[this.index] ?? 0
  }

  get popularNow() {
    return this.columns.popularNow?.()[this.index] ?? 0
  }

  get taste() {
    return this.columns.taste?.()[this.index] ?? 0
  }

  get similar() {
    return this.columns.similar?.()[this.index] ?? 0
  }

  get together() {
    return this.columns.together?.()[this.index] ?? 0
  }

  get kind() {
    return this.columns.kind?.()[this.index] ?? 0
  }

  get text() {
    return this.columns.text?.()[this.index] ?? 0
  }

  get coverage() {
    return this.columns.coverage?.()[this.index] ?? 0
  }

  get named() {
    return this.columns.named?.()[this.index] ?? 0
  }

  get met() {
    return this.columns.met?.()[this.index] ?? 0
  }

  get closeness() {
    return this.columns.closeness?.()[this.index] ?? 0
  }

  get afterSearch() {
    return this.columns.afterSearch?.()[this.index] ?? 0
  }

  get rating() {
    return this.columns.rating?.()[this.index] ?? 0
  }
}

/** 1 for the best one, as with weights that add up to about 1. */
function ofUtilities(utility: Float64Array): Float64Array {
  let best = -Infinity
  for (const value of utility) if (value > best) best = value
  return utility.map((value) => 1 + (value - best) / UTILITY_OF_SCORE)
}

/** Σ of weights times features, in the order of the weights. */
function weighted(columns: FeatureColumns, weights: Weights, count: number): Float64Array {
  const sums = new Float64Array(count)
  for (const [name, weight] of Object.entries(weights) as [keyof Features, number][]) {
    const column = columns[name]?.()
    if (column !== undefined) for (let i = 0; i < count; i++) sums[i] += weight * column[i]
  }
  return sums
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
  /** Categories are fewer than places. */
  const known = new Map<string, number>()
  const ofCode = (code: string): number => {
    let best = 0
    for (const levels of paths) {
      const shared = levels.findIndex(({ level, below }) => code === level || code.startsWith(below))
      if (shared >= 0) best = Math.max(best, (levels.length - shared) / levels.length)
    }
    known.set(code, best)
    return best
  }
  return (categories) => {
    let best = 0
    for (const code of categories) best = Math.max(best, known.get(code) ?? ofCode(code))
    return best
  }
}

/**
 * Logarithmic shares of the largest value, in [0, 1]: activity is Zipf-like, and twice as many visits are not twice
 * as good. Values compare by ratio, so the scale of decayed strengths does not matter.
 */
function logShares(values: Float64Array): Float64Array {
  const shares = new Float64Array(values.length)
  let max = 0
  for (const value of values) if (value > max) max = value
  if (max === 0) return shares
  for (let i = 0; i < values.length; i++) shares[i] = Math.log1p((99 * values[i]) / max) / Math.log(100)
  return shares
}
