// The flat map on which the demo city is drawn: kilometres east and north of its centre, and the way back to degrees.
// Leaves what stands where to terrain.ts, tiling.ts and places.ts.
import type { LngLat, Position } from '../../domain/position.ts'

/** Kilometres east (x) and north (y) of the city centre. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A made-up city has to lie somewhere: low hills of central Korea, where nothing larger than a village is. */
const CENTRE: LngLat = { lng: 126.935, lat: 36.395 }
/** One degree of a meridian on a sphere of 6,371,008.8 m. */
const KM_PER_DEGREE = (Math.PI * 6371.0088) / 180
const KM_PER_DEGREE_EAST = KM_PER_DEGREE * Math.cos((CENTRE.lat * Math.PI) / 180)
/** 1e-6 degrees is a tenth of a metre. */
const ROUNDING = 1e6

export function toLngLat({ x, y }: Point): LngLat {
  return {
    lng: Math.round((CENTRE.lng + x / KM_PER_DEGREE_EAST) * ROUNDING) / ROUNDING,
    lat: Math.round((CENTRE.lat + y / KM_PER_DEGREE) * ROUNDING) / ROUNDING,
  }
}

export function toPosition(point: Point): Position {
  const { lng, lat } = toLngLat(point)
  return [lng, lat]
}

export function kilometersBetween(a: Point, b: Point): number {
  return Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)
}
