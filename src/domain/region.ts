// Region (administrative area) and Spot (named hang-out area): schemas and parsers.
// Leaves finding the regions and spots of a point to geo/area-index.ts.
import { Type, type Static } from 'typebox'
import { AreaSchema, parseArea } from './area.ts'
import { composed } from './composed.ts'
import { Names, NameText } from './names.ts'
import type { Area } from './position.ts'
import { createParser } from './schema.ts'

export const RegionCode = Type.String({
  minLength: 1,
  maxLength: 40,
  description: 'Region code, e.g. KOSTAT 2 / 5 / 7 digits',
})

export const RegionSchema = Type.Object(
  {
    code: RegionCode,
    name: NameText(200),
    names: Type.Optional(Names),
    parent: Type.Optional(RegionCode),
    geometry: Type.Optional(AreaSchema),
  },
  { additionalProperties: false },
)

/**
 * An administrative area. With a `geometry` it contains the places that lie inside it; without one it contains the
 * places whose source names its code. `parent` is the next larger region.
 */
export type Region = Omit<Static<typeof RegionSchema>, 'geometry'> & { readonly geometry?: Area }

const parseRegionShape = createParser(RegionSchema)

/** Parses a region; throws invalid-request or invalid-geometry. */
export function parseRegion(value: unknown): Region {
  const { geometry, ...region } = composed(parseRegionShape(value), ['name', 'names'])
  return geometry === undefined ? region : { ...region, geometry: parseArea(geometry, '/geometry', 'keep') }
}
