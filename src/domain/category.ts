// Categories: path codes such as "food/cafe" whose ancestors are their prefixes.
// Leaves which categories exist to the catalog.
import { Type, type Static } from 'typebox'
import { Names } from './names.ts'

export const CategoryCode = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^/\\s]+(/[^/\\s]+)*$',
  description: 'A category code; "/" separates levels ("food/cafe"), a filter by "food" finds it too',
})

export const CategorySchema = Type.Object(
  { code: CategoryCode, name: Type.String({ minLength: 1 }), names: Type.Optional(Names) },
  { additionalProperties: false },
)

export type Category = Static<typeof CategorySchema>

/** A code for words such as "Nightlife Spot": lower case, inner spaces and slashes as "-". */
export function categorySlug(words: string): string {
  return words
    .trim()
    .toLowerCase()
    .replaceAll(/[\s/]+/g, '-')
}

/** The code and all its ancestors, itself first: "a/b/c" → ["a/b/c", "a/b", "a"]. */
export function categoryWithAncestors(code: string): string[] {
  const codes = [code]
  for (let cut = code.lastIndexOf('/'); cut > 0; cut = code.lastIndexOf('/', cut - 1))
    codes.push(code.slice(0, cut))
  return codes
}

/** The last step of the path: what kind it is, whatever tree it stands in. */
export function categoryStep(code: string): string {
  return code.slice(code.lastIndexOf('/') + 1)
}
