// POST /v1/courses: from a question to courses. Candidates around a start, an area or places that have to be seen; the best
// order under hours, stays and time; alternatives a stop; and words for what could not be done.
// Leaves the search to solve.ts, usual rhythm to roles.ts, what people do to movements.ts.
import type { Course, CourseRequest, Courses } from '../../domain/course.ts'
import { localName } from '../../domain/names.ts'
import type { LngLat } from '../../domain/position.ts'
import { filterFrom } from '../../vector-index/filter.ts'
import type { Live } from '../live/live.ts'
import { userContext } from '../context/user-context.ts'
import type { Writer } from '../writing/writer.ts'
import { COURSE_TEXTS } from './course-texts.ts'
import { alternativesAt, answerCourse } from './describe.ts'
import { createProblem, type Stop } from './problem.ts'
import { solveCourse, type CoursePlan, type CourseProblem } from './solve.ts'
import { anchors, given, stopsAround, within, type Plan } from './stops.ts'
import { LATER_MINUTES } from './timetable.ts'

/** How finely a later time to set out is looked for. */
const LATER_STEP_MINUTES = 30
/** Where so few of the candidates are open in the first hour, the answer says so. */
const FEW_OPEN = 0.25

/** Throws unknown-place for places that have to be seen, or are to be replaced, and do not exist. */
export async function courses(
  live: Live,
  writer: Writer,
  request: CourseRequest,
  signal?: AbortSignal,
): Promise<Courses> {
  live.vocabulary.check(request.where, request.what)
  const context = await userContext(live, request.who, request.startAt)
  const excludeIds = [...(request.what.excludePlaceIds ?? []), ...context.dislikes]
  const filter = {
    ...filterFrom(request.where, request.what, request.startAt),
    ...(excludeIds.length > 0 && { excludeIds }),
  }
  const plan: Plan = { live, writer, request, context, filter, signal }
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
      const course = await answerCourse(plan, {
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
  const course = await answerCourse(plan, { problem, plan: best.plan, stops, start: request.near })
  return { recommendationId, items: [course] }
}
