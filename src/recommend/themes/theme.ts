// A theme: what its places have in common, curated in a file or mined from what an area's places are said to be.
// Leaves choosing and filling shelves to themes.ts.
import { Type, type Static } from 'typebox'
import { STOP_ROLES, type StopRole } from '../../domain/course.ts'
import type { Place } from '../../domain/place.ts'
import { CategoryCode, categoryWithAncestors } from '../../domain/category.ts'
import { createParser } from '../../domain/schema.ts'
import { normalizeText } from '../../text/words.ts'
import { purposeOf } from '../courses/roles.ts'
import type { Vocabulary } from '../live/vocabulary.ts'
import builtIn from './curated.json' with { type: 'json' }

const Words = Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })

export const CuratedThemeSchema = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z0-9-]{1,60}$',
      description: 'Of the shelf; no colon, which mined ones have',
    }),
    title: Type.Object({ ko: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) }),
    all: Type.Array(Words, {
      minItems: 1,
      description: 'Of each list one word has to be in the name, tags, keywords, categories or description',
    }),
    categories: Type.Optional(Type.Array(CategoryCode, { minItems: 1 })),
    roles: Type.Optional(Type.Array(Type.Enum([...STOP_ROLES]), { minItems: 1 })),
    hours: Type.Optional(
      Type.Unsafe<[number, number]>({
        type: 'array',
        items: { type: 'number', minimum: 0, maximum: 48 },
        minItems: 2,
        maxItems: 2,
        description: '[from, to) local hours in which it is offered; past 24 over midnight',
      }),
    ),
    months: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 12 }), { minItems: 1 })),
  },
  { additionalProperties: false },
)
export type CuratedTheme = Static<typeof CuratedThemeSchema>

const parseList = createParser(Type.Array(CuratedThemeSchema))

/** Throws invalid-request with pointers into the list. */
export const parseCuratedThemes = (value: unknown): readonly CuratedTheme[] => parseList(value)

export const BUILT_IN_THEMES: readonly CuratedTheme[] = parseCuratedThemes(builtIn)

/** Whether it is offered at a local time. @param hour from 0 to below 24, @param month from 1 */
export function isInSeason({ hours, months }: CuratedTheme, hour: number, month: number): boolean {
  const [from, to] = hours ?? [0, 24]
  const inHours = (hour >= from && hour < to) || (hour + 24 >= from && hour + 24 < to)
  return inHours && (months === undefined || months.includes(month))
}

/** The words of the theme that the place has, one of each list, as `wordsOf` folds them; undefined where it has not all. */
export function matchTheme(theme: CuratedTheme, place: Place, vocabulary: Vocabulary): string[] | undefined {
  const { categories, roles, all } = theme
  if (categories !== undefined) {
    const own = new Set(place.categories.flatMap(categoryWithAncestors))
    if (!categories.some((code) => own.has(code))) return undefined
  }
  const { role, text } = saidOf(place, vocabulary)
  if (roles !== undefined && !roles.includes(role)) return undefined
  const found: string[] = []
  for (const words of all) {
    const word = words.map(normalizeText).find((each) => holds(text, each))
    if (word === undefined) return undefined
    found.push(word)
  }
  return found
}

/** What nobody goes out for: no shelf has it, whatever it is tagged with; a theme of its own by id does. */
export function isErrand(place: Place, vocabulary: Vocabulary): boolean {
  return saidOf(place, vocabulary).isErrand
}

/** Korean words stand in compounds ("수제맥주"), Latin ones by themselves: "tea" is not in "steak". */
function holds(text: string, word: string): boolean {
  if (!/[a-z]/.test(word)) return text.includes(word)
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!LATIN.test(text[at - 1] ?? ' ') && !LATIN.test(text[at + word.length] ?? ' ')) return true
  }
  return false
}

const LATIN = /[a-z0-9]/

interface Said {
  readonly isErrand: boolean
  readonly role: StopRole
  /** Folded, a line a text. */
  readonly text: string
}

/** Worked out once a place and vocabulary: every theme looks at every place of a pool. */
const said = new WeakMap<Vocabulary, WeakMap<Place, Said>>()

/** What a place is said to be; complaints are not what it is chosen for. */
function saidOf(place: Place, vocabulary: Vocabulary): Said {
  let places = said.get(vocabulary)
  if (places === undefined) said.set(vocabulary, (places = new WeakMap()))
  let known = places.get(place)
  if (known !== undefined) return known
  const keywords = (place.keywords ?? []).filter(({ negative }) => negative !== true)
  const texts = [
    place.name,
    ...Object.values(place.names ?? {}),
    ...(place.tags ?? []),
    ...keywords.map(({ name }) => name),
    ...place.categories.flatMap((code) => [
      vocabulary.categoryName(code, 'ko'),
      vocabulary.categoryName(code, 'en'),
    ]),
    place.description ?? '',
  ]
  const { role, niche } = purposeOf(place, vocabulary)
  known = { role, isErrand: niche && role === 'other', text: normalizeText(texts.join('\n')) }
  places.set(place, known)
  return known
}

/** A shelf that nobody curated: "tag:…" or "keyword:…". */
export interface MinedTheme {
  readonly kind: 'tag' | 'keyword'
  /** The tag, or the keyword's id. */
  readonly value: string
}

export const minedId = ({ kind, value }: MinedTheme): string => `${kind}:${value}`

export function parseMinedId(id: string): MinedTheme | undefined {
  const [, kind, value] = /^(tag|keyword):(.+)$/s.exec(id) ?? []
  return kind === undefined ? undefined : { kind: kind as MinedTheme['kind'], value }
}
