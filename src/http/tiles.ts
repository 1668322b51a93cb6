// Vector tiles (Mapbox Vector Tile 2.1): layers regions, spots and places. Places are asked anew for every tile, so
// they are always fresh; boundaries are cut once a vocabulary. Leaves looks to the page, which places to the service.
import type { Feature, Geometry } from 'geojson'
import GeoJSONVT, { type LegacyTile } from 'geojson-vt'
import vtPbf from 'vt-pbf'
import type { BBox } from '../domain/position.ts'
import type { Region } from '../domain/region.ts'
import type { PlaceMarker, Service } from '../recommend/port.ts'
import { featureCollection, regionFeature, spotFeature } from './geojson.ts'

/** Deepest zoom of a tile; clients stretch the deepest one further. */
export const MAX_ZOOM = 20

export interface Tile {
  readonly z: number
  readonly x: number
  readonly y: number
}

export interface Tiles {
  /** The encoded tile; no bytes where there is nothing. */
  encode(tile: Tile): Promise<Uint8Array>
  /** The box of the most popular places, undefined without any; up to a minute old. */
  bounds(): Promise<BBox | undefined>
}

const EXTENT = 4096
// Symbols reach over the edge of their tile: 1/64 of it is 8 of the 512 pixels at which MapLibre draws it.
const BUFFER = EXTENT / 64
// A dot every 11 pixels of a 512-pixel tile: more would be one blot.
const MAX_MARKERS = 2000
const BOUNDS_MARKERS = 10_000
const BOUNDS_AGE_MS = 60_000
const WORLD: BBox = [-180, -90, 180, 90]

interface Boundaries {
  readonly regions: GeoJSONVT
  readonly spots: GeoJSONVT
}

export function createTiles(service: Service, now: () => number = Date.now): Tiles {
  let boundaries: { readonly version: number; readonly tiles: Promise<Boundaries> } | undefined
  let box: { readonly at: number; readonly bounds: Promise<BBox | undefined> } | undefined

  async function currentBoundaries(): Promise<Boundaries> {
    const version = await service.vocabularyVersion()
    if (boundaries?.version !== version) {
      boundaries = { version, tiles: readBoundaries(service) }
      // A failed read is tried again by the next request.
      boundaries.tiles.catch(() => (boundaries = undefined))
    }
    return boundaries.tiles
  }

  return {
    async encode(tile) {
      const [{ regions, spots }, markers] = await Promise.all([
        currentBoundaries(),
        service.markers(tileBounds(tile, BUFFER / EXTENT), MAX_MARKERS),
      ])
      const { z, x, y } = tile
      const layers = {
        regions: regions.getTile(z, x, y),
        spots: spots.getTile(z, x, y),
        places: placeLayer(markers, tile),
      }
      const filled = Object.entries(layers).filter(
        (entry): entry is [string, LegacyTile] => entry[1] !== null && entry[1].features.length > 0,
      )
      return vtPbf.fromGeojsonVt(Object.fromEntries(filled), { version: 2, extent: EXTENT })
    },
    bounds() {
      if (box === undefined || now() - box.at > BOUNDS_AGE_MS) {
        box = { at: now(), bounds: service.markers(WORLD, BOUNDS_MARKERS).then(markerBounds) }
        box.bounds.catch(() => (box = undefined))
      }
      return box.bounds
    },
  }
}

/** The box of a tile (Web Mercator, y from the north), widened by a share of its size. */
export function tileBounds({ z, x, y }: Tile, buffer = 0): BBox {
  const size = 2 ** z
  return [
    Math.max(-180, ((x - buffer) / size) * 360 - 180),
    mercatorLat((y + 1 + buffer) / size),
    Math.min(180, ((x + 1 + buffer) / size) * 360 - 180),
    mercatorLat((y - buffer) / size),
  ]
}

/** Latitude of a row of Web Mercator's square world, 0 at its north end and 1 at its south end. */
function mercatorLat(row: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * row))) * 180) / Math.PI
}

/** Inverse of `mercatorLat`. */
function mercatorRow(lat: number): number {
  const sin = Math.sin((lat * Math.PI) / 180)
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)
}

function placeLayer(markers: readonly PlaceMarker[], { z, x, y }: Tile): LegacyTile {
  const size = 2 ** z
  return {
    features: markers.map(({ lng, lat, names = {}, ...own }) => {
      // As in OpenStreetMap's tags: name:en.
      const translated = Object.entries(names).map(([language, name]) => [`name:${language}`, name])
      const tags = { ...own, ...Object.fromEntries(translated) }
      const column = Math.round((((lng + 180) / 360) * size - x) * EXTENT)
      const row = Math.round((mercatorRow(lat) * size - y) * EXTENT)
      return { type: 1, geometry: [[column, row]], tags }
    }),
  }
}

async function readBoundaries(service: Service): Promise<Boundaries> {
  const [regions, spots] = await Promise.all([service.regions({ withGeometry: true }), service.spots()])
  const levels = regionLevels(regions)
  const regionFeatures = regions.map((region) => {
    const { code, name, parent } = region
    const level = levels.get(code)
    return {
      ...regionFeature(region),
      properties: { code, name, level, ...(parent !== undefined && { parent }) },
    }
  })
  const spotFeatures = spots.map((spot) => ({
    ...spotFeature(spot),
    properties: { id: spot.id, name: spot.name },
  }))
  return { regions: cut(regionFeatures), spots: cut(spotFeatures) }
}

function cut(features: readonly Feature<Geometry | null>[]): GeoJSONVT {
  const collection = featureCollection(features.filter(({ geometry }) => geometry !== null))
  // Our ids are words, which tiles cannot hold as feature ids; they are properties.
  const data = collection as ConstructorParameters<typeof GeoJSONVT>[0]
  return new GeoJSONVT(data, { maxZoom: MAX_ZOOM, extent: EXTENT, buffer: BUFFER })
}

/** How many known regions lie around each: 0 for the largest. */
function regionLevels(regions: readonly Region[]): Map<string, number> {
  const parents = new Map(regions.map(({ code, parent }) => [code, parent]))
  return new Map(
    regions.map(({ code }) => {
      const around = new Set([code])
      let parent = parents.get(code)
      // Parents that run in a circle are counted once.
      while (parent !== undefined && parents.has(parent) && !around.has(parent)) {
        around.add(parent)
        parent = parents.get(parent)
      }
      return [code, around.size - 1]
    }),
  )
}

function markerBounds(markers: readonly PlaceMarker[]): BBox | undefined {
  if (markers.length === 0) return undefined
  let [west, south, east, north] = [180, 90, -180, -90]
  for (const { lng, lat } of markers) {
    west = Math.min(west, lng)
    east = Math.max(east, lng)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  return [west, south, east, north]
}
