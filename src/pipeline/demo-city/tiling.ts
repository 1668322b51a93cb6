// Tiles the land of the demo city with dongs: cells of a hexagonal grid grow from the dong centres, borders are traced
// and smoothed. Leaves names and codes to regions.ts.
//
// Why hexagons: three cells meet at every corner, so the border of a set of cells never touches itself, and a border is
// one chain of corners that both neighbours share. Smoothing moves corners, never the order of a chain: no gap opens.
import type { Area, Position, Ring } from '../../domain/position.ts'
import type { Random } from '../../math/random.ts'
import { toPosition, type Point } from './plane.ts'

export interface Tiling {
  /** The union of the dongs for which `contains` is true; outer rings anticlockwise, holes clockwise (RFC 7946). */
  area(contains: (dong: number) => boolean): Area
  /** The river inside the city. */
  readonly river: Area
}

/** Centre to corner, in km: cells are 190 m wide, well below the narrowest arm of the river. */
const CELL_KM = 0.11
const HALF_WIDTH_KM = (CELL_KM * Math.sqrt(3)) / 2
const HALF_CELL_KM = CELL_KM / 2
/** Cells in each direction from the centre of the city. */
const REACH_X = 2 * Math.ceil(8 / (2 * HALF_WIDTH_KM))
const REACH_Y = Math.ceil(6.5 / (3 * HALF_CELL_KM))
const SMOOTHING_ROUNDS = 4
const RIVER = -1

/** Corners of a cell, anticlockwise, and the centre across the edge from each corner to the next: lattice steps. */
const CORNERS = [
  [1, -1],
  [1, 1],
  [0, 2],
  [-1, 1],
  [-1, -1],
  [0, -2],
] as const
const NEIGHBOURS = [
  [2, 0],
  [1, 3],
  [-1, 3],
  [-2, 0],
  [-1, -3],
  [1, -3],
] as const

/** A lattice point (column · half width, row · half cell) as one number. */
const SPAN = 4096
const key = (column: number, row: number) => (row + SPAN / 2) * SPAN + column + SPAN / 2
const columnOf = (at: number) => (at % SPAN) - SPAN / 2
const rowOf = (at: number) => Math.floor(at / SPAN) - SPAN / 2
const pointOf = (at: number): Point => ({ x: columnOf(at) * HALF_WIDTH_KM, y: rowOf(at) * HALF_CELL_KM })

/** @param random bends the borders */
export function tileLand(options: {
  centres: readonly Point[]
  isLand: (point: Point) => boolean
  isRiver: (point: Point) => boolean
  random: Random
}): Tiling {
  const { centres, isLand, isRiver, random } = options
  const land = new Map<number, number>()
  const labels = new Map<number, number>()
  for (let row = -REACH_Y; row <= REACH_Y; row++) {
    for (let step = -REACH_X; step <= REACH_X; step += 2) {
      const cell = key(step + (Math.abs(row) % 2), 3 * row)
      const point = pointOf(cell)
      if (isLand(point)) land.set(cell, 0.5 + random.next())
      else if (isRiver(point)) labels.set(cell, RIVER)
    }
  }
  for (const [cell, dong] of grow(land, centres)) labels.set(cell, dong)

  const corners = smooth(labels)
  const area = (contains: (label: number) => boolean) => polygons(traceRings(labels, contains), corners)
  return {
    area: (contains) => area((label) => label !== RIVER && contains(label)),
    river: area((l) => l === RIVER),
  }
}

/**
 * The nearest centre of every land cell by walking distance, where entering a cell costs what `land` says. A cell gets
 * its dong from the neighbour on its shortest way, so every dong is connected. Land out of reach gets none.
 */
function grow(land: ReadonlyMap<number, number>, centres: readonly Point[]): Map<number, number> {
  const distance = new Map<number, number>()
  const labels = new Map<number, number>()
  centres.forEach((centre, dong) => {
    const start = nearestCell(land, centre)
    distance.set(start, 0)
    labels.set(start, dong)
  })
  // Bellman-Ford by a queue: a few thousand cells need no heap.
  const queue = [...labels.keys()]
  for (let head = 0; head < queue.length; head++) {
    const cell = queue[head]
    for (const [columns, rows] of NEIGHBOURS) {
      const next = key(columnOf(cell) + columns, rowOf(cell) + rows)
      const cost = land.get(next)
      if (cost === undefined) continue
      const length = distance.get(cell)! + cost
      if (length >= (distance.get(next) ?? Infinity)) continue
      distance.set(next, length)
      labels.set(next, labels.get(cell)!)
      queue.push(next)
    }
  }
  return labels
}

