// Where a course begins and what it can stop at: around the start, what has to be seen, or the best places of the area.
// Leaves which of them to solve.ts.
import type { CourseRequest, StopRole } from '../../domain/course.ts'
import type { Place } from '../../domain/place.ts'
import type { LngLat } from '../../domain/position.ts'
import { DongneError } from '../../errors.ts'
import { haversineMeters } from '../../geo/distance.ts'
import type { Filter } from '../../vector-index/filter.ts'
import { existing } from '../answer.ts'
import { nearestCandidates, popularCandidates } from '../candidates/area.ts'
import { mergeCandidates } from '../candidates/candidate.ts'
import { vectorCandidates } from '../candidates/vector.ts'
import type { Live } from '../live/live.ts'
import { localSlots } from '../context/local-slots.ts'
import { rank, type Ranked } from '../ranking/rank.ts'
import type { UserContext } from '../context/user-context.ts'
import type { Writer } from '../writing/writer.ts'
import { COURSE_TEXTS } from './course-texts.ts'
import type { Stop } from './problem.ts'
import { purposeOf, stayMinutes } from './roles.ts'
import { LATER_MINUTES, timetable } from './timetable.ts'

/** How far one goes for a course around a point, at first; doubled until there is enough to choose from. */
const REACH_METERS = { walk: 1200, drive: 6000 } as const
const WIDENINGS = 4
/** Further away than this a start is not where the course begins. */
const FAR_METERS = { walk: 5000, drive: 50_000 } as const
/** Candidates of each role that are planned with, the best ranked. */
const PER_ROLE = 10
const ENOUGH_PER_STOP = 5
/** Places around which courses in a wide area are tried, the best ranked ones. */
const ANCHORS = 3

/** What a course is planned from. */
export interface Plan {
  readonly live: Live
  readonly writer: Writer
  readonly request: CourseRequest
  readonly context: UserContext
  readonly filter: Filter
  readonly signal: AbortSignal | undefined
}

export interface Around {
  readonly filter: Filter
  /** Where the way begins; absent where it begins at the first stop. */
  readonly start: LngLat | undefined
  readonly isAnchor: boolean
  readonly explanation?: string
}

/** Where to look: around the start, around what has to be seen, or around the best places of the area. */
export async function anchors(plan: Plan, must: readonly Stop[]): Promise<Around[]> {
  const { live, request, filter, signal } = plan
  const { near, travel } = request
  if (near === undefined && must.length === 0) {
    if (request.where.circle !== undefined && request.where.circle.radiusMeters <= 2 * REACH_METERS[travel]) {
      return [{ filter, start: undefined, isAnchor: false }]
    }
    const ranked = await rankAt(plan, await popularCandidates(live, filter, signal))
    const places: Place[] = []
    for (const { place } of ranked) {
      if (purposeOf(place, live.vocabulary).niche) continue
      if (places.some((other) => haversineMeters(other, place) < REACH_METERS[travel])) continue
      if (places.push(place) === Math.max(ANCHORS, request.limit)) break
    }
    return Promise.all(
      places.map(async (place) => ({
        filter: await within(plan, place),
        start: undefined,
        isAnchor: true,
      })),
    )
  }
  const nearest = near && (await nearestCandidates(live, filter, near, signal))[0]
  const meters = nearest === undefined ? 0 : -nearest.scores.nearest!
  const far = meters > FAR_METERS[travel]
  const [nearestPlace] = far ? await existing(live, [nearest!.id]) : []
  const centre = must.length > 0 ? middle(must.map(({ place }) => place)) : (nearestPlace ?? near!)
  return [
    {
      filter: await within(plan, centre),
      start: far ? undefined : near,
      isAnchor: false,
      ...(far && { explanation: COURSE_TEXTS[request.locale].farStart(meters) }),
    },
  ]
}

/**
 * The filter within the smallest circle that has enough to choose from. It may reach out of an asked circle: what lies
 * outside is left out by `stopsAround`.
 */
