// The calls: request schemas with their parsers, and the response that all of them share.
// Leaves answering to recommend/, transport to http/.
import { Type, type Static, type TProperties } from 'typebox'
import { composed } from './composed.ts'
import { ChoiceSchema, ExperimentsSchema, Instant, parseInstant, PropensitySchema } from './event.ts'
import { GENERATED_BY } from './description.ts'
import { QuoteSchema } from './keyword.ts'
import { LocaleSchema, type Locale } from './names.ts'
import { PlaceId, PlaceViewSchema } from './place.ts'
import { Lat, Lng, type LngLat } from './position.ts'
import { createParser } from './schema.ts'
import { UNDERSTOOD_PARTS, UnderstoodSchema, type UnderstoodPart } from './understood.ts'
import { WhatSchema, WhereSchema, WhoSchema, checkWhere, type What, type Where, type Who } from './where.ts'

const PLACE_FIELDS = Object.keys(PlaceViewSchema.properties) as (keyof typeof PlaceViewSchema.properties)[]

/** What every call can be asked. */
export const baseProperties = {
  where: Type.Optional(WhereSchema),
  what: Type.Optional(WhatSchema),
  who: Type.Optional(WhoSchema),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
  pageToken: Type.Optional(
    Type.String({ minLength: 1, maxLength: 4000, description: 'nextPageToken of the page before' }),
  ),
  locale: Type.Optional(LocaleSchema),
  debug: Type.Optional(
    Type.Boolean({
      description:
        'Adds to each item its sources, features and what each re-ranking step did; needs the scope admin',
    }),
  ),
  fields: Type.Optional(
    Type.Array(Type.Enum(PLACE_FIELDS), {
      minItems: 1,
      description: 'Place fields to return; id always comes. All but reviews and keywords by default',
    }),
  ),
}

const request = <P extends TProperties>(properties: P, description: string) =>
  Type.Object({ ...baseProperties, ...properties }, { additionalProperties: false, description })

const Words = Type.String({ maxLength: 500, pattern: '\\S', description: 'Words, not blank' })

const Understand = Type.Array(Type.Enum([...UNDERSTOOD_PARTS]), {
  description:
    'What may be understood of the words: areas, categories, attributes, and words that nothing holds (spelling). All by default; [] takes them as they are',
})

export const Near = Type.Object(
  { lng: Lng, lat: Lat },
  { additionalProperties: false, description: 'Where the user is' },
)

export const NearbyRequestSchema = request(
  { near: Type.Optional(Near), at: Type.Optional(Instant) },
  'What is good around a point or inside an area, at this hour and for this user',
)
export const SimilarRequestSchema = request(
  { placeIds: Type.Array(PlaceId, { minItems: 1, maxItems: 20 }), near: Type.Optional(Near) },
  'Places like the given ones',
)
export const TogetherRequestSchema = request(
  { placeIds: Type.Array(PlaceId, { minItems: 1, maxItems: 20 }), near: Type.Optional(Near) },
  'Places that people visit or look at together with the given ones',
)
export const TasteRequestSchema = request(
  { intent: Type.Optional(Words), understand: Type.Optional(Understand), near: Type.Optional(Near) },
  'Personal picks inside an area',
)
export const SearchRequestSchema = request(
  { query: Words, understand: Type.Optional(Understand), near: Type.Optional(Near) },
  'Hybrid text search inside an area',
)

/** What every call has, parsed: defaults filled in. */
export interface BaseRequest {
  readonly where: Where
  readonly what: What
  readonly who: Who
  readonly limit: number
  readonly locale: Locale
  readonly pageToken?: string
  readonly debug?: boolean
  readonly fields?: readonly (keyof typeof PlaceViewSchema.properties)[]
  /** Where the user is: distances are measured from here (else from the centre of a `circle`). */
  readonly near?: LngLat
}

export interface NearbyRequest extends BaseRequest {
  /** Milliseconds since 1970; the moment that "now" means. */
  readonly at: number
}
export interface SimilarRequest extends BaseRequest {
  readonly placeIds: readonly string[]
}
export interface TogetherRequest extends BaseRequest {
  readonly placeIds: readonly string[]
}
export interface TasteRequest extends BaseRequest {
  readonly intent?: string
  readonly understand?: readonly UnderstoodPart[]
}
export interface SearchRequest extends BaseRequest {
  readonly query: string
  readonly understand?: readonly UnderstoodPart[]
}

type BaseShape = Static<ReturnType<typeof request<Record<never, never>>>>

