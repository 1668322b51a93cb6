// Which of many areas contain a point: an R-tree of boxes (flatbush), then the exact test.
import Flatbush from 'flatbush'
import type { Area, Circle, LngLat } from '../domain/position.ts'
import { circleBounds, splitBounds } from './bounds.ts'
import { haversineMeters, wrapLng } from './distance.ts'
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

/** Builds the index over areas with a geometry, a circle, or both (their union). Areas with neither are left out. */
export function createAreaIndex(areas: readonly IndexedArea[]): AreaIndex {
  const parts = areas.flatMap(({ id, geometry, circle }, order) => [
    ...(geometry === undefined ? [] : [{ id, order, geometry, ...compileArea(geometry) }]),
    ...(circle === undefined
      ? []
      : [
          {
            id,
            order,
            geometry: undefined,
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
        const { id, geometry, order } = parts[hit]
        if (geometry === undefined || !accept(id)) continue
        const distance = borderMeters(geometry, point)
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

/** Distance to the nearest edge, on a plane around the point: right to 0.1 % within some ten kilometres. */
function borderMeters(area: Area, point: LngLat): number {
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates
  const metersPerDegree = haversineMeters({ lng: 0, lat: 0 }, { lng: 0, lat: 1 })
  const scale = Math.cos((point.lat * Math.PI) / 180)
  let best = Infinity
  for (const rings of polygons) {
    for (const ring of rings) {
      for (let i = 1; i < ring.length; i++) {
        const ax = wrapLng(ring[i - 1][0] - point.lng) * scale
        const ay = ring[i - 1][1] - point.lat
        const bx = wrapLng(ring[i][0] - point.lng) * scale
        const by = ring[i][1] - point.lat
        const length = (bx - ax) ** 2 + (by - ay) ** 2
        const t = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * (bx - ax) + ay * (by - ay)) / length))
        best = Math.min(best, (ax + t * (bx - ax)) ** 2 + (ay + t * (by - ay)) ** 2)
      }
    }
  }
  return Math.sqrt(best) * metersPerDegree
}
