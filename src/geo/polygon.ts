// Whether an area contains a point: holes, several polygons, rings over the antimeridian; borders are inside.
// Leaves the validity of rings to domain/area.ts.
import type { Area, BBox, LngLat, Ring } from '../domain/position.ts'
import { areaBounds, boundsContain, ringBounds } from './bounds.ts'

/** An area prepared for many tests. */
export interface CompiledArea {
  readonly bounds: BBox
  contains(point: LngLat): boolean
}

/** One ring: its box and its positions with continuous longitudes (a ring over 180° goes on to 181). */
export interface CompiledRing {
  readonly bounds: BBox
  /** x0, y0, x1, y1, … in degrees, first position = last. */
  readonly xy: Float64Array
  readonly minX: number
}

/** Whether `area` contains `point`; a point on a border is inside, also on the border of a hole. O(vertices). */
export function areaContains(area: Area, point: LngLat): boolean {
  return compileArea(area).contains(point)
}

/** Prepares an area for repeated tests, which then first look at the boxes of its polygons. */
export function compileArea(area: Area): CompiledArea {
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates
  const compiled = polygons.map((rings) => rings.map(compileRing))
  return {
    bounds: areaBounds(area),
    contains: (point) =>
      compiled.some(([outer, ...holes]) => {
        if (!boundsContain(outer.bounds, point)) return false
        const side = sideOf(outer, point)
        if (side === 'outside') return false
        return side === 'border' || !holes.some((hole) => sideOf(hole, point) === 'inside')
      }),
  }
}

/** Prepares one ring, for engines that test points elsewhere. */
export function compileRing(ring: Ring): CompiledRing {
  const xy = new Float64Array(ring.length * 2)
  let shift = 0
  let minX = Infinity
  ring.forEach(([lng, lat], index) => {
    if (index > 0) {
      const step = lng - ring[index - 1][0]
      if (step > 180) shift -= 360
      else if (step < -180) shift += 360
    }
    xy[2 * index] = lng + shift
    xy[2 * index + 1] = lat
    minX = Math.min(minX, lng + shift)
  })
  return { bounds: ringBounds(ring), xy, minX }
}

/** Even-odd rule with an exact test for lying on an edge. */
function sideOf({ xy, minX }: CompiledRing, { lng, lat }: LngLat): 'inside' | 'border' | 'outside' {
  // The same meridian in the ring's own run of longitudes.
  let x = lng
  while (x < minX) x += 360
  while (x - 360 >= minX) x -= 360
  let inside = false
  for (let i = 0; i + 3 < xy.length; i += 2) {
    const [x0, y0, x1, y1] = [xy[i], xy[i + 1], xy[i + 2], xy[i + 3]]
    if (lat < Math.min(y0, y1) || lat > Math.max(y0, y1)) continue
    const cross = (x1 - x0) * (lat - y0) - (x - x0) * (y1 - y0)
    if (cross === 0 && x >= Math.min(x0, x1) && x <= Math.max(x0, x1)) return 'border'
    // Half-open in y, so that a vertex counts once.
    if (y0 > lat !== y1 > lat && cross > 0 === y1 > y0) inside = !inside
  }
  return inside ? 'inside' : 'outside'
}
