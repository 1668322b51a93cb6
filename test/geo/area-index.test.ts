import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Area, LngLat } from '../../src/domain/position.ts'
import { createAreaIndex, type IndexedArea } from '../../src/geo/area-index.ts'
import { destination, haversineMeters } from '../../src/geo/distance.ts'
import { areaContains } from '../../src/geo/polygon.ts'
import { point, starRing } from './points.ts'

const near = fc.record({
  lng: fc.oneof(
    fc.double({ min: 175, max: 180, noNaN: true }),
    fc.double({ min: -180, max: -175, noNaN: true }),
  ),
  lat: fc.double({ min: -5, max: 5, noNaN: true }),
})
const shape = fc.record({
  at: near,
  radii: fc.array(fc.double({ min: 0.2, max: 2, noNaN: true }), { minLength: 3, maxLength: 7 }),
  kind: fc.constantFrom('polygon', 'circle', 'both'),
})
const areasOf = (shapes: readonly { at: { lng: number; lat: number }; radii: number[]; kind: string }[]) =>
  shapes.map(({ at, radii, kind }, index): IndexedArea => ({
    id: `area-${index}`,
    ...(kind !== 'circle' && { geometry: { type: 'Polygon' as const, coordinates: [starRing(at, radii)] } }),
    ...(kind !== 'polygon' && { circle: { ...at, radiusMeters: radii[0] * 100_000 } }),
  }))

/** The least distance to the border, in small steps along each edge. */
function walkBorder(geometry: Area, probe: LngLat): number {
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat()
  const meters = rings.flatMap((ring) =>
    ring.slice(1).flatMap(([lng, lat], index) => {
      const [fromLng, fromLat] = ring[index]
      const turn = lng - fromLng > 180 ? -360 : lng - fromLng < -180 ? 360 : 0
      return Array.from({ length: 201 }, (_, step) => {
        const share = step / 200
        const at = fromLng + share * (lng + turn - fromLng)
        return haversineMeters(probe, { lng: at, lat: fromLat + share * (lat - fromLat) })
      })
    }),
  )
  return Math.min(...meters)
}

describe('an index of areas', () => {
  it('finds what testing every area finds, in their order', () => {
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 12 }), fc.oneof(near, point), (shapes, probe) => {
        const areas = areasOf(shapes)
        const expected = areas.filter(
          ({ geometry, circle }) =>
            (geometry !== undefined && areaContains(geometry, probe)) ||
            (circle !== undefined && haversineMeters(circle, probe) <= circle.radiusMeters),
        )
        expect(createAreaIndex(areas).containing(probe)).toEqual(expected.map(({ id }) => id))
      }),
      { numRuns: 1000 },
    )
  })

  it('leaves out areas with neither boundary nor circle', () => {
    const index = createAreaIndex([{ id: 'a' }])
    expect(index.containing({ lng: 0, lat: 0 })).toEqual([])
    expect(index.nearest({ lng: 0, lat: 0 }, 1000, () => true)).toBeUndefined()
  })

  const square = (west: number, south: number): IndexedArea['geometry'] => ({
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [west + 1, south],
        [west + 1, south + 1],
        [west, south + 1],
        [west, south],
      ],
    ],
  })

  it('knows the nearest border within a distance, of those that are asked for', () => {
    const areas = [
      { id: 'south', geometry: square(0, 0) },
      { id: 'north', geometry: square(0, 1.02) },
    ]
    const index = createAreaIndex(areas)
    const between = { lng: 0.5, lat: 1.009 }
    expect(index.nearest(between, 2000, () => true)).toBe('south')
    expect(index.nearest(between, 2000, (id) => id === 'north')).toBe('north')
    expect(index.nearest(between, 900, () => true)).toBeUndefined()
    expect(index.nearest({ lng: 0.5, lat: 1.0101 }, 2000, () => true)).toBe('north')
  })

  it('knows the nearest border as walking along all of them does', () => {
    const meters = 100_000
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 6 }), near, (shapes, probe) => {
        const areas = areasOf(shapes.map(({ at, radii }) => ({ at, radii, kind: 'polygon' })))
        const walked = areas.map(({ id, geometry }) => ({ id, meters: walkBorder(geometry!, probe) }))
        const found = createAreaIndex(areas).nearest(probe, meters, () => true)
        // Steps of 1/200 of an edge miss the nearest point a little; the plane errs by some per mille at 100 km.
        const best = Math.min(...walked.map((border) => border.meters))
        if (found === undefined) expect(best).toBeGreaterThan(meters * 0.99)
        else expect(walked.find(({ id }) => id === found)!.meters).toBeLessThan(best * 1.01 + 1000)
      }),
      { numRuns: 200 },
    )
  })

  it('measures borders on the other side of the antimeridian', () => {
    const index = createAreaIndex([{ id: 'east', geometry: square(-180, 0) }])
    const west = destination({ lng: 180, lat: 0.5 }, 270, 500)
    expect(index.nearest(west, 510, () => true)).toBe('east')
    expect(index.nearest(west, 490, () => true)).toBeUndefined()
  })
})
