// Distances on the sphere. Leaves boxes to bounds.ts.
import type { LngLat } from '../domain/position.ts'

/** Mean radius of the earth (IUGG), as design.md fixes it. */
export const EARTH_RADIUS_METERS = 6_371_008.8

const RADIANS = Math.PI / 180

/** Great-circle distance in metres by the haversine formula; relative error against float64 exactness below 1e-9. */
export function haversineMeters(a: LngLat, b: LngLat): number {
  const sinLat = Math.sin(((b.lat - a.lat) * RADIANS) / 2)
  const sinLng = Math.sin(((b.lng - a.lng) * RADIANS) / 2)
  const h = sinLat * sinLat + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * sinLng * sinLng
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(Math.min(1, h)))
}

export interface FlatDistance {
  /** Square of the distance in metres. */
  squaredMeters(aLng: number, aLat: number, bLng: number, bLat: number): number
}

/**
 * Distances on the plane that touches the sphere along a parallel: for many short ones, where the square is enough. Within
 * 50 km of `lat` the error is below 1 % up to 60° of latitude; across the antimeridian too.
 */
export function flatDistance(lat: number): FlatDistance {
  const metersPerLat = RADIANS * EARTH_RADIUS_METERS
  const metersPerLng = metersPerLat * Math.cos(lat * RADIANS)
  return {
    squaredMeters(aLng, aLat, bLng, bLat) {
      let degrees = Math.abs(aLng - bLng)
      if (degrees > 180) degrees = 360 - degrees
      const x = degrees * metersPerLng
      const y = (aLat - bLat) * metersPerLat
      return x * x + y * y
    },
  }
}

/** The point `meters` from `from` in a direction (degrees clockwise from north); lng in [-180, 180]. */
export function destination(from: LngLat, bearingDegrees: number, meters: number): LngLat {
  const angle = meters / EARTH_RADIUS_METERS
  const bearing = bearingDegrees * RADIANS
  const lat1 = from.lat * RADIANS
  const sinLat = Math.sin(lat1) * Math.cos(angle) + Math.cos(lat1) * Math.sin(angle) * Math.cos(bearing)
  const lat = Math.asin(Math.max(-1, Math.min(1, sinLat)))
  const turn = Math.atan2(
    Math.sin(bearing) * Math.sin(angle) * Math.cos(lat1),
    Math.cos(angle) - Math.sin(lat1) * Math.sin(lat),
  )
  return { lng: wrapLng(from.lng + turn / RADIANS), lat: lat / RADIANS }
}

/** A longitude of the same meridian in [-180, 180]; values already there are kept as they are. */
export function wrapLng(lng: number): number {
  if (lng >= -180 && lng <= 180) return lng
  return ((((lng + 180) % 360) + 360) % 360) - 180
}
