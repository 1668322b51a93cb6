// A filter of the bench as flat fields and an SQL condition over them, for engines that take one.
// Leaves circles to a box around them and the haversine afterwards, as such engines have to.
import { circleBounds } from '../../../src/geo/bounds.ts'
import { haversineMeters } from '../../../src/geo/distance.ts'

/** The scalar fields of a row: equality on the level of a geohash, a region or a spot is what serves them best. */
export function fieldsOf(row) {
  return {
    lng: row.lng,
    lat: row.lat,
    ...Object.fromEntries([3, 4, 5, 6, 7].map((length) => [`g${length}`, row.geohash.slice(0, length)])),
    county: row.regions[1] ?? '',
    locality: row.regions[2] ?? '',
    spot: row.spots[0] ?? '',
    category0: row.categories[0] ?? '',
    category1: row.categories[1] ?? '',
    category2: row.categories[2] ?? '',
    closed: row.closed ? 1 : 0,
  }
}

export const NUMBERS = ['lng', 'lat']
export const STRINGS = [
  'g3',
  'g4',
  'g5',
  'g6',
  'g7',
  'county',
  'locality',
  'spot',
  'category0',
  'category1',
  'category2',
]

/** `and` conditions, and the test that is left for each hit; undefined where the engine cannot ask so. */
export function conditionOf(filter) {
  const { regions, spots, geohashes, bbox, circle, categories, openAt, polygon } = filter
  if (polygon !== undefined || openAt !== undefined) return undefined
  const parts = ['closed = 0']
  if (geohashes) parts.push(`g${geohashes[0].length} = '${geohashes[0]}'`)
  if (regions) parts.push(`(county = '${regions[0]}' or locality = '${regions[0]}')`)
  if (spots) parts.push(`spot = '${spots[0]}'`)
  if (categories) parts.push(`(${[0, 1, 2].map((i) => `category${i} = '${categories[0]}'`).join(' or ')})`)
  const box = bbox ?? (circle && circleBounds(circle))
  if (box) {
    const [west, south, east, north] = box
    parts.push(`lng >= ${west} and lng <= ${east} and lat >= ${south} and lat <= ${north}`)
  }
  return {
    sql: parts.join(' and '),
    keeps: circle && ((point) => haversineMeters(circle, point) <= circle.radiusMeters),
  }
}

/** Asks for more than k where hits are tested afterwards: a circle fills π / 4 of its box. */
export function overfetch(keeps, k) {
  return keeps ? 3 * k : k
}
