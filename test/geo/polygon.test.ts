import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Area, LngLat, Ring } from '../../src/domain/position.ts'
import { areaContains, compileArea } from '../../src/geo/polygon.ts'
import { starRing } from './points.ts'

/** The sum of signed angles under which the edges are seen: ±2π from inside, 0 from outside. */
function windsAround(ring: Ring, { lng, lat }: LngLat): boolean {
  let sum = 0
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = [shortWay(ring[i - 1][0] - lng), ring[i - 1][1] - lat]
    const [bx, by] = [shortWay(ring[i][0] - lng), ring[i][1] - lat]
    sum += Math.atan2(ax * by - ay * bx, ax * bx + ay * by)
  }
  return Math.abs(sum) > Math.PI
}

const shortWay = (degrees: number) => ((((degrees + 180) % 360) + 360) % 360) - 180

const centre = fc.record({
  lng: fc.oneof(fc.double({ min: -179, max: 179, noNaN: true }), fc.constantFrom(180, -180, 179.5, -179.5)),
  lat: fc.double({ min: -70, max: 70, noNaN: true }),
})
const radii = fc.array(fc.double({ min: 1, max: 10, noNaN: true }), { minLength: 3, maxLength: 12 })
const probeFrom = (at: LngLat, [dx, dy]: readonly [number, number]): LngLat => ({
  lng: shortWay(at.lng + dx),
  lat: at.lat + dy,
})
const offset = fc.tuple(
  fc.double({ min: -12, max: 12, noNaN: true }),
  fc.double({ min: -12, max: 12, noNaN: true }),
)

const square = (west: number, south: number, size: number): Ring => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
]

describe('an area', () => {
  it('contains what its ring winds around, also over the antimeridian', () => {
    fc.assert(
      fc.property(centre, radii, offset, (at, lengths, step) => {
        const ring = starRing(at, lengths)
        const probe = probeFrom(at, step)
        expect(areaContains({ type: 'Polygon', coordinates: [ring] }, probe)).toBe(windsAround(ring, probe))
      }),
      { numRuns: 3000 },
    )
  })

  it('leaves out its holes, and joins its polygons', () => {
    fc.assert(
      fc.property(centre, radii, radii, offset, offset, (at, outer, inner, step, probeStep) => {
        const ring = starRing(at, outer)
        const hole = starRing(
          at,
          inner.map((length) => length * 0.05),
        )
        const other = starRing(probeFrom(at, step), inner)
        const area: Area = { type: 'MultiPolygon', coordinates: [[ring, hole], [other]] }
        const probe = probeFrom(at, probeStep)
        const expected = (windsAround(ring, probe) && !windsAround(hole, probe)) || windsAround(other, probe)
        expect(areaContains(area, probe)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('has its borders inside, those of its holes too', () => {
    const area = compileArea({ type: 'Polygon', coordinates: [square(0, 0, 4), square(1, 1, 2)] })
    const on = [
      [0, 0],
      [0, 2],
      [4, 4],
      [2, 4],
      [1, 1],
      [1, 2],
      [3, 2],
    ]
    expect(on.filter(([lng, lat]) => !area.contains({ lng, lat }))).toEqual([])
    expect(area.contains({ lng: 2, lat: 2 })).toBe(false)
    expect(area.contains({ lng: 0.5, lat: 2 })).toBe(true)
    expect(area.contains({ lng: 4.000001, lat: 2 })).toBe(false)
  })

  it('has its corners inside, also over the antimeridian', () => {
    fc.assert(
      fc.property(centre, radii, (at, lengths) => {
        const ring = starRing(at, lengths)
        const area = compileArea({ type: 'Polygon', coordinates: [ring] })
        expect(ring.filter(([lng, lat]) => !area.contains({ lng, lat }))).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('counts a vertex once, whatever meets there', () => {
    // A ray to the east from the left corner's height passes through two vertices.
    const diamond: Ring = [
      [0, 1],
      [1, 0],
      [2, 1],
      [1, 2],
      [0, 1],
    ]
    const area = compileArea({ type: 'Polygon', coordinates: [diamond] })
    expect([-1, 0, 1, 2, 3].map((lng) => area.contains({ lng, lat: 1 }))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  })
})
