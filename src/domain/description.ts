// Description: what is said of a place in a sentence or two, and which of its spans quote what.
// Leaves writing it to recommend/writing/writer.ts.
import { Type, type Static } from 'typebox'
import { QuoteSchema } from './keyword.ts'
import { LocaleSchema } from './names.ts'
import { PlaceId } from './place.ts'

export const GENERATED_BY = ['template', 'model'] as const

export const DescriptionSchema = Type.Object(
  {
    placeId: PlaceId,
    locale: LocaleSchema,
    text: Type.String(),
    generatedBy: Type.Enum([...GENERATED_BY], {
      description: 'Whether a language model wrote it, from the evidence alone and checked against it',
    }),
    quotes: Type.Array(
      Type.Object({
        start: Type.Integer({ description: 'UTF-16 offset into `text`' }),
        end: Type.Integer(),
        of: QuoteSchema,
      }),
      { description: 'Spans of `text` that quote the place’s own texts, and where they stand there' },
    ),
  },
  { additionalProperties: false },
)

export type Description = Static<typeof DescriptionSchema>
