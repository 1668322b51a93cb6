// What the people of the demo city do: valid events that follow hidden tastes, distance, hours and seasons.
import { beforeAll, describe, expect, it } from 'vitest'
import { parseEvent, type Event } from '../../../src/domain/event.ts'
import { haversineMeters } from '../../../src/geo/distance.ts'
import { isOpenAt, minuteOfWeek, weeklyOpenMinutes } from '../../../src/geo/opening-hours.ts'
import { generateDemoCity, type DemoCity } from '../../../src/pipeline/demo-city/city.ts'

/** Half a year before mid-February: August to winter. */
const NOW = Date.parse('2026-02-15T15:00:00+09:00')
const END = Date.parse('2026-02-15T00:00:00+09:00')
const DAY_MS = 24 * 60 * 60 * 1000

let city: DemoCity
let events: readonly Event[]
let visits: readonly Event[]
let placeOf: (event: Event) => DemoCity['places'][number]
beforeAll(() => {
  const started = performance.now()
  city = generateDemoCity({ seed: 1, now: NOW })
  events = city.events()
  console.log(`demo city with ${events.length} events: ${(performance.now() - started).toFixed(0)} ms`)
  visits = events.filter(({ type }) => type === 'visit')
  const places = new Map(city.places.map((place) => [place.id, place]))
  placeOf = ({ placeId }) => places.get(placeId)!
})

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const utility = (event: Event) => city.truth.trueUtility(event.userId, event.placeId)
/** Local hour of the day. */
const hourOf = ({ at }: Event) => (minuteOfWeek(at, 'Asia/Seoul') / 60) % 24
const isWeekend = ({ at }: Event) => minuteOfWeek(at, 'Asia/Seoul') >= 5 * 24 * 60
const isAt = (event: Event, top: string) => placeOf(event).categories![0].startsWith(top)
const shareAt = (list: readonly Event[], top: string) =>
  list.filter((event) => isAt(event, top)).length / list.length

describe('the events of the demo city', () => {
  it('are well over a hundred thousand valid events of known users and places, oldest first', () => {
    expect(events.length).toBeGreaterThan(120_000)
    expect(events.length).toBeLessThan(160_000)
    const users = new Set(city.users.map(({ id }) => id))
    const places = new Set(city.places.map(({ id }) => id))
    events.forEach((event, index) => {
      expect(users.has(event.userId) && places.has(event.placeId)).toBe(true)
      expect(event.at).toBeGreaterThanOrEqual(events[Math.max(0, index - 1)].at)
    })
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    expect(new Set(events.map(({ userId }) => userId)).size).toBe(2000)
    for (const event of events.filter((_, index) => index % 500 === 0)) {
      expect(parseEvent({ ...event, at: new Date(event.at).toISOString() })).toEqual(event)
    }
  })

  it('fill half a year up to the last midnight in Korea, the last week included', () => {
    expect(events[0].at).toBeGreaterThan(END - 183 * DAY_MS)
    expect(events[0].at).toBeLessThan(END - 181 * DAY_MS)
    expect(events.at(-1)!.at).toBeLessThan(END)
    expect(events.at(-1)!.at).toBeGreaterThan(END - DAY_MS)
    const saves = events.filter(({ type, at }) => type === 'save' && at > END - 7 * DAY_MS)
    expect(saves.length).toBeGreaterThan(100)
    const byPlace = Map.groupBy(saves, ({ placeId }) => placeId)
    expect([...byPlace.values()].filter((list) => list.length >= 3).length).toBeGreaterThan(5)
  })

  it('are the same for the same seed and day, and differ for another seed', () => {
    const sameDay = generateDemoCity({ seed: 1, now: NOW + 5 * 60 * 60 * 1000 })
    const text = ({ regions, spots, places, users }: DemoCity) =>
      JSON.stringify([regions, spots, places, users])
    expect(text(sameDay)).toBe(text(city))
    expect(JSON.stringify(sameDay.events())).toBe(JSON.stringify(events))
    const other = generateDemoCity({ seed: 2, now: NOW })
    expect(text(other)).not.toBe(text(city))
    expect(JSON.stringify(other.events())).not.toBe(JSON.stringify(events))
  })

  it('form a funnel from views to reviews', () => {
    const count = (type: string) => events.filter((event) => event.type === type).length
    expect(count('view')).toBeGreaterThan(count('click'))
    expect(count('click')).toBeGreaterThan(count('visit'))
    expect(count('visit')).toBeGreaterThan(count('review'))
    for (const type of ['save', 'directions', 'share', 'booking', 'call', 'hide', 'dislike']) {
      expect(count(type)).toBeGreaterThan(100)
    }
    for (const { type, rating } of events) {
      expect([1, 2, 3, 4, 5, undefined]).toContain(rating)
      expect(rating === undefined).toBe(type !== 'review')
    }
  })
})

