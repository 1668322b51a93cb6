// A filter as a test of row numbers over columns: no allocation and no strings a row.
// Leaves the meaning to ../filter.ts, whose predicate is the oracle.
import type { LngLat } from '../../src/domain/position.ts'
import { boundsContain, circleBounds } from '../../src/geo/bounds.ts'
import { haversineMeters } from '../../src/geo/distance.ts'
import { minuteOfWeek } from '../../src/geo/opening-hours.ts'
import { compileArea } from '../../src/geo/polygon.ts'
import type { Filter } from '../../src/vector-index/filter.ts'
import { findRow, GEOHASH_LENGTH, type Columns } from './columns.ts'

type RowTest = (row: number) => boolean

/** The rows for which `compileFilter(filter)` holds. */
export function compileColumnFilter(columns: Columns, filter: Filter): RowTest {
  // Cheap and selective tests first: the order changes the time, never the answer.
  const tests = [
    closedTest(columns, filter.includeClosed),
    excludedTest(columns, filter.excludeIds),
    ...listTests(columns, filter),
    priceTest(columns, filter.priceLevels),
    ratingTest(columns, filter.minRating),
    geohashTest(columns, filter.geohashes),
    ...pointTests(columns, filter),
    openTest(columns, filter.openAt),
  ].filter((test) => test !== undefined)

  return (row) => {
    for (let i = 0; i < tests.length; i++) if (!tests[i](row)) return false
    return true
  }
}

function closedTest({ closed }: Columns, includeClosed = false): RowTest | undefined {
  return includeClosed ? undefined : (row) => closed[row] === 0
}

function excludedTest({ ids }: Columns, excludeIds: readonly string[] = []): RowTest | undefined {
  if (excludeIds.length === 0) return undefined
  const excluded = new Set(excludeIds.map((id) => findRow(ids, id)))
  return (row) => !excluded.has(row)
}

function listTests(columns: Columns, filter: Filter): (RowTest | undefined)[] {
  const { regionOffsets, regionCodes, spotOffsets, spotCodes } = columns
  const { categoryOffsets, categoryCodes, tagOffsets, tagCodes } = columns
  const excluded = hasAny(columns.categories, categoryOffsets, categoryCodes, filter.excludeCategories)
  return [
    hasAny(columns.regions, regionOffsets, regionCodes, filter.regions),
    hasAny(columns.spots, spotOffsets, spotCodes, filter.spots),
    hasAny(columns.categories, categoryOffsets, categoryCodes, filter.categories),
    hasAny(columns.tags, tagOffsets, tagCodes, filter.tags),
    excluded && ((row) => !excluded(row)),
  ]
}

/** Whether a row's list holds one of the wanted words. */
function hasAny(
  words: readonly string[],
  offsets: Uint32Array,
  codes: Uint32Array,
  wantedWords: readonly string[] = [],
): RowTest | undefined {
  if (wantedWords.length === 0) return undefined
  const wantedSet = new Set(wantedWords)
  const wanted = Uint8Array.from(words, (word) => (wantedSet.has(word) ? 1 : 0))
  return (row) => {
    for (let i = offsets[row]; i < offsets[row + 1]; i++) if (wanted[codes[i]] === 1) return true
    return false
  }
}

function priceTest({ priceLevels }: Columns, wantedLevels: readonly number[] = []): RowTest | undefined {
  if (wantedLevels.length === 0) return undefined
  const wanted = new Uint8Array(256)
  for (const level of wantedLevels) wanted[level] = 1
  // An unknown level is 0, which no filter can name.
  return (row) => wanted[priceLevels[row]] === 1
}

function ratingTest({ ratings }: Columns, minRating: number | undefined): RowTest | undefined {
  // An unknown rating is NaN, which no comparison holds for.
  return minRating === undefined ? undefined : (row) => ratings[row] >= minRating
}

/** Prefixes as a tree of characters; a prefix ends in 'all'. */
type PrefixTree = Map<number, PrefixTree | 'all'>

function geohashTest({ geohashes }: Columns, prefixes: readonly string[] = []): RowTest | undefined {
  if (prefixes.length === 0) return undefined
  const root: PrefixTree = new Map()
  for (const prefix of prefixes) insertPrefix(root, prefix)
  return (row) => {
    let node: PrefixTree | 'all' | undefined = root
    for (let i = row * GEOHASH_LENGTH; i < (row + 1) * GEOHASH_LENGTH; i++) {
      node = node.get(geohashes[i])
      if (node === undefined) return false
      if (node === 'all') return true
    }
    return false
  }
}

function insertPrefix(root: PrefixTree, prefix: string): void {
  let node = root
  for (let i = 0; i < prefix.length - 1; i++) {
    const character = prefix.charCodeAt(i)
    let next = node.get(character)
    if (next === 'all') return // a shorter prefix covers this one
    if (next === undefined) node.set(character, (next = new Map()))
    node = next
  }
  node.set(prefix.charCodeAt(prefix.length - 1), 'all')
}

function pointTests({ lng, lat }: Columns, { bbox, circle, polygon }: Filter): RowTest[] {
  // One point moved from row to row, instead of one object a row.
  const point = { lng: 0, lat: 0 }
  const at = (contains: (point: LngLat) => boolean): RowTest => {
    return (row) => {
      point.lng = lng[row]
      point.lat = lat[row]
      return contains(point)
    }
  }
  const tests: RowTest[] = []
  if (bbox !== undefined) tests.push(at((point) => boundsContain(bbox, point)))
  if (circle !== undefined) {
    const bounds = circleBounds(circle)
    tests.push(
      at((point) => boundsContain(bounds, point) && haversineMeters(circle, point) <= circle.radiusMeters),
    )
  }
  if (polygon !== undefined) tests.push(at(compileArea(polygon).contains))
  return tests
}

function openTest(columns: Columns, openAt: number | undefined): RowTest | undefined {
  if (openAt === undefined) return undefined
  const { openOffsets, openMinutes, timeZones, timeZoneCodes } = columns
  const minuteByZone = timeZones.map((timeZone) => minuteOfWeek(openAt, timeZone))
  return (row) => {
    const minute = minuteByZone[timeZoneCodes[row]]
    for (let i = openOffsets[row]; i < openOffsets[row + 1]; i += 2) {
      if (openMinutes[i] <= minute && minute < openMinutes[i + 1]) return true
    }
    return false
  }
}
