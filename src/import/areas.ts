// Regions and spots from TopoJSON and GeoJSON files. Leaves their meaning to domain/.
import { feature } from 'topojson-client'
import type { Topology } from 'topojson-specification'
import { parseRegion, type Region } from '../domain/region.ts'
import { parseSpot, type Spot } from '../domain/spot.ts'
import { DongneError } from '../errors.ts'
import { objectOf, readJson } from './json.ts'
import type { Source } from './source.ts'

interface AreaFeature {
  /** From 1, in the order of the file. */
  readonly line: number
  readonly properties: Readonly<Record<string, unknown>>
  readonly geometry: unknown
  readonly id?: unknown
}

export interface AreaReject {
  readonly line: number
  readonly error: DongneError
  /** What the file has for it, by field. */
  readonly values: Readonly<Record<string, unknown>>
}

/** Every feature of a TopoJSON topology or a GeoJSON FeatureCollection. Throws file-corrupt or unknown-format. */
export async function readFeatures(source: Source): Promise<AreaFeature[]> {
  const json = objectOf(await readJson(source, { encoding: 'utf-8' }))
  const features = json['type'] === 'Topology' ? topologyFeatures(json, source.path) : json['features']
  if (!Array.isArray(features)) {
    throw new DongneError(
      'unknown-format',
      `${source.path} is neither TopoJSON nor a GeoJSON FeatureCollection.`,
    )
  }
  return features.map((entry, index) => {
    const { properties, geometry, id } = objectOf(entry)
    return { line: index + 1, properties: objectOf(properties), geometry, ...(id !== undefined && { id }) }
  })
}

function topologyFeatures(topology: Readonly<Record<string, unknown>>, path: string): unknown[] {
  try {
    return Object.values(objectOf(topology['objects'])).flatMap((object) => {
      const collection = feature(topology as unknown as Topology, object as never) as { features?: unknown[] }
      return collection.features ?? [collection]
    })
  } catch (cause) {
    const message = `${path} is a topology that lacks arcs or objects: ${(cause as Error).message}.`
    throw new DongneError('file-corrupt', message, { cause })
  }
}

/**
 * Regions by `code`, `name` and `name_eng`; a feature's `parent`, or else the longest other code of all files that its
 * own begins with (KOSTAT: 2 / 5 / 7 digits).
 */
export function toRegions(features: readonly AreaFeature[]): (Region | AreaReject)[] {
  const codes = new Set(features.map(({ properties }) => textOf(properties['code'])))
  return features.map((entry) =>
    attempt(entry, () => {
      const { code, name, name_eng, parent } = entry.properties
      const region = {
        code: textOf(code),
        name: textOf(name),
        ...(name_eng !== undefined && { names: { ko: textOf(name), en: textOf(name_eng) } }),
        ...(entry.geometry !== undefined &&
          entry.geometry !== null && { geometry: cleanRings(entry.geometry) }),
      }
      const above = parent === undefined ? longestPrefix(region.code, codes) : textOf(parent)
      return parseRegion({ ...region, ...(above !== undefined && { parent: above }) })
    }),
  )
}

/** Spots by `id`, `name`, `name_eng`, `aliases`; a Point with `radiusMeters` is a circle. */
export function toSpots(features: readonly AreaFeature[]): (Spot | AreaReject)[] {
  return features.map((entry) =>
    attempt(entry, () => {
      const { id, name, name_eng, aliases, radiusMeters } = entry.properties
      const geometry = entry.geometry as { type?: string; coordinates?: number[] } | null
      const point = geometry?.type === 'Point' ? geometry.coordinates : undefined
      return parseSpot({
        id: textOf(id ?? entry.id),
        name: textOf(name),
        ...(name_eng !== undefined && { names: { en: textOf(name_eng) } }),
        ...(aliases !== undefined && { aliases }),
        ...(point === undefined
          ? geometry && { geometry: cleanRings(geometry) }
          : { circle: { lng: point[0], lat: point[1], radiusMeters } }),
      })
    }),
  )
}

export function isReject<T extends object>(row: T | AreaReject): row is AreaReject {
  return 'error' in row
}

function attempt<T>(entry: AreaFeature, make: () => T): T | AreaReject {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof DongneError)) throw error
    const geometry = JSON.stringify(entry.geometry ?? null).slice(0, 200)
    return { line: entry.line, error, values: { ...entry.properties, geometry } }
  }
}

function longestPrefix(code: string, codes: ReadonlySet<string>): string | undefined {
  for (let length = code.length - 1; length > 0; length--) {
    if (codes.has(code.slice(0, length))) return code.slice(0, length)
  }
  return undefined
}

type Rings = number[][][]

/**
 * Official boundaries are simplified: rings of fewer than four positions and repeated positions are left over. They
 * enclose nothing, so they are dropped.
 */
function cleanRings(geometry: unknown): unknown {
  const { type, coordinates } = objectOf(geometry)
  if (type === 'Polygon' && isNested(coordinates, 3)) return { type, coordinates: cleanPolygon(coordinates) }
  if (type !== 'MultiPolygon' || !isNested(coordinates, 4)) return geometry
  const polygons = (coordinates as unknown as Rings[]).map(cleanPolygon).filter((rings) => rings.length > 0)
  return { type, coordinates: polygons }
}

/** Whether `value` is arrays within arrays, as deep as rings or polygons are; anything else is refused as it is. */
function isNested(value: unknown, depth: number): value is Rings {
  return depth === 0 || (Array.isArray(value) && value.every((entry) => isNested(entry, depth - 1)))
}

function cleanPolygon(rings: Rings): Rings {
  const cleaned = rings.map((ring) =>
    ring.filter(
      (position, index) =>
        index === 0 || position[0] !== ring[index - 1][0] || position[1] !== ring[index - 1][1],
    ),
  )
  // Without its outer ring a polygon is nothing.
  return cleaned.length === 0 || cleaned[0].length < 4 ? [] : cleaned.filter((ring) => ring.length >= 4)
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value).trim()
}
