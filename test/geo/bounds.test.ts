import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaBounds, boundsContain, circleBounds, ringBounds, splitBounds } from '../../src/geo/bounds.ts'
import { destination, haversineMeters } from '../../src/geo/distance.ts'
import { point, starRing } from './points.ts'

describe('the box of a circle', () => {
  const radius = fc.oneof(
    fc.double({ min: 1, max: 50_000, noNaN: true }),
    fc.double({ min: 1e6, max: 1.5e7, noNaN: true }),
  )

  it('has every point of the circle', () => {
    const turns = fc.double({ min: 0, max: 360, noNaN: true })
    const shares = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(point, radius, turns, shares, (centre, radiusMeters, turn, share) => {
        const inside = destination(centre, turn, radiusMeters * share * 0.999_999)
        fc.pre(haversineMeters(centre, inside) <= radiusMeters) // not so by a millimetre near the poles
        expect(boundsContain(circleBounds({ ...centre, radiusMeters }), inside)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('has all longitudes where the circle holds a pole', () => {
    expect(circleBounds({ lng: 10, lat: 89.999, radiusMeters: 1000 })).toEqual([
      -180,
      expect.any(Number),
      180,
      90,
    ])
  })

  it('is tight: a little smaller, it would lose a point', () => {
    const circle = { lng: 126.978, lat: 37.5665, radiusMeters: 1000 }
    const [west, south, east, north] = circleBounds(circle)
    for (const [bearing, edge] of [
      [0, north],
      [180, south],
    ] as const)
      expect(destination(circle, bearing, 1000).lat).toBeCloseTo(edge, 7)
    // The easternmost point lies a little north of east.
    const lngs = Array.from({ length: 3600 }, (_, i) => destination(circle, i / 10, 1000).lng)
    expect(Math.max(...lngs)).toBeCloseTo(east, 7)
    expect(Math.min(...lngs)).toBeCloseTo(west, 7)
  })

  it('has its centre, also where the radius is 0', () => {
    fc.assert(
      fc.property(point, (centre) => {
        expect(boundsContain(circleBounds({ ...centre, radiusMeters: 0 }), centre)).toBe(true)
      }),
    )
  })

  it('crosses the antimeridian with west > east', () => {
    const [west, , east] = circleBounds({ lng: 179.999, lat: 0, radiusMeters: 1000 })
    expect(west).toBeGreaterThan(179)
    expect(east).toBeLessThan(-179)
  })
})

describe('the box of an area', () => {
  it('has every position of its outer rings, on whichever side of the antimeridian', () => {
    const centre = fc.record({
      lng: fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(179.9, -179.9, 180)),
      lat: fc.double({ min: -60, max: 60, noNaN: true }),
    })
    const radii = fc.array(fc.double({ min: 0.1, max: 20, noNaN: true }), { minLength: 3, maxLength: 9 })
    fc.assert(
      fc.property(fc.array(fc.tuple(centre, radii), { minLength: 1, maxLength: 3 }), (stars) => {
        const rings = stars.map(([at, lengths]) => starRing(at, lengths))
        const box = areaBounds({ type: 'MultiPolygon', coordinates: rings.map((ring) => [ring]) })
        for (const [lng, lat] of rings.flat()) {
          expect(boundsContain(box, { lng, lat }), `${lng}, ${lat} in ${box}`).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is the smallest where a ring goes over the antimeridian', () => {
    const ring = starRing({ lng: 180, lat: 0 }, [1, 1, 1, 1])
    const [west, south, east, north] = areaBounds({ type: 'Polygon', coordinates: [ring] })
    expect([west, south, east, north].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([
      179, -1, -179, 1,
    ])
  })
})

describe('the box of a ring', () => {
  it('goes all the way round where the ring all but does', () => {
    // One billionth of a degree is left open: less than the slack of the box.
    const lngs = [0, 120, -120, -1e-9, -120, 120, 0]
    const ring = lngs.map((lng, index) => [lng, index < 4 ? 0 : 1])
    expect(ringBounds(ring)).toEqual([-180, 0, 180, 1])
  })
})

describe('a split box', () => {
  it('covers the same points without crossing the antimeridian', () => {
    fc.assert(
      fc.property(point, point, point, (a, b, probe) => {
        const box = [a.lng, Math.min(a.lat, b.lat), b.lng, Math.max(a.lat, b.lat)] as const
        const parts = splitBounds(box)
        expect(parts.every(([west, , east]) => west <= east)).toBe(true)
        expect(parts.some((part) => boundsContain(part, probe))).toBe(boundsContain(box, probe))
      }),
    )
  })
})
