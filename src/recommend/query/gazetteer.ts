// What words of a question may name: areas, categories and attributes, under every spelling people use for them.
// Leaves finding them in a question to understand.ts. Made anew whenever the vocabulary changes.
import type { Category } from '../../domain/category.ts'
import type { Region } from '../../domain/region.ts'
import type { Spot } from '../../domain/spot.ts'
import type { Attribute, Concepts } from '../../text/concepts.ts'
import { createTypoFinder, romanized } from '../../text/spelling.ts'
import { wordsOf } from '../../text/words.ts'

export interface NamedArea {
  readonly kind: 'region' | 'spot'
  readonly id: string
}

/** What one spelling may mean; `isShort` where the area is called so, but its name is longer ("성수" for 성수동). */
export interface Meaning {
  readonly areas: readonly NamedArea[]
  readonly isShort: boolean
  readonly categories: readonly string[]
  readonly attributes: readonly Attribute[]
}

export interface Gazetteer {
  /** @param key words without spaces, as `keyOf` makes them */
  meaningOf(key: string): Meaning | undefined
  /** The one spelling that a word may be a slip of; it may mean nothing here. */
  typoOf(key: string): string | undefined
  /** Other spellings of a name, from the table of concepts. */
  spellingsOf(key: string): readonly string[]
  /** All that a question may ask for by the table of concepts. */
  readonly attributes: readonly Attribute[]
  /** The most words of a spelling. */
  readonly maxWords: number
  /** Codes of all regions around this one. */
  ancestorsOf(code: string): readonly string[]
}

interface Source {
  readonly regions: readonly Region[]
  readonly spots: readonly Spot[]
  readonly categories: readonly Category[]
  readonly concepts: Concepts
}

/** Spacing and punctuation make no other word: "Seongsu-dong" and "seongsudong", "비 오는 날" and "비오는 날". */
export function keyOf(text: string): string {
  return wordsOf(text).join('')
}

const MAX_WORDS = 4

export function createGazetteer({ regions, spots, categories, concepts }: Source): Gazetteer {
  const meanings = new Map<string, { -readonly [K in keyof Meaning]: Meaning[K] }>()
  const entry = (key: string) => {
    let meaning = meanings.get(key)
    if (meaning === undefined) {
      meanings.set(key, (meaning = { areas: [], isShort: true, categories: [], attributes: [] }))
    }
    return meaning
  }
  const addArea = (key: string, area: NamedArea, isShort: boolean) => {
    if (key.length < 2) return
    const meaning = entry(key)
    // Whole names come before short ones: 중구 is a district, not the short form of 중구동.
    if (meaning.areas.length > 0 && isShort && !meaning.isShort) return
    if (meaning.areas.length > 0 && !isShort && meaning.isShort) meaning.areas = []
    if (meaning.areas.some(({ kind, id }) => kind === area.kind && id === area.id)) return
    meaning.areas = [...meaning.areas, area]
    meaning.isShort = isShort
  }

  for (const { code, name, names = {} } of regions) {
    const area = { kind: 'region', id: code } as const
    const all = [name, ...Object.values(names), romanized(name)]
    for (const text of all) addArea(keyOf(text), area, false)
    for (const text of all) {
      for (const short of shortForms(text))
        for (const key of [short, romanized(short)]) addArea(key, area, true)
    }
  }
  for (const { id, name, names = {}, aliases = [] } of spots) {
    const area = { kind: 'spot', id } as const
    for (const text of [name, ...Object.values(names), ...aliases]) addArea(keyOf(text), area, false)
    for (const text of [name, ...Object.values(names)]) {
      for (const short of shortForms(text)) addArea(short, area, true)
    }
  }
  const codesByName = new Map<string, string[]>()
  for (const { code, name, names = {} } of categories) {
    const lastStep = code.slice(code.lastIndexOf('/') + 1)
    for (const key of new Set([name, ...Object.values(names), lastStep].map(keyOf))) {
      if (key !== '') codesByName.set(key, [...(codesByName.get(key) ?? []), code])
    }
  }
  for (const [key, codes] of codesByName) entry(key).categories = codes
  for (const { words, names } of concepts.categories) {
    const codes = [...new Set(names.flatMap((name) => codesByName.get(keyOf(name)) ?? []))]
    for (const word of words) {
      const meaning = entry(keyOf(word))
      meaning.categories = [...new Set([...meaning.categories, ...codes])]
    }
  }
  for (const attribute of concepts.attributes) {
    for (const words of [...attribute.words, ...(attribute.phrases ?? [])]) {
      const meaning = entry(keyOf(words))
      meaning.attributes = [...new Set([...meaning.attributes, attribute])]
    }
  }
  const spellings = new Map<string, string[]>()
  for (const row of concepts.sounds.map((names) => names.map(keyOf))) {
    for (const key of row)
      spellings.set(
        key,
        row.filter((other) => other !== key),
      )
  }
  const parents = new Map(regions.map(({ code, parent }) => [code, parent]))
  return {
    meaningOf(key) {
      const meaning = meanings.get(key)
      return meaning !== undefined && isSomething(meaning) ? meaning : undefined
    },
    typoOf: createTypoFinder(meanings.keys()),
    spellingsOf: (key) => spellings.get(key) ?? [],
    attributes: concepts.attributes,
    maxWords: MAX_WORDS,
    ancestorsOf(code) {
      const found: string[] = []
      for (
        let next = parents.get(code);
        next !== undefined && !found.includes(next);
        next = parents.get(next)
      )
        found.push(next)
      return found
    },
  }
}

/** A synonym of a category that the catalog does not have means nothing here. */
function isSomething({ areas, categories, attributes }: Meaning): boolean {
  return areas.length + categories.length + attributes.length > 0
}

/** Ends of the names of Korean areas, longest first. */
const AREA_END = /(특별자치도|특별자치시|특별시|광역시|[시도군구읍면동리역])$/
const AREA_END_EN = /(si|do|gun|gu|eup|myeon|dong|ri|station)$/

/** "성수2가1동" → 성수동, 성수; "제주특별자치도" → 제주; "Seongsu-dong" → seongsu. Two letters at least. */
function shortForms(name: string): string[] {
  const key = keyOf(name)
  const plain = keyOf(name.replace(/\d+가?(?:[·.,]?\d+)*(?:가(?=\d))?\d*(?=동$)/, ''))
  const hasEnd = /^[a-z]/.test(key) && /[-\s]/.test(name) ? AREA_END_EN : AREA_END
  return [...new Set([plain, plain.replace(hasEnd, ''), key.replace(hasEnd, '')])].filter(
    (short) => short !== key && short.length >= (/^[a-z]/.test(short) ? 4 : 2),
  )
}
