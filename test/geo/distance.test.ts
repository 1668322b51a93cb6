import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { destination, EARTH_RADIUS_METERS, haversineMeters, wrapLng } from '../../src/geo/distance.ts'
import { point, toVector } from './points.ts'

describe('the great-circle distance', () => {
  it('is the angle between the unit vectors, times the radius', () => {
    fc.assert(
      fc.property(point, point, (a, b) => {
        const [x, y] = [toVector(a), toVector(b)]
        const cross = Math.hypot(
          x[1] * y[2] - x[2] * y[1],
          x[2] * y[0] - x[0] * y[2],
          x[0] * y[1] - x[1] * y[0],
        )
        const angle = Math.atan2(cross, x[0] * y[0] + x[1] * y[1] + x[2] * y[2])
        // Opposite points: haversine's arcsine loses digits there, some metres on 20,000 km.
        expect(Math.abs(haversineMeters(a, b) - angle * EARTH_RADIUS_METERS)).toBeLessThan(1)
      }),
    )
  })

  it.each([
    ['a degree of latitude', { lng: 5, lat: 10 }, { lng: 5, lat: 11 }, (Math.PI / 180) * EARTH_RADIUS_METERS],
    [
      'a quarter of the equator',
      { lng: 0, lat: 0 },
      { lng: 90, lat: 0 },
      (Math.PI / 2) * EARTH_RADIUS_METERS,
    ],
    ['pole to pole', { lng: 17, lat: 90 }, { lng: -3, lat: -90 }, Math.PI * EARTH_RADIUS_METERS],
    [
      'over the antimeridian',
      { lng: 179.5, lat: 0 },
      { lng: -179.5, lat: 0 },
      (Math.PI / 180) * EARTH_RADIUS_METERS,
    ],
    // Published by C. Veness (movable-type.co.uk/scripts/latlong.html): 968.9 km.
    [
      "Land's End to John o' Groats",
      { lng: -(5 + 42 / 60 + 53 / 3600), lat: 50 + 3 / 60 + 59 / 3600 },
      { lng: -(3 + 4 / 60 + 12 / 3600), lat: 58 + 38 / 60 + 38 / 3600 },
      968_900,
    ],
    // City halls; 325 km by the distance calculators of aviation.
    ['Seoul to Busan', { lng: 126.978, lat: 37.5665 }, { lng: 129.0756, lat: 35.1796 }, 325_100],
  ])('is right for %s', (_, a, b, meters) => {
    expect(haversineMeters(a, b) / meters).toBeCloseTo(1, 3)
  })

  it('is the same both ways, and never longer than a way round', () => {
    fc.assert(
      fc.property(point, point, point, (a, b, c) => {
        expect(haversineMeters(a, b)).toBe(haversineMeters(b, a))
        // The metre is what the arcsine loses for opposite points.
        expect(haversineMeters(a, c)).toBeLessThan(haversineMeters(a, b) + haversineMeters(b, c) + 1)
      }),
    )
  })

  it('keeps centimetres', () => {
    const here = { lng: 126.978, lat: 37.5665 }
    expect(haversineMeters(here, destination(here, 33, 0.01))).toBeCloseTo(0.01, 5)
    expect(haversineMeters(here, here)).toBe(0)
  })
})

describe('a destination', () => {
  it('lies at the distance asked for, inside the ranges', () => {
    const bearings = fc.double({ min: 0, max: 360, noNaN: true })
    const distances = fc.double({ min: 1, max: 1.9e7, noNaN: true })
    fc.assert(
      fc.property(point, bearings, distances, (from, bearing, meters) => {
        const to = destination(from, bearing, meters)
        expect(Math.abs(to.lat)).toBeLessThanOrEqual(90)
        expect(Math.abs(to.lng)).toBeLessThanOrEqual(180)
        expect(Math.abs(haversineMeters(from, to) - meters)).toBeLessThan(1)
      }),
    )
  })

  it('follows the bearing', () => {
    expect(destination({ lng: 0, lat: 0 }, 90, 1000).lat).toBeCloseTo(0, 9)
    expect(destination({ lng: 0, lat: 0 }, 90, 1000).lng).toBeGreaterThan(0)
    expect(destination({ lng: 10, lat: 20 }, 0, 1000)).toMatchObject({ lng: expect.closeTo(10, 9) })
  })
})

describe('a wrapped longitude', () => {
  it('names the same meridian within [-180, 180]', () => {
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (lng) => {
        const wrapped = wrapLng(lng)
        expect(Math.abs(wrapped)).toBeLessThanOrEqual(180)
        expect(Math.cos(((wrapped - lng) * Math.PI) / 180)).toBeCloseTo(1, 9)
      }),
    )
    expect([wrapLng(180), wrapLng(-180), wrapLng(181)]).toEqual([180, -180, -179])
  })
})
