// What a course is worth: places by the ranker, kinds by the hour, what follows what by counts and by custom, and the way.
// Leaves finding the best one to solve.ts.
import type { CourseRequest, StopRole } from '../../domain/course.ts'
import type { Place } from '../../domain/place.ts'
import type { LngLat } from '../../domain/position.ts'
import { haversineMeters } from '../../geo/distance.ts'
import type { Live } from '../live/live.ts'
import type { Ranked } from '../ranking/rank.ts'
import { NO_KIND, solarHour, type PlaceKind } from '../ranking/kinds.ts'
import { usualFollow, usualHour } from './roles.ts'
import type { CourseProblem } from './solve.ts'
import type { Timetable } from './timetable.ts'

/** A place that can be stopped at. */
export interface Stop {
  readonly entry: Ranked
  readonly place: Place
  readonly role: StopRole
  readonly stay: number
  readonly times: Timetable
  readonly kind: PlaceKind
}

/**
 * Metres a minute: 4 km/h on foot, as the Korean map services reckon (reason-texts.ts), and 24 km/h in a city. Streets are
 * longer than the crow flies (Newell, Traffic Flow on Transportation Networks, 1980: 1.2 on average; 1.3 with crossings).
 */
const METERS_PER_MINUTE = { walk: 67, drive: 400 } as const
const DETOUR = 1.3
/** Getting in, finding a place to park and getting out. */
const PARKING_MINUTES = 5

/** Weights beside the ranker's score, which differs by about 1 between a very good place and an indifferent one. */
const HOUR = 0.25
const FOLLOW = 0.3
const MOVES = 0.15
/** Of kinds that follow each other: in so few counts a lift of more says nothing more, and no kind is worth a bad place. */
const MAX_LIFT = 1.5
/** Of a minute on the way. */
const TRAVEL = { walk: 0.025, drive: 0.015 } as const
/** What the second of two of one category takes from a course; and what is had again so soon. */
const SAME_CATEGORY = -0.6
const AGAIN = -1.5
const AGAIN_MINUTES: Partial<Record<StopRole, number>> = { meal: 210, cafe: 90 }

interface ProblemOptions {
  readonly live: Live
  readonly stops: readonly Stop[]
  readonly start: LngLat | undefined
  readonly request: Pick<CourseRequest, 'startAt' | 'travel' | 'maxMinutes'>
  readonly must: readonly number[]
  readonly count: number
  /** Of the request by default. */
  readonly maxMinutes?: number
  /** Minutes after `startAt` at which one sets out. */
  readonly delay?: number
}

export function createProblem({
  live,
  stops,
  start,
  request,
  must,
  count,
  maxMinutes = request.maxMinutes,
  delay = 0,
}: ProblemOptions): CourseProblem {
  const { kinds, visits } = live.movements
  const { travel } = request
  const n = stops.length
  const minutes = (from: LngLat, to: LngLat) =>
    Math.ceil((DETOUR * haversineMeters(from, to)) / METERS_PER_MINUTE[travel]) +
    (travel === 'drive' ? PARKING_MINUTES : 0)
  /** By row, made when a row is first asked for: most candidates are never stopped at. */
  const ways: (Float64Array | undefined)[] = []
  const wayMinutes = (from: number): Float64Array =>
    (ways[from] ??= Float64Array.from(stops, ({ place }) => minutes(stops[from].place, place)))
  const fromStart = start === undefined ? undefined : stops.map(({ place }) => minutes(start, place))
  const hourLifts = new Map<number, Float64Array>()
  const followLifts = new Map<number, Float64Array>()
  const follows: (Float64Array | undefined)[] = []
  const cached = (lists: Map<number, Float64Array>, key: number, make: () => Float64Array) => {
    let list = lists.get(key)
    if (list === undefined) lists.set(key, (list = make()))
    return list
  }
  const lift = (lists: Float64Array, { own, wide }: PlaceKind) =>
    own === NO_KIND ? 0 : ((lists[own] ?? 0) + (lists[wide] ?? 0)) / 2

  function follow(from: number): Float64Array {
    const { role, kind, place } = stops[from]
    const own = cached(followLifts, kind.own, () => kinds.followLifts(kind.own))
    const wide = cached(followLifts, kind.wide, () => kinds.followLifts(kind.wide))
    const next = visits.next(place.id)
    return Float64Array.from(stops, (to, number) => {
      const seen = to.kind.own === NO_KIND ? 0 : ((own[to.kind.own] ?? 0) + (wide[to.kind.wide] ?? 0)) / 2
      const learnt = Math.max(-MAX_LIFT, Math.min(MAX_LIFT, seen))
      const way = wayMinutes(from)[number]
      return (
        FOLLOW * (usualFollow(role, to.role) + learnt) +
        MOVES * Math.log1p(next.get(to.place.id) ?? 0) -
        TRAVEL[travel] * way
      )
    })
  }

  return {
    count: n,
    stops: count,
    must,
    maxMinutes,
    worth(stop, minute) {
      const { entry, place, role, times, kind } = stops[stop]
      const at = delay + minute
      const sun = solarHour(request.startAt + at * 60_000, place.lng)
      const learnt = lift(
        cached(hourLifts, sun, () => kinds.hourLifts(sun)),
        kind,
      )
      return entry.score + HOUR * (usualHour(role, times.localHour(at)) + learnt)
    },
    follow: (from, to) => (follows[from] ??= follow(from))[to],
    pair(a, b, minutesBetween) {
      const [one, other] = [stops[a], stops[b]]
      if (one.role === other.role && minutesBetween < (AGAIN_MINUTES[one.role] ?? 0)) return AGAIN
      if (one.place.categories[0] !== undefined && one.place.categories[0] === other.place.categories[0]) {
        return SAME_CATEGORY
      }
      return 0
    },
    fromStart: (stop) => (fromStart === undefined ? 0 : -TRAVEL[travel] * fromStart[stop]),
    travelMinutes: (from, to) => (from === undefined ? (fromStart?.[to] ?? 0) : wayMinutes(from)[to]),
    stayMinutes: (stop) => stops[stop].stay,
    opensAt(stop, minute) {
      const { times, stay } = stops[stop]
      const at = times.opensAt(delay + minute, stay)
      return at === undefined ? undefined : at - delay
    },
  }
}