describe('hidden tastes', () => {
  it('draw users to what they like, far above the average place', () => {
    const anywhere = mean(
      Array.from({ length: 100_000 }, (_, index) =>
        city.truth.trueUtility(city.users[index % 2000].id, city.places[(index * 7919) % 5000].id),
      ),
    )
    const visited = mean(visits.map(utility))
    console.log(`true utility: visited ${visited.toFixed(3)}, any place ${anywhere.toFixed(3)}`)
    expect(visited).toBeGreaterThan(2.5 * anywhere)

    const byUser = Map.groupBy(visits, ({ userId }) => userId)
    const better = [...byUser].filter(
      ([id, own]) =>
        mean(own.map(utility)) >
        mean(city.places.filter((_, i) => i % 10 === 0).map((p) => city.truth.trueUtility(id, p.id))),
    )
    expect(better.length / byUser.size).toBeGreaterThan(0.9)
  })

  it('show in saves above views, and in ratings; what is hidden is not to the taste', () => {
    const of = (type: string) => mean(events.filter((event) => event.type === type).map(utility))
    expect(of('save')).toBeGreaterThan(of('view'))
    expect(of('hide')).toBeLessThan(0.06)
    expect(of('dislike')).toBeLessThan(of('visit'))
    const reviews = events.filter(({ type }) => type === 'review')
    const rated = (test: (rating: number) => boolean) =>
      mean(reviews.filter(({ rating }) => test(rating!)).map(utility))
    expect(rated((rating) => rating === 5)).toBeGreaterThan(rated((rating) => rating <= 2) + 0.02)
  })

  it('tell users apart: those who like sports go to gyms, those with children to places for them', () => {
    const strongest = new Map(city.users.map(({ id, facets }) => [id, facets[0].id]))
    const of = (facet: string) => visits.filter(({ userId }) => strongest.get(userId) === facet)
    for (const [facet, top] of [
      ['sports', 'sport'],
      ['kids', 'kids'],
      ['late', 'bar'],
      ['nature', 'outdoor'],
      ['art', 'culture'],
      ['play', 'play'],
    ]) {
      expect(shareAt(of(facet), top)).toBeGreaterThan(1.8 * shareAt(visits, top))
    }
  })

  it('are labelled: every user has facets that sum to 1, the strongest in the name', () => {
    expect(city.users).toHaveLength(2000)
    for (const { facets, name, names } of city.users) {
      expect(facets.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9)
      expect(facets.every(({ ko, en }) => ko !== '' && en !== '')).toBe(true)
      expect(name).toBe(names.ko)
      expect(names.en).toMatch(/^[A-Z][a-z]+, who /)
    }
  })

  it('say what a place is worth for what another is liked for, and as a step from home or from another', () => {
    const { trueUtility, intentUtility, stepUtility } = city.truth
    const user = city.users[0].id
    const noon = Date.parse('2026-02-11T12:00:00+09:00')
    const night = Date.parse('2026-02-11T04:00:00+09:00')
    const first = (top: string) => city.places.find(({ categories }) => categories![0].startsWith(top))!
    const cafe = first('cafe').id
    const values = city.places.map(({ id }) => ({
      alone: trueUtility(user, id),
      step: stepUtility(user, id, {}),
      noon: stepUtility(user, id, { at: noon }),
      alike: intentUtility(user, cafe, id),
    }))
    for (const { alone, step, noon: then, alike } of values) {
      expect(Math.max(step, alike)).toBeLessThanOrEqual(alone + 1e-12)
      expect(then).toBeLessThanOrEqual(step)
    }
    expect(values.some(({ step, noon: then }) => step > 0.1 && then === step)).toBe(true)
    const closed = city.places.filter((place) => {
      const minutes = weeklyOpenMinutes(place.openingHours!)!
      return !isOpenAt(minutes, minuteOfWeek(night, 'Asia/Seoul'))
    })
    expect(closed.length).toBeGreaterThan(1000)
    expect(closed.filter(({ id }) => stepUtility(user, id, { at: night }) > 0)).toEqual([])
    // Going on: near before far, and no second meal after a meal.
    const readiness = (from: string | undefined, id: string, at?: number) =>
      stepUtility(user, id, { from, ...(at !== undefined && { at }) }) / trueUtility(user, id)
    const meals = city.places.filter(({ categories }) => categories![0].startsWith('food'))
    const again = meals.map(({ id }) => readiness(meals[0].id, id))
    expect(Math.max(...again.filter(Number.isFinite))).toBeLessThanOrEqual(0.1 + 1e-9)
    const liked = city.places.filter(({ id, closed: gone }) => gone !== true && trueUtility(user, id) > 0)
    const [near, far] = liked
      .toSorted((a, b) => haversineMeters(city.users[0].home, a) - haversineMeters(city.users[0].home, b))
      .filter((_, index, all) => index === 0 || index === all.length - 1)
    expect(readiness(undefined, near.id)).toBeGreaterThan(readiness(undefined, far.id))
    // One in the night is still the evening: bars are what it is for, and breakfast is not.
    const bars = city.places.filter(({ categories }) => categories![0].startsWith('bar'))
    const late = Date.parse('2026-02-12T01:00:00+09:00')
    expect(bars.some(({ id }) => readiness(undefined, id, late) === readiness(undefined, id))).toBe(true)
  })

  it('name the user or place that does not exist', () => {
    expect(() => city.truth.trueUtility('nobody', city.places[0].id)).toThrow('"nobody"')
    expect(() => city.truth.trueUtility(city.users[0].id, 'nowhere')).toThrow('"nowhere"')
  })
})

