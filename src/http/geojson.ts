// A recommendation as a GeoJSON FeatureCollection (RFC 7946), for map libraries.
import type { Recommendation } from '../domain/recommendation.ts'

export const GEOJSON = 'application/geo+json'

/** Points with the place's fields, score, distance and reasons as properties; places without coordinates are null. */
export function toFeatureCollection({ items, ...rest }: Recommendation): object {
  return {
    type: 'FeatureCollection',
    ...rest,
    numberReturned: items.length,
    features: items.map(({ place, ...properties }) => {
      const { id, lng, lat, ...fields } = place
      return {
        type: 'Feature',
        id,
        geometry: lng === undefined || lat === undefined ? null : { type: 'Point', coordinates: [lng, lat] },
        properties: { ...fields, ...properties },
      }
    }),
  }
}
