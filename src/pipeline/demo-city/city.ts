// The demo city: a made-up Korean city with regions, spots, places, people and half a year of what they did, from a seed.
// Leaves storing it to pipeline/demo.ts. Its hidden tastes let tests check that recommendations are right.
import type { Category } from '../../domain/category.ts'
import type { Event } from '../../domain/event.ts'
import type { PlaceInput } from '../../domain/place.ts'
import type { Area } from '../../domain/position.ts'
import type { Region } from '../../domain/region.ts'
import type { Spot } from '../../domain/spot.ts'
import { DongneError } from '../../errors.ts'
import { createRandom } from '../../math/random.ts'
import { demoCategories } from './kinds/index.ts'
import {
  DAY_MS,
  inner,
  KOREA_OFFSET_MS,
  readinessAfter,
  readinessAt,
  simulateOutings,
  WALK_KM,
} from './outings.ts'
import { createPlaces, type DemoPlace } from './places.ts'
import { kilometersBetween } from './plane.ts'
import { createCityMap } from './regions.ts'
import { createSpots } from './spots.ts'
import { createUsers, type DemoUser, type Resident } from './users.ts'

export type { DemoUser, UserFacet } from './users.ts'

export interface DemoTruth {
  /**
   * How much a user likes a place, 0 to 1: the hidden taste that events were drawn from, without distance, popularity,
   * season and chance. Throws unknown-user or unknown-place.
   */
  trueUtility(userId: string, placeId: string): number
  /**
   * How much a user likes a place for what they like of another, 0 to 1: trueUtility by the tastes alone that both
   * places serve. Throws unknown-user or unknown-place.
   */
  intentUtility(userId: string, likePlaceId: string, placeId: string): number
  /**
   * How much a user would like to go to a place next, 0 to 1: trueUtility by the readiness to go there from home, or from
   * the place before, and for what the hour is for. Throws unknown-user or unknown-place.
   */
  stepUtility(userId: string, placeId: string, step: OutingStep): number
}

/** A step of an outing. */
export interface OutingStep {
  /** Milliseconds since 1970; without it the hour has no say. */
  readonly at?: number
  /** The place before; the first step is from home. */
  readonly from?: string | undefined
}

export interface DemoCity {
  /** The city (2 digits), its districts (5) and dongs (7); every place lies in exactly one dong. */
  readonly regions: readonly Region[]
  /** The gap between the banks; no region covers it. */
  readonly river: Area
  readonly spots: readonly Spot[]
  /** Parents before children. */
  readonly categories: readonly Category[]
  readonly places: readonly PlaceInput[]
  readonly users: readonly DemoUser[]
  /** Six months that end with the day before `now`, oldest first; drawn at the first call. */
  events(): readonly Event[]
  readonly truth: DemoTruth
}

/**
 * Draws the city. Equal seeds and days give equal cities.
 * @param options.now milliseconds since 1970; counts by its day in Korea, so that no event lies in the future
 */
export function generateDemoCity({ seed = 1, now }: { seed?: number; now: number }): DemoCity {
  const random = createRandom(seed)
  const map = createCityMap(random.fork('map'))
  const spots = createSpots(map.dongs, random.fork('spots'))
  const places = createPlaces(map.dongs, spots, random.fork('places'))
  const residents = createUsers(map.dongs, random.fork('users'))
  const placesById = new Map(places.map((place) => [place.input.id, place]))
  const residentsById = new Map(residents.map((resident) => [resident.user.id, resident]))
  const end = Math.floor((now + KOREA_OFFSET_MS) / DAY_MS) * DAY_MS - KOREA_OFFSET_MS
  let events: readonly Event[] | undefined

  return {
    regions: map.regions,
    river: map.river,
    spots: spots.map(({ spot }) => spot),
    categories: demoCategories(),
    places: places.map(({ input }) => input),
    users: residents.map(({ user }) => user),
    events: () =>
      (events ??= simulateOutings({
        places,
        residents,
        end,
        random: random.fork('events'),
        destinations: spots.map(({ site, centre }) => ({
          point: centre,
          weight: site.bustle,
        })),
      })),
    truth: {
      trueUtility: (userId, placeId) => inner(residentOf(userId).tastes, placeOf(placeId).offer),
      intentUtility(userId, likePlaceId, placeId) {
        const liked = placeOf(likePlaceId).offer
        const intent = residentOf(userId).tastes.map((taste, facet) => taste * liked[facet])
        return inner(intent, placeOf(placeId).offer)
      },
      stepUtility(userId, placeId, { at, from }) {
        const { tastes, home, reachKm } = residentOf(userId)
        const place = placeOf(placeId)
        const before = from === undefined ? undefined : placeOf(from)
        const [origin, reach] = before === undefined ? [home, reachKm] : [before.point, WALK_KM]
        const readiness =
          Math.exp(-kilometersBetween(origin, place.point) / reach) *
          readinessAfter(before?.kind.group, place.kind.group) *
          (at === undefined ? 1 : readinessAt(place, at))
        return readiness * inner(tastes, place.offer)
      },
    },
  }

  function residentOf(userId: string): Resident {
    const resident = residentsById.get(userId)
    if (resident === undefined)
      throw new DongneError('unknown-user', `The demo city has no user "${userId}".`)
    return resident
  }

  function placeOf(placeId: string): DemoPlace {
    const place = placesById.get(placeId)
    if (place === undefined)
      throw new DongneError('unknown-place', `The demo city has no place "${placeId}".`)
    return place
  }
}
