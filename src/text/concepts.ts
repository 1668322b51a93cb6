// The table of concepts: what words of a question ask for – attributes of places, kinds of places, other spellings.
// Ships with concepts.json; a file of the same shape in the data folder changes and adds entries (docs/search.md).
import { Type, type Static } from 'typebox'
import { createParser } from '../domain/schema.ts'
import defaults from './concepts.json' with { type: 'json' }

const Words = Type.Array(Type.String({ minLength: 1 }))

const AttributeSchema = Type.Object(
  {
    id: Type.String({ minLength: 1 }),
    ko: Type.String({ minLength: 1 }),
    en: Type.String({ minLength: 1 }),
    words: { ...Words, description: 'Words that ask for it, Korean ones as stems ("조용", not "조용한")' },
    phrases: Type.Optional({
      ...Words,
      description: 'Several words together: conditions such as "비 오는 날"',
    }),
    evidence: Type.Optional({
      ...Words,
      description: 'What tags, keywords or a description hold where a place has it; by default `words`',
    }),
    attributes: Type.Optional({ ...Words, description: 'Keys of `attributes` that say it when true' }),
    openAt: Type.Optional(
      Type.String({ pattern: '^\\d\\d:\\d\\d$', description: 'Open at this hour on most days' }),
    ),
    priceLevels: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 4 }))),
  },
  { additionalProperties: false },
)

const CategorySchema = Type.Object(
  { words: Words, names: { ...Words, description: 'Names of categories that the catalog may have' } },
  { additionalProperties: false },
)

export const ConceptsSchema = Type.Object(
  {
    attributes: Type.Optional(Type.Array(AttributeSchema)),
    categories: Type.Optional(Type.Array(CategorySchema)),
    sounds: Type.Optional(Type.Array(Words, { description: 'Spellings of one name' })),
  },
  { additionalProperties: false },
)

/** A property that a question may ask for. */
export type Attribute = Static<typeof AttributeSchema>

export interface Concepts {
  readonly attributes: readonly Attribute[]
  readonly categories: readonly Static<typeof CategorySchema>[]
  readonly sounds: readonly (readonly string[])[]
}

const parse = createParser(ConceptsSchema, 'invalid-config')

/**
 * The shipped table with the entries of `changes`, which replace an attribute of the same id (without words and phrases
 * it is never asked for) and otherwise come on top. Throws invalid-config with pointers into `changes`.
 */
export function concepts(changes: unknown = {}): Concepts {
  const { attributes = [], categories = [], sounds = [] } = parse(changes)
  const changed = new Set(attributes.map(({ id }) => id))
  const shipped = defaults as Required<Static<typeof ConceptsSchema>>
  return {
    attributes: [...shipped.attributes.filter(({ id }) => !changed.has(id)), ...attributes],
    categories: [...shipped.categories, ...categories],
    sounds: [...shipped.sounds, ...sounds],
  }
}
