// A planned course as it is answered: times, ways, reasons, alternatives and words.
// Leaves wording to course-texts.ts.
import type { Course, CourseStop } from '../../domain/course.ts'
import { localName, type Locale } from '../../domain/names.ts'
import type { Place } from '../../domain/place.ts'
import type { LngLat } from '../../domain/position.ts'
import type { Reason } from '../../domain/recommendation.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { pick } from '../answer.ts'
import type { CourseEvidence } from '../writing/course-evidence.ts'
import type { Live } from '../live/live.ts'
import { localSlots } from '../context/local-slots.ts'
import { NO_KIND } from '../ranking/kinds.ts'
import { createReasons } from '../reasons/reasons.ts'
import { COURSE_TEXTS } from './course-texts.ts'
import type { Stop } from './problem.ts'
import { planStops, type CoursePlan, type CourseProblem } from './solve.ts'
import type { Plan } from './stops.ts'

const ALTERNATIVES = 3
const MAX_REASONS = 3
/** From here on moves are worth telling; and lifts: half as often again as usual. */
const MIN_MOVES = 2
const MIN_LIFT = Math.log(1.5)
/** And so often that it is a custom of more than a few. */
const MIN_KIND_MOVES = 10

interface Solved {
  readonly problem: CourseProblem
  readonly plan: CoursePlan
  readonly stops: readonly Stop[]
  readonly start: LngLat | undefined
}

export async function answerCourse(
  { live, writer, request, context }: Plan,
  { problem, plan, stops, start }: Solved,
): Promise<Course> {
  const { locale, fields, startAt, travel, mustVisit } = request
  const texts = COURSE_TEXTS[locale]
  const slotOf = localSlots(startAt)
  const reasons = createReasons({
    // Whether it is open is told for the stay, not for now; how far it is from the stop before.
    told: ['open', 'distance'],
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
        ...reasons(entry),
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
  const { text, generatedBy } = await writer.describeCourse(
    evidenceOf(
      live,
      described.map((answer, at) => ({ stop: stops[order[at]], answer })),
      locale,
      travel,
      last.leave,
    ),
    { wait: 'kept' },
  )
  return {
    stops: described,
    description: text,
    generatedBy,
    startAt: first.times.format(0),
    endAt: stops[last.stop].times.format(last.leave),
    totalMinutes: last.leave,
    travelMinutes: described.reduce((sum, { travelMinutes }) => sum + travelMinutes, 0),
    distanceMeters,
    score: plan.value,
  }
}

function evidenceOf(
  { vocabulary }: Live,
  stops: readonly { readonly stop: Stop; readonly answer: CourseStop }[],
  locale: Locale,
  by: 'walk' | 'drive',
  totalMinutes: number,
): CourseEvidence {
  return {
    locale,
    stops: stops.map(({ stop: { place }, answer: { arriveAt, stayMinutes } }) => {
      const area = vocabulary.areaName(place, locale)
      const [code] = place.categories
      return {
        name: localName(place, locale),
        ...(code !== undefined && { category: vocabulary.categoryName(code, locale) }),
        ...(area !== undefined && { area }),
        arriveAt: arriveAt.slice(11, 16),
        stayMinutes,
      }
    }),
    legs: stops
      .slice(1)
      .map(({ answer: { travelMinutes: minutes, distanceMeters: meters } }) => ({ by, minutes, meters })),
    totalMinutes,
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
  const [before, after] = [from.kind.own, to.kind.own]
  if (after === NO_KIND || movements.kinds.moves(before, after) < MIN_KIND_MOVES) return []
  const lift = movements.kinds.followLifts(before)[after] ?? 0
  if (lift < MIN_LIFT) return []
  const name = ({ place }: Stop) => vocabulary.categoryName(place.categories[0], locale)
  return [{ kind: 'follow', text: texts.goesWith(name(from), name(to), Math.exp(lift)), placeIds }]
}

/** What could stand at a place of the order, best first; of a chain one, and not the one that stands there. */
export function alternativesAt(
  problem: CourseProblem,
  stops: readonly Stop[],
  order: readonly number[],
  at: number,
): { number: number; plan: CoursePlan }[] {
  const names = new Set([stops[order[at]].place.name])
  return stops
    .flatMap((_, number) => {
      if (order.includes(number)) return []
      const plan = planStops(problem, order.with(at, number))
      return plan === undefined ? [] : [{ number, plan }]
    })
    .sort((a, b) => b.plan.value - a.plan.value)
    .filter(({ number }) => {
      const { name } = stops[number].place
      return !names.has(name) && names.add(name)
    })
}
