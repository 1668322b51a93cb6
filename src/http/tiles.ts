// Vector tiles (Mapbox Vector Tile 2.1) of places, regions and spots.
// Leaves which places a tile shows to the service, slicing and encoding to geojson-vt and vt-pbf.
import geojsonvt from 'geojson-vt'
import vtpbf from 'vt-pbf'
import type { Area, BBox } from '../domain/position.ts'
import { destination } from '../geo/distance.ts'
import type { Service } from '../recommend/port.ts'

const EXTENT = 4096
const MAX_ZOOM = 18
/** Places a tile: more are a blot at any zoom; the most popular are kept. */
const PLACES_PER_TILE = 600
/** Corners of a circle drawn as a polygon. */
const CIRCLE_CORNERS = 64

/** [west, south, east, north] of a tile in the web Mercator scheme (OGC Two Dimensional Tile Matrix Set). */
export function tileBounds(z: number, x: number, y: number): BBox {
  const lng = (column: number) => (column / 2 ** z) * 360 - 180
  const lat = (row: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / 2 ** z))) * 180) / Math.PI
  return [lng(x), lat(y + 1), lng(x + 1), lat(y)]
}

export interface TileSource {
  /** The bytes of one tile. */
  tile(z: number, x: number, y: number): Promise<Buffer>
}

/** Areas are sliced again whenever the service's regions or spots changed; places are read for each tile. */
export function createTileSource(service: Service): TileSource {
  let areas: { regions: TileIndex; spots: TileIndex; version: number } | undefined
  return {
    async tile(z, x, y) {
      const version = await service.vocabularyVersion()
      if (areas?.version !== version) {
        const [regions, spots] = await Promise.all([service.regions({ withGeometry: true }), service.spots()])
        const levels = regionLevels(regions)
        areas = {
          version,
          regions: slice(
            regions.flatMap(({ code, name, geometry }) =>
              geometry === undefined ? [] : [feature(geometry, { code, name, level: levels.get(code)! })],
            ),
          ),
          spots: slice(
            spots.flatMap(({ id, name, geometry, circle }) => [
              ...(geometry === undefined ? [] : [feature(geometry, { id, name })]),
              ...(circle === undefined ? [] : [feature(circleArea(circle), { id, name })]),
            ]),
          ),
        }
      }
      const markers = await service.markers(tileBounds(z, x, y), PLACES_PER_TILE)
      const places = {
        features: markers.map(({ lng, lat, ...tags }) => ({
          type: 1,
          geometry: [tilePoint(lng, lat, z, x, y)],
          tags,
        })),
      }
      const layers: Record<string, unknown> = { places }
      for (const name of ['regions', 'spots'] as const) {
        const sliced = areas[name].getTile(z, x, y)
        if (sliced !== null) layers[name] = sliced
      }
      return Buffer.from(vtpbf.fromGeojsonVt(layers, { version: 2, extent: EXTENT }))
    },
  }
}

type TileIndex = ReturnType<typeof geojsonvt>

function slice(features: object[]): TileIndex {
  return geojsonvt({ type: 'FeatureCollection', features }, { maxZoom: MAX_ZOOM, extent: EXTENT, buffer: 64 })
}

function feature(geometry: Area, properties: Record<string, string | number>): object {
  return { type: 'Feature', geometry, properties }
}

/** How many parents a region has: 0 for the largest. */
function regionLevels(
  regions: readonly { readonly code: string; readonly parent?: string }[],
): Map<string, number> {
  const parents = new Map(regions.map(({ code, parent }) => [code, parent]))
  return new Map(
    regions.map(({ code }) => {
      const seen = new Set([code])
      for (let next = parents.get(code); next !== undefined && !seen.has(next); next = parents.get(next))
        seen.add(next)
      return [code, seen.size - 1]
    }),
  )
}

function circleArea({ lng, lat, radiusMeters }: { lng: number; lat: number; radiusMeters: number }): Area {
  const ring = Array.from({ length: CIRCLE_CORNERS }, (_, corner) => {
    const point = destination({ lng, lat }, (-360 * corner) / CIRCLE_CORNERS, radiusMeters)
    return [point.lng, point.lat]
  })
  return { type: 'Polygon', coordinates: [[...ring, ring[0]]] }
}

function tilePoint(lng: number, lat: number, z: number, x: number, y: number): [number, number] {
  const sin = Math.sin((lat * Math.PI) / 180)
  const column = ((lng + 180) / 360) * 2 ** z
  const row = (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * 2 ** z
  return [Math.round((column - x) * EXTENT), Math.round((row - y) * EXTENT)]
}
