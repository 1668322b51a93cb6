import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsOf, circleRing, labelPoint } from '../../src/web/geometry.ts'

const RADIUS_METERS = 6_371_008.8

/** Great-circle distance by the angle between two unit vectors: another formula than the one under test. */
function metersBetween([lng0, lat0]: readonly number[], [lng1, lat1]: readonly number[]): number {
  const vector = (lng: number, lat: number) => {
    const [a, b] = [(lng * Math.PI) / 180, (lat * Math.PI) / 180]
    return [Math.cos(b) * Math.cos(a), Math.cos(b) * Math.sin(a), Math.sin(b)]
  }
  const [p, q] = [vector(lng0, lat0), vector(lng1, lat1)]
  return 2 * RADIUS_METERS * Math.asin(Math.min(1, Math.hypot(...p.map((value, i) => value - q[i])) / 2))
}

describe('shapes for the map', () => {
  it('puts every corner of a circle at its radius', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -85, max: 85, noNaN: true }),
        fc.double({ min: 1, max: 100_000, noNaN: true }),
        (lng, lat, radiusMeters) => {
          const ring = circleRing({ lng, lat, radiusMeters })
          expect(ring[0]).toEqual(ring.at(-1))
          for (const corner of ring) {
            // A hundredth of a millimetre and 1e-7: what double degrees keep of small circles.
            expect(Math.abs(metersBetween([lng, lat], corner) - radiusMeters)).toBeLessThan(
              1e-5 + radiusMeters * 1e-7,
            )
          }
        },
      ),
    )
  })

  it('finds the box of positions, and none of none', () => {
    expect(
      boundsOf([
        [3, 4],
        [1, 9],
        [2, -5],
      ]),
    ).toEqual([1, -5, 3, 9])
    expect(boundsOf([])).toBeUndefined()
  })

  it('labels an area at the centroid of its largest part', () => {
    const square = (west: number, south: number, size: number) => [
      [
        [west, south],
        [west + size, south],
        [west + size, south + size],
        [west, south + size],
        [west, south],
      ],
    ]
    const [lng, lat] = labelPoint({
      type: 'MultiPolygon',
      coordinates: [square(0, 0, 1), square(127, 37, 2)],
    })
    expect(lng).toBeCloseTo(128, 9)
    expect(lat).toBeCloseTo(38, 9)
  })

  it('labels an area without a surface at its first corner', () => {
    const coordinates = [
      [
        [5, 5],
        [6, 6],
        [7, 7],
        [5, 5],
      ],
    ]
    expect(labelPoint({ type: 'Polygon', coordinates })).toEqual([5, 5])
  })
})