/** Throws invalid-request for a moment that is none, invalid-geometry for an area that is none. */
export function withDefaults<T extends BaseShape>(body: T) {
  const { where, what, who, limit, locale, ...rest } = body
  if (what?.openAt !== undefined && what.openAt !== 'now') parseInstant(what.openAt, '/what/openAt')
  who?.recent?.forEach(({ at }, index) => at !== undefined && parseInstant(at, `/who/recent/${index}/at`))
  return {
    ...rest,
    where: checkWhere(where ?? {}, '/where'),
    what: composed(what ?? {}, ['tags']),
    who: who ?? {},
    limit: limit ?? 10,
    locale: locale ?? who?.locale ?? ('ko' as const),
  }
}

const nearbyShape = createParser(NearbyRequestSchema)
const similarShape = createParser(SimilarRequestSchema)
const togetherShape = createParser(TogetherRequestSchema)
const tasteShape = createParser(TasteRequestSchema)
const searchShape = createParser(SearchRequestSchema)

/** These throw invalid-request or invalid-geometry with pointers into the body. */
export function parseNearbyRequest(body: unknown, now = Date.now()): NearbyRequest {
  const { at, ...rest } = nearbyShape(body)
  return { ...withDefaults(rest), at: at === undefined ? now : parseInstant(at, '/at') }
}
export const parseSimilarRequest = (body: unknown): SimilarRequest => withDefaults(similarShape(body))
export const parseTogetherRequest = (body: unknown): TogetherRequest => withDefaults(togetherShape(body))
export const parseTasteRequest = (body: unknown): TasteRequest =>
  withDefaults(composed(tasteShape(body), ['intent']))
export const parseSearchRequest = (body: unknown): SearchRequest =>
  withDefaults(composed(searchShape(body), ['query']))

/** What a reason rests on; `text` always names the evidence. */
export const REASON_KINDS = [
  'similar-place', // near a place the user acted on, or asked about
  'together', // visited or looked at after, or before, a place that was asked about
  'popular-now', // many actions here at this time of day or week
  'popular', // many actions here, or by people who searched for the same
  'taste', // a category or tag the user often chooses
  'distance', // how near it is, to the user or to where they usually are
  'text-match', // words of the query that the place's text holds
  'review', // a line of a review that says what is looked for
  'open', // open at the asked time
  'new', // few actions so far; chosen for its text
  'follow', // people go on to it from the stop before
] as const

export const ReasonSchema = Type.Object({
  kind: Type.Enum([...REASON_KINDS]),
  text: Type.String(),
  highlights: Type.Optional(
    Type.Array(Type.Object({ start: Type.Integer(), end: Type.Integer() }), {
      description: 'Spans of `text` (UTF-16 offsets) that quote the evidence',
    }),
  ),
  placeIds: Type.Optional(Type.Array(PlaceId, { description: 'Places that the evidence names' })),
  quotes: Type.Optional(
    Type.Array(QuoteSchema, { description: 'Where what it quotes stands in the texts of the place' }),
  ),
  generatedBy: Type.Optional(
    Type.Enum([...GENERATED_BY], { description: 'model: a language model wrote it; template by default' }),
  ),
})

export type Reason = Static<typeof ReasonSchema>

export const ItemDebugSchema = Type.Object(
  {
    sources: Type.Record(Type.String(), Type.Number(), {
      description: 'What each source that found it gave',
    }),
    features: Type.Record(Type.String(), Type.Number(), {
      description:
        'What decided the order: the features of the call, or those of the learnt ranker (docs/ranking.md)',
    }),
    weights: Type.Record(Type.String(), Type.Number()),
    rankedScore: Type.Number({ description: 'Score before re-ranking' }),
    steps: Type.Array(
      Type.Object({
        step: Type.String(),
        before: Type.Integer({ description: 'Position in the whole list, from 0' }),
        after: Type.Integer(),
        scoreChange: Type.Number(),
      }),
    ),
  },
  { description: 'Why it stands where it stands, where debug was asked for' },
)

export type ItemDebug = Static<typeof ItemDebugSchema>

export const RecommendationSchema = Type.Object({
  recommendationId: Type.String(),
  items: Type.Array(
    Type.Object({
      place: Type.Partial(PlaceViewSchema),
      score: Type.Number(),
      distanceMeters: Type.Optional(Type.Number()),
      open: Type.Optional(
        Type.Boolean({
          description:
            'Whether it is open at the asked time (now by default); absent where its hours are not known',
        }),
      ),
      reasons: Type.Array(ReasonSchema),
      propensity: Type.Optional(PropensitySchema),
      choice: Type.Optional(ChoiceSchema),
      debug: Type.Optional(ItemDebugSchema),
    }),
  ),
  nextPageToken: Type.Optional(Type.String()),
  experiments: Type.Optional(ExperimentsSchema),
  degraded: Type.Optional(Type.Array(Type.String())),
  explanation: Type.Optional(
    Type.String({
      description:
        'Why there are no items, how far a list around a point had to reach, or which words were looked for instead; in the locale',
    }),
  ),
  understood: Type.Optional(UnderstoodSchema),
})

export type Recommendation = Static<typeof RecommendationSchema>
