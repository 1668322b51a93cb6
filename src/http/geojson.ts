// Answers as GeoJSON (RFC 7946): recommendations as points, regions and spots as areas.
// Leaves tiles to tiles.ts.
import type { FastifyRequest } from 'fastify'
import type { Feature, FeatureCollection, Geometry } from 'geojson'
import type { Area, Circle } from '../domain/position.ts'
import type { Recommendation } from '../domain/recommendation.ts'
import type { Region } from '../domain/region.ts'
import type { Spot } from '../domain/spot.ts'
import { destination } from '../geo/distance.ts'

export const GEOJSON_TYPE = 'application/geo+json'

// 64 corners are within 0.12 % of the radius of the circle (1 − cos(π/64)).
const CIRCLE_CORNERS = 64

/** Whether the Accept header names GeoJSON and does not prefer JSON. */
export function wantsGeoJson(request: Pick<FastifyRequest, 'headers'>): boolean {
  const quality = new Map(
    (request.headers.accept ?? '').split(',').map((entry) => {
      const [type, ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
      const q = parameters.find((parameter) => parameter.startsWith('q='))
      return [type, q === undefined ? 1 : Number(q.slice(2))] as const
    }),
  )
  const geojson = quality.get(GEOJSON_TYPE) ?? 0
  return geojson > 0 && geojson >= (quality.get('application/json') ?? 0)
}

/** A feature an item, in order; score, distance and reasons are properties, ids and tokens stand on the collection. */
export function recommendationFeatures({
  items,
  ...rest
}: Recommendation): FeatureCollection<Geometry | null> {
  const features = items.map(({ place, ...found }, position): Feature<Geometry | null> => {
    const { id, lng, lat, ...properties } = place
    return {
      type: 'Feature',
      ...(id !== undefined && { id }),
      geometry: lng === undefined || lat === undefined ? null : { type: 'Point', coordinates: [lng, lat] },
      properties: { ...properties, ...found, position },
    }
  })
  return { ...featureCollection(features), ...rest }
}

/** A region without a boundary has a null geometry. */
export function regionFeature({ geometry, ...region }: Region): Feature<Geometry | null> {
  return { type: 'Feature', id: region.code, geometry: toGeometry(geometry), properties: region }
}

/** A circle becomes a polygon (with a geometry beside it: one of several); its radius stays in the properties. */
export function spotFeature({ geometry, circle, ...spot }: Spot): Feature<Geometry | null> {
  return {
    type: 'Feature',
    id: spot.id,
    geometry: toGeometry(circle === undefined ? geometry : withCircle(circle, geometry)),
    properties: { ...spot, ...(circle !== undefined && { circle }) },
  }
}

export function featureCollection(
  features: readonly Feature<Geometry | null>[],
): FeatureCollection<Geometry | null> {
  return { type: 'FeatureCollection', features: [...features] }
}

function withCircle(circle: Circle, geometry: Area | undefined): Area {
  const round = circlePolygon(circle)
  if (geometry === undefined) return { type: 'Polygon', coordinates: round }
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return { type: 'MultiPolygon', coordinates: [...polygons, round] }
}

/** Counter-clockwise, closed; longitudes run on past ±180 rather than jump. */
function circlePolygon({ lng, lat, radiusMeters }: Circle): [number, number][][] {
  const ring = Array.from({ length: CIRCLE_CORNERS }, (_, corner): [number, number] => {
    const point = destination({ lng, lat }, 360 - (corner * 360) / CIRCLE_CORNERS, radiusMeters)
    const turn = Math.round((lng - point.lng) / 360) * 360
    return [point.lng + turn, point.lat]
  })
  return [[...ring, ring[0]]]
}

const toGeometry = (area: Area | undefined): Geometry | null => (area as Geometry | undefined) ?? null
