// What is asked of every call as people of the demo city, and what each place would be worth to them as an answer.
// Leaves asking and judging to demo-task.ts.
import { parseCourseRequest } from '../../../domain/course.ts'
import { eventStrength } from '../../../domain/event.ts'
import type { PlaceInput } from '../../../domain/place.ts'
import type { LngLat } from '../../../domain/position.ts'
import {
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
  parseTogetherRequest,
  type Recommendation,
} from '../../../domain/recommendation.ts'
import { parseThemesRequest } from '../../../domain/theme.ts'
import { haversineMeters } from '../../../geo/distance.ts'
import { createRandom } from '../../../math/random.ts'
import type { Service } from '../../../recommend/port.ts'
import { wideCategory } from '../../../recommend/re-rank/calibration.ts'
import type { DemoCity, DemoUser } from '../../demo-city/city.ts'
import { STEP_HOURS } from '../../demo-city/outings.ts'
import { course, list, PLACES_A_SHELF, SHELVES, shelves, STOPS, type Form, type Rows } from './forms.ts'
import { K } from './lists.ts'

/** `now` are the lists of `nearby`, judged by the hour of the question and the way from home too. */
export const CALLS = ['nearby', 'now', 'taste', 'similar', 'together', 'search', 'themes', 'courses'] as const
export type Call = (typeof CALLS)[number]

export interface Question {
  readonly user: DemoUser
  /** Milliseconds since 1970; each user has an hour of the day of their own. */
  readonly at: number
  /** What "near" means in it: home, or the place that is asked about. */
  readonly from: LngLat
  /** The place that is asked about. */
  readonly like?: string
  /** Ids of all that might be shown. */
  readonly possible: ReadonlySet<string>
  readonly form: Form
  /** The user's shares of widest categories, sum 1. */
  readonly taste: ReadonlyMap<string, number>
  ask(service: Service): Promise<Rows>
}

export const NEARBY_METERS = 1500
/** When people ask, local time. */
const FIRST_HOUR = 8
const LAST_HOUR = 23
const HOUR_MS = 3_600_000
/** From one stop of a course to the next, as people do it on average. */
const STOP_MS = ((STEP_HOURS[0] + STEP_HOURS[1]) / 2) * HOUR_MS

