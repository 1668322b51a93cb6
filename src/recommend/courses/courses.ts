// POST /v1/courses: from a question to courses. Candidates around a start, an area or places that have to be seen; the best
// order under hours, stays and time; alternatives a stop; and words for what could not be done.
// Leaves the search to solve.ts, usual rhythm to roles.ts, what people do to movements.ts.
import type { Course, CourseRequest, Courses, CourseStop, StopRole } from '../../domain/course.ts'
import { localName, type Locale } from '../../domain/names.ts'
import type { Place } from '../../domain/place.ts'
import type { LngLat } from '../../domain/position.ts'
import type { Reason } from '../../domain/recommendation.ts'
import { DongneError } from '../../errors.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { filterFrom, type Filter } from '../../vector-index/filter.ts'
import { existing, pick } from '../answer.ts'
import { nearestCandidates, popularCandidates } from '../candidates/area.ts'
import { mergeCandidates } from '../candidates/candidate.ts'
import { vectorCandidates } from '../candidates/vector.ts'
import type { Live } from '../live.ts'
import { localSlots } from '../local-slots.ts'
import { rank, type Ranked } from '../rank.ts'
import { NO_KIND } from '../ranking/kinds.ts'
import { createReasons } from '../reasons.ts'
import { userContext, type UserContext } from '../user-context.ts'
import { COURSE_TEXTS } from './course-texts.ts'
import { createProblem, type Stop } from './problem.ts'
import { purposeOf, stayMinutes } from './roles.ts'
import { planStops, solveCourse, type CoursePlan, type CourseProblem } from './solve.ts'
import { timetable } from './timetable.ts'

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
const ALTERNATIVES = 3
const MAX_REASONS = 3
/** From here on moves are worth telling; and lifts: half as often again as usual. */
const MIN_MOVES = 2
const MIN_LIFT = Math.log(1.5)
/** Where so few of the candidates are open in the first hour, the answer says so. */
const FEW_OPEN = 0.25
/** How finely a later time to set out is looked for, and how far ahead. */
const LATER_STEP_MINUTES = 30
const LATER_MINUTES = 24 * 60

/** What a course is planned from. */
interface Plan {
  readonly live: Live
  readonly request: CourseRequest
  readonly context: UserContext
  readonly filter: Filter
  readonly signal: AbortSignal | undefined
}

/** Throws unknown-place for places that have to be seen, or are to be replaced, and do not exist. */
export async function courses(live: Live, request: CourseRequest, signal?: AbortSignal): Promise<Courses> {
  live.vocabulary.check(request.where, request.what)
  const context = await userContext(live, request.who, request.startAt)
  const excludeIds = [...(request.what.excludePlaceIds ?? []), ...context.dislikes]
  const filter = {
    ...filterFrom(request.where, request.what, request.startAt),
    ...(excludeIds.length > 0 && { excludeIds }),
  }
  const plan: Plan = { live, request, context, filter, signal }
  return request.replace === undefined ? newCourses(plan) : replaced(plan, request.replace)
}

async function newCourses(plan: Plan): Promise<Courses> {
  const { request } = plan
  const texts = COURSE_TEXTS[request.locale]
  const must = await given(plan, request.mustVisit, '/mustVisit')
  const items: Course[] = []
  const used = new Set<string>()
  let explanation: string | undefined
  for (const around of await anchors(plan, must)) {
    const stops = await stopsAround(plan, around, must)
    while (items.length < request.limit) {
      const fresh = stops.filter(({ place }) => !used.has(place.id) || request.mustVisit.includes(place.id))
      const found = planCourse(plan, fresh, around.start)
      // That later courses have less to choose from need not be said.
      if (items.length === 0) explanation = found.explanation ?? around.explanation
      if (found.plan === undefined) break
      if (items.length > 0 && found.plan.stops.length < request.stops) break
      const course = describe(plan, {
        problem: found.problem,
        plan: found.plan,
        stops: fresh,
        start: around.start,
      })
      items.push(course)
      for (const { place } of course.stops) used.add(place.id!)
      // In a wide area the next course begins elsewhere.
      if (around.isAnchor) break
    }
  }
  if (items.length === 0) explanation ??= texts.noPlaces
  return {
    recommendationId: crypto.randomUUID(),
    items,
    ...(explanation !== undefined && { explanation }),
  }
}

