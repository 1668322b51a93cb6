// The features of the ranker: what of a place, a user and a moment says whether the user goes there now.
// Leaves where the evidence comes from to who asks (serving, training, evaluation), weights to ranker.ts.
import type { LngLat } from '../../domain/position.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { USUAL_STEP } from './habits.ts'
import { NO_KIND, type Kinds, type PlaceKind } from './kinds.ts'
import type { Past } from './past.ts'

/** Every feature with what it says, in the order of the weights. Logarithms are natural. */
export const FEATURES = {
  users: 'ln(1 + users with the place when the model was trained)',
  visits: 'ln(1 + visits, halved every 60 days but for a twentieth that lasts)',
  unseen: '1 where nobody has been',
  age: 'ln(1 + days since its first visit), 0 without one',
  slot: 'ln of the share of its visits in this part of the week against that of everybody’s, smoothed',
  hour: 'ln of the share of its kind’s visits around this hour of the day against that of everybody’s, smoothed',
  kind: 'ln of its kind’s share of the user’s places against that of everybody’s, smoothed',
  wideKind: 'the same for the widest category above it',
  kindAfter:
    'ln of how often its kind follows that of the last place against how often it is gone to; times freshness',
  wideKindAfter: 'the same for the widest categories',
  after: 'ln(1 + times that people went there next from the last place); times freshness',
  lists:
    'ln(1 + 20 · mean of its likeness to the user’s places, by who visits both), over the root of their number',
  listsThin: 'the same times thinness',
  lastList: 'ln(1 + 20 · its likeness to the last place); times freshness',
  taste: 'cosine with the user’s vector',
  tasteThin: 'the same times thinness',
  session: 'cosine with the last place; times freshness',
  own: 'ln(1 + the user’s own visits before the last hours); 0 throughout where only new places are asked for',
  metersNow: 'ln(1 + metres / 100) from the last known position, at most 1 hour old; else 0',
  metersSoon: 'the same, 1 to 6 hours old',
  metersToday: 'the same, 6 to 24 hours old',
  metersBefore: 'the same, older',
  nearest: 'ln(1 + metres / 100) to the nearest place that the user has been to',
  streets: 'ln(.05 + what the user has done within some 300 m)',
  quarter: 'ln(.05 + what the user has done within some km)',
  stride:
    'ln(1 + metres / 100) from the last known position, times how much further than usual the user goes (ln)',
  rating: 'stars above the mean around, shrunk where few have been there; 0 without any',
} as const satisfies Record<string, string>

export type FeatureName = keyof typeof FEATURES
export const FEATURE_NAMES = Object.keys(FEATURES) as FeatureName[]
export const WIDTH = FEATURE_NAMES.length

/** What is known of a candidate at a moment. */
export interface Evidence extends LngLat {
  readonly kind: PlaceKind
  /** With the place when the model was trained. */
  readonly users: number
  /** Decayed to the moment, one a visit. */
  readonly visits: number
  /** The same within the slot. */
  readonly slotVisits: number
  /** Milliseconds since 1970; undefined where nobody has been. */
  readonly firstAt: number | undefined
  /** Times that people went there next from the user's last place. */
  readonly after: number
  /** Σ over the user's places of its value in their lists. */
  readonly lists: number
  /** Its value in the list of the last place. */
  readonly lastList: number
  /** Cosine with the user's vector, 0 without one. */
  readonly taste: number
  /** Cosine with the last place's vector, 0 without one. */
  readonly session: number
  /** The user's own visits before the present session. */
  readonly own: number
  /** Stars above the mean of what is around; 0 where it has none. */
  readonly stars: number
}

export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Of the part of the week: everybody's share of visits in it. */
  readonly slotShare: number
  /** Of the day where the places are, as of `solarHour`. */
  readonly hour: number
  readonly past: Past<unknown>
  readonly kinds: Kinds
  /** Where the user was last known to be, and when. */
  readonly seen?: { readonly point: LngLat; readonly at: number } | undefined
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** What happened this long ago says e times less about what comes next. */
const FRESH_HOURS = 8
/** So many visits of a place weigh as much as everybody's share of a slot. */
const SLOT_PRIOR = 5
/** So many users of a place, besides those that its source asked, are worth as much as the mean around (a Bayesian mean). */
const RATERS_PRIOR = 10
const SOURCE_RATERS = 5
/** A usual history: thinness is 0 at so many places, grows below and falls above. */
const USUAL_PLACES = 26

