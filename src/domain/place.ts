// Place: its schema as sent (PlaceInput) and as stored (Place, with what its coordinates imply).
// Leaves geohash, regions and spots to geo/locate.ts, storage to catalog/.
import { Type, type Static } from 'typebox'
import { CategoryCode } from './category.ts'
import { composed } from './composed.ts'
import { PlaceKeywordSchema } from './keyword.ts'
import { Names, NameText } from './names.ts'
import { Lat, Lng } from './position.ts'
import { RegionCode } from './region.ts'
import { createParser } from './schema.ts'
import { SpotId } from './spot.ts'

export const PlaceId = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'Place id, chosen by its source',
})

export const MAX_REVIEWS = 100

const Text = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ maxLength, description }))

const NamedRegion = Type.Object({ code: RegionCode, name: Type.Optional(Type.String()) })
const NamedSpot = Type.Object({ id: SpotId, name: Type.Optional(Type.String()) })

export const PlaceInputSchema = Type.Object(
  {
    id: PlaceId,
    name: NameText(300),
    names: Type.Optional(Names),
    categories: Type.Optional(Type.Array(CategoryCode, { maxItems: 50 })),
    lng: Lng,
    lat: Lat,
    geohash: Type.Optional(Type.String({ description: 'Read-only: follows from lng and lat' })),
    regions: Type.Optional(
      Type.Array(Type.Union([RegionCode, NamedRegion]), {
        maxItems: 50,
        description: 'Codes of regions without a boundary; regions with one follow from lng and lat',
      }),
    ),
    spots: Type.Optional(
      Type.Array(Type.Union([SpotId, NamedSpot]), {
        maxItems: 50,
        description: 'Ids of spots without a boundary; spots with one follow from lng and lat',
      }),
    ),
    address: Text(500, 'Postal address in one line'),
    description: Text(20_000, 'What the place says of itself'),
    tags: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 200 })),
    attributes: Type.Optional(
      Type.Record(Type.String({ minLength: 1 }), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: 'Facts such as { "parking": true, "seats": 40 }',
      }),
    ),
    reviews: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), {
        maxItems: MAX_REVIEWS,
        description: 'Review lines',
      }),
    ),
    keywords: Type.Optional(
      Type.Array(PlaceKeywordSchema, { description: 'Read-only: follow from reviews, tags and description' }),
    ),
    openingHours: Text(1000, 'OSM opening_hours, in the local time of the place'),
    priceLevel: Type.Optional(Type.Integer({ minimum: 1, maximum: 4, description: '1 (cheap) to 4 (dear)' })),
    rating: Type.Optional(Type.Number({ minimum: 0, maximum: 5 })),
    phone: Text(100, 'Phone number'),
    url: Text(2000, 'Web page'),
    images: Type.Optional(Type.Array(Type.String({ maxLength: 2000 }), { maxItems: 50 })),
    closed: Type.Optional(Type.Boolean({ description: 'Closed for good; hidden from answers by default' })),
  },
  { additionalProperties: false },
)

/** A place as its source sends it. */
export type PlaceInput = Static<typeof PlaceInputSchema>

const parseShape = createParser(PlaceInputSchema)

/** Throws invalid-request with every offending value. */
export function parsePlaceInput(value: unknown): PlaceInput {
  return composed(parseShape(value), ['name', 'names', 'address', 'description', 'tags', 'reviews'])
}

/**
 * A place as stored: with the geohash (12 characters), region codes (every level) and spot ids of its point, and read with
 * the keywords that the job of that name found in its texts.
 */
export type Place = Omit<PlaceInput, 'geohash' | 'regions' | 'spots' | 'categories'> & {
  readonly categories: readonly string[]
  readonly geohash: string
  readonly regions: readonly string[]
  readonly spots: readonly string[]
}

/** A place as answered: regions and spots with their names, in the language of the request. */
export const PlaceViewSchema = Type.Object(
  {
    ...Type.Omit(PlaceInputSchema, ['regions', 'spots', 'geohash', 'categories']).properties,
    categories: Type.Array(CategoryCode),
    geohash: Type.String(),
    regions: Type.Array(Type.Object({ code: RegionCode, name: Type.String() })),
    spots: Type.Array(Type.Object({ id: SpotId, name: Type.String() })),
  },
  { additionalProperties: false },
)

export type PlaceView = Static<typeof PlaceViewSchema>
