import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { destination } from '../../src/geo/distance.ts'
import { createNewPlaces } from '../../src/graph/new-places.ts'
import { createRandom } from '../../src/math/random.ts'

const dim = 4
const seoul = { lng: 126.978, lat: 37.5665 }
const east = destination(seoul, 90, 20_000)

/** Known places: a quiet kind and a loud kind, around two centres; bias says the centre. */
function known() {
  const random = createRandom(2)
  const rows = Array.from({ length: 80 }, (_, row) => row)
  const vectors = new Float32Array(rows.length * dim)
  const positions = new Float64Array(rows.length * 2)
  for (const row of rows) {
    const at = destination(row < 40 ? seoul : east, 360 * random.next(), 500 * random.next())
    positions.set([at.lng, at.lat], 2 * row)
    // The third coordinate tells the centres apart, as visits of people who live there do.
    const direction = row % 2 === 0 ? [0.8, 0, row < 40 ? 0.6 : -0.6] : [0, 0.8, row < 40 ? 0.6 : -0.6]
    vectors.set([...direction, row < 40 ? 0.2 : 0.1], row * dim)
  }
  return { dim, vectors, positions, rows }
}

const quiet = Float32Array.of(1, 0, 0, 0.05)

describe('a new place', () => {
  it('takes after places of its kind around it, and their bias', () => {
    const newPlace = createNewPlaces(known())
    const [x, y, centre, bias] = newPlace(quiet, seoul)
    expect(x).toBeGreaterThan(0.7)
    expect(y).toBeLessThan(0.1)
    expect(centre).toBeGreaterThan(0.3)
    expect(bias).toBeCloseTo(0.2, 6)
    expect(newPlace(quiet, east)[2]).toBeLessThan(-0.3)
  })

  it('has unit length wherever it is', () => {
    const newPlace = createNewPlaces(known())
    const at = fc.record({
      lng: fc.double({ min: -180, max: 180, noNaN: true }),
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
    })
    fc.assert(
      fc.property(at, (point) => {
        const vector = newPlace(quiet, point)
        expect(Math.hypot(...vector.subarray(0, dim - 1))).toBeCloseTo(1, 5)
        expect(vector.every(Number.isFinite)).toBe(true)
      }),
    )
  })

  it('is where its text says without a position, without positions and without known places', () => {
    expect(createNewPlaces(known())(quiet)).toEqual(quiet)
    expect(createNewPlaces({ ...known(), positions: new Float64Array(0) })(quiet, seoul)).toEqual(quiet)
    expect(createNewPlaces({ ...known(), rows: [] })(quiet, seoul)).toEqual(quiet)
  })

  it('is not moved by places without actions', () => {
    const all = known()
    const some = { ...all, rows: all.rows.filter((row) => row % 2 === 1) }
    expect(createNewPlaces(some)(quiet, seoul)[1]).toBeGreaterThan(createNewPlaces(all)(quiet, seoul)[1])
  })
})