describe('when and where people go', () => {
  it('is when places are open, and never to those closed for good', () => {
    const isOpen = (visit: Event) => {
      const minutes = weeklyOpenMinutes(placeOf(visit).openingHours!)!
      return isOpenAt(minutes, minuteOfWeek(visit.at, 'Asia/Seoul'))
    }
    const wrong = visits.filter((visit) => placeOf(visit).closed === true || !isOpen(visit))
    expect(wrong.map((visit) => [visit.at, placeOf(visit).openingHours])).toEqual([])
  })

  it('follows the day: lunch at noon, coffee in the afternoon, bars at night', () => {
    const between = (from: number, to: number) =>
      visits.filter((visit) => !isWeekend(visit) && hourOf(visit) >= from && hourOf(visit) < to)
    expect(shareAt(between(11.5, 13.5), 'food')).toBeGreaterThan(0.55)
    expect(shareAt(between(14, 17), 'cafe')).toBeGreaterThan(shareAt(between(18, 20), 'cafe') * 1.5)
    expect(shareAt(between(21, 24), 'bar')).toBeGreaterThan(0.4)
    expect(shareAt(between(8, 17), 'bar')).toBeLessThan(0.05)
  })

  it('follows the week and the seasons: parks at weekends and in warm months', () => {
    const weekend = visits.filter(isWeekend)
    const weekday = visits.filter((visit) => !isWeekend(visit))
    expect(weekend.length / 2).toBeGreaterThan(weekday.length / 5)
    expect(shareAt(weekend, 'outdoor')).toBeGreaterThan(1.3 * shareAt(weekday, 'outdoor'))
    const warm = visits.filter(({ at }) => at < Date.parse('2025-11-01T00:00:00+09:00'))
    const cold = visits.filter(({ at }) => at >= Date.parse('2025-12-01T00:00:00+09:00'))
    expect(shareAt(warm, 'outdoor')).toBeGreaterThan(1.5 * shareAt(cold, 'outdoor'))
    expect(shareAt(cold, 'kids')).toBeGreaterThan(shareAt(warm, 'kids'))
  })

  it('stays near home more than chance would', () => {
    const homes = new Map(city.users.map(({ id, home }) => [id, home]))
    const distance = (event: Event, index: number) =>
      haversineMeters(
        homes.get(event.userId)!,
        index < 0 ? placeOf(event) : city.places[(index * 7919) % 5000],
      )
    const isNear = (metres: number) => metres < 1500
    const real = visits.filter((visit) => isNear(distance(visit, -1))).length
    const chance = visits.filter((visit, index) => isNear(distance(visit, index))).length
    expect(real).toBeGreaterThan(2 * chance)
  })

  it('is skewed: a tenth of the places draws over a third of the visits, and most places draw some', () => {
    const counts = [...Map.groupBy(visits, ({ placeId }) => placeId).values()]
      .map((list) => list.length)
      .sort((a, b) => b - a)
    const top = counts.slice(0, 500).reduce((sum, count) => sum + count, 0)
    expect(top / visits.length).toBeGreaterThan(0.35)
    expect(counts.length).toBeGreaterThan(2500)
  })
})
