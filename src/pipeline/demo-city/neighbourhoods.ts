// Draws places near a point in proportion to their popularity and to how readily one goes that far.
// Leaves taste and opening hours to outings.ts.
//
// Places lie in square cells; a cell is drawn by its popularity and distance, then a place in it by popularity, so a
// draw costs O(log n) once the cells are weighed.
import type { Random } from '../../math/random.ts'
import { cumulate, pickCumulative } from './draw.ts'
import type { Point } from './plane.ts'
import type { DemoPlace } from './places.ts'

/** A draw of one place, as its number in the list. */
export type DrawPlace = () => number

export interface Neighbourhoods {
  /** @param reachKm distance at which the readiness to go falls to 1/e */
  around(from: Point, reachKm: number): DrawPlace
}

const CELL_KM = 0.6

interface Cell {
  readonly centre: Point
  readonly places: readonly number[]
  readonly popularity: Float64Array
}

/** @param numbers which of `places` can be drawn; at least one of them is popular at all */
export function createNeighbourhoods(
  places: readonly DemoPlace[],
  numbers: readonly number[],
  random: Random,
): Neighbourhoods {
  const cells = groupByCell(places, numbers)
  const sums = new Float64Array(cells.length)

  return {
    around(from, reachKm) {
      let total = 0
      cells.forEach(({ centre, popularity }, index) => {
        const distance = Math.sqrt((centre.x - from.x) ** 2 + (centre.y - from.y) ** 2)
        // The last sum of a cell is the popularity of the whole cell.
        sums[index] = total += popularity[popularity.length - 1] * Math.exp(-distance / reachKm)
      })
      return () => {
        const cell = cells[pickCumulative(random, sums)]
        return cell.places[pickCumulative(random, cell.popularity)]
      }
    },
  }
}

function groupByCell(places: readonly DemoPlace[], numbers: readonly number[]): Cell[] {
  const byCell = Map.groupBy(
    numbers.filter((number) => places[number].popularity > 0),
    (number) => {
      const { x, y } = places[number].point
      return `${Math.floor(x / CELL_KM)} ${Math.floor(y / CELL_KM)}`
    },
  )
  return [...byCell.values()].map((members) => ({
    centre: {
      x: members.reduce((sum, number) => sum + places[number].point.x, 0) / members.length,
      y: members.reduce((sum, number) => sum + places[number].point.y, 0) / members.length,
    },
    places: members,
    popularity: cumulate(members.map((number) => places[number].popularity)),
  }))
}
