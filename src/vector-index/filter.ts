// Filter: Where and What in the form that engines answer, and its meaning as a predicate (the oracle).
// Leaves fast evaluation to the engines.
import type { Area, BBox, Circle } from '../domain/position.ts'

/** Keys absent or empty do not restrict. Lists: any entry matches; keys: all must match. */
export interface Filter {
  readonly regions?: readonly string[]
  readonly spots?: readonly string[]
  readonly geohashes?: readonly string[]
  readonly circle?: Circle
  readonly bbox?: BBox
  readonly polygon?: Area
  readonly categories?: readonly string[]
  readonly excludeCategories?: readonly string[]
  readonly tags?: readonly string[]
  readonly priceLevels?: readonly number[]
  /** Places without a rating do not match. */
  readonly minRating?: number
  /** Milliseconds since 1970; only places known to be open then. */
  readonly openAt?: number
  readonly excludeIds?: readonly string[]
  readonly includeClosed?: boolean
}
