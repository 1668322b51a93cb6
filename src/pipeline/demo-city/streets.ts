// The streets of the demo city: each dong has its own turned grid of lanes; places stand along them and get an address.
// Leaves which place stands where to places.ts.
import type { Random } from '../../math/random.ts'
import { CITY } from './districts.ts'
import { between, chance } from './draw.ts'
import type { Point } from './plane.ts'
import type { DongSite } from './regions.ts'

export interface Streets {
  /** Moves a point of a dong to the nearest side of a lane, a few metres off its middle. */
  settle(point: Point, dong: DongSite): { point: Point; address: string }
}

/** Lanes are this far apart; a block of a Korean city is about 90 m. */
const BLOCK_KM = 0.09
/** From the middle of the lane to the front doors. */
const FRONT_KM = 0.009
/** Korean road addresses number both sides together, two numbers every 20 m. */
const NUMBER_KM = 0.01

export function createStreets(dongs: readonly DongSite[], random: Random): Streets {
  const angles = new Map(dongs.map(({ code }) => [code, between(random, 0, Math.PI / 2)]))

  return {
    settle({ x, y }, dong) {
      const angle = angles.get(dong.code)!
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
      const [east, north] = [x - dong.centre.x, y - dong.centre.y]
      let u = east * cos + north * sin
      let v = north * cos - east * sin
      const lanesU = Math.round(u / BLOCK_KM)
      const lanesV = Math.round(v / BLOCK_KM)
      const runsAlongU = Math.abs(v / BLOCK_KM - lanesV) < Math.abs(u / BLOCK_KM - lanesU)
      const isOddSide = chance(random, 0.5)
      const front = between(random, 0.8, 1.2) * FRONT_KM * (isOddSide ? 1 : -1)
      if (runsAlongU) v = lanesV * BLOCK_KM + front
      else u = lanesU * BLOCK_KM + front
      const [lane, along] = runsAlongU ? [2 * lanesV, u] : [2 * lanesU + 1, v]
      return {
        point: { x: dong.centre.x + u * cos - v * sin, y: dong.centre.y + u * sin + v * cos },
        address: `${CITY.ko} ${dong.district.ko} ${roadName(dong, lane)} ${houseNumber(along, isOddSide)} (${dong.ko})`,
      }
    },
  }
}

/** The lane through the centre is the road (가온로), the others are its numbered lanes (가온로12길). */
function roadName({ ko }: DongSite, lane: number): string {
  const road = `${ko.slice(0, -1)}로`
  return lane === 0 ? road : `${road}${lane > 0 ? 2 * lane : -2 * lane - 1}길`
}

function houseNumber(alongKm: number, isOdd: boolean): number {
  const pairs = Math.floor(Math.abs(alongKm) / (2 * NUMBER_KM))
  // Lanes run through the centre of the dong: the far half goes on where the near one ends.
  return 2 * pairs + (alongKm < 0 ? 200 : 0) + (isOdd ? 1 : 2)
}
