// Spot: a named hang-out area (성수동 카페거리, a station), a polygon or a circle.
// Leaves finding the spots of a point to geo/area-index.ts.
import { Type, type Static } from 'typebox'
import { AreaSchema, parseArea } from './area.ts'
import { composed } from './composed.ts'
import { Names, NameText } from './names.ts'
import { Lat, Lng, type Area } from './position.ts'
import { createParser } from './schema.ts'

export const SpotId = Type.String({ minLength: 1, maxLength: 100, description: 'Spot id' })

export const RadiusMeters = Type.Number({
  exclusiveMinimum: 0,
  maximum: 20_037_509, // half the equator: beyond it a circle is the whole earth
  description: 'Radius in metres, haversine on a sphere of 6,371,008.8 m',
})

export const CircleSchema = Type.Object(
  { lng: Lng, lat: Lat, radiusMeters: RadiusMeters },
  { additionalProperties: false, description: 'A circle; a place exactly on it is inside' },
)

export const SpotSchema = Type.Object(
  {
    id: SpotId,
    name: NameText(200),
    names: Type.Optional(Names),
    aliases: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    circle: Type.Optional(CircleSchema),
    geometry: Type.Optional(AreaSchema),
  },
  { additionalProperties: false },
)

/** A named area: `circle` or `geometry` (both: their union); with neither, the places whose source names its id. */
export type Spot = Omit<Static<typeof SpotSchema>, 'geometry'> & { readonly geometry?: Area }

const parseSpotShape = createParser(SpotSchema)

/** Parses a spot; throws invalid-request or invalid-geometry. */
export function parseSpot(value: unknown): Spot {
  const { geometry, ...spot } = composed(parseSpotShape(value), ['name', 'names', 'aliases'])
  return geometry === undefined ? spot : { ...spot, geometry: parseArea(geometry, '/geometry', 'keep') }
}
