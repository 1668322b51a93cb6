// Whether an area contains a point: holes, several polygons, rings over the antimeridian; borders are inside.
// Leaves the validity of rings to domain/area.ts.
import type { Area, BBox, LngLat, Ring } from '../domain/position.ts'
import { areaBounds, boundsContain, ringBounds } from './bounds.ts'
import { haversineMeters, wrapLng } from './distance.ts'

/** An area prepared for many tests. */
export interface CompiledArea {
  readonly bounds: BBox
  /** The rings of each polygon, the outer one first. */
  readonly polygons: readonly (readonly CompiledRing[])[]
  contains(point: LngLat): boolean
  /** Metres to the nearest edge, on a plane around the point: right to 0.1 % within some ten kilometres. */
  borderMeters(point: LngLat): number
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

/**
 * Prepares an area for repeated tests, which then first look at the boxes of its polygons. It keeps 16 bytes a position and
 * nothing of the GeoJSON, whose arrays take some 80.
 */
export function compileArea(area: Area): CompiledArea {
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates
  const compiled = polygons.map((rings) => rings.map(compileRing))
  return {
    bounds: areaBounds(area),
    polygons: compiled,
    contains: (point) =>
      compiled.some(([outer, ...holes]) => {
        if (!boundsContain(outer.bounds, point)) return false
        const side = sideOf(outer, point)
        if (side === 'outside') return false
        return side === 'border' || !holes.some((hole) => sideOf(hole, point) === 'inside')
      }),
    borderMeters: (point) => {
      const scale = Math.cos((point.lat * Math.PI) / 180)
      return (
        Math.sqrt(Math.min(...compiled.flat().map((ring) => squaredDegrees(ring, point, scale)))) *
        DEGREE_METERS
      )
    },
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

/** A degree of latitude. */
const DEGREE_METERS = haversineMeters({ lng: 0, lat: 0 }, { lng: 0, lat: 1 })

/** The square of the distance to the nearest edge in degrees of latitude; `scale` is the length of one of longitude. */
function squaredDegrees({ xy }: CompiledRing, { lng, lat }: LngLat, scale: number): number {
  let best = Infinity
  for (let i = 0; i + 3 < xy.length; i += 2) {
    const ax = wrapLng(xy[i] - lng) * scale
    const ay = xy[i + 1] - lat
    const bx = wrapLng(xy[i + 2] - lng) * scale
    const by = xy[i + 3] - lat
    const length = (bx - ax) ** 2 + (by - ay) ** 2
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * (bx - ax) + ay * (by - ay)) / length))
    best = Math.min(best, (ax + t * (bx - ax)) ** 2 + (ay + t * (by - ay)) ** 2)
  }
  return best
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
