// A review line of a place that comes apart from the place, and how it joins those that the place has.
import { Type, type Static } from 'typebox'
import { composed } from './composed.ts'
import { MAX_REVIEWS, PlaceId, PlaceInputSchema, type Place } from './place.ts'
import { createParser } from './schema.ts'

export const ReviewInputSchema = Type.Object(
  { placeId: PlaceId, text: PlaceInputSchema.properties.reviews.items },
  { additionalProperties: false },
)

export type ReviewInput = Static<typeof ReviewInputSchema>

const parseShape = createParser(ReviewInputSchema)

/** Throws invalid-request with every offending value. */
export function parseReviewInput(value: unknown): ReviewInput {
  return composed(parseShape(value), ['text'])
}

/** The place with the texts that it does not have yet at the end; `rest` did not fit. */
export function withReviews(
  place: Place,
  texts: readonly string[],
): { place: Place; rest: readonly string[] } {
  const all = [...new Set([...(place.reviews ?? []), ...texts])]
  return { place: { ...place, reviews: all.slice(0, MAX_REVIEWS) }, rest: all.slice(MAX_REVIEWS) }
}
