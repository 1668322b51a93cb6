// A filter as a boolean expression of Milvus, and the exact test of what the expression can only narrow down.
// Pure, with golden files. Leaves asking to index.ts; what filters mean is in ../filter.ts.
import type { BBox } from '../../domain/position.ts'
import { circleBounds } from '../../geo/bounds.ts'
import { minuteOfWeek } from '../../geo/opening-hours.ts'
import { compileArea } from '../../geo/polygon.ts'
import { compileFilter, type Filter } from '../filter.ts'
import { toOrderedId } from '../id-order.ts'
import { rowOf, type Entity } from './entity.ts'

/**
 * All that match satisfy it; where it has a circle, a polygon or a time, hits are tested again (`exactTest`): Milvus Lite
 * measures distances in degrees, and neither has ranges of minutes.
 * @param timeZones those of the places, for `openAt`
 */
export function expressionOf(filter: Filter, timeZones: Iterable<string>): string {
  const { circle, bbox, polygon, minRating, openAt } = filter
  const geohashes = filter.geohashes ?? []
  const excludeIds = filter.excludeIds ?? []
  const terms = [
    ...(filter.includeClosed === true ? [] : ['closed == false']),
    ...containsAny('regions', filter.regions),
    ...containsAny('spots', filter.spots),
    ...containsAny('categories', filter.categories),
    ...containsAny('tags', filter.tags),
    ...containsAny('categories', filter.excludeCategories).map((term) => `not ${term}`),
    ...(filter.priceLevels === undefined || filter.priceLevels.length === 0
      ? []
      : [`priceLevel in [${filter.priceLevels.join(', ')}]`]),
    ...(minRating === undefined ? [] : [`rating >= ${minRating}`]),
    ...(geohashes.length === 0
      ? []
      : [anyOf(geohashes.map((prefix) => `geohash like ${quote(`${prefix}%`)}`))]),
    ...(circle === undefined ? [] : [within(circleBounds(circle))]),
    ...(bbox === undefined ? [] : [within(bbox)]),
    ...(polygon === undefined ? [] : [within(compileArea(polygon).bounds)]),
    ...(openAt === undefined ? [] : [openExpression(openAt, timeZones)]),
    ...(excludeIds.length === 0 ? [] : [`id not in ${idList(excludeIds)}`]),
  ]
  return terms.join(' and ')
}

export interface ExactTest {
  /** Fields that the test reads. */
  readonly fields: readonly string[]
  matches(entity: Entity): boolean
}

/** Undefined where the expression is exact. */
export function exactTest({ circle, polygon, openAt }: Filter): ExactTest | undefined {
  if (circle === undefined && polygon === undefined && openAt === undefined) return undefined
  const matches = compileFilter({
    includeClosed: true,
    ...(circle && { circle }),
    ...(polygon && { polygon }),
    ...(openAt !== undefined && { openAt }),
  })
  return {
    fields: ['lng', 'lat', ...(openAt === undefined ? [] : ['openMinutes', 'timeZone'])],
    matches: (entity) => matches(rowOf(entity)),
  }
}

/** Joins expressions that both have to hold; an empty one holds always. */
export function allOf(...expressions: readonly string[]): string {
  return expressions.filter((expression) => expression !== '').join(' and ')
}

export function idList(ids: readonly string[]): string {
  return `[${ids.map((id) => quote(toOrderedId(id))).join(', ')}]`
}

export function quote(text: string): string {
  const escaped = text.replaceAll(/["\\]/g, (character) => `\\${character}`)
  return `"${escaped.replaceAll('\n', String.raw`\n`).replaceAll('\r', String.raw`\r`)}"`
}

const anyOf = (terms: readonly string[]) => `(${terms.join(' or ')})`

function containsAny(field: string, values: readonly string[] = []): string[] {
  return values.length === 0 ? [] : [`array_contains_any(${field}, [${values.map(quote).join(', ')}])`]
}

function within([west, south, east, north]: BBox): string {
  const lat = `lat >= ${south} and lat <= ${north}`
  const lng = west <= east ? `lng >= ${west} and lng <= ${east}` : `(lng >= ${west} or lng <= ${east})`
  return `${lat} and ${lng}`
}

/** Open at some minute of the hour, in the time zone of each place. */
function openExpression(openAt: number, timeZones: Iterable<string>): string {
  const zonesByHour = new Map<number, string[]>()
  for (const timeZone of timeZones) {
    const hour = Math.floor(minuteOfWeek(openAt, timeZone) / 60)
    zonesByHour.set(hour, [...(zonesByHour.get(hour) ?? []), timeZone])
  }
  if (zonesByHour.size === 0) return 'timeZone == ""' // no places, so none is open
  return anyOf(
    [...zonesByHour].map(
      ([hour, zones]) =>
        `(timeZone in [${zones.map(quote).join(', ')}] and array_contains(openHours, ${hour}))`,
    ),
  )
}
