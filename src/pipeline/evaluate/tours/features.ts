// What a place has to do with a tour from one place to another: features of what lies between, and of what comes first.
// Leaves their weights to tour-model.ts.
import { haversineMeters } from '../../../geo/distance.ts'
import type { TourPlace } from '../../datasets/tours.ts'
import type { TourStatistics } from './statistics.ts'

export interface TourQuery {
  /** Rows of the places; different ones. */
  readonly first: number
  readonly last: number
  /** Places in all, the given two included; at least 3. */
  readonly length: number
}

/** Tours that a place's own share is worth as much as everybody's (the mass of a Dirichlet prior). */
const PRIOR_TOURS = 5
/** Distances below are equal: the size of a place, and of the error of photographs' positions. */
const NEAR_KM = 0.1

/** What is left out to see what it is worth. */
export type FeatureGroup = 'popularity' | 'transitions' | 'geography' | 'category'

/** Features of a place between, in the order of `betweenFeatures`. */
export const BETWEEN_FEATURES = [
  ['users', 'popularity'],
  ['tours', 'popularity'],
  ['toursByLength', 'popularity'],
  ['shareBetween', 'popularity'],

  ['withFirst', 'transitions'],
  ['withLast', 'transitions'],
  ['withEither', 'transitions'],
  ['afterFirst', 'transitions'],
  ['beforeLast', 'transitions'],
  ['nextToFirst', 'transitions'],
  ['nextToLast', 'transitions'],
  ['fromFirst', 'geography'],
  ['toLast', 'geography'],
  ['toNearer', 'geography'],
  ['detour', 'geography'],
  ['detourByLength', 'geography'],
  ['fromFirstKm', 'geography'],
  ['toLastKm', 'geography'],
  ['detourKm', 'geography'],
  ['detourPerStopKm', 'geography'],
  ['toNeighbour', 'geography'],
  ['likeFirst', 'category'],
  ['likeLast', 'category'],
] as const satisfies readonly (readonly [string, FeatureGroup])[]

/** Features of one place coming before another, in the order of `orderFeatures`. */
export const ORDER_FEATURES = [
  ['fromFirst', 'geography'],
  ['fromFirstKm', 'geography'],
  ['toLast', 'geography'],
  ['toLastKm', 'geography'],
  ['inThisOrder', 'transitions'],
  ['nextToFirst', 'transitions'],
  ['nextToLast', 'transitions'],
  ['afterFirst', 'transitions'],
  ['beforeLast', 'transitions'],
] as const satisfies readonly (readonly [string, FeatureGroup])[]

export interface TourFeatures {
  /** Every place but the given two. */
  candidates(query: TourQuery): number[]
  /** `[BETWEEN_FEATURES]` into `out` at `offset`: shares as logarithms, distances in km and their logarithms. */
  between(query: TourQuery, place: number, out: Float32Array, offset: number): void
  /** What going there adds to the way from the first place to the last, kilometres. */
  detourKm(query: TourQuery, place: number): number
  /** `[ORDER_FEATURES]`: the sign changes with the order of the two. */
  order(query: TourQuery, place: number, other: number, out: Float32Array, offset: number): void
}

export function tourFeatures(places: readonly TourPlace[], statistics: TourStatistics): TourFeatures {
  const kilometers = distances(places)
  const km = (a: number, b: number) => kilometers[a * places.length + b]
  /** From each place to the nearest other one: photographs at a lone place are all of it. */
  const nearestKm = places.map((_, a) =>
    places.reduce((least, __, b) => (a === b ? least : Math.min(least, km(a, b))), Infinity),
  )
  const near = (distance: number) => Math.log(NEAR_KM + distance)
  const { transitions } = statistics
  /** Expected places of a tour with this one, by its share of all stops. */
  const usual = (place: number) => (3 * (transitions.outings(place) + 0.5)) / Math.max(1, transitions.visits)
  const share = (count: number, of: number, place: number) =>
    Math.log((count + PRIOR_TOURS * usual(place)) / (transitions.outings(of) + PRIOR_TOURS))

  const detourKm = ({ first, last }: TourQuery, place: number) =>
    km(first, place) + km(place, last) - km(first, last)

  return {
    detourKm,
    candidates: ({ first, last }) => [...places.keys()].filter((place) => place !== first && place !== last),
    between(query, place, out, offset) {
      const { first, last, length } = query
      const stops = length - 2
      const withFirst = share(transitions.together(first, place), first, place)
      const withLast = share(transitions.together(last, place), last, place)
      const tours = Math.log(usual(place))
      const fromFirst = km(first, place)
      const toLast = km(place, last)
      const detour = detourKm(query, place)
      const middle = statistics.between(place)
      const like = (other: number) =>
        places[place].category !== '' && places[place].category === places[other].category ? 1 : 0
      out.set(
        [
          Math.log((statistics.popularity(place) + 0.5) / Math.max(1, statistics.visits)),
          tours,
          tours * Math.log(stops),
          Math.log((middle + 2) / (transitions.outings(place) + 4)),
          withFirst,
          withLast,
          Math.max(withFirst, withLast),
          share(transitions.before(first, place), first, place),
          share(transitions.before(place, last), last, place),
          share(transitions.next(first, place), first, place),
          share(transitions.next(place, last), last, place),
          near(fromFirst),
          near(toLast),
          near(Math.min(fromFirst, toLast)),
          near(detour),
          near(detour) * Math.log(stops),
          fromFirst,
          toLast,
          detour,
          detour / stops,
          near(nearestKm[place]),
          like(first),
          like(last),
        ],
        offset,
      )
    },
    order({ first, last }, place, other, out, offset) {
      const odds = (count: number, opposite: number) => Math.log((count + 1) / (opposite + 1))
      const after = (from: number, to: number) =>
        odds(transitions.before(from, to), transitions.before(to, from))
      out.set(
        [
          near(km(first, place)) - near(km(first, other)),
          km(first, place) - km(first, other),
          near(km(other, last)) - near(km(place, last)),
          km(other, last) - km(place, last),
          after(place, other),
          odds(transitions.next(first, place), transitions.next(first, other)),
          odds(transitions.next(other, last), transitions.next(place, last)),
          after(first, place) - after(first, other),
          after(other, last) - after(place, last),
        ],
        offset,
      )
    },
  }
}

/** `[places, places]`, kilometres. */
function distances(places: readonly TourPlace[]): Float64Array {
  const n = places.length
  const kilometers = new Float64Array(n * n)
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      kilometers[a * n + b] = kilometers[b * n + a] = haversineMeters(places[a], places[b]) / 1000
    }
  }
  return kilometers
}
