// A filter as work on one segment: the blocks that may match with the rows that may count, and the tests that are left.
// Leaves the tests to segment-reader.ts, and the meaning of a filter to ../filter.ts, whose predicate is the oracle.
import type { Area, BBox, Circle } from '../../domain/position.ts'
import { isOpenAt, minuteOfWeek } from '../../geo/opening-hours.ts'
import { LastUsed } from '../../math/last-used.ts'
import type { Filter } from '../filter.ts'
import { createBitmap, hasBit, lowestBit, setBit, setBits } from './bitmap.ts'
import { coverArea, coverBox, coverCircle } from './cover.ts'
import { BLOCK_ROWS, blocksOf, LISTS, type AttributeName, type ListName } from './segment-data.ts'
import type { Segment } from './segment.ts'

/** `partial`: bitmap of the blocks in which rows have to be tested. */
export interface SegmentPlan {
  /** Block numbers. */
  readonly blocks: Uint32Array
  /** Two words a block: rows that are live, of the geohash ranges, not excluded. As they were when the plan was made. */
  readonly masks: Uint32Array
  /** A row passes where the byte of its code is 1. */
  readonly tables: readonly { readonly name: AttributeName; readonly table: Uint8Array }[]
  readonly box?: { readonly bounds: BBox; readonly partial: Uint32Array }
  readonly circle?: { readonly circle: Circle; readonly partial: Uint32Array }
  readonly area?: { readonly area: Area; readonly partial: Uint32Array }
}

const NOTHING: SegmentPlan = { blocks: new Uint32Array(0), masks: new Uint32Array(0), tables: [] }

/**
 * Costs O(blocks / 32) and the descent to a shape's border; no row is looked at.
 * @param rows only these, where they are given
 */
export function planFilter(segment: Segment, filter: Filter, rows?: readonly number[]): SegmentPlan {
  const blocks = blocksOf(segment.count)
  const candidates = createBitmap(blocks)
  if (rows === undefined) setBits(candidates, 0, blocks)
  else for (const row of rows) setBit(candidates, Math.floor(row / BLOCK_ROWS))
  const keep = (bitmap: Uint32Array) => {
    for (let i = 0; i < candidates.length; i++) candidates[i] &= bitmap[i]
  }

  const tables: { name: AttributeName; table: Uint8Array }[] = []
  for (const { name, table, passing } of tablesOf(segment, filter)) {
    if (passing === 0) return NOTHING
    if (passing < table.length) tables.push({ name, table })
  }
  for (const name of LISTS) {
    const bitmap = blocksOfWords(segment, name, filter[name])
    if (bitmap !== undefined) keep(bitmap)
  }
  const patches = new Map<number, [low: number, high: number]>()
  if (filter.geohashes !== undefined && filter.geohashes.length > 0) {
    keep(coverGeohashes(segment, filter.geohashes, patches))
  }
  for (const id of filter.excludeIds ?? []) excludeRow(segment.findRow(id), patches)
  const box = filter.bbox && { bounds: filter.bbox, ...coverBox(segment, filter.bbox) }
  const circle = filter.circle && { circle: filter.circle, ...coverCircle(segment, filter.circle) }
  const area = filter.polygon && { area: filter.polygon, ...coverArea(segment, filter.polygon) }
  for (const cover of [box, circle, area]) if (cover !== undefined) keep(cover.touched)

  const plan = {
    ...selectRows(segment, candidates, filter.includeClosed === true, patches),
    tables,
    ...(box !== undefined && { box: { bounds: box.bounds, partial: box.partial } }),
    ...(circle !== undefined && { circle: { circle: circle.circle, partial: circle.partial } }),
    ...(area !== undefined && { area: { area: area.area, partial: area.partial } }),
  }
  return rows === undefined ? plan : restrictPlan(plan, rows)
}

