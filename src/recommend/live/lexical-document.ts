// What word search sees of a place: names, and the names of its categories and areas in the languages people type.
// Leaves searching to the lexical index and to engines with their own.
import type { LexicalDocument } from '../../domain/lexical.ts'
import type { Place } from '../../domain/place.ts'
import type { IndexRow } from '../../vector-index/port.ts'
import type { Vocabulary } from './vocabulary.ts'

export function lexicalDocument(place: Place, vocabulary: Vocabulary): LexicalDocument {
  return {
    id: place.id,
    name: place.name,
    names: Object.values(place.names ?? {}).filter((name) => name !== place.name),
    categories: place.categories.flatMap((code) => [
      vocabulary.categoryName(code, 'ko'),
      vocabulary.categoryName(code, 'en'),
      code.replaceAll(/[/_-]/g, ' '),
    ]),
    areas: [
      ...place.spots.map((id) => vocabulary.spotName(id, 'ko')),
      ...place.regions.map((code) => vocabulary.regionName(code, 'ko')),
    ],
    tags: [...(place.tags ?? []), ...keywordWords(place)],
    address: place.address ?? '',
    description: place.description ?? '',
  }
}

/** Index rows with the words of their places; for engines that search words. */
export function withWords(
  rows: readonly IndexRow[],
  places: readonly Place[],
  vocabulary: Vocabulary,
): IndexRow[] {
  const byId = new Map(places.map((place) => [place.id, place]))
  return rows.map((row) => {
    const { id: _, ...words } = lexicalDocument(byId.get(row.id)!, vocabulary)
    return { ...row, words }
  })
}

/** What people find a place by in its keywords: their names, and the words of the place itself. */
function keywordWords({ keywords = [] }: Place): string[] {
  return keywords.flatMap(({ name, names = {}, quotes }) => [
    name,
    ...Object.values(names),
    ...quotes.map(({ text }) => text),
  ])
}
