// The text that is embedded for a place: what it is and where first, what others say of it last.
// Leaves vectors to the embedding models, caching by the text's hash to pipeline/text-vectors.ts.
import { categoryWithAncestors } from '../domain/category.ts'
import type { Place } from '../domain/place.ts'

/** The first ones say most: reviews follow anyway. */
const MAX_KEYWORDS = 10

/** Names for the codes that a place carries. */
export interface DocumentVocabulary {
  regionName(code: string): string
  spotName?(id: string): string
  categoryName(code: string): string
}

/**
 * A place as text, a line a part, empty parts left out: names; category path ("음식 카페"); regions and spots; attributes
 * ("주차", "seats 40"); tags; keywords, but for complaints; description; review lines. Short parts come first, for models cut
 * long texts at the end. The same place and names give the same text. A query is embedded as it was typed.
 */
export function placeDocument(place: Place, vocabulary: DocumentVocabulary): string {
  const parts = [
    distinct([place.name, ...Object.values(place.names ?? {})]),
    distinct(place.categories.flatMap((code) => categoryPath(code, vocabulary))),
    distinct([
      ...place.regions.map((code) => vocabulary.regionName(code)),
      ...place.spots.map((id) => vocabulary.spotName?.(id) ?? ''),
    ]),
    Object.entries(place.attributes ?? {}).map(attributeText),
    place.tags ?? [],
    distinct(keywordNames(place)),
    [place.description ?? ''],
  ]
  return [...parts.map((words) => joinWords(words, ' ')), joinWords(place.reviews ?? [], '\n')]
    .filter((line) => line !== '')
    .join('\n')
}

/** The first `maxChars` UTF-16 units, one less where a surrogate pair would be halved. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const last = text.charCodeAt(maxChars - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? maxChars - 1 : maxChars)
}

/** From the widest category to the place's own. */
function categoryPath(code: string, vocabulary: DocumentVocabulary): string[] {
  return categoryWithAncestors(code)
    .map((ancestor) => vocabulary.categoryName(ancestor))
    .toReversed()
}

/** What a place lacks is left out: in a bag of words "no parking" would read as parking. */
function attributeText([name, value]: [string, string | number | boolean]): string {
  if (value === false) return ''
  return value === true ? name : `${name} ${value}`
}

/** What most of its texts say, by the names that keywords go by in any language. */
function keywordNames({ keywords = [] }: Place): string[] {
  return keywords
    .filter(({ negative }) => negative !== true)
    .slice(0, MAX_KEYWORDS)
    .flatMap(({ name, names = {} }) => [name, ...Object.values(names)])
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)]
}

function joinWords(words: readonly string[], separator: string): string {
  return words
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .join(separator)
}
