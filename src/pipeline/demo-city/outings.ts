// Six months in the demo city: outings of every user, and the events that each step of them leaves behind.
// Leaves tastes to users.ts and places.ts, hours of going out to day-parts.ts.
//
// A step: the hour says what for, popularity and distance bring up candidates, hidden taste (trueUtility) chooses among
// those that are open: some are viewed, one may be saved, visited and reviewed.
import type { Event, EventType } from '../../domain/event.ts'
import type { Random } from '../../math/random.ts'
import {
  IN_SEASON,
  OUT_OF_SEASON,
  oppositeSeason,
  SEASONAL_GROUPS,
  seasonOf,
  WEEKDAY_PARTS,
  WEEKEND_PARTS,
  type DayPart,
} from './day-parts.ts'
import { between, chance, cumulate, integerBetween, pickCumulative } from './draw.ts'
import { FACETS } from './facets.ts'
import { isOpenInWeek } from './hours.ts'
import type { KindGroup, Season } from './kinds/kind.ts'
import { createNeighbourhoods } from './neighbourhoods.ts'
import { kilometersBetween, type Point } from './plane.ts'
import type { DemoPlace } from './places.ts'
import type { Resident } from './users.ts'

/** Half a year: seasons show, and weeks come out even. */
export const DAYS = 182
export const DAY_MS = 24 * 60 * 60 * 1000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Korea keeps no daylight saving time. */
export const KOREA_OFFSET_MS = 9 * 60 * MINUTE_MS
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 3

const CANDIDATES = 26
/** Weight of a candidate: e to this times its utility, 0 to 1. */
const TASTE_SHARPNESS = 9
/** Steps in which taste has no say: company, chance, curiosity. */
const RANDOM_STEPS = 0.1
const RETURN_STEPS = 0.16
const WEEKEND_WEIGHT = 1.7
/** Steps that begin in a part of town one goes to on purpose. */
const EXCURSIONS = { weekday: 0.12, weekend: 0.35 }
/** Places that everybody talks about for a week, of each group, and how often one of them comes up. */
const TRENDING_PLACES = 4
const TRENDING_SHARE = 0.15
/** What is talked about is chosen, and saved, more readily. */
const TRENDING_CHOICE = 2.5
const TRENDING_SAVES = 0.3
/** The next step of an outing is a short walk away: distance at which the readiness to go falls to 1/e. */
export const WALK_KM = 0.5

/** So many hours of a night belong to the evening before it; then no step begins any more. */
const NIGHT_HOURS = 3
/** From one step of an outing to the next, at least and at most. */
export const STEP_HOURS = [0.9, 1.8] as const

interface Day {
  /** Local midnight, milliseconds since 1970. */
  readonly start: number
  /** Monday = 0 */
  readonly weekday: number
  readonly season: Season
  readonly week: number
}

export interface OutingOptions {
  readonly places: readonly DemoPlace[]
  readonly residents: readonly Resident[]
  /** Where people go on purpose, and how readily. */
  readonly destinations: readonly { readonly point: Point; readonly weight: number }[]
  /** Local midnight: every event lies before it, and within `DAYS` days. */
  readonly end: number
  readonly random: Random
}

/**
 * How readily one goes out to a place at this hour, 0 to 1: what this part of the day is for, against what it is most for;
 * 0 where it is closed. Without season and interests. @param at milliseconds since 1970
 */
export function readinessAt({ kind, week }: Pick<DemoPlace, 'kind' | 'week'>, at: number): number {
  const hours = (at + KOREA_OFFSET_MS) / HOUR_MS - NIGHT_HOURS
  const weekday = (Math.floor(hours / 24) + EPOCH_WEEKDAY) % 7
  const hour = (hours % 24) + NIGHT_HOURS
  if (!isOpenInWeek(week, (weekday * 24 + hour) * 60)) return 0
  const parts = weekday < 5 ? WEEKDAY_PARTS : WEEKEND_PARTS
  const { groups } = parts.findLast(({ from }) => from <= hour) ?? parts[0]
  return (groups[kind.group] ?? 0) / Math.max(...Object.values(groups))
}

/** After a meal comes coffee or a drink, not a second meal; bars may follow bars. */
export const readinessAfter = (before: KindGroup | undefined, group: KindGroup): number =>
  group === before && group !== 'drink' ? 0.1 : 1

