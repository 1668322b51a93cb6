// Coordinates: lng, lat in WGS84 degrees, in that order. Leaves distances and boxes to geo/.
import { Type } from 'typebox'

export const Lng = Type.Number({ minimum: -180, maximum: 180, description: 'Longitude in WGS84 degrees' })
export const Lat = Type.Number({ minimum: -90, maximum: 90, description: 'Latitude in WGS84 degrees' })

export interface LngLat {
  readonly lng: number
  readonly lat: number
}

/** [west, south, east, north] in degrees; west > east crosses the antimeridian (OGC API Features). */
export type BBox = readonly [west: number, south: number, east: number, north: number]

export interface Circle extends LngLat {
  readonly radiusMeters: number
}

/** GeoJSON position, [lng, lat] or [lng, lat, altitude]. */
export type Position = readonly number[]
export type Ring = readonly Position[]

export interface Polygon {
  readonly type: 'Polygon'
  readonly coordinates: readonly Ring[]
}

export interface MultiPolygon {
  readonly type: 'MultiPolygon'
  readonly coordinates: readonly (readonly Ring[])[]
}

/** An area by its boundary; rings after the first of each polygon are holes. */
export type Area = Polygon | MultiPolygon
