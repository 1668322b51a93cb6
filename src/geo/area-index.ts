// Which of many areas contain a point: an R-tree of boxes (flatbush), then the exact test.
import Flatbush from 'flatbush'
import type { Area, Circle, LngLat } from '../domain/position.ts'
import { circleBounds, splitBounds } from './bounds.ts'
import { haversineMeters } from './distance.ts'
import { compileArea } from './polygon.ts'

export interface IndexedArea {
  readonly id: string
  readonly geometry?: Area
  readonly circle?: Circle
}

export interface AreaIndex {
  /** Ids of the areas that contain the point, in the order they were given. */
  containing(point: LngLat): string[]
  /** The area with the nearest border within `meters` among those that `accept` takes; geometries only. */
  nearest(point: LngLat, meters: number, accept: (id: string) => boolean): string | undefined
}

/**
 * Builds the index over areas with a geometry, a circle, or both (their union). Areas with neither are left out. The areas
 * themselves are not kept.
 */
export function createAreaIndex(areas: readonly IndexedArea[]): AreaIndex {
  const parts = areas.flatMap(({ id, geometry, circle }, order) => [
    ...(geometry === undefined ? [] : [{ id, order, ...compileArea(geometry) }]),
    ...(circle === undefined
      ? []
      : [
          {
            id,
            order,
            borderMeters: undefined,
            bounds: circleBounds(circle),
            contains: (point: LngLat) => haversineMeters(point, circle) <= circle.radiusMeters,
          },
        ]),
  ])
  const boxes = parts.flatMap((part, index) => splitBounds(part.bounds).map((box) => ({ box, index })))
  if (boxes.length === 0) return { containing: () => [], nearest: () => undefined }
  const tree = new Flatbush(boxes.length)
  for (const { box } of boxes) tree.add(...box)
  tree.finish()

  return {
    containing(point) {
      const found = new Map<number, string>()
      for (const hit of tree.search(point.lng, point.lat, point.lng, point.lat)) {
        const { id, order, contains } = parts[boxes[hit].index]
        if (!found.has(order) && contains(point)) found.set(order, id)
      }
      return [...found].sort(([a], [b]) => a - b).map(([, id]) => id)
    },
    nearest(point, meters, accept) {
      const around = splitBounds(circleBounds({ ...point, radiusMeters: meters }))
      const hits = new Set(around.flatMap((box) => tree.search(...box)).map((hit) => boxes[hit].index))
      let best: { id: string; meters: number; order: number } | undefined
      for (const hit of hits) {
        const { id, borderMeters, order } = parts[hit]
        if (borderMeters === undefined || !accept(id)) continue
        const distance = borderMeters(point)
        if (distance > meters) continue
        if (
          best === undefined ||
          distance < best.meters ||
          (distance === best.meters && order < best.order)
        ) {
          best = { id, meters: distance, order }
        }
      }
      return best?.id
    },
  }
}
