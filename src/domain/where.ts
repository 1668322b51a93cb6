// Where, What and Who: the three parts of a question, their schemas and parsers.
// Leaves matching to vector-index/filter.ts and checking codes against the catalog to recommend/.
import { Type, type Static } from 'typebox'
import { DongneError } from '../errors.ts'
import { AreaSchema, parseArea } from './area.ts'
import { CategoryCode } from './category.ts'
import { EventTypeSchema, Instant, INSTANT_PATTERN, UserId } from './event.ts'
import { LocaleSchema } from './names.ts'
import { PlaceId } from './place.ts'
import { Lat, Lng, type Area, type BBox } from './position.ts'
import { RegionCode } from './region.ts'
import { createParser } from './schema.ts'
import { CircleSchema, SpotId } from './spot.ts'

const list = <T extends Parameters<typeof Type.Array>[0]>(items: T, maxItems = 200) =>
  Type.Optional(Type.Array(items, { minItems: 1, maxItems }))

export const WhereSchema = Type.Object(
  {
    regions: list(RegionCode),
    spots: list(SpotId),
    geohashes: list(
      Type.String({
        pattern: '^[0-9b-hjkmnp-z]{1,12}$',
        description: 'A geohash or the beginning of one, 1 to 12 characters',
      }),
      1000,
    ),
    circle: Type.Optional(CircleSchema),
    bbox: Type.Optional(
      // Type.Tuple writes the array form of `items`, which JSON Schema 2020-12 (OpenAPI 3.1) does not have.
      Type.Unsafe<[number, number, number, number]>({
        type: 'array',
        prefixItems: [Lng, Lat, Lng, Lat],
        items: false,
        minItems: 4,
        maxItems: 4,
        description: '[west, south, east, north]; west > east crosses 180°',
      }),
    ),
    polygon: Type.Optional(AreaSchema),
  },
  { additionalProperties: false, description: 'Where to look: OR inside a list, AND across keys' },
)

/** Where to look. A list matches if any of its entries does; all given keys must match. */
export type Where = Omit<Static<typeof WhereSchema>, 'bbox' | 'polygon'> & {
  readonly bbox?: BBox
  readonly polygon?: Area
}

export const WhatSchema = Type.Object(
  {
    categories: list(CategoryCode),
    excludeCategories: list(CategoryCode),
    tags: list(Type.String({ minLength: 1 })),
    openAt: Type.Optional(
      Type.String({
        maxLength: 40,
        pattern: `^now$|${INSTANT_PATTERN}`,
        description:
          '"now", or an RFC 3339 instant with its offset: only places known to be open then, in their own time zone',
      }),
    ),
    priceLevels: list(Type.Integer({ minimum: 1, maximum: 4 }), 4),
    minRating: Type.Optional(Type.Number({ minimum: 0, maximum: 5 })),
    excludePlaceIds: list(PlaceId, 1000),
    includeClosed: Type.Optional(Type.Boolean({ description: 'Also places closed for good' })),
  },
  { additionalProperties: false, description: 'What to look for' },
)

export type What = Static<typeof WhatSchema>

const UsualArea = Type.Object(
  { lng: Lng, lat: Lat },
  {
    additionalProperties: false,
    description:
      'Where the user mostly is; looked at to a kilometre, never stored. Worked out from their actions where absent',
  },
)

export const WhoSchema = Type.Object(
  {
    userId: Type.Optional(UserId),
    recent: Type.Optional(
      Type.Array(
        Type.Object(
          { placeId: PlaceId, type: Type.Optional(EventTypeSchema), at: Type.Optional(Instant) },
          { additionalProperties: false },
        ),
        { maxItems: 200, description: 'Actions not sent as events (yet); they count at once' },
      ),
    ),
    dislikes: list(PlaceId, 1000),
    home: Type.Optional(UsualArea),
    work: Type.Optional(UsualArea),
    locale: Type.Optional(LocaleSchema),
  },
  { additionalProperties: false, description: 'Who asks; nothing of it is needed' },
)

export type Who = Static<typeof WhoSchema>

const parseWhereShape = createParser(WhereSchema)

/** Throws invalid-request, or invalid-geometry for an unusable polygon or box. */
export function parseWhere(value: unknown): Where {
  return checkWhere(parseWhereShape(value), '')
}

/** What the schema cannot say: rings that close and do not cross, south below north. Throws invalid-geometry. */
export function checkWhere(shape: Static<typeof WhereSchema>, pointer: string): Where {
  const { polygon, bbox, ...where } = shape
  if (bbox !== undefined && bbox[1] > bbox[3]) {
    const detail = `has its south (${bbox[1]}) above its north (${bbox[3]})`
    throw new DongneError('invalid-geometry', `${pointer}/bbox ${detail}`, {
      errors: [{ pointer: `${pointer}/bbox`, detail }],
    })
  }
  return {
    ...where,
    ...(bbox !== undefined && { bbox: bbox as BBox }),
    ...(polygon !== undefined && { polygon: parseArea(polygon, `${pointer}/polygon`) }),
  }
}