interface Around {
  readonly filter: Filter
  /** Where the way begins; absent where it begins at the first stop. */
  readonly start: LngLat | undefined
  readonly isAnchor: boolean
  readonly explanation?: string
}

/** Where to look: around the start, around what has to be seen, or around the best places of the area. */
async function anchors(plan: Plan, must: readonly Stop[]): Promise<Around[]> {
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

/** The filter within the smallest circle that has enough to choose from. */
async function within({ live, request, filter }: Plan, centre: LngLat): Promise<Filter> {
  if (request.where.circle !== undefined) return filter
  let radiusMeters: number = REACH_METERS[request.travel]
  for (let widening = 0; ; widening++) {
    const narrowed = { ...filter, circle: { lng: centre.lng, lat: centre.lat, radiusMeters } }
    if (widening === WIDENINGS || (await live.index.count(narrowed)) >= ENOUGH_PER_STOP * request.stops)
      return narrowed
    radiusMeters *= 2
  }
}

/** What can be stopped at: the best of each role, and what has to be seen. */
async function stopsAround(plan: Plan, { filter, start }: Around, must: readonly Stop[]): Promise<Stop[]> {
  const { live, context, signal } = plan
  const centre = filter.circle ?? start
  const found = await Promise.all([
    popularCandidates(live, filter, signal),
    vectorCandidates(live, 'taste', context.vector, filter, signal),
    nearestCandidates(live, filter, centre, signal),
  ])
  const ranked = await rankAt(plan, mergeCandidates(...found), start)
  const known = new Set(must.map(({ place }) => place.id))
  const perRole = new Map<StopRole, number>()
  const asked = plan.request.what.categories !== undefined
  const goesThere = (place: Place) => place.categories.some((code) => context.categoryShares.has(code))
  const stops = ranked.flatMap((entry): Stop[] => {
    const { role, niche } = purposeOf(entry.place, live.vocabulary)
    if (known.has(entry.place.id) || (niche && !asked && !goesThere(entry.place))) return []
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
async function given(plan: Plan, ids: readonly string[], pointer: string): Promise<Stop[]> {
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

interface Planned {
  readonly problem: CourseProblem
  readonly plan?: CoursePlan
  readonly explanation?: string
}

/** The best course; fewer stops where not all fit; else why there is none and what would do. */
function planCourse({ live, request }: Plan, stops: readonly Stop[], start: LngLat | undefined): Planned {
  const { maxMinutes, mustVisit, locale } = request
  const texts = COURSE_TEXTS[locale]
  const must = stops.flatMap(({ place }, index) => (mustVisit.includes(place.id) ? index : []))
  const make = (
    more: Partial<{ stops: number; delay: number; maxMinutes: number; must: readonly number[] }> = {},
  ) => createProblem({ live, stops, start, request, must, count: request.stops, ...rename(more) })
  const problem = make()
  if (stops.length === 0) return { problem, explanation: texts.noPlaces }
  const few = stops.length < request.stops
  for (let count = Math.min(request.stops, stops.length); count >= Math.max(1, must.length); count--) {
    const reduced = make({ stops: count })
    const plan = solveCourse(reduced)
    if (plan === undefined) continue
    if (count === request.stops) return { problem: reduced, plan, ...fewOpen() }
    const explanation =
      few && count === stops.length
        ? texts.tooFew(stops.length)
        : texts.fewerStops(request.stops, count, maxMinutes)
    return { problem: reduced, plan, explanation }
  }
  return { problem, explanation: whyNone() }

  function fewOpen(): { explanation?: string } {
    const open = stops.filter(({ times, stay }) => times.opensAt(0, stay, 60) !== undefined).length
    return open < FEW_OPEN * stops.length ? { explanation: texts.fewOpen(open, stops.length) } : {}
  }

  function whyNone(): string {
    const names = (numbers: readonly number[]) =>
      numbers.map((number) => localName(stops[number].place, locale))
    const shut = must.filter((number) => solveCourse(make({ stops: 1, must: [number] })) === undefined)
    const wide = { maxMinutes: LATER_MINUTES }
    if (shut.length > 0) {
      const alone = (delay: number, more = {}) =>
        shut.every((number) => solveCourse(make({ stops: 1, must: [number], delay, ...more })) !== undefined)
      if (alone(0, wide)) return texts.mustDoesNotFit(names(shut), maxMinutes)
      return texts.mustClosed(
        names(shut),
        later((delay) => alone(delay), stops[shut[0]]),
      )
    }
    if (must.length > 0) return texts.mustDoesNotFit(names(must), maxMinutes)
    const soon = solveCourse(make({ stops: 1, ...wide }))
    if (soon !== undefined) {
      const shortest = Math.min(
        ...stops.map(
          (_, number) => solveCourse(make({ stops: 1, must: [number], ...wide }))?.stops[0].leave ?? Infinity,
        ),
      )
      return texts.noTime(maxMinutes, Number.isFinite(shortest) ? shortest : undefined)
    }
    const opens = later((delay) => solveCourse(make({ stops: 1, delay })) !== undefined, stops[0])
    return texts.allClosed(stops.length, opens)
  }

  /** HH:MM of the first time to set out at which something is possible. */
  function later(possible: (delay: number) => boolean, { times }: Stop): string | undefined {
    for (let delay = LATER_STEP_MINUTES; delay <= LATER_MINUTES; delay += LATER_STEP_MINUTES) {
      if (possible(delay)) return times.format(delay).slice(11, 16)
    }
    return undefined
  }
}

const rename = ({
  stops: count,
  ...rest
}: {
  stops?: number
  delay?: number
  maxMinutes?: number
  must?: readonly number[]
}) => ({
  ...rest,
  ...(count !== undefined && { count }),
})

/** One stop of a course for another one, the rest in its order. */
async function replaced(
  plan: Plan,
  { placeIds, stop }: NonNullable<CourseRequest['replace']>,
): Promise<Courses> {
  const { request, live } = plan
  const kept = await given(plan, placeIds, '/replace/placeIds')
  const old = kept[stop]
  const excludeIds = [...(plan.filter.excludeIds ?? []), ...placeIds]
  const narrowed = { ...plan, filter: { ...plan.filter, excludeIds } }
  const around = { filter: await within(narrowed, old.place), start: request.near, isAnchor: false }
  const others = await stopsAround(narrowed, around, [])
  const stops = [...kept, ...others]
  const problem = createProblem({ live, stops, start: request.near, request, must: [], count: kept.length })
  const order = kept.map((_, index) => index)
  const ranked = alternativesAt(problem, stops, order, stop)
  const best = ranked.find(({ number }) => stops[number].role === old.role) ?? ranked[0]
  const recommendationId = crypto.randomUUID()
  if (best === undefined) {
    const explanation = COURSE_TEXTS[request.locale].noReplacement(localName(old.place, request.locale))
    return { recommendationId, items: [], explanation }
  }
  const course = describe(plan, { problem, plan: best.plan, stops, start: request.near })
  return { recommendationId, items: [course] }
}

/** What could stand at a place of the order, best first. */
function alternativesAt(
  problem: CourseProblem,
  stops: readonly Stop[],
  order: readonly number[],
  at: number,
): { number: number; plan: CoursePlan }[] {
  return stops
    .flatMap((_, number) => {
      if (order.includes(number)) return []
      const plan = planStops(problem, order.with(at, number))
      return plan === undefined ? [] : [{ number, plan }]
    })
    .sort((a, b) => b.plan.value - a.plan.value)
}

interface Solved {
  readonly problem: CourseProblem
  readonly plan: CoursePlan
  readonly stops: readonly Stop[]
  readonly start: LngLat | undefined
}

function describe({ live, request, context }: Plan, { problem, plan, stops, start }: Solved): Course {
  const { locale, fields, startAt, travel, mustVisit } = request
  const texts = COURSE_TEXTS[locale]
  const slotOf = localSlots(startAt)
  const reasons = createReasons({
    live,
    context,
    actedPlaces: new Map(),
    slotOf,
    now: startAt,
    locale,
    ranked: stops.map(({ entry }) => entry),
  })
  const view = (place: Place) => pick(live.vocabulary.view(place, locale), fields)
  const order = plan.stops.map(({ stop }) => stop)
  const described = plan.stops.map((planned, at): CourseStop => {
    const { place, entry, role, times } = stops[planned.stop]
    const previous = at === 0 ? undefined : stops[order[at - 1]]
    const before = previous?.place ?? start
    const wait = planned.begin - planned.arrive
    const free = mustVisit.includes(place.id) ? [] : alternativesAt(problem, stops, order, at)
    const sameRole = free.filter(({ number }) => stops[number].role === role)
    return {
      place: view(place),
      role,
      arriveAt: times.format(planned.arrive),
      leaveAt: times.format(planned.leave),
      stayMinutes: planned.leave - planned.begin,
      travelMinutes: problem.travelMinutes(at === 0 ? undefined : order[at - 1], planned.stop),
      distanceMeters: before === undefined ? 0 : Math.round(haversineMeters(before, place)),
      ...(wait > 0 && { waitMinutes: wait }),
      ...(times.known && { open: true }),
      reasons: [
        ...(previous === undefined ? [] : followReasons(live, previous, stops[planned.stop], locale)),
        // Whether it is open is told for the stay, not for now; how far it is from the stop before.
        ...reasons(entry).filter(({ kind }) => kind !== 'open' && kind !== 'distance'),
        ...(times.known ? [{ kind: 'open' as const, text: texts.openStay }] : []),
      ].slice(0, MAX_REASONS),
      alternatives: (sameRole.length > 0 ? sameRole : free)
        .slice(0, ALTERNATIVES)
        .map(({ number, plan: other }) => ({
          place: view(stops[number].place),
          score: other.value,
        })),
    }
  })
  const first = stops[order[0]]
  const last = plan.stops.at(-1)!
  const distanceMeters = described.reduce((sum, { distanceMeters: meters }) => sum + meters, 0)
  return {
    stops: described,
    description: texts.describe({
      stops: plan.stops.map(({ stop, begin }) => ({
        name: localName(stops[stop].place, locale),
        role: stops[stop].role,
        time: stops[stop].times.format(begin).slice(11, 16),
      })),
      area: live.vocabulary.areaName(first.place, locale),
      totalMinutes: last.leave,
      distanceMeters,
      travel,
    }),
    startAt: first.times.format(0),
    endAt: stops[last.stop].times.format(last.leave),
    totalMinutes: last.leave,
    travelMinutes: described.reduce((sum, { travelMinutes }) => sum + travelMinutes, 0),
    distanceMeters,
    score: plan.value,
  }
}

/** That people go on from one place to the other, or at least from one kind to the other. */
function followReasons({ movements, vocabulary }: Live, from: Stop, to: Stop, locale: Locale): Reason[] {
  const texts = COURSE_TEXTS[locale]
  const placeIds = [from.place.id]
  const moves = movements.visits.next(from.place.id).get(to.place.id) ?? 0
  if (moves >= MIN_MOVES) {
    return [{ kind: 'follow', text: texts.movedOn(localName(from.place, locale), moves), placeIds }]
  }
  const lift = to.kind.own === NO_KIND ? 0 : (movements.kinds.followLifts(from.kind.own)[to.kind.own] ?? 0)
  if (lift < MIN_LIFT) return []
  const name = ({ place }: Stop) => vocabulary.categoryName(place.categories[0], locale)
  return [{ kind: 'follow', text: texts.goesWith(name(from), name(to), Math.exp(lift)), placeIds }]
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
