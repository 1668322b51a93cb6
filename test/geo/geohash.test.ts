import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundsContain, circleBounds, splitBounds } from '../../src/geo/bounds.ts'
import { destination } from '../../src/geo/distance.ts'
import { coverBounds, encodeGeohash, geohashBounds } from '../../src/geo/geohash.ts'
import { point } from './points.ts'

describe('a geohash', () => {
  it.each([
    // The example of the format's description (geohash.org), and Seoul's city hall.
    [{ lng: -5.6, lat: 42.6 }, 5, 'ezs42'],
    [{ lng: 126.978, lat: 37.5665 }, 6, 'wydm9q'],
    // On the border of four cells: the one to the south-west.
    [{ lng: 0, lat: 0 }, 5, '7zzzz'],
  ])('of %o at %i characters is %s', (at, precision, hash) => {
    expect(encodeGeohash(at, precision)).toBe(hash)
  })

  it('names a cell that has the point, inside each shorter cell', () => {
    fc.assert(
      fc.property(point, fc.integer({ min: 1, max: 12 }), (at, precision) => {
        const hash = encodeGeohash(at, precision)
        expect(hash).toHaveLength(precision)
        expect(encodeGeohash(at)).toMatch(new RegExp(`^${hash}`))
        expect(boundsContain(geohashBounds(hash), at)).toBe(true)
      }),
    )
  })
})

describe('the cover of a box', () => {
  it('is every cell of the earth that overlaps the box, and no other', () => {
    const letters = [...'0123456789bcdefghjkmnpqrstuvwxyz']
    const all = letters.flatMap((a) => letters.map((b) => a + b))
    fc.assert(
      fc.property(point, point, (a, b) => {
        const box = [a.lng, Math.min(a.lat, b.lat), b.lng, Math.max(a.lat, b.lat)] as const
        // A cell has its north and east border; those at 180° west and at the south pole have all of theirs.
        const overlap = (from: number, to: number, low: number, high: number, start: number) =>
          from <= high && (to > low || (low === start && to === start))
        const expected = all.filter((hash) => {
          const [west, south, east, north] = geohashBounds(hash)
          return splitBounds(box).some(
            (part) =>
              overlap(part[0], part[2], west, east, -180) && overlap(part[1], part[3], south, north, -90),
          )
        })
        expect(coverBounds(box, 2).toSorted()).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('has the cell of every point in the box, and no cell beside it', () => {
    const bearings = fc.double({ min: 0, max: 360, noNaN: true })
    const radii = fc.double({ min: 10, max: 4000, noNaN: true })
    fc.assert(
      fc.property(
        point,
        radii,
        bearings,
        fc.integer({ min: 4, max: 6 }),
        (centre, radiusMeters, turn, precision) => {
          // Near a pole a circle's box goes round the earth: millions of cells, for which nobody asks.
          fc.pre(Math.abs(centre.lat) < 89)
          const box = circleBounds({ ...centre, radiusMeters })
          const cells = coverBounds(box, precision)
          const inside = destination(centre, turn, radiusMeters * 0.99)
          expect(cells).toContain(encodeGeohash(inside, precision))
          expect(new Set(cells).size).toBe(cells.length)
          for (const cell of cells) {
            const [west, south, east, north] = geohashBounds(cell)
            const touches = north >= box[1] && south <= box[3]
            const besides =
              box[0] <= box[2] ? east >= box[0] && west <= box[2] : east >= box[0] || west <= box[2]
            expect(touches && besides, `${cell} of ${box}`).toBe(true)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
