// Names of regions, spots and categories, and the check that a request's codes exist.
// Leaves when to read them to live.ts, which makes a new vocabulary whenever the catalog's changes.
import type { CatalogReader } from '../../catalog/port.ts'
import { categoryStep, categoryWithAncestors, type Category } from '../../domain/category.ts'
import { localName, type Locale } from '../../domain/names.ts'
import type { Place, PlaceView } from '../../domain/place.ts'
import type { Region } from '../../domain/region.ts'
import { nearMatches } from '../../domain/schema.ts'
import type { Spot } from '../../domain/spot.ts'
import type { What, Where } from '../../domain/where.ts'
import { DongneError, type ErrorCode, type ErrorDetail } from '../../errors.ts'

type Named = { readonly name: string; readonly names?: Readonly<Record<string, string>> }

export interface Vocabulary {
  regionName(code: string, locale: Locale): string
  spotName(id: string, locale: Locale): string
  categoryName(code: string, locale: Locale): string
  /** Codes of all categories, those of their parents included. */
  readonly categories: readonly string[]
  /** Codes of the same kind in any tree, the given ones among them: sources mix trees ("bar", "nightlife/bar"). */
  kindsLike(codes: readonly string[]): string[]
  /** The name of the smallest area a place lies in (a spot before a region); undefined where it lies in none. */
  areaName(place: Place, locale: Locale): string | undefined
  /** Throws unknown-region, unknown-spot or unknown-category with near matches by code and by name. */
  check(where: Where, what: What): void
  view(place: Place, locale: Locale): PlaceView
}

export interface VocabularySource {
  readonly regions: readonly Region[]
  readonly spots: readonly Spot[]
  readonly categories: readonly Category[]
}

/** Steps that say nothing of what a place is: two of them are not the same kind. "yes" is what OpenStreetMap says for it. */
const NO_KINDS = new Set([
  'other',
  'others',
  'misc',
  'miscellaneous',
  'etc',
  'general',
  'unknown',
  'uncategorized',
  'unclassified',
  'none',
  'yes',
  '기타',
  '일반',
  '미분류',
])

export async function readVocabulary(catalog: CatalogReader): Promise<Vocabulary> {
  return createVocabulary(await readVocabularySource(catalog))
}

export async function readVocabularySource(catalog: CatalogReader): Promise<VocabularySource> {
  const [regions, spots, categories] = await Promise.all([
    catalog.regions(),
    catalog.spots(),
    catalog.categories(),
  ])
  return { regions, spots, categories }
}

export function createVocabulary({ regions, spots, categories }: VocabularySource): Vocabulary {
  const regionByCode = new Map(regions.map((region) => [region.code, region]))
  const spotById = new Map(spots.map((spot) => [spot.id, spot]))
  const categoryByCode = new Map<string, Category>(categories.map((category) => [category.code, category]))
  // A parent is a category even if only its children were ever named.
  for (const { code } of categories) {
    for (const ancestor of categoryWithAncestors(code)) {
      if (!categoryByCode.has(ancestor))
        categoryByCode.set(ancestor, { code: ancestor, name: categoryStep(ancestor) })
    }
  }
  const codesByStep = Map.groupBy(categoryByCode.keys(), categoryStep)
  const depths = regionDepths(regionByCode)

  const nameOf = (named: Named | undefined, fallback: string, locale: Locale): string =>
    named === undefined ? fallback : localName(named, locale)
  const regionName = (code: string, locale: Locale) => nameOf(regionByCode.get(code), code, locale)
  const spotName = (id: string, locale: Locale) => nameOf(spotById.get(id), id, locale)

  return {
    regionName,
    spotName,
    categories: [...categoryByCode.keys()],
    categoryName: (code, locale) => nameOf(categoryByCode.get(code), categoryStep(code), locale),
    kindsLike: (codes) => [
      ...new Set(
        codes.flatMap((code) => [
          code,
          ...(NO_KINDS.has(categoryStep(code)) ? [] : (codesByStep.get(categoryStep(code)) ?? [])),
        ]),
      ),
    ],
    areaName(place, locale) {
      if (place.spots.length > 0) return spotName(place.spots[0], locale)
      const finest = place.regions.toSorted((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0))[0]
      return finest === undefined ? undefined : regionName(finest, locale)
    },
    check(where, what) {
      checkKnown('unknown-region', '/where/regions', where.regions, regionByCode)
      checkKnown('unknown-spot', '/where/spots', where.spots, spotById)
      checkKnown('unknown-category', '/what/categories', what.categories, categoryByCode)
      checkKnown('unknown-category', '/what/excludeCategories', what.excludeCategories, categoryByCode)
    },
    view: (place, locale) => ({
      ...place,
      categories: [...place.categories],
      regions: place.regions.map((code) => ({ code, name: regionName(code, locale) })),
      spots: place.spots.map((id) => ({ id, name: spotName(id, locale) })),
    }),
  }
}

/** How many parents each region has; a cycle in the data ends the walk. */
function regionDepths(regions: ReadonlyMap<string, Region>): Map<string, number> {
  const depths = new Map<string, number>()
  for (const code of regions.keys()) {
    const seen = new Set<string>()
    let parent = regions.get(code)?.parent
    while (parent !== undefined && !seen.has(parent)) {
      seen.add(parent)
      parent = regions.get(parent)?.parent
    }
    depths.set(code, seen.size)
  }
  return depths
}

function checkKnown(
  code: ErrorCode,
  pointer: string,
  asked: readonly string[] | undefined,
  known: ReadonlyMap<string, Named>,
): void {
  const errors: ErrorDetail[] = []
  asked?.forEach((value, index) => {
    if (known.has(value)) return
    errors.push({
      pointer: `${pointer}/${index}`,
      detail: `"${value}" is not known.${suggest(value, known)}`,
    })
  })
  if (errors.length > 0) {
    throw new DongneError(code, errors.map((e) => `${e.pointer} ${e.detail}`).join('; '), { errors })
  }
}

/** Near matches among codes and among names, as codes with their names: people send "성수동" for its code. */
function suggest(value: string, known: ReadonlyMap<string, Named>): string {
  const codesByWord = new Map<string, string>()
  for (const [code, { name, names }] of known) {
    for (const word of [code, name, ...Object.values(names ?? {})]) {
      if (!codesByWord.has(word)) codesByWord.set(word, code)
    }
  }
  const codes = new Set(nearMatches(value, codesByWord.keys()).map((word) => codesByWord.get(word)!))
  if (codes.size === 0) return known.size === 0 ? ' The catalog has none.' : ''
  return ` Did you mean ${[...codes].map((code) => `"${code}" (${known.get(code)!.name})`).join(' or ')}?`
}
