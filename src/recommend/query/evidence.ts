// Whether a place has what a question asks for: area, category, attributes – by what it is and what its texts say.
import { categoryWithAncestors } from '../../domain/category.ts'
import type { Place } from '../../domain/place.ts'
import { isOpenAt, weeklyOpenMinutes } from '../../geo/opening-hours.ts'
import type { Attribute } from '../../text/concepts.ts'
import { isDense, normalizeText, quoteWord, wordsOf } from '../../text/words.ts'
import type { NamedArea } from './gazetteer.ts'
import type { Denied, Understanding } from './understand.ts'

/** Who names an area goes there; the best place elsewhere is no answer. */
const AREA_WEIGHT = 2

/**
 * The share of the asked conditions that the place meets, in [0, 1]; 0 where none is asked, or where it is what is denied.
 * Beside others, or what is denied, the rest of the words is a condition too: "혼자 공부하기 좋은 카페 서울대입구" asks for 서울대입구, whatever that is.
 */
export function metShare(
  place: Place,
  { areas, categories, asked, restWords, denied }: Understanding,
): number {
  if (denied.some((unwanted) => isDenied(place, unwanted))) return 0
  const conditions: [weight: number, met: number][] = asked.map((attribute) => [
    1,
    Number(hasAttribute(place, attribute)),
  ])
  if (areas.length > 0) conditions.push([AREA_WEIGHT, Number(areas.some((area) => liesIn(place, area)))])
  if (categories.length > 0) conditions.push([1, Number(categories.some(({ code }) => isOf(place, code)))])
  const isAsked = conditions.length > 0 || denied.length > 0
  if (isAsked && restWords.length > 0) conditions.push([1, heldShare(place, restWords)])
  if (conditions.length === 0) return 0
  const total = conditions.reduce((sum, [weight]) => sum + weight, 0)
  return conditions.reduce((sum, [weight, met]) => sum + weight * met, 0) / total
}

/** Whether the place is of an area or kind, has an attribute, or holds all the words in a name or tag. */
function isDenied(place: Place, { words, meaning }: Denied): boolean {
  if (meaning !== undefined) {
    const { areas, categories, attributes } = meaning
    if (areas.some((area) => liesIn(place, area)) || categories.some((code) => isOf(place, code))) return true
    if (attributes.some((attribute) => hasAttribute(place, attribute))) return true
  }
  const own = kept(OWN, place, ownOf)
  return kept(DENIED_FORMS, words, deniedFormsOf).every((form) => holdsForm(own, form))
}

/** A letter alone says nothing inside of another word: 차 is not in 주차. */
function deniedFormsOf(words: readonly string[]): Form[] {
  return words.map((word) => {
    const isPart = isDense(word) && word.length > 1
    return { text: isPart ? word : ` ${word} `, isDense: isPart }
  })
}

/** By its attributes, hours and price, else by the words of its tags, its keywords (complaints excepted) or description. */
export function hasAttribute(place: Place, attribute: Attribute): boolean {
  const { attributes: keys = [], openAt, priceLevels = [] } = attribute
  if (keys.some((key) => place.attributes?.[key] === true)) return true
  // What its owner denies, its guests do not make true.
  if (keys.some((key) => place.attributes?.[key] === false)) return false
  if (openAt !== undefined && isMostlyOpenAt(place, openAt)) return true
  if (place.priceLevel !== undefined && priceLevels.includes(place.priceLevel)) return true
  return holdsAny(kept(SAID, place, saidOf), kept(FORMS, attribute.evidence ?? attribute.words, formsOf))
}

