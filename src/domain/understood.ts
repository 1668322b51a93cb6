// What was understood of a question in words: its parts, what they were taken for, and what was changed to find something.
// Leaves understanding to recommend/query/.
import { Type, type Static } from 'typebox'
import { CategoryCode } from './category.ts'
import { RegionCode } from './region.ts'
import { SpotId } from './spot.ts'

/** What may be understood of words, besides searching for them. */
export const UNDERSTOOD_PARTS = ['areas', 'categories', 'attributes', 'spelling'] as const

export type UnderstoodPart = (typeof UNDERSTOOD_PARTS)[number]

const GeneratedBy = Type.Optional(
  Type.Enum(['model'], { description: 'Read by the language model; absent: by rules' }),
)

export const UnderstoodSchema = Type.Object({
  areas: Type.Array(
    Type.Object({
      kind: Type.Enum(['region', 'spot']),
      id: Type.Union([RegionCode, SpotId]),
      name: Type.String(),
      words: Type.String({ description: 'What stands in the question' }),
      generatedBy: GeneratedBy,
    }),
  ),
  categories: Type.Array(
    Type.Object({ code: CategoryCode, name: Type.String(), words: Type.String(), generatedBy: GeneratedBy }),
  ),
  attributes: Type.Array(
    Type.Object({
      id: Type.String({ description: 'Of the table of concepts (docs/search.md)' }),
      name: Type.String(),
      words: Type.String(),
      generatedBy: GeneratedBy,
    }),
  ),
  rest: Type.String({ description: 'Words that are none of these' }),
  changed: Type.Array(
    Type.Object({
      from: Type.String(),
      to: Type.String(),
      why: Type.Enum(['typo', 'keyboard', 'sound']),
    }),
    { description: 'Words that nothing holds, and what was looked for instead' },
  ),
})

export type Understood = Static<typeof UnderstoodSchema>
