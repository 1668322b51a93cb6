// Land and water of the demo city: its outline, a river with an island, a lake. All lengths in kilometres.
// Leaves boundaries to tiling.ts.
import type { Random } from '../../math/random.ts'
import type { Point } from './plane.ts'

export interface Terrain {
  /** The y of the middle of the river at x. */
  riverMiddle(x: number): number
  /** Whether a point is on dry land inside the city. */
  isLand(point: Point): boolean
  isRiver(point: Point): boolean
}

const ISLAND = { x: 2.6, radiusX: 0.85, radiusY: 0.3 }
const LAKE = { x: -4, y: -3, radiusX: 0.75, radiusY: 0.42 }

/** @param random moves the bends of the river and the bays of the outline */
export function createTerrain(random: Random): Terrain {
  const bend = 0.3 * (random.next() - 0.5)
  const bays = [3, 5, 8].map((count) => ({ count, phase: 2 * Math.PI * random.next() }))

  const riverMiddle = (x: number) => 0.2 + 0.9 * Math.sin(0.55 * x + bend)
  const isIsland = ({ x, y }: Point) =>
    ((x - ISLAND.x) / ISLAND.radiusX) ** 2 + ((y - riverMiddle(x)) / ISLAND.radiusY) ** 2 < 1
  const isRiver = (point: Point) => {
    const { x, y } = point
    // The river widens around the island, so that both arms stay about as wide as the rest.
    const halfWidth = 0.3 + 0.4 * Math.exp(-(((x - ISLAND.x) / 1.1) ** 2))
    return Math.abs(y - riverMiddle(x)) < halfWidth && !isIsland(point)
  }
  const isLake = ({ x, y }: Point) =>
    ((x - LAKE.x) / LAKE.radiusX) ** 2 + ((y - LAKE.y) / LAKE.radiusY) ** 2 < 1
  const isInside = ({ x, y }: Point) => {
    const angle = Math.atan2(y, x)
    const bay = bays.reduce((sum, { count, phase }) => sum + 0.05 * Math.sin(count * angle + phase), 0)
    return Math.abs(x / 6.8) ** 2.4 + Math.abs(y / 5.3) ** 2.4 < 1 + bay
  }

  return {
    riverMiddle,
    isRiver: (point) => isInside(point) && isRiver(point),
    isLand: (point) => isInside(point) && !isRiver(point) && !isLake(point),
  }
}