/** All events, oldest first. */
export function simulateOutings({ places, residents, destinations, end, random }: OutingOptions): Event[] {
  const byGroup = Map.groupBy(places.keys(), (number) => places[number].kind.group)
  const groups = [...byGroup.keys()]
  const near = new Map(
    groups.map((group) => [group, createNeighbourhoods(places, byGroup.get(group)!, random)]),
  )
  const meanOffers = new Map(groups.map((group) => [group, meanOffer(places, byGroup.get(group)!)]))
  const trending = Array.from({ length: Math.ceil(DAYS / 7) }, () => drawTrending(places, byGroup, random))
  const days = calendar(end)
  const daySums = cumulate(
    // The service grows: the last day sees half as many again as the first.
    days.map(({ weekday }, index) => (weekday < 5 ? 1 : WEEKEND_WEIGHT) * (1 + (0.5 * index) / DAYS)),
  )
  const destinationSums = cumulate(destinations.map(({ weight }) => weight))
  const events: Event[] = []

  for (const resident of residents) {
    const { user, tastes, home, work, reachKm } = resident
    const interests = new Map(
      groups.map((group) => [group, 0.25 + 3 * inner(tastes, meanOffers.get(group)!)]),
    )
    const favourites = new Set<number>()
    let counted = 0
    const log = (type: EventType, place: number, at: number, rating?: number) => {
      counted++
      if (at >= end) return
      events.push({
        id: `${user.id}-${counted}`,
        userId: user.id,
        type,
        placeId: places[place].input.id,
        at: Math.round(at),
        ...(rating !== undefined && { rating }),
      })
    }

    for (let outing = 0; outing < resident.outings; outing++) {
      const day = days[pickCumulative(random, daySums)]
      const isWeekend = day.weekday >= 5
      const parts = isWeekend ? WEEKEND_PARTS : WEEKDAY_PARTS
      const first = parts[random.weighted(parts.map((part) => part.share * meanInterest(part, interests)))]
      let hour = between(random, first.from, Math.min(first.to, 25))
      let origin = chance(random, first.fromWork) ? work : home
      let reach = reachKm
      if (chance(random, isWeekend ? EXCURSIONS.weekend : EXCURSIONS.weekday)) {
        origin = destinations[pickCumulative(random, destinationSums)].point
        reach = WALK_KM
      }
      const steps = 1 + random.weighted([55, 32, 13])
      let before: KindGroup | undefined
      for (let step = 0; step < steps && hour < 24 + NIGHT_HOURS; step++) {
        const part = parts.findLast(({ from }) => from <= hour) ?? parts[0]
        const group = drawGroup(part, interests, day.season, before, random)
        const target = visitStep({ resident, group, origin, reach, day, hour, favourites, log })
        before = group
        hour += between(random, ...STEP_HOURS)
        if (target !== undefined) [origin, reach] = [places[target].point, WALK_KM]
      }
    }
  }
  return events.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))

  /** One step of an outing; returns the place that it led to. */
  function visitStep(step: {
    resident: Resident
    group: KindGroup
    origin: Point
    reach: number
    day: Day
    hour: number
    favourites: Set<number>
    log: (type: EventType, place: number, at: number, rating?: number) => void
  }): number | undefined {
    const { resident, group, origin, reach, day, hour, favourites, log } = step
    const at = day.start + hour * 60 * MINUTE_MS
    const minute = (day.weekday * 24 + hour) * 60
    const isPossible = (place: number) => isOpenInWeek(places[place].week, minute)

    const known = chance(random, RETURN_STEPS)
      ? [...favourites].filter(
          (place) =>
            places[place].kind.group === group &&
            kilometersBetween(places[place].point, origin) < 2 * reach &&
            isPossible(place),
        )
      : []
    const candidates = known.length > 0 ? [random.pick(known)] : drawCandidates(group, origin, reach, day)
    const sharpness = chance(random, RANDOM_STEPS) ? 0 : TASTE_SHARPNESS
    const utilities = candidates.map((place) => inner(resident.tastes, places[place].offer))
    const hot = trending[day.week].get(group)!
    const weights = candidates.map((place, index) =>
      isPossible(place)
        ? Math.exp(sharpness * utilities[index]) *
          seasonFactor(places[place], day.season) *
          (hot.includes(place) ? TRENDING_CHOICE : 1)
        : 0,
    )
    const viewed: number[] = []
    for (
      let views = random.weighted([35, 45, 20]) + 1;
      views > 0 && weights.some((weight) => weight > 0);
      views--
    ) {
      const index = random.weighted(weights)
      weights[index] = 0
      viewed.push(index)
    }
    if (viewed.length === 0) return undefined

    // The first one drawn is the most wanted; people look at the others before they settle on it.
    const target = candidates[viewed[0]]
    const utility = utilities[viewed[0]]
    let clock = at - between(random, 10, 100) * MINUTE_MS
    for (const index of viewed.toReversed()) {
      const place = candidates[index]
      log('view', place, clock)
      clock += between(random, 5, 40) * 1000
      if (place === target || chance(random, 0.2 + 0.4 * utilities[index])) {
        log('click', place, clock)
        clock += between(random, 10, 90) * 1000
      }
      if (place !== target && utilities[index] < 0.06 && chance(random, 0.07)) {
        log(chance(random, 0.7) ? 'hide' : 'dislike', place, clock)
      }
    }
    const saves = 0.12 + 0.7 * utility + (hot.includes(target) ? TRENDING_SAVES : 0)
    if (chance(random, saves)) log('save', target, clock + 4000)
    if (chance(random, 0.03)) log('share', target, clock + 9000)
    if (!chance(random, 0.45 + 0.4 * utility)) return target

    if (places[target].takesReservations && chance(random, 0.3)) {
      log(chance(random, 0.6) ? 'booking' : 'call', target, clock + 15_000)
    }
    if (chance(random, 0.45)) log('directions', target, Math.max(clock + 20_000, at - 8 * MINUTE_MS))
    log('visit', target, at)
    const liking = 3 + 1.9 * utility + 0.45 * places[target].quality + 0.55 * random.normal()
    const rating = Math.max(1, Math.min(5, Math.round(liking)))
    if (chance(random, 0.18)) log('review', target, at + between(random, 1, 20) * 60 * MINUTE_MS, rating)
    if (rating >= 4) favourites.add(target)
    if (rating <= 2 && chance(random, 0.5)) log('dislike', target, at + 2 * 60 * MINUTE_MS)
    return target
  }

  /** Different places that come up: near and popular ones, and what everybody talks about this week. */
  function drawCandidates(group: KindGroup, origin: Point, reach: number, day: Day): number[] {
    const draw = near.get(group)!.around(origin, reach)
    const hot = trending[day.week].get(group)!
    const candidates = new Set<number>()
    for (let attempt = 0; attempt < CANDIDATES; attempt++) {
      if (!chance(random, TRENDING_SHARE)) candidates.add(draw())
      else {
        const place = random.pick(hot)
        const distance = kilometersBetween(places[place].point, origin)
        if (chance(random, Math.exp(-distance / (3 * reach)))) candidates.add(place)
      }
    }
    return [...candidates]
  }
}