/** The plan for some of the rows only. */
export function restrictPlan(plan: SegmentPlan, rows: readonly number[]): SegmentPlan {
  const wanted = new Map<number, [number, number]>()
  for (const row of rows) {
    const block = Math.floor(row / BLOCK_ROWS)
    const mask = wanted.get(block) ?? [0, 0]
    mask[(row >> 5) & 1] |= 1 << (row & 31)
    wanted.set(block, mask)
  }
  const kept = plan.blocks.filter((block) => wanted.has(block))
  const masks = new Uint32Array(2 * kept.length)
  let next = 0
  plan.blocks.forEach((block, index) => {
    const mask = wanted.get(block)
    if (mask === undefined) return
    masks[next++] = plan.masks[2 * index] & mask[0]
    masks[next++] = plan.masks[2 * index + 1] & mask[1]
  })
  return { ...plan, blocks: kept, masks }
}

function selectRows(
  { liveRows, openRows }: Segment,
  candidates: Uint32Array,
  includeClosed: boolean,
  patches: ReadonlyMap<number, readonly [number, number]>,
): Pick<SegmentPlan, 'blocks' | 'masks'> {
  let count = 0
  for (const word of candidates) count += bitCount(word)
  const blocks = new Uint32Array(count)
  const masks = new Uint32Array(2 * count)
  let next = 0
  for (let i = 0; i < candidates.length; i++) {
    for (let word = candidates[i]; word !== 0; word &= word - 1) {
      const block = 32 * i + lowestBit(word)
      let low = liveRows[2 * block]
      let high = liveRows[2 * block + 1]
      if (!includeClosed) {
        low &= openRows[2 * block]
        high &= openRows[2 * block + 1]
      }
      const patch = patches.size === 0 ? undefined : patches.get(block)
      if (patch !== undefined) {
        low &= patch[0]
        high &= patch[1]
      }
      if ((low | high) === 0) continue
      blocks[next] = block
      masks[2 * next] = low
      masks[2 * next + 1] = high
      next++
    }
  }
  return { blocks: blocks.subarray(0, next), masks: masks.subarray(0, 2 * next) }
}

function bitCount(word: number): number {
  let count = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) count++
  return count
}

function excludeRow(row: number | undefined, patches: Map<number, [number, number]>): void {
  if (row === undefined) return
  const block = Math.floor(row / BLOCK_ROWS)
  const patch = patches.get(block) ?? [-1, -1]
  patch[(row >> 5) & 1] &= ~(1 << (row & 31))
  patches.set(block, patch)
}

/** Blocks of the rows of the prefixes; those that hold other rows too get a patch. */
function coverGeohashes(
  segment: Segment,
  prefixes: readonly string[],
  patches: Map<number, [number, number]>,
): Uint32Array {
  const bitmap = createBitmap(blocksOf(segment.count)) // of whole blocks at first
  const patch = (block: number, from: number, to: number) => {
    const mask = patches.get(block) ?? [0, 0]
    for (let row = from; row < to; row++) mask[(row >> 5) & 1] |= 1 << (row & 31)
    patches.set(block, mask)
  }
  for (const prefix of prefixes) {
    const [from, to] = segment.geohashRange(prefix)
    const first = Math.ceil(from / BLOCK_ROWS)
    const end = Math.floor(to / BLOCK_ROWS)
    setBits(bitmap, first, end)
    const head = Math.min(to, first * BLOCK_ROWS)
    if (from < head) patch(first - 1, from, head)
    const tail = Math.max(head, end * BLOCK_ROWS)
    if (tail < to) patch(Math.floor(tail / BLOCK_ROWS), tail, to)
  }
  for (const block of patches.keys()) {
    if (hasBit(bitmap, block)) patches.delete(block)
    else setBit(bitmap, block)
  }
  return bitmap
}