export async function within({ live, request, filter }: Plan, centre: LngLat): Promise<Filter> {
  const asked = request.where.circle?.radiusMeters ?? Infinity
  let radiusMeters: number = Math.min(asked, REACH_METERS[request.travel])
  for (let widening = 0; ; widening++) {
    const narrowed = { ...filter, circle: { lng: centre.lng, lat: centre.lat, radiusMeters } }
    // Twice the radius around any point of a circle is all of it.
    const isAll = widening === WIDENINGS || radiusMeters >= 2 * asked
    if (isAll || (await live.index.count(narrowed)) >= ENOUGH_PER_STOP * request.stops) return narrowed
    radiusMeters *= 2
  }
}

/** What can be stopped at: the best of each role, and what has to be seen. */
export async function stopsAround(
  plan: Plan,
  { filter, start }: Around,
  must: readonly Stop[],
): Promise<Stop[]> {
  const { live, context, signal } = plan
  const centre = filter.circle ?? start
  const found = await Promise.all([
    popularCandidates(live, filter, signal),
    vectorCandidates(live, 'taste', context.vector, filter, signal),
    nearestCandidates(live, filter, centre, signal),
  ])
  const ranked = await rankAt(plan, mergeCandidates(...found), start)
  const known = new Set(must.map(({ place }) => place.id))
  const { circle } = plan.request.where
  const isOutside = (place: Place) =>
    circle !== undefined && haversineMeters(circle, place) > circle.radiusMeters
  const perRole = new Map<StopRole, number>()
  const asked = plan.request.what.categories !== undefined
  const goesThere = (place: Place) => place.categories.some((code) => context.categoryShares.has(code))
  const stops = ranked.flatMap((entry): Stop[] => {
    const { role, niche } = purposeOf(entry.place, live.vocabulary)
    if (known.has(entry.place.id) || isOutside(entry.place) || (niche && !asked && !goesThere(entry.place)))
      return []
    const taken = perRole.get(role) ?? 0
    if (taken === PER_ROLE) return []
    perRole.set(role, taken + 1)
    return [toStop(plan, entry, role)]
  })
  return [...must, ...stops]
}

function toStop({ live, request }: Plan, entry: Ranked, role: StopRole): Stop {
  const { place } = entry
  return {
    entry,
    place,
    role,
    stay: stayMinutes(place, role),
    times: timetable(place, request.startAt, LATER_MINUTES + request.maxMinutes),
    kind: live.movements.kinds.of(place.categories),
  }
}

/** The places of these ids as stops, whatever the filter says. Throws unknown-place. */
export async function given(plan: Plan, ids: readonly string[], pointer: string): Promise<Stop[]> {
  if (ids.length === 0) return []
  const ranked = await rankAt(
    plan,
    ids.map((id) => ({ id, scores: {} })),
  )
  return ids.map((id, index) => {
    const entry = ranked.find(({ place }) => place.id === id)
    if (entry === undefined) {
      throw new DongneError('unknown-place', `No place has the id "${id}".`, {
        errors: [{ pointer: `${pointer}/${index}`, detail: `"${id}" is not known` }],
      })
    }
    return toStop(plan, entry, purposeOf(entry.place, plan.live.vocabulary).role)
  })
}

function rankAt({ live, request, context }: Plan, candidates: Parameters<typeof rank>[1], near?: LngLat) {
  const { startAt } = request
  return rank(live, candidates, {
    weights: 'learnt',
    at: startAt,
    near,
    context,
    slotOf: localSlots(startAt),
    ...(near && { origin: near }),
  })
}

/** The mean of a few points; near the antimeridian on the side of the first. */
function middle(points: readonly LngLat[]): LngLat {
  const [first] = points
  const unwrapped = points.map(({ lng }) => lng + 360 * Math.round((first.lng - lng) / 360))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const lng = mean(unwrapped)
  return {
    lng: lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng,
    lat: mean(points.map(({ lat }) => lat)),
  }
}
