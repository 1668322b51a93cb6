import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { offsetMinutes, timeZoneAt } from '../../src/geo/time-zone.ts'

describe('the time zone of a point', () => {
  it.each([
    ['Seoul', 126.978, 37.5665, 'Asia/Seoul'],
    ['New York', -74.006, 40.7128, 'America/New_York'],
    ['Kathmandu', 85.324, 27.7172, 'Asia/Kathmandu'],
    ['Fiji, before the antimeridian', 178.44, -18.14, 'Pacific/Fiji'],
    ['Fiji, beyond the antimeridian', -179.9, -16.8, 'Pacific/Fiji'],
  ])('in %s', (_, lng, lat, zone) => {
    expect(timeZoneAt({ lng, lat })).toBe(zone)
  })
})

describe('the offset of a time zone', () => {
  it.each([
    ['Asia/Seoul', '2026-11-24T00:00:00Z', 540],
    // Korea had summer time for the Olympic games.
    ['Asia/Seoul', '1988-07-01T00:00:00Z', 600],
    ['Asia/Kathmandu', '2026-11-24T00:00:00Z', 345],
    ['America/New_York', '2026-03-08T06:59:59Z', -300],
    ['America/New_York', '2026-03-08T07:00:00Z', -240],
    ['America/New_York', '2026-11-01T05:59:59Z', -240],
    ['America/New_York', '2026-11-01T06:00:00Z', -300],
    ['Asia/Seoul', '1960-01-01T00:00:00.999Z', 510],
  ])('%s at %s', (zone, instant, minutes) => {
    expect(offsetMinutes(Date.parse(instant), zone)).toBe(minutes)
  })

  it('is what takes an instant to the clock on the wall', () => {
    const zones = ['Asia/Seoul', 'Europe/Helsinki', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia']
    const instants = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) })
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, (timeZone, at) => {
        const wall = new Date(at).toLocaleString('sv-SE', { timeZone })
        const shifted = new Date(at + offsetMinutes(at, timeZone) * 60_000)
        expect(shifted.toISOString().slice(0, 19).replace('T', ' ')).toBe(wall)
      }),
      { numRuns: 300 },
    )
  })

  it('is not known for a zone that does not exist', () => {
    expect(() => offsetMinutes(0, 'Asia/Sedul')).toThrow(RangeError)
  })
})