/** The same users for each call, by their hours. @param day local midnight, milliseconds since 1970 */
export function drawQuestions(
  city: DemoCity,
  { users: count, seed, day }: { users: number; seed: number; day: number },
): Readonly<Record<Call, readonly Question[]>> {
  const random = createRandom(seed).fork('questions')
  const users = random.shuffle([...city.users]).slice(0, count)
  const places = city.places.filter(({ closed }) => closed !== true)
  const byId = new Map(places.map((place) => [place.id, place]))
  const names = new Map(city.categories.map(({ code, name }) => [code, name]))
  const { acted, disliked } = pastOf(city, users)
  const { trueUtility, intentUtility, stepUtility } = city.truth
  const categoryOf = (id: string) => byId.get(id)?.categories?.[0]

  const questions: Record<Call, Question[]> = {
    nearby: [],
    now: [],
    taste: [],
    similar: [],
    together: [],
    search: [],
    themes: [],
    courses: [],
  }
  users.forEach((user, index) => {
    const at = day + (FIRST_HOUR + (LAST_HOUR - FIRST_HOUR) * (index / count)) * HOUR_MS
    const own = acted.get(user.id)!
    const known = [...own.keys()].filter((id) => byId.has(id))
    // Who asks for more like a place likes something about it.
    const liked = known.filter((id) => trueUtility(user.id, id) > 0)
    const anchor = byId.get(random.pick(liked.length === 0 ? known : liked))!
    const category = anchor.categories![0]
    const { home } = user
    const who = { userId: user.id }
    const where = { circle: { ...home, radiusMeters: NEARBY_METERS } }
    const taste = tasteOf(own, byId)
    const isAround = (place: PlaceInput) => haversineMeters(home, place) <= NEARBY_METERS
    const isOther = ({ id }: PlaceInput) => id !== anchor.id
    const isSameKind = ({ categories = [] }: PlaceInput) => categories.includes(category)

    const add = (
      call: Call,
      mightBeShown: (place: PlaceInput) => boolean,
      ask: Question['ask'],
      formOf: (possible: ReadonlySet<string>) => Form,
      about?: PlaceInput,
    ) => {
      const possible = new Set(
        places
          .filter((place) => mightBeShown(place) && !disliked.get(user.id)!.has(place.id))
          .map(({ id }) => id),
      )
      questions[call].push({
        user,
        at,
        from: about ?? home,
        ...(about && { like: about.id }),
        possible,
        form: formOf(possible),
        taste,
        ask,
      })
    }
    const by = (utility: (id: string) => number) => (possible: ReadonlySet<string>) =>
      new Map([...possible].map((id) => [id, utility(id)]))
    const byTaste = by((id) => trueUtility(user.id, id))
    const listBy = (utility: (id: string) => number) => (possible: ReadonlySet<string>) =>
      list(by(utility)(possible))
    const listByTaste = (possible: ReadonlySet<string>) => list(byTaste(possible))

    const nearby: Question['ask'] = async (service) =>
      rowOf(await service.nearby(parseNearbyRequest({ near: home, where, who, limit: K }, at)))
    add('nearby', isAround, nearby, listByTaste)
    add(
      'now',
      isAround,
      nearby,
      listBy((id) => stepUtility(user.id, id, { at })),
    )
    add(
      'taste',
      ({ id }) => !own.has(id),
      async (service) => rowOf(await service.taste(parseTasteRequest({ who, limit: K }))),
      listByTaste,
    )
    add(
      'similar',
      (place) => isOther(place) && wideCategory(place.categories?.[0]) === wideCategory(category),
      async (service) =>
        rowOf(await service.similar(parseSimilarRequest({ placeIds: [anchor.id], who, limit: K }))),
      listBy((id) => intentUtility(user.id, anchor.id, id)),
      anchor,
    )
    add(
      'together',
      isOther,
      async (service) =>
        rowOf(await service.together(parseTogetherRequest({ placeIds: [anchor.id], who, limit: K }))),
      listBy((id) => stepUtility(user.id, id, { from: anchor.id })),
      anchor,
    )
    add(
      'search',
      isSameKind,
      async (service) =>
        rowOf(
          await service.search(parseSearchRequest({ query: names.get(category) ?? category, who, limit: K })),
        ),
      listByTaste,
    )
    add(
      'themes',
      isAround,
      async (service) => {
        const body = { near: home, where, who, limit: SHELVES, placesPerTheme: PLACES_A_SHELF }
        const { items } = await service.themes(parseThemesRequest(body, at))
        return items.map(idsOf)
      },
      (possible) => shelves(byTaste(possible), categoryOf),
    )
    add(
      'courses',
      isAround,
      async (service) => {
        const body = { near: home, where, who, limit: 1, stops: STOPS }
        const { items } = await service.courses(parseCourseRequest(body, at))
        return items.map(({ stops }) => stops.map(({ place }) => place.id!))
      },
      (possible) =>
        course(possible, categoryOf, (id, stop, from) =>
          stepUtility(user.id, id, { at: at + stop * STOP_MS, from }),
        ),
    )
  })
  return questions
}

/** What each user acted on, with its strength, and dislikes. */
function pastOf(city: DemoCity, users: readonly DemoUser[]) {
  const acted = new Map<string, Map<string, number>>(users.map(({ id }) => [id, new Map()]))
  const disliked = new Map<string, Set<string>>(users.map(({ id }) => [id, new Set()]))
  for (const event of city.events()) {
    const strength = eventStrength(event)
    const own = acted.get(event.userId)
    if (own === undefined) continue
    if (strength < 0) disliked.get(event.userId)!.add(event.placeId)
    else if (strength > 0) disliked.get(event.userId)!.delete(event.placeId)
    if (strength > 0) own.set(event.placeId, (own.get(event.placeId) ?? 0) + strength)
  }
  return { acted, disliked }
}

function tasteOf(
  own: ReadonlyMap<string, number>,
  byId: ReadonlyMap<string, PlaceInput>,
): Map<string, number> {
  const shares = new Map<string, number>()
  for (const [id, strength] of own) {
    const name = wideCategory(byId.get(id)?.categories?.[0])
    shares.set(name, (shares.get(name) ?? 0) + strength)
  }
  const total = [...shares.values()].reduce((a, b) => a + b, 0)
  return new Map([...shares].map(([name, mass]) => [name, mass / total]))
}

const rowOf = (answer: Recommendation): Rows => [idsOf(answer)]

export function idsOf({ items }: Pick<Recommendation, 'items'>): string[] {
  return items.map(({ place }) => place.id!)
}
