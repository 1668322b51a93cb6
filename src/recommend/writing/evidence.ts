// What may be said of a place: its facts in words, and the texts that may be quoted. All of it bounded in length.
// Leaves who says it to writer.ts, whether a text keeps to it to grounding.ts.
import type { Quote } from '../../domain/keyword.ts'
import { localName, type Locale } from '../../domain/names.ts'
import type { Place } from '../../domain/place.ts'
import { normalizeText } from '../../text/words.ts'
import { quoteReview } from '../reasons/review-quotes.ts'
import { isForeign } from '../reasons/tag-names.ts'
import type { Vocabulary } from '../live/vocabulary.ts'

/** A text that may be quoted, from its beginning on; `source` and `index` say where it stands in the place. */
export type EvidenceText = Pick<Quote, 'source' | 'index' | 'text'>

export interface PlaceEvidence {
  readonly placeId: string
  readonly locale: Locale
  readonly name: string
  readonly category?: string
  readonly area?: string
  /** Keywords, tags and attributes, in words. */
  readonly facts: readonly string[]
  /** The description first, then reviews that keywords quote, then other reviews. */
  readonly texts: readonly EvidenceText[]
  /** The line, or else the phrase, in which visitors wrote what the place is known for. */
  readonly quote?: Quote
}

/** What a place lacks is left out: a word alone ("주차" of "주차불가") would say the opposite. */
const DENIES = /불가|금지|없|않|안 ?[되됨돼]|못|\b(no|not|without|never)\b/iu
const MAX_FACTS = 12
const MAX_FACT_CHARS = 40
const MAX_REVIEWS = 8
/** Each text is shown up to here, and may be quoted up to here. */
const MAX_TEXT_CHARS = 400

export function placeEvidence(place: Place, vocabulary: Vocabulary, locale: Locale): PlaceEvidence {
  const [code] = place.categories
  const area = vocabulary.areaName(place, locale)
  const keywords = (place.keywords ?? []).filter(({ negative }) => negative !== true)
  const facts = [
    ...keywords.map((keyword) => localName(keyword, locale)),
    ...(place.tags ?? []),
    ...Object.entries(place.attributes ?? {}).flatMap(([name, value]) =>
      value === false ? [] : value === true ? [name] : [`${name} ${value}`],
    ),
  ]
  const quoted = keywords.flatMap(({ quotes }) => quotes).filter(({ source }) => source === 'review')
  const reviews = new Set([...quoted.map(({ index }) => index), ...(place.reviews ?? []).keys()])
  const texts: EvidenceText[] = [
    ...(place.description === undefined
      ? []
      : [{ source: 'description' as const, index: 0, text: place.description }]),
    ...[...reviews]
      .filter((index) => place.reviews?.[index] !== undefined)
      .slice(0, MAX_REVIEWS)
      .map((index) => ({ source: 'review' as const, index, text: place.reviews![index] })),
  ]
  const line = quoteReview(
    place,
    quoted.map(({ text }) => normalizeText(text)),
  )
  const quote = line ?? quoted[0]
  return {
    placeId: place.id,
    locale,
    name: localName(place, locale),
    ...(code !== undefined && { category: vocabulary.categoryName(code, locale) }),
    ...(area !== undefined && { area }),
    facts: [...new Set(facts)]
      .filter((fact) => !isForeign(fact, locale))
      .filter((fact) => fact.length <= MAX_FACT_CHARS && !DENIES.test(fact))
      .slice(0, MAX_FACTS),
    texts: texts.map((entry) => ({ ...entry, text: entry.text.slice(0, MAX_TEXT_CHARS) })),
    ...(quote !== undefined && { quote }),
  }
}
