// Keyword: what several texts of a place say in their own words, with the spans that say it.
// Leaves finding them to text/keywords/, storage to catalog/.
import { Type, type Static } from 'typebox'
import { Names } from './names.ts'

/** Where a place's texts come from: the review of this index, the tag of this index, or the description (index 0). */
export const QUOTE_SOURCES = ['review', 'tag', 'description'] as const

export const QuoteSchema = Type.Object(
  {
    source: Type.Enum([...QUOTE_SOURCES]),
    index: Type.Integer({ minimum: 0, description: 'Of the review or tag; 0 for the description' }),
    start: Type.Integer({ minimum: 0, description: 'UTF-16 offset into that text' }),
    end: Type.Integer({ minimum: 1 }),
    text: Type.String({ description: 'The words as they stand there' }),
  },
  { additionalProperties: false },
)

/** A span of one of a place's texts: `texts[index].slice(start, end) === text`. */
export type Quote = Static<typeof QuoteSchema>

export const PlaceKeywordSchema = Type.Object(
  {
    id: Type.String({ description: 'Of the cluster of phrases that mean this, over all places' }),
    name: Type.String(),
    names: Type.Optional(Names),
    count: Type.Integer({ minimum: 1, description: 'How many of the place’s texts say it' }),
    score: Type.Number({
      description:
        'How much more it is said here than of other places of the category, in standard deviations of the log-odds',
    }),
    negative: Type.Optional(Type.Boolean({ description: 'A complaint, or the lack of something' })),
    quotes: Type.Array(QuoteSchema, { minItems: 1 }),
  },
  { additionalProperties: false },
)

/** One of a place's keywords; a place has those of the highest score first. */
export type PlaceKeyword = Static<typeof PlaceKeywordSchema>

/** Phrases over all places that mean one thing, such as "분위기 좋아요": what a theme can be made of. */
export interface KeywordCluster {
  readonly id: string
  readonly name: string
  /** By language; `en` where the name's meaning is known (a table of concepts, or a language model). */
  readonly names?: Readonly<Record<string, string>>
  readonly negative?: boolean
  /** Said of most places of its kind: true of them, but no reason to choose one. */
  readonly generic?: boolean
  /** Phrases of the cluster as people write them, the most frequent first. */
  readonly phrases: readonly string[]
  /** Places whose texts say it, and how many texts do. */
  readonly places: number
  readonly mentions: number
  /** Places that say it by category code (the place's first one), the most first. */
  readonly categories: readonly { readonly code: string; readonly places: number }[]
}
