// Geohashes (G. Niemeyer, 2008): cells of points and covers of boxes, in degrees. Leaves the base-32 code to ngeohash.
import geohash from 'ngeohash'
import type { BBox, LngLat } from '../domain/position.ts'
import { splitBounds } from './bounds.ts'

/** The cell of a point, 1 to 12 characters. */
export function encodeGeohash({ lng, lat }: LngLat, precision = 12): string {
  return geohash.encode(lat, lng, precision)
}

/** The box of a cell; points on its south or west border belong to the neighbour, where there is one. */
export function geohashBounds(hash: string): BBox {
  const [south, west, north, east] = geohash.decode_bbox(hash)
  return [west, south, east, north]
}

/** All cells of a precision that touch a box. Their number grows with the box: choose the precision to fit. */
export function coverBounds(box: BBox, precision: number): string[] {
  const cells = splitBounds(box).flatMap(([west, south, east, north]) =>
    geohash.bboxes(south, west, north, east, precision),
  )
  return [...new Set(cells)]
}
