// Bounding boxes [west, south, east, north]; west > east crosses the antimeridian. Leaves exact tests to others.
import type { Area, BBox, Circle, LngLat, Ring } from '../domain/position.ts'
import { EARTH_RADIUS_METERS, wrapLng } from './distance.ts'

const DEGREES = 180 / Math.PI

/** Slack for rounding, in degrees (0.1 mm): a box must never lose a point that the exact test keeps. */
const SLACK = 1e-9

/** The smallest box around a circle, with a little slack; all longitudes where the circle holds a pole. */
export function circleBounds({ lng, lat, radiusMeters }: Circle): BBox {
  const angle = radiusMeters / EARTH_RADIUS_METERS
  const south = lat - angle * DEGREES - SLACK
  const north = lat + angle * DEGREES + SLACK
  if (south <= -90 || north >= 90) return [-180, Math.max(-90, south), 180, Math.min(90, north)]
  // The meridian that touches the circle: sin(Δlng) = sin(angle) / cos(lat).
  const ratio = Math.sin(angle) / Math.cos(lat / DEGREES)
  const reach = ratio >= 1 ? 180 : Math.asin(ratio) * DEGREES + SLACK
  if (reach >= 180) return [-180, south, 180, north]
  return [wrapLng(lng - reach), south, wrapLng(lng + reach), north]
}

/** The smallest box around the outer rings; a ring over the antimeridian gives west > east. */
export function areaBounds(area: Area): BBox {
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates
  let box: BBox | undefined
  for (const [outer] of polygons) {
    const next = ringBounds(outer)
    box = box === undefined ? next : joinBounds(box, next)
  }
  return box!
}

/** The box of one ring whose edges take the short way round the earth. */
export function ringBounds(ring: Ring): BBox {
  let [west, south] = ring[0]
  let [east, north] = ring[0]
  let shift = 0
  for (let i = 1; i < ring.length; i++) {
    const step = ring[i][0] - ring[i - 1][0]
    if (step > 180) shift -= 360
    else if (step < -180) shift += 360
    const lng = ring[i][0] + shift
    west = Math.min(west, lng)
    east = Math.max(east, lng)
    south = Math.min(south, ring[i][1])
    north = Math.max(north, ring[i][1])
  }
  const [from, to] = wrapRun(west, east)
  return [from, south, to, north]
}

/** Whether a point lies in a box, borders included. */
export function boundsContain([west, south, east, north]: BBox, { lng, lat }: LngLat): boolean {
  if (lat < south || lat > north) return false
  return west <= east ? lng >= west && lng <= east : lng >= west || lng <= east
}

/** One or two boxes that do not cross the antimeridian and cover the same points. */
export function splitBounds(box: BBox): BBox[] {
  const [west, south, east, north] = box
  return west <= east
    ? [box]
    : [
        [west, south, 180, north],
        [-180, south, east, north],
      ]
}

/** A box over both; where they lie on both sides of the antimeridian it crosses it only if one of them does. */
function joinBounds(a: BBox, b: BBox): BBox {
  const south = Math.min(a[1], b[1])
  const north = Math.max(a[3], b[3])
  const crosses = a[0] > a[2] || b[0] > b[2]
  if (!crosses) return [Math.min(a[0], b[0]), south, Math.max(a[2], b[2]), north]
  // Unwrapped around 180°: west parts stay, east parts move up by 360.
  const unwrap = ([west, , east]: BBox): [number, number] =>
    west > east ? [west, east + 360] : east < 0 ? [west + 360, east + 360] : [west, east]
  const [aWest, aEast] = unwrap(a)
  const [bWest, bEast] = unwrap(b)
  const west = Math.min(aWest, bWest)
  const east = Math.max(aEast, bEast)
  const [from, to] = wrapRun(west, east)
  return [from, south, to, north]
}

/** A run of unwrapped longitudes as [west, east]; an end that is wrapped gets slack, since that costs its last bits. */
function wrapRun(west: number, east: number): [number, number] {
  if (east - west >= 360 - 2 * SLACK) return [-180, 180]
  return [west < -180 ? wrapLng(west - SLACK) : west, east > 180 ? wrapLng(east + SLACK) : east]
}
