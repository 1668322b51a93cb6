// Where a user mostly is and how far they go, from their visits; and that no more than a kilometre of it can be told.
import { describe, expect, it } from 'vitest'
import { haversineMeters } from '../../../src/geo/distance.ts'
import { habitsOf, partOfWeek, type HabitVisit } from '../../../src/recommend/ranking/habits.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A Monday at midnight by the sun of Seoul, some 8.5 hours before that of Greenwich. */
const MONDAY = Date.parse('2026-11-23T00:00:00Z') - 8.5 * HOUR
const HOME = { lng: 127.021, lat: 37.503 }
const WORK = { lng: 126.978, lat: 37.566 }
const ELSEWHERE = { lng: 127.1, lat: 37.6 }

/** Two weeks: by day at work on weekdays, in the evening at home, once far away. */
const visits: readonly HabitVisit[] = [
  ...Array.from({ length: 14 }, (_, day) => [
    ...(day % 7 < 5 ? [{ ...WORK, at: MONDAY + day * DAY + 12 * HOUR }] : []),
    { ...HOME, at: MONDAY + day * DAY + 20 * HOUR },
  ]).flat(),
  { ...ELSEWHERE, at: MONDAY + 15 * DAY + 20 * HOUR },
]

describe('the part of the week', () => {
  it('is work by day on weekdays, in the place’s own sun, and home otherwise', () => {
    const at = (day: number, hour: number) => partOfWeek(MONDAY + day * DAY + hour * HOUR, HOME.lng)
    expect([at(0, 7), at(0, 9), at(4, 17), at(4, 19), at(5, 12), at(6, 12), at(7, 12)]).toEqual([
      'home',
      'work',
      'work',
      'home',
      'home',
      'home',
      'work',
    ])
    expect(partOfWeek(MONDAY + 12 * HOUR, -120)).toBe('home')
  })
})

describe('habits', () => {
  it('tell work from home by the hours, and no area from a few visits or from many scattered ones', () => {
    const { areas } = habitsOf(visits)
    expect(haversineMeters(areas.work!, WORK)).toBeLessThan(1000)
    expect(haversineMeters(areas.home!, HOME)).toBeLessThan(1000)
    expect(habitsOf(visits.slice(0, 3)).areas).toEqual({})
    const scattered = Array.from({ length: 40 }, (_, i) => ({
      lng: 127 + 0.05 * (i % 8),
      lat: 37 + 0.05 * Math.floor(i / 8),
      at: MONDAY + i * DAY + 20 * HOUR,
    }))
    expect(habitsOf(scattered).areas.home).toBeUndefined()
  })

  it('are the same wherever in its cell somebody lives: an area tells no more than a kilometre', () => {
    const moved = (by: number) =>
      visits.map((visit) => ({ ...visit, lng: visit.lng + by, lat: visit.lat + by }))
    expect(habitsOf(moved(0.002)).areas).toEqual(habitsOf(visits).areas)
    expect(habitsOf(moved(0.02)).areas).not.toEqual(habitsOf(visits).areas)
    const given = habitsOf([], { home: HOME })
    expect(given.areas.home).toMatchObject({ visits: Infinity })
    expect(given.areas.home).not.toMatchObject(HOME)
    expect(habitsOf([], { home: { ...HOME, lat: HOME.lat + 0.001 } }).areas).toEqual(given.areas)
  })

  it('know who goes far, and take a stranger for usual', () => {
    const walks = (degrees: number) =>
      Array.from({ length: 20 }, (_, i) => ({
        lng: 127 + (i % 2) * degrees,
        lat: 37.5,
        at: MONDAY + i * HOUR,
      }))
    const [near, far] = [habitsOf(walks(0.002)).usualStep, habitsOf(walks(0.2)).usualStep]
    expect(near).toBeLessThan(habitsOf([]).usualStep)
    expect(far).toBeGreaterThan(habitsOf([]).usualStep)
  })

  it('hold at the antimeridian and near a pole', () => {
    for (const point of [
      { lng: 180, lat: 0 },
      { lng: -180, lat: 89.999 },
    ]) {
      const there = Array.from({ length: 6 }, (_, i) => ({ ...point, at: MONDAY + i * DAY + 20 * HOUR }))
      expect(haversineMeters(habitsOf(there).areas.home!, point)).toBeLessThan(2000)
    }
  })
})