/** A function that writes the features of a candidate to `out` from `offset` on. Finite for any evidence of a kind known by now. */
export function createFeatures(
  moment: Moment,
): (evidence: Evidence, out: Float32Array, offset: number) => void {
  const { at, slotShare, hour, past, kinds, seen } = moment
  const { last } = past
  const hourLifts = kinds.hourLifts(hour)
  const userLifts = kinds.userLifts(past.kinds, past.kindPlaces)
  const ownAfter = kinds.followLifts(last?.kind.own ?? NO_KIND)
  const wideAfter = kinds.followLifts(last?.kind.wide ?? NO_KIND)
  const hoursSinceLast = last === undefined ? Infinity : Math.max(0, at - last.at) / HOUR_MS
  const freshness = Math.exp(-hoursSinceLast / FRESH_HOURS)
  const hours = seen === undefined ? Infinity : Math.max(0, at - seen.at) / HOUR_MS
  const places = past.visits.size
  const thinness = Math.log(USUAL_PLACES + 1) - Math.log(places + 1)
  const listShare = 20 / Math.sqrt(places + 1)
  const { usualStep } = past.habits
  const around = past.around()

  return (evidence, out, offset) => {
    const { own, wide } = evidence.kind
    const hasKind = own !== NO_KIND
    const meters = seen === undefined ? 0 : Math.log1p(haversineMeters(seen.point, evidence) / 100)
    const { nearestMeters, streets, quarter } = around(evidence)
    const lists = Math.log1p(listShare * evidence.lists)
    let next = offset
    out[next++] = Math.log1p(evidence.users)
    out[next++] = Math.log1p(evidence.visits)
    out[next++] = evidence.firstAt === undefined ? 1 : 0
    out[next++] = evidence.firstAt === undefined ? 0 : Math.log1p(Math.max(0, at - evidence.firstAt) / DAY_MS)
    out[next++] = Math.log(
      (evidence.slotVisits + SLOT_PRIOR * slotShare) / (evidence.visits + SLOT_PRIOR) / slotShare,
    )
    out[next++] = hasKind ? hourLifts[own] : 0
    out[next++] = hasKind ? userLifts[own] : 0
    out[next++] = hasKind ? userLifts[wide] : 0
    out[next++] = hasKind ? freshness * ownAfter[own] : 0
    out[next++] = hasKind ? freshness * wideAfter[wide] : 0
    out[next++] = freshness * Math.log1p(evidence.after)
    out[next++] = lists
    out[next++] = thinness * lists
    out[next++] = freshness * Math.log1p(20 * evidence.lastList)
    out[next++] = evidence.taste
    out[next++] = thinness * evidence.taste
    out[next++] = freshness * evidence.session
    out[next++] = Math.log1p(evidence.own)
    out[next++] = hours <= 1 ? meters : 0
    out[next++] = hours > 1 && hours <= 6 ? meters : 0
    out[next++] = hours > 6 && hours <= 24 ? meters : 0
    out[next++] = hours > 24 ? meters : 0
    out[next++] = places === 0 ? 0 : Math.log1p(nearestMeters / 100)
    out[next++] = Math.log(0.05 + streets)
    out[next++] = Math.log(0.05 + quarter)
    out[next++] = seen === undefined ? 0 : meters * (usualStep - USUAL_STEP)
    const raters = evidence.users + SOURCE_RATERS
    out[next] = (evidence.stars * raters) / (raters + RATERS_PRIOR)
  }
}

/** Of what is around; 0 where none has any. */
export function meanRating(ratings: readonly (number | undefined)[]): number {
  let sum = 0
  let count = 0
  for (const rating of ratings) {
    if (rating === undefined) continue
    sum += rating
    count++
  }
  return count === 0 ? 0 : sum / count
}
