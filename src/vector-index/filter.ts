// Filter: Where and What in the form that engines answer, and its meaning as a predicate (the oracle).
// Leaves fast evaluation to the engines.
import { parseInstant } from '../domain/event.ts'
import type { Area, BBox, Circle } from '../domain/position.ts'
import type { What, Where } from '../domain/where.ts'
import { boundsContain } from '../geo/bounds.ts'
import { haversineMeters } from '../geo/distance.ts'
import { isOpenAt, minuteOfWeek } from '../geo/opening-hours.ts'
import { compileArea } from '../geo/polygon.ts'
import type { IndexRow } from './port.ts'

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

/** The filter of a request. `now` (milliseconds since 1970) stands for `openAt: 'now'`. Throws invalid-request. */
export function filterFrom(where: Where, what: What, now: number): Filter {
  const { openAt, excludePlaceIds, ...attributes } = what
  return {
    ...where,
    ...attributes,
    ...(excludePlaceIds !== undefined && { excludeIds: excludePlaceIds }),
    ...(openAt !== undefined && { openAt: openAt === 'now' ? now : parseInstant(openAt, '/what/openAt') }),
  }
}

/** The meaning of a filter, one row at a time: what every engine is tested against. */
export function compileFilter(filter: Filter): (row: IndexRow) => boolean {
  const { circle, bbox, polygon, minRating, openAt } = filter
  const hasAnyRegion = anyOf(filter.regions)
  const hasAnySpot = anyOf(filter.spots)
  const hasAnyCategory = anyOf(filter.categories)
  const hasAnyTag = anyOf(filter.tags)
  const priceLevels = new Set(filter.priceLevels)
  const excludedCategories = new Set(filter.excludeCategories)
  const excludedIds = new Set(filter.excludeIds)
  const geohashes = filter.geohashes ?? []
  const area = polygon && compileArea(polygon)

  return (row) =>
    (filter.includeClosed === true || !row.closed) &&
    !excludedIds.has(row.id) &&
    hasAnyRegion(row.regions) &&
    hasAnySpot(row.spots) &&
    (geohashes.length === 0 || geohashes.some((prefix) => row.geohash.startsWith(prefix))) &&
    (bbox === undefined || boundsContain(bbox, row)) &&
    (circle === undefined || haversineMeters(circle, row) <= circle.radiusMeters) &&
    (area === undefined || area.contains(row)) &&
    hasAnyCategory(row.categories) &&
    !row.categories.some((code) => excludedCategories.has(code)) &&
    hasAnyTag(row.tags) &&
    (priceLevels.size === 0 || (row.priceLevel !== undefined && priceLevels.has(row.priceLevel))) &&
    (minRating === undefined || (row.rating !== undefined && row.rating >= minRating)) &&
    (openAt === undefined ||
      (row.openMinutes !== undefined && isOpenAt(row.openMinutes, minuteOfWeek(openAt, row.timeZone))))
}

function anyOf(wanted: readonly string[] = []): (values: readonly string[]) => boolean {
  const set = new Set(wanted)
  return set.size === 0 ? () => true : (values) => values.some((value) => set.has(value))
}