/** The last `DAYS` days before `end`. */
function calendar(end: number): Day[] {
  return Array.from({ length: DAYS }, (_, index) => {
    const start = end - (DAYS - index) * DAY_MS
    const localDays = Math.round((start + KOREA_OFFSET_MS) / DAY_MS)
    const month = new Date(start + KOREA_OFFSET_MS).getUTCMonth()
    const weekday = (((localDays + EPOCH_WEEKDAY) % 7) + 7) % 7
    return { start, weekday, season: seasonOf(month), week: Math.floor(index / 7) }
  })
}

function drawGroup(
  part: DayPart,
  interests: ReadonlyMap<KindGroup, number>,
  season: Season,
  before: KindGroup | undefined,
  random: Random,
): KindGroup {
  const groups = Object.keys(part.groups) as KindGroup[]
  const seasonal = SEASONAL_GROUPS[season]
  return groups[
    random.weighted(
      groups.map((group) => {
        const readiness = readinessAfter(before, group)
        return part.groups[group]! * interests.get(group)! * (seasonal[group] ?? 1) * readiness
      }),
    )
  ]
}

/** Those who like what a part of the day is for go out more then. */
function meanInterest({ groups }: DayPart, interests: ReadonlyMap<KindGroup, number>): number {
  const entries = Object.entries(groups) as [KindGroup, number][]
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  return entries.reduce((sum, [group, weight]) => sum + (weight / total) * interests.get(group)!, 0)
}

function seasonFactor({ kind }: DemoPlace, season: Season): number {
  if (kind.season === undefined) return 1
  if (kind.season === season) return IN_SEASON
  return kind.season === oppositeSeason(season) ? OUT_OF_SEASON : 1
}

function drawTrending(
  places: readonly DemoPlace[],
  byGroup: ReadonlyMap<KindGroup, readonly number[]>,
  random: Random,
): Map<KindGroup, number[]> {
  return new Map(
    [...byGroup].map(([group, members]) => {
      const open = members.filter((place) => places[place].popularity > 0)
      return [
        group,
        Array.from({ length: integerBetween(random, 2, TRENDING_PLACES) }, () => random.pick(open)),
      ]
    }),
  )
}

function meanOffer(places: readonly DemoPlace[], members: readonly number[]): Float64Array {
  const mean = new Float64Array(FACETS.length)
  for (const place of members) {
    for (let facet = 0; facet < mean.length; facet++)
      mean[facet] += places[place].offer[facet] / members.length
  }
  return mean
}

export function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}
