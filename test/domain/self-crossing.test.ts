import { describe, expect, it } from 'vitest'
import { parseRegion } from '../../src/domain/region.ts'
import { largestCrossing, ringArea } from '../../src/domain/self-crossing.ts'

const BOW_TIE = [
  [0, 0],
  [2, 2],
  [2, 0],
  [0, 2],
  [0, 0],
]
/** A square of 4 with a loop of area 0.0025 below its middle. */
const SLIVER = [
  [0, 0],
  [2.05, 0],
  [1.95, -0.05],
  [2.05, -0.05],
  [1.95, 0],
  [4, 0],
  [4, 4],
  [0, 4],
  [0, 0],
]
const region = (...rings: number[][][]) =>
  parseRegion({ code: '1', name: '가', geometry: { type: 'Polygon', coordinates: rings } })

describe('the largest crossing of a ring', () => {
  it('is found with the area it cuts off, wherever the ring lies', () => {
    const moved = BOW_TIE.map(([x, y]) => [x + 127, y + 37])
    expect(largestCrossing(moved)).toEqual({ at: [128, 38], loopArea: expect.closeTo(1, 9) })
  })

  it('is none where edges only touch', () => {
    const eight = [
      [0, 0],
      [1, 1],
      [2, 0],
      [2, 2],
      [1, 1],
      [0, 2],
      [0, 0],
    ]
    expect(largestCrossing(eight)).toBeUndefined()
    expect(ringArea(eight)).toBe(2)
  })
})

describe('a region', () => {
  it('may cross itself in a sliver, as simplified official boundaries do', () => {
    expect(region(SLIVER).geometry).toBeDefined()
  })

  it('that is a bow tie is refused with the place where it crosses', () => {
    expect(() => region(BOW_TIE)).toThrow(
      expect.objectContaining({
        code: 'invalid-geometry',
        errors: [
          {
            pointer: '/geometry/coordinates/0',
            detail: 'crosses itself at [1, 1] and cuts off more than 5 % of the area',
          },
        ],
      }),
    )
  })
})