function nearestCell(land: ReadonlyMap<number, number>, { x, y }: Point): number {
  let nearest = -1
  let best = Infinity
  for (const cell of land.keys()) {
    const point = pointOf(cell)
    const squared = (point.x - x) ** 2 + (point.y - y) ** 2
    if (squared < best) [best, nearest] = [squared, cell]
  }
  return nearest
}

/** Every corner on a border, moved towards its neighbours on the border. */
function smooth(labels: ReadonlyMap<number, number>): Map<number, Point> {
  const neighbours = new Map<number, Set<number>>()
  const link = (from: number, to: number) => {
    const known = neighbours.get(from)
    if (known === undefined) neighbours.set(from, new Set([to]))
    else known.add(to)
  }
  for (const [cell, label] of labels) {
    forEachEdge(cell, (from, to, across) => {
      if (labels.get(across) === label) return
      link(from, to)
      link(to, from)
    })
  }
  let points = new Map([...neighbours.keys()].map((corner) => [corner, pointOf(corner)]))
  for (let round = 0; round < SMOOTHING_ROUNDS; round++) {
    const moved = new Map<number, Point>()
    for (const [corner, { x, y }] of points) {
      const around = [...neighbours.get(corner)!].map((other) => points.get(other)!)
      const meanX = around.reduce((sum, point) => sum + point.x, 0) / around.length
      const meanY = around.reduce((sum, point) => sum + point.y, 0) / around.length
      moved.set(corner, { x: (x + meanX) / 2, y: (y + meanY) / 2 })
    }
    points = moved
  }
  return points
}

/** The closed chains of corners around the cells whose label is chosen, the cells on the left. */
function traceRings(labels: ReadonlyMap<number, number>, isChosen: (label: number) => boolean): number[][] {
  const next = new Map<number, number>()
  const isOutside = (cell: number) => !labels.has(cell) || !isChosen(labels.get(cell)!)
  for (const [cell, label] of labels) {
    if (!isChosen(label)) continue
    forEachEdge(cell, (from, to, across) => {
      if (isOutside(across)) next.set(from, to)
    })
  }
  const rings: number[][] = []
  for (const start of next.keys()) {
    const ring: number[] = []
    for (let corner = start; next.has(corner);) {
      ring.push(corner)
      const following = next.get(corner)!
      next.delete(corner)
      corner = following
    }
    if (ring.length > 0) rings.push(ring)
  }
  return rings
}

function forEachEdge(cell: number, visit: (from: number, to: number, across: number) => void): void {
  const [column, row] = [columnOf(cell), rowOf(cell)]
  const corners = CORNERS.map(([columns, rows]) => key(column + columns, row + rows))
  NEIGHBOURS.forEach(([columns, rows], edge) => {
    visit(corners[edge], corners[(edge + 1) % 6], key(column + columns, row + rows))
  })
}

/** Rings as an area: each hole goes into the outer ring around it. */
function polygons(rings: readonly number[][], corners: ReadonlyMap<number, Point>): Area {
  const outers: { ring: Ring; holes: Ring[] }[] = []
  const holes: Ring[] = []
  for (const chain of rings) {
    const ring = [...chain, chain[0]].map((corner) => toPosition(corners.get(corner)!))
    if (signedArea(ring) > 0) outers.push({ ring, holes: [] })
    else holes.push(ring)
  }
  for (const hole of holes) outers.find(({ ring }) => isInside(hole[0], ring))!.holes.push(hole)
  const coordinates = outers.map(({ ring, holes }) => [ring, ...holes])
  return coordinates.length === 1
    ? { type: 'Polygon', coordinates: coordinates[0] }
    : { type: 'MultiPolygon', coordinates }
}

/** In square degrees; above 0 where the ring runs anticlockwise. */
function signedArea(ring: Ring): number {
  let sum = 0
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1]
  return sum / 2
}

/** Even-odd rule. */
function isInside([x, y]: Position, ring: Ring): boolean {
  let inside = false
  for (let i = 1; i < ring.length; i++) {
    const [x0, y0] = ring[i - 1]
    const [x1, y1] = ring[i]
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) inside = !inside
  }
  return inside
}
