// When a place can be stayed at: midnight, the end of the week, time zones and clock changes.
import { describe, expect, it } from 'vitest'
import type { Place } from '../../../src/domain/place.ts'
import { timetable } from '../../../src/recommend/courses/timetable.ts'

const SEOUL = { lng: 126.98, lat: 37.56 }
const NEW_YORK = { lng: -73.98, lat: 40.75 }

const place = (at: typeof SEOUL, openingHours?: string): Place => ({
  id: 'p',
  name: 'p',
  categories: [],
  geohash: '',
  regions: [],
  spots: [],
  ...at,
  ...(openingHours !== undefined && { openingHours }),
})

const times = (hours: string | undefined, start: string, at = SEOUL) =>
  timetable(place(at, hours), Date.parse(start), 1440)

describe('a stay', () => {
  it('begins at once where it is open, or where the hours are not known', () => {
    expect(times('Mo-Su 10:00-20:00', '2026-11-25T12:00:00+09:00').opensAt(0, 60)).toBe(0)
    expect(times(undefined, '2026-11-25T03:00:00+09:00').opensAt(0, 60)).toBe(0)
  })

  it('waits up to half an hour before a door, and no longer', () => {
    const { opensAt } = times('Mo-Su 10:00-20:00', '2026-11-25T09:30:00+09:00')
    expect(opensAt(0, 60)).toBe(30)
    expect(times('Mo-Su 10:00-20:00', '2026-11-25T09:29:00+09:00').opensAt(0, 60)).toBeUndefined()
  })

  it('ends when the place closes', () => {
    const { opensAt } = times('Mo-Su 10:00-20:00', '2026-11-25T19:00:00+09:00')
    expect(opensAt(0, 60)).toBe(0)
    expect(opensAt(1, 60)).toBeUndefined()
  })

  it('runs over midnight, and over the end of the week', () => {
    expect(times('Mo-Su 18:00-02:00', '2026-11-25T23:30:00+09:00').opensAt(0, 90)).toBe(0)
    // From Sunday 23:30 to Monday 01:00.
    expect(times('Su 18:00-24:00; Mo 00:00-02:00', '2026-11-29T23:30:00+09:00').opensAt(0, 90)).toBe(0)
    expect(times('24/7', '2026-11-29T23:30:00+09:00').opensAt(0, 90)).toBe(0)
    // From Sunday noon on: nine hours later it is closed.
    expect(times('Su 10:00-18:00', '2026-11-29T12:00:00+09:00').opensAt(540, 30)).toBeUndefined()
  })

  it('follows the clock of the place, not that of the request', () => {
    // 12:00 in Seoul is 22:00 the evening before in New York.
    const start = '2026-11-25T12:00:00+09:00'
    expect(times('Mo-Su 10:00-20:00', start, NEW_YORK).opensAt(0, 60)).toBeUndefined()
    expect(times('Mo-Su 18:00-24:00', start, NEW_YORK).opensAt(0, 60)).toBe(0)
    expect(times(undefined, start, NEW_YORK).format(0)).toBe('2026-11-24T22:00:00-05:00')
    expect(times(undefined, start, NEW_YORK).localHour(30)).toBe(22.5)
  })

  it('loses an hour in spring and gains one in autumn', () => {
    // 01:30 EST; an hour later it is 03:30 EDT.
    const spring = times('Mo-Su 03:00-06:00', '2026-03-08T01:30:00-05:00', NEW_YORK)
    expect(spring.format(60)).toBe('2026-03-08T03:30:00-04:00')
    expect(spring.opensAt(60, 60)).toBe(60)
    expect(spring.localHour(60)).toBe(3.5)
    const autumn = times(undefined, '2026-11-01T01:30:00-04:00', NEW_YORK)
    expect(autumn.format(60)).toBe('2026-11-01T01:30:00-05:00')
  })
})