/** Words of a place's own that say it has one of these attributes, as they stand there; undefined without any. */
export function quoteOf(
  { tags = [], description = '' }: Place,
  attributes: readonly Attribute[],
): { field: 'tag' | 'description'; words: string } | undefined {
  if (attributes.length === 0) return undefined
  const texts = [
    ...tags.map((words) => ['tag', words] as const),
    ...description.split(/(?<=[.!?])\s+/).map((sentence) => ['description', sentence] as const),
  ]
  for (const { evidence, words } of attributes) {
    const forms = kept(FORMS, evidence ?? words, formsOf)
    for (const [field, text] of texts) {
      const line = asSaid([text])
      const said = forms.find((form) => holdsForm(line, form))
      if (said === undefined) continue
      // A sentence is long: of a description the word itself.
      const quote = field === 'description' ? quoteWord(text, said.text.trim()) : text
      if (quote !== undefined) return { field, words: quote }
    }
  }
  return undefined
}

/** Texts as they are compared: entries on lines of their own, as letters and as words between spaces. */
interface Said {
  readonly letters: string
  readonly words: string
}

/** A word as it is looked for: Korean ones wherever they stand, for endings follow and compounds go before. */
interface Form {
  readonly text: string
  readonly isDense: boolean
}

/** Normal forms cost more than all comparisons of a question, and places, tables and questions come again. */
const SAID = new WeakMap<Place, Said>()
const CALLED = new WeakMap<Place, Said>()
const OWN = new WeakMap<Place, Said>()
const FORMS = new WeakMap<readonly string[], readonly Form[]>()
const DENIED_FORMS = new WeakMap<readonly string[], readonly Form[]>()

function kept<K extends object, V>(known: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  let value = known.get(key)
  if (value === undefined) known.set(key, (value = make(key)))
  return value
}

function formsOf(words: readonly string[]): Form[] {
  return words.map((word) => {
    const text = normalizeText(word)
    return isDense(text) ? { text, isDense: true } : { text: ` ${text} `, isDense: false }
  })
}

function holdsForm(said: Said, form: Form): boolean {
  // Others as whole words ("pet", not "petit").
  return form.isDense ? said.letters.includes(form.text) : said.words.includes(form.text)
}

function holdsAny(said: Said, forms: readonly Form[]): boolean {
  return forms.some((form) => holdsForm(said, form))
}

/** The share of `words` that the place holds anywhere. */
function heldShare(place: Place, words: readonly string[]): number {
  const said = kept(SAID, place, saidOf)
  const called = kept(CALLED, place, calledOf)
  const forms = kept(FORMS, words, formsOf)
  return forms.filter((form) => holdsForm(said, form) || holdsForm(called, form)).length / forms.length
}

function calledOf({ name, names = {}, address = '' }: Place): Said {
  return asSaid([name, ...Object.values(names), address])
}

function ownOf({ name, names = {}, tags = [] }: Place): Said {
  return asSaid([name, ...Object.values(names), ...tags])
}

function saidOf({ tags = [], keywords = [], description = '' }: Place): Said {
  const said = keywords
    .filter(({ negative }) => negative !== true)
    .flatMap(({ name, quotes }) => [name, ...quotes.map(({ text }) => text)])
  return asSaid([...tags, ...said, description])
}

function asSaid(texts: readonly string[]): Said {
  const lines = texts.map(normalizeText)
  return { letters: lines.join('\n'), words: lines.map((line) => ` ${wordsOf(line).join(' ')} `).join('\n') }
}

function liesIn({ regions, spots }: Place, { kind, id }: NamedArea): boolean {
  return (kind === 'region' ? regions : spots).includes(id)
}

/** Whether it is of a category or of one below it. */
export function isOf({ categories }: Place, code: string): boolean {
  return categories.some((own) => categoryWithAncestors(own).includes(code))
}

const DAY_MINUTES = 24 * 60
const MOST_DAYS = 4

function isMostlyOpenAt({ openingHours }: Place, time: string): boolean {
  const week = openingHours === undefined ? undefined : weeklyOpenMinutes(openingHours)
  if (week === undefined) return false
  const [hours, minutes] = time.split(':').map(Number)
  const days = [0, 1, 2, 3, 4, 5, 6].filter((day) => isOpenAt(week, day * DAY_MINUTES + hours * 60 + minutes))
  return days.length >= MOST_DAYS
}