/** The blocks in which one of the words occurs; undefined where that would spare little. */
function blocksOfWords(
  segment: Segment,
  name: ListName,
  wanted: readonly string[] = [],
): Uint32Array | undefined {
  if (wanted.length === 0) return undefined
  const { codeOf, blockOffsets, blocks } = segment.lists[name]
  const words = wanted.map((word) => codeOf.get(word)).filter((word) => word !== undefined)
  const entries = words.reduce((sum, word) => sum + blockOffsets[word + 1] - blockOffsets[word], 0)
  if (entries > blocksOf(segment.count)) return undefined
  const bitmap = createBitmap(blocksOf(segment.count))
  for (const word of words) {
    for (let i = blockOffsets[word]; i < blockOffsets[word + 1]; i++) setBit(bitmap, blocks[i])
  }
  return bitmap
}

interface Table {
  readonly name: AttributeName
  readonly table: Uint8Array
  /** How many entries are 1. */
  readonly passing: number
}

/** Requests repeat their filters; a table is as large as the distinct values of its attribute. */
const CACHED_TABLES = 64
const tableCaches = new WeakMap<Segment, LastUsed<string, Table>>()

function tablesOf(segment: Segment, filter: Filter): Table[] {
  const { regions, spots, categories, excludeCategories, tags, priceLevels, minRating, openAt } = filter
  const tables: Table[] = []
  const want = (name: AttributeName, key: unknown, passes: () => (code: number) => boolean) => {
    tables.push(cachedTable(segment, name, JSON.stringify([name, key]), passes))
  }
  const wantList = (name: ListName, words: readonly string[] = [], excluded: readonly string[] = []) => {
    if (words.length === 0 && excluded.length === 0) return
    want(name, [words, excluded], () => listTest(segment, name, words, excluded))
  }
  wantList('regions', regions)
  wantList('spots', spots)
  wantList('categories', categories, excludeCategories)
  wantList('tags', tags)
  if (priceLevels !== undefined && priceLevels.length > 0) {
    const wanted = new Set<number | null>(priceLevels)
    want('priceLevels', priceLevels, () => (code) => wanted.has(segment.strings.priceLevels[code]))
  }
  if (minRating !== undefined) {
    want('ratings', minRating, () => (code) => {
      const rating = segment.strings.ratings[code]
      return rating !== null && rating >= minRating
    })
  }
  if (openAt !== undefined) {
    want('hours', Math.floor(openAt / 60_000), () => hoursTest(segment, openAt))
  }
  return tables
}

function cachedTable(
  segment: Segment,
  name: AttributeName,
  key: string,
  passes: () => (code: number) => boolean,
): Table {
  let cache = tableCaches.get(segment)
  if (cache === undefined) tableCaches.set(segment, (cache = new LastUsed(CACHED_TABLES)))
  const known = cache.get(key)
  if (known !== undefined) return known
  const test = passes()
  const table = new Uint8Array(segment.data.header.setCounts[name])
  let passing = 0
  for (let code = 0; code < table.length; code++) {
    if (!test(code)) continue
    table[code] = 1
    passing++
  }
  const made = { name, table, passing }
  cache.set(key, made)
  return made
}

function listTest(
  segment: Segment,
  name: ListName,
  words: readonly string[],
  excluded: readonly string[],
): (set: number) => boolean {
  const { codeOf, setOffsets, setWords } = segment.lists[name]
  const codes = (list: readonly string[]) => new Set(list.map((word) => codeOf.get(word)))
  const [wantedCodes, excludedCodes] = [codes(words), codes(excluded)]
  return (set) => {
    let wanted = words.length === 0
    for (let i = setOffsets[set]; i < setOffsets[set + 1]; i++) {
      if (excludedCodes.has(setWords[i])) return false
      wanted ||= wantedCodes.has(setWords[i])
    }
    return wanted
  }
}

function hoursTest(segment: Segment, openAt: number): (code: number) => boolean {
  const minuteByZone = new Map<string, number>()
  return (code) => {
    const { timeZone, minutes } = segment.strings.hours[code]
    if (minutes === null) return false
    let minute = minuteByZone.get(timeZone)
    if (minute === undefined) minuteByZone.set(timeZone, (minute = minuteOfWeek(openAt, timeZone)))
    for (let i = 0; i < minutes.length; i += 2)
      if (isOpenAt([[minutes[i], minutes[i + 1]]], minute)) return true
    return false
  }
}
