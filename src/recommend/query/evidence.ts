// Whether a place has what a question asks for: area, category, attributes – by what it is and what its texts say.
import { categoryWithAncestors } from '../../domain/category.ts'
import type { Place } from '../../domain/place.ts'
import { isOpenAt, weeklyOpenMinutes } from '../../geo/opening-hours.ts'
import type { Attribute } from '../../text/concepts.ts'
import { normalizeText } from '../../text/words.ts'
import type { Understanding } from './understand.ts'

/** The share of the asked conditions that the place meets, in [0, 1]; 0 where none is asked. */
export function metShare(place: Place, { areas, categories, asked }: Understanding): number {
  const conditions = [
    ...(areas.length === 0 ? [] : [areas.some((area) => liesIn(place, area))]),
    ...(categories.length === 0 ? [] : [categories.some(({ code }) => isOf(place, code))]),
    ...asked.map((attribute) => hasAttribute(place, attribute)),
  ]
  return conditions.length === 0 ? 0 : conditions.filter(Boolean).length / conditions.length
}

/** By its attributes, hours and price, else by the words of its tags, its keywords (complaints excepted) or description. */
export function hasAttribute(place: Place, attribute: Attribute): boolean {
  const { attributes: keys = [], openAt, priceLevels = [] } = attribute
  if (keys.some((key) => place.attributes?.[key] === true)) return true
  // What its owner denies, its guests do not make true.
  if (keys.some((key) => place.attributes?.[key] === false)) return false
  if (openAt !== undefined && isMostlyOpenAt(place, openAt)) return true
  if (place.priceLevel !== undefined && priceLevels.includes(place.priceLevel)) return true
  const words = (attribute.evidence ?? attribute.words).map(normalizeText)
  return textsOf(place).some((text) => words.some((word) => text.includes(word)))
}

function textsOf({ tags = [], keywords = [], description = '' }: Place): string[] {
  const said = keywords
    .filter(({ negative }) => negative !== true)
    .flatMap(({ name, quotes }) => [name, ...quotes.map(({ text }) => text)])
  return [...tags, ...said, description].map(normalizeText)
}

function liesIn({ regions, spots }: Place, { kind, id }: Understanding['areas'][number]): boolean {
  return (kind === 'region' ? regions : spots).includes(id)
}

function isOf({ categories }: Place, code: string): boolean {
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
