// What a user did before a moment, as the ranker looks at it: where, what kind, how long ago.
// Leaves taste to the user's vector, and what others did to kinds.ts and outings.ts.
import type { LngLat } from '../../domain/position.ts'
import { flatDistance, type FlatDistance } from '../../geo/distance.ts'
import { habitsOf, type Habits } from './habits.ts'
import { NO_KIND, type PlaceKind } from './kinds.ts'

export interface PastVisit<Id> extends LngLat {
  readonly place: Id
  readonly kind: PlaceKind
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface Whereabouts {
  /** To the nearest place that the user has been to; Infinity without one. */
  readonly nearestMeters: number
  /** How much the user has done around: Σ ln(1 + visits) / (1 + (d / h)²)² over their places, h = 300 m. */
  readonly streets: number
  /** The same with h = 1 km. */
  readonly quarter: number
}

/** What the last hours hold is the present session: it says what is wanted now, and is no habit yet. */
export const SESSION_WINDOW_MS = 4 * 60 * 60_000

const STREETS_METERS = 300
const QUARTER_METERS = 1000

export interface Past<Id> {
  /** The newest visit. */
  readonly last: PastVisit<Id> | undefined
  /** Visits by place. */
  readonly visits: ReadonlyMap<Id, number>
  /** Places with a kind, and of them by kind (both levels). */
  readonly kindPlaces: number
  readonly kinds: ReadonlyMap<number, number>
  readonly habits: Habits
  /** Visits by place in the session of a moment. */
  lately(at: number): ReadonlyMap<Id, number>
  /** For points that lie close together: one projection, about the first of them, serves them all. */
  around(): (point: LngLat) => Whereabouts
}

/**
 * @param visits in order of time
 * @param given areas that the client names
 */
export function pastOf<Id>(
  visits: readonly PastVisit<Id>[],
  given?: Parameters<typeof habitsOf>[1],
): Past<Id> {
  const counts = new Map<Id, number>()
  const first: PastVisit<Id>[] = []
  const kinds = new Map<number, number>()
  let kindPlaces = 0
  let last: PastVisit<Id> | undefined
  for (const visit of visits) {
    last = visit
    const count = counts.get(visit.place)
    counts.set(visit.place, (count ?? 0) + 1)
    if (count !== undefined) continue
    first.push(visit)
    const { own, wide } = visit.kind
    if (own === NO_KIND) continue
    kindPlaces++
    kinds.set(own, (kinds.get(own) ?? 0) + 1)
    if (wide !== own) kinds.set(wide, (kinds.get(wide) ?? 0) + 1)
  }
  const lngs = Float64Array.from(first, ({ lng }) => lng)
  const lats = Float64Array.from(first, ({ lat }) => lat)
  const weights = Float64Array.from(first, ({ place }) => Math.log1p(counts.get(place)!))
  let habits: Habits | undefined
  return {
    last,
    visits: counts,
    kindPlaces,
    kinds,
    get habits() {
      return (habits ??= habitsOf(visits, given))
    },
    lately(at) {
      const lately = new Map<Id, number>()
      for (let i = visits.length - 1; i >= 0 && at - visits[i].at < SESSION_WINDOW_MS; i--) {
        lately.set(visits[i].place, (lately.get(visits[i].place) ?? 0) + 1)
      }
      return lately
    },
    around() {
      let flat: FlatDistance | undefined
      return ({ lng, lat }) => {
        flat ??= flatDistance(lat)
        let nearest = Infinity
        let streets = 0
        let quarter = 0
        for (let i = 0; i < lngs.length; i++) {
          const square = flat.squaredMeters(lng, lat, lngs[i], lats[i])
          if (square < nearest) nearest = square
          streets += weights[i] / (1 + square / STREETS_METERS ** 2) ** 2
          quarter += weights[i] / (1 + square / QUARTER_METERS ** 2) ** 2
        }
        return { nearestMeters: Math.sqrt(nearest), streets, quarter }
      }
    },
  }
}
