// Shapes for the map: a circle as a polygon, the box around an area, a point to label it at.
// Leaves exact containment to the service.
import type { Area, BBox, Circle } from '../domain/position.ts'
import type { Spot } from '../domain/spot.ts'

const EARTH_RADIUS_METERS = 6_371_008.8
const RADIANS = Math.PI / 180

/** A closed ring of `steps` corners on the circle, by the spherical direct formula (exact to the sphere). */
export function circleRing({ lng, lat, radiusMeters }: Circle, steps = 64): number[][] {
  const angle = radiusMeters / EARTH_RADIUS_METERS
  const [sinLat, cosLat] = [Math.sin(lat * RADIANS), Math.cos(lat * RADIANS)]
  const ring = Array.from({ length: steps }, (_, i) => {
    const bearing = (2 * Math.PI * i) / steps
    const sinTo = sinLat * Math.cos(angle) + cosLat * Math.sin(angle) * Math.cos(bearing)
    const turn = Math.atan2(Math.sin(bearing) * Math.sin(angle) * cosLat, Math.cos(angle) - sinLat * sinTo)
    return [lng + turn / RADIANS, Math.asin(sinTo) / RADIANS]
  })
  return [...ring, ring[0]]
}

/** The box around positions; undefined for none. */
export function boundsOf(positions: Iterable<readonly number[]>): BBox | undefined {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lng, lat] of positions) {
    west = Math.min(west, lng)
    east = Math.max(east, lng)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  return west <= east ? [west, south, east, north] : undefined
}

/** Every position of the outer rings. */
export function* outerPositions(area: Area): Generator<readonly number[]> {
  for (const rings of polygonsOf(area)) yield* rings[0]
}

/** The centroid of the largest polygon: inside it for the compact shapes that regions mostly have. */
export function labelPoint(area: Area): [lng: number, lat: number] {
  let best = { weight: -1, lng: 0, lat: 0 }
  for (const [ring] of polygonsOf(area)) {
    let [twiceArea, x, y] = [0, 0, 0]
    const [originX, originY] = ring[0]
    for (let i = 1; i < ring.length; i++) {
      // Relative to the first corner, so that small areas far from 0° keep their digits.
      const [x0, y0] = [ring[i - 1][0] - originX, ring[i - 1][1] - originY]
      const [x1, y1] = [ring[i][0] - originX, ring[i][1] - originY]
      const cross = x0 * y1 - x1 * y0
      twiceArea += cross
      x += (x0 + x1) * cross
      y += (y0 + y1) * cross
    }
    const weight = Math.abs(twiceArea)
    if (weight <= best.weight) continue
    best =
      weight === 0
        ? { weight, lng: originX, lat: originY }
        : { weight, lng: originX + x / (3 * twiceArea), lat: originY + y / (3 * twiceArea) }
  }
  return [best.lng, best.lat]
}

/** The outline of a spot, where it has one. */
export function spotArea(spot: Spot): Area | undefined {
  if (spot.geometry !== undefined) return spot.geometry
  if (spot.circle === undefined) return undefined
  return { type: 'Polygon', coordinates: [circleRing(spot.circle)] }
}

function polygonsOf(area: Area) {
  return area.type === 'Polygon' ? [area.coordinates] : area.coordinates
}
