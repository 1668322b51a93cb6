// Themes: the request schemas with their parsers, and the shelves that answer. Leaves filling them to recommend/themes/.
import { Type, type Static } from 'typebox'
import { Instant, parseInstant } from './event.ts'
import {
  baseProperties,
  Near,
  RecommendationSchema,
  withDefaults,
  type BaseRequest,
} from './recommendation.ts'
import { createParser } from './schema.ts'

const moment = { near: Type.Optional(Near), at: Type.Optional(Instant) }

export const ThemesRequestSchema = Type.Object(
  {
    ...baseProperties,
    ...moment,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 6, description: 'Shelves' })),
    placesPerTheme: Type.Optional(Type.Integer({ minimum: 3, maximum: 20, default: 6 })),
  },
  {
    additionalProperties: false,
    description: 'Shelves of places with something in common, for an area, a time and a user',
  },
)
export const ThemeRequestSchema = Type.Object(
  { ...baseProperties, ...moment },
  { additionalProperties: false, description: 'The places of one theme' },
)

export interface ThemeRequest extends BaseRequest {
  /** Milliseconds since 1970. */
  readonly at: number
}
export interface ThemesRequest extends ThemeRequest {
  readonly placesPerTheme: number
}

const themesShape = createParser(ThemesRequestSchema)
const themeShape = createParser(ThemeRequestSchema)

/** These throw invalid-request or invalid-geometry with pointers into the body. */
export function parseThemesRequest(body: unknown, now = Date.now()): ThemesRequest {
  const { at, placesPerTheme, limit, ...rest } = themesShape(body)
  return {
    ...withDefaults(rest),
    limit: limit ?? 6,
    placesPerTheme: placesPerTheme ?? 6,
    at: at === undefined ? now : parseInstant(at, '/at'),
  }
}
export function parseThemeRequest(body: unknown, now = Date.now()): ThemeRequest {
  const { at, ...rest } = themeShape(body)
  return { ...withDefaults(rest), at: at === undefined ? now : parseInstant(at, '/at') }
}

export const ShelfSchema = Type.Object({
  id: Type.String({ description: 'For POST /v1/themes/{id}' }),
  title: Type.String(),
  source: Type.Enum(['curated', 'tag', 'keyword'], {
    description: 'A theme of the file, or what places of the area have in common',
  }),
  places: Type.Integer({ description: 'How many of the places looked at belong to it' }),
  items: RecommendationSchema.properties.items,
})
export type Shelf = Static<typeof ShelfSchema>

export const ShelvesSchema = Type.Object({
  recommendationId: Type.String(),
  items: Type.Array(ShelfSchema),
  nextPageToken: Type.Optional(Type.String()),
  degraded: Type.Optional(Type.Array(Type.String())),
  explanation: Type.Optional(Type.String({ description: 'Why there are no shelves; in the locale' })),
})
export type Shelves = Static<typeof ShelvesSchema>
