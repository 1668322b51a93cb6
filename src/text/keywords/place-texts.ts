// The texts of a place that keywords are found in. Leaves finding them to the files beside it.
import type { QUOTE_SOURCES } from '../../domain/keyword.ts'
import type { Place } from '../../domain/place.ts'

export interface PlaceText {
  readonly source: (typeof QUOTE_SOURCES)[number]
  readonly index: number
  readonly text: string
}

export interface PlaceTexts {
  readonly placeId: string
  /** The place's first category; '' without one. */
  readonly category: string
  /** Guests say other things than owners do: places are compared with those of their category and kind of texts. */
  readonly kind: 'reviews' | 'facts'
  readonly texts: readonly PlaceText[]
}

/** From so many reviews on, they alone say what a place is known for. */
const ENOUGH_REVIEWS = 3

/** The reviews, or where there are too few of them also tags and description; a place without any has no texts. */
export function placeTexts({ id, categories, reviews = [], tags = [], description }: Place): PlaceTexts {
  const said = reviews.map((text, index) => ({ source: 'review', index, text }) as const)
  const isReviewed = said.length >= ENOUGH_REVIEWS
  const facts: PlaceText[] = tags.map((text, index) => ({ source: 'tag', index, text }))
  if (description !== undefined) facts.push({ source: 'description', index: 0, text: description })
  return {
    placeId: id,
    category: categories[0] ?? '',
    kind: isReviewed ? 'reviews' : 'facts',
    texts: isReviewed ? said : [...said, ...facts],
  }
}
