// A place as matching sees it: name, address, phone, category and position, taken apart once.
// Leaves comparing to score.ts, and which pairs to compare to blocks.ts.
import type { Place } from '../../domain/place.ts'
import { consonantsOf, romanized } from '../../text/spelling.ts'
import { wordsOf } from '../../text/words.ts'

export interface Subject {
  readonly id: string
  readonly name: string
  readonly lng: number
  readonly lat: number
  readonly geohash: string
  /** Words of each name; the first is the main one. */
  readonly names: readonly (readonly NameWord[])[]
  /** The last eight digits, without country and trunk code; undefined where there are fewer. */
  readonly phone: string | undefined
  readonly address: Address | undefined
  readonly categories: readonly string[]
}

export interface NameWord {
  readonly word: string
  /** As read in Latin letters, to compare scripts. */
  readonly latin: string
  readonly consonants: string
}

interface Address {
  /** House numbers, in order. */
  readonly numbers: readonly string[]
  readonly words: ReadonlySet<string>
}

const PHONE_DIGITS = 8

export function subjectOf(place: Place): Subject {
  const { id, name, names = {}, lng, lat, geohash, categories } = place
  const digits = (place.phone ?? '').replaceAll(/\D/g, '')
  return {
    id,
    name,
    lng,
    lat,
    geohash,
    names: [...new Set([name, ...Object.values(names)])].map(nameWords).filter(({ length }) => length > 0),
    phone: digits.length < PHONE_DIGITS ? undefined : digits.slice(-PHONE_DIGITS),
    address: place.address === undefined ? undefined : addressOf(place.address),
    categories,
  }
}

function nameWords(name: string): NameWord[] {
  return wordsOf(name).map((word) => ({ word, latin: romanized(word), consonants: consonantsOf(word) }))
}

function addressOf(text: string): Address {
  const words = wordsOf(text).map((word) => ABBREVIATIONS.get(word) ?? word)
  return {
    numbers: words.filter((word) => /^\d+$/.test(word)),
    words: new Set(words.filter((word) => !/^\d+$/.test(word))),
  }
}

/** Streets are written in full and short; Korean ones are not. */
const ABBREVIATIONS = new Map(
  Object.entries({
    street: 'st',
    avenue: 'ave',
    road: 'rd',
    boulevard: 'blvd',
    drive: 'dr',
    lane: 'ln',
    highway: 'hwy',
    parkway: 'pkwy',
    court: 'ct',
    place: 'pl',
    suite: 'ste',
    north: 'n',
    south: 's',
    east: 'e',
    west: 'w',
  }),
)
