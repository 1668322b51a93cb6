// A thread's work on a segment: rows that match a plan, the best of them by vector, popularity or distance.
// Leaves plans to plan.ts, the rows of other segments and of recent changes to open-version.ts.
import type { LngLat } from '../../domain/position.ts'
import { EARTH_RADIUS_METERS, haversineMeters } from '../../geo/distance.ts'
import { compileArea, type CompiledArea } from '../../geo/polygon.ts'
import { createScanKernels, type ScanKernels } from '../../math/scan-kernels.ts'
import { TopK } from '../../math/top-k.ts'
import { hasBit, lowestBit } from './bitmap.ts'
import type { BoundedBlock } from './block-order.ts'
import type { SearchQuery } from '../port.ts'
import type { SegmentPlan } from './plan.ts'
import {
  aligned,
  BLOCK_ROWS,
  bytesOf,
  CHUNK_BLOCKS,
  MAX_HEAP,
  MAX_RING,
  scratchOf,
  sectionAddress,
  sectionView,
  type AttributeName,
  type Scratch,
  type SegmentData,
} from './segment-data.ts'
import type { Segment } from './segment.ts'

/** A search as one segment sees it. */
export interface SegmentQuery {
  readonly vector: Float32Array
  readonly k: number
  /** Least score that counts; −Infinity for any. */
  readonly floor: number
  /** Only rows after (score, rank of the id) in the order of answers; +Infinity for all. */
  readonly ceiling: number
  /** Of rows that score exactly `ceiling`, those from this rank on. */
  readonly ceilingRank: number
}

/** What a search asks of this segment. */
export function segmentQuery(segment: Segment, { vector, k, minScore, after }: SearchQuery): SegmentQuery {
  return {
    vector,
    k,
    floor: minScore ?? -Infinity,
    ceiling: after?.score ?? Infinity,
    ceilingRank: after === undefined ? 0 : segment.rankAfter(after.id),
  }
}

/** Best first, ties by ascending id. */
export interface SegmentHits {
  readonly rows: readonly number[]
  readonly scores: readonly number[]
}

/** Up to so many matches of a chunk are scored in float64 at once: a pass over codes would spare nothing. */
const DIRECT_ROWS = 64
/** Blocks that a list looks at before it asks again whether the next can be among the best. */
const BLOCKS_A_LOOK = 8
const RADIANS = Math.PI / 180

/** A filter's tests, written to the scratch of the thread. */
interface Prepared {
  readonly plan: SegmentPlan
  readonly tables: readonly {
    readonly kernel: 'filterCodes8' | 'filterCodes16' | 'filterCodes32'
    readonly codes: number
    readonly table: number
  }[]
  readonly area: CompiledArea | undefined
}

export class SegmentReader {
  readonly #kernels: ScanKernels
  readonly #data: SegmentData
  readonly #at: Scratch
  readonly #blocks: Uint32Array
  readonly #masks: Uint32Array
  readonly #unsure: Uint32Array
  readonly #heap: Float64Array
  readonly #heapSize: Int32Array
  readonly #query: Float64Array
  readonly #queryCodes: Int16Array
  readonly #inside: Uint32Array
  readonly #border: Uint32Array
  readonly #rows: Uint32Array
  readonly #scores: Float64Array
  readonly #lng: Float64Array
  readonly #lat: Float64Array
  readonly #idRanks: Uint32Array
  readonly #idOrder: Uint32Array

  /** @param thread whose scratch it uses, from 0: no two readers of one thread number at a time */
  constructor(data: SegmentData, thread: number) {
    const at = scratchOf(data.header, thread)
    const { buffer } = data.memory
    const chunk = Math.min(CHUNK_BLOCKS, Math.ceil(data.header.count / BLOCK_ROWS))
    this.#kernels = createScanKernels(data.memory)
    this.#data = data
    this.#at = at
    this.#blocks = new Uint32Array(buffer, at.blocks, chunk)
    this.#masks = new Uint32Array(buffer, at.masks, 2 * chunk)
    this.#unsure = new Uint32Array(buffer, at.unsure, 2 * chunk)
    this.#heap = new Float64Array(buffer, at.heap, MAX_HEAP)
    this.#heapSize = new Int32Array(buffer, at.heapSize, 1)
    this.#query = new Float64Array(buffer, at.query, data.header.dim)
    this.#queryCodes = new Int16Array(buffer, at.queryCodes, data.header.stride)
    this.#inside = new Uint32Array(buffer, at.inside, 2 * chunk)
    this.#border = new Uint32Array(buffer, at.border, 2 * chunk)
    this.#rows = new Uint32Array(buffer, at.rows, chunk * BLOCK_ROWS)
    this.#scores = new Float64Array(buffer, at.scores, chunk * BLOCK_ROWS)
    this.#lng = sectionView(data, 'lng')
    this.#lat = sectionView(data, 'lat')
    this.#idRanks = sectionView(data, 'idRanks')
    this.#idOrder = sectionView(data, 'idOrder')
  }

  /** The best k rows. */
  search(plan: SegmentPlan, query: SegmentQuery): SegmentHits {
    const { header } = this.#data
    const top = new TopK<number>(query.k)
    const coded = this.#writeQuery(query.vector)
    const prepared = this.#prepare(plan)
    const vectors = sectionAddress(header, 'vectors')
    for (let start = 0; start < plan.blocks.length; start += CHUNK_BLOCKS) {
      const count = Math.min(CHUNK_BLOCKS, plan.blocks.length - start)
      const matches = this.#filter(prepared, start, count)
      if (matches === 0) continue
      const { blocks, masks, rows, scores } = this.#at
      let found: number
      if (matches <= DIRECT_ROWS || query.k > MAX_HEAP) {
        found = this.#kernels.listRows(blocks, count, masks, rows)
      } else {
        found = this.#scan(count, coded, query, Math.max(query.floor, top.threshold))
      }
      this.#kernels.exactScores(rows, found, vectors, header.dim, this.#at.query, scores)
      this.#offerScored(top, found, query)
    }
    return this.#hits(top)
  }

  /** Offers the first `count` of `#rows` with their `#scores`. */
  #offerScored(top: TopK<number>, count: number, query: SegmentQuery): void {
    for (let i = 0; i < count; i++) {
      const score = this.#scores[i]
      if (score < query.floor || score > query.ceiling) continue
      const rank = this.#idRanks[this.#rows[i]]
      if (score === query.ceiling && rank < query.ceilingRank) continue
      if (score >= top.threshold) top.offer(score, rank)
    }
  }

  /** The best k of these rows, which match. At most as many as a chunk has. */
  searchRows(rows: Uint32Array, query: SegmentQuery): SegmentHits {
    const { header } = this.#data
    const top = new TopK<number>(query.k)
    this.#query.set(query.vector)
    this.#rows.set(rows)
    const vectors = sectionAddress(header, 'vectors')
    this.#kernels.exactScores(
      this.#at.rows,
      rows.length,
      vectors,
      header.dim,
      this.#at.query,
      this.#at.scores,
    )
    this.#offerScored(top, rows.length, query)
    return this.#hits(top)
  }

  /** The k of these rows with the greatest `score`. */
  listRows(rows: Uint32Array, score: (row: number) => number, k: number): SegmentHits {
    const top = new TopK<number>(k)
    for (const row of rows) {
      const value = score(row)
      if (value >= top.threshold) top.offer(value, this.#idRanks[row])
    }
    return this.#hits(top)
  }

  /**
   * The k rows with the greatest `score`.
   * @param blocks of the plan, by descending bound of the scores in them: what cannot be among the best is not looked at
   */
  list(
    plan: SegmentPlan,
    blocks: Iterator<BoundedBlock>,
    score: (row: number) => number,
    k: number,
  ): SegmentHits {
    const top = new TopK<number>(k)
    const prepared = this.#prepare(plan)
    const { blocks: blocksAt, masks: masksAt, rows: rowsAt } = this.#at
    // Together, for a call of a kernel costs as much as some ten rows.
    const part: number[] = []
    const look = () => {
      const some = {
        ...plan,
        blocks: Uint32Array.from(part, (index) => plan.blocks[index]),
        masks: Uint32Array.from(
          { length: 2 * part.length },
          (_, i) => plan.masks[2 * part[i >> 1] + (i & 1)],
        ),
      }
      if (this.#filter({ ...prepared, plan: some }, 0, part.length) > 0) {
        const count = this.#kernels.listRows(blocksAt, part.length, masksAt, rowsAt)
        for (let i = 0; i < count; i++) {
          const row = this.#rows[i]
          const value = score(row)
          if (value >= top.threshold) top.offer(value, this.#idRanks[row])
        }
      }
      part.length = 0
    }
    for (let next = blocks.next(); next.done !== true; next = blocks.next()) {
      if (next.value.bound < top.threshold) break
      if (part.push(next.value.index) === BLOCKS_A_LOOK) look()
    }
    look()
    return this.#hits(top)
  }

  count(plan: SegmentPlan): number {
    const prepared = this.#prepare(plan)
    let total = 0
    for (let start = 0; start < plan.blocks.length; start += CHUNK_BLOCKS) {
      total += this.#filter(prepared, start, Math.min(CHUNK_BLOCKS, plan.blocks.length - start))
    }
    return total
  }

  /** Every matching row, ascending where the plan's blocks are. */
  matches(plan: SegmentPlan): number[] {
    const all: number[] = []
    const prepared = this.#prepare(plan)
    const { blocks, masks, rows } = this.#at
    for (let start = 0; start < plan.blocks.length; start += CHUNK_BLOCKS) {
      const count = Math.min(CHUNK_BLOCKS, plan.blocks.length - start)
      if (this.#filter(prepared, start, count) === 0) continue
      const found = this.#kernels.listRows(blocks, count, masks, rows)
      for (let i = 0; i < found; i++) all.push(this.#rows[i])
    }
    return all
  }

  #hits(top: TopK<number>): SegmentHits {
    const sorted = top.sorted()
    return { rows: sorted.map(({ id }) => this.#idOrder[id]), scores: sorted.map(({ score }) => score) }
  }

  #prepare(plan: SegmentPlan): Prepared {
    const { header, memory } = this.#data
    let table = this.#at.tables
    const tables = plan.tables.map(({ name, table: bytes }: { name: AttributeName; table: Uint8Array }) => {
      const address = table
      new Uint8Array(memory.buffer, address, bytes.length).set(bytes)
      table += aligned(bytes.length)
      const codes = `${name}/codes`
      const width = 8 * bytesOf(header.sections[codes].type)
      const kernel = `filterCodes${width}` as 'filterCodes8' | 'filterCodes16' | 'filterCodes32'
      return { kernel, codes: sectionAddress(header, codes), table: address }
    })
    const write = (address: number, bitmap: Uint32Array) => {
      new Uint32Array(memory.buffer, address, bitmap.length).set(bitmap)
    }
    if (plan.box !== undefined) write(this.#at.boxPartial, plan.box.partial)
    if (plan.circle !== undefined) write(this.#at.circlePartial, plan.circle.partial)
    if (plan.area !== undefined) write(this.#at.areaPartial, plan.area.partial)
    return { plan, tables, area: plan.area && compileArea(plan.area.area) }
  }

  /** Puts the blocks of a chunk and their matching rows into the scratch; returns how many rows match. */
  #filter({ plan, tables, area }: Prepared, start: number, count: number): number {
    const { blocks, masks, unsure, boxPartial, circlePartial } = this.#at
    const { header } = this.#data
    const [lng, lat] = [sectionAddress(header, 'lng'), sectionAddress(header, 'lat')]
    this.#blocks.set(plan.blocks.subarray(start, start + count))
    this.#masks.set(plan.masks.subarray(2 * start, 2 * (start + count)))
    for (const { kernel, codes, table } of tables) this.#kernels[kernel](blocks, count, masks, codes, table)
    if (plan.box !== undefined) {
      this.#kernels.filterBox(blocks, count, masks, boxPartial, lng, lat, ...plan.box.bounds)
    }
    if (plan.circle !== undefined) {
      const { circle } = plan.circle
      const angle = Math.min(Math.PI / 2, circle.radiusMeters / (2 * EARTH_RADIUS_METERS))
      const [sin, cos] = [Math.sin(circle.lat * RADIANS), Math.cos(circle.lat * RADIANS)]
      const given = [circle.lng, circle.lat, sin, cos, Math.sin(angle) ** 2] as const
      const left = this.#kernels.filterCircle(blocks, count, masks, circlePartial, unsure, lng, lat, ...given)
      if (left > 0) {
        this.#testRows(count, this.#unsure, (point) => haversineMeters(circle, point) <= circle.radiusMeters)
      }
    }
    if (plan.area !== undefined && area !== undefined) this.#filterArea(plan.area.partial, area, count)
    return this.#kernels.countRows(masks, count)
  }

  /** Drops rows outside an area, of those blocks whose bit in `partial` is set. */
  #filterArea(partial: Uint32Array, { polygons, contains }: CompiledArea, count: number): void {
    const { blocks, unsure, inside, border, areaPartial, ring, ringEdges } = this.#at
    const { header, memory } = this.#data
    const at = (name: string) => sectionAddress(header, name)
    const tested = new Uint32Array(2 * count)
    for (let i = 0; i < count; i++) {
      const block = this.#blocks[i]
      if (!hasBit(partial, block)) continue
      tested[2 * i] = this.#masks[2 * i]
      tested[2 * i + 1] = this.#masks[2 * i + 1]
    }
    if (polygons.some((rings) => rings.some(({ xy }) => xy.length / 2 > MAX_RING))) {
      return this.#testRows(count, tested, contains)
    }
    const sides = (xy: Float64Array, minX: number) => {
      new Float64Array(memory.buffer, ring, xy.length).set(xy)
      const given = [at('lng'), at('lat'), at('boxes'), ring, xy.length / 2, minX, ringEdges] as const
      this.#kernels.sideOfRing(blocks, count, unsure, inside, border, ...given)
    }
    const kept = new Uint32Array(2 * count)
    for (const [outer, ...holes] of polygons) {
      for (let i = 0; i < 2 * count; i++) this.#unsure[i] = tested[i] & ~kept[i]
      this.#kernels.filterBox(blocks, count, unsure, areaPartial, at('lng'), at('lat'), ...outer.bounds)
      sides(outer.xy, outer.minX)
      const left = this.#inside.slice(0, 2 * count)
      for (let i = 0; i < 2 * count; i++) kept[i] |= this.#border[i]
      for (const hole of holes) {
        this.#unsure.set(left)
        sides(hole.xy, hole.minX)
        for (let i = 0; i < 2 * count; i++) left[i] &= ~this.#inside[i]
      }
      for (let i = 0; i < 2 * count; i++) kept[i] |= left[i]
    }
    for (let i = 0; i < 2 * count; i++) this.#masks[i] &= ~tested[i] | kept[i]
  }

  /** Drops those of `rows` (masks beside the chunk's blocks) that do not pass. */
  #testRows(count: number, rows: Uint32Array, passes: (point: LngLat) => boolean): void {
    const point = { lng: 0, lat: 0 }
    for (let i = 0; i < 2 * count; i++) {
      const first = this.#blocks[i >> 1] * BLOCK_ROWS + 32 * (i & 1)
      for (let word = rows[i]; word !== 0; word &= word - 1) {
        const bit = lowestBit(word)
        point.lng = this.#lng[first + bit]
        point.lat = this.#lat[first + bit]
        if (!passes(point)) this.#masks[i] &= ~(1 << bit)
      }
    }
  }

  /** The query as it is, and as int16 codes with what these leave of it. */
  #writeQuery(vector: Float32Array) {
    const { stride, dim, maxLength } = this.#data.header
    const codes = this.#queryCodes
    this.#query.set(vector)
    let largest = 0
    let squares = 0
    for (let i = 0; i < dim; i++) {
      largest = Math.max(largest, Math.abs(vector[i]))
      squares += vector[i] * vector[i]
    }
    // A sum of stride products of these with codes of at most 127 fits an int32.
    const range = Math.min(32_767, Math.floor((2 ** 31 - 1) / (127 * stride)))
    const scale = largest / range
    let kept = 0
    let left = 0
    for (let i = 0; i < dim; i++) {
      const code = scale > 0 ? Math.round(vector[i] / scale) : 0
      const rest = vector[i] - code * scale
      codes[i] = code
      kept += code * scale * (code * scale)
      left += rest * rest
    }
    // |q·x − q̂·x̂| ≤ |q̂| |x − x̂| + |q − q̂| |x| (Cauchy and Schwarz), and float64 sums of up to 4,096 terms err by less
    // than 1e-12 |q| |x|, the reference's own sum included.
    return {
      scale,
      length: Math.sqrt(kept) * (1 + 1e-9),
      slack: (Math.sqrt(left) * (1 + 1e-9) + 2e-12 * Math.sqrt(squares)) * maxLength,
    }
  }

  /** Rows of the chunk that may be among the best, into `#rows`. */
  #scan(
    count: number,
    coded: { scale: number; length: number; slack: number },
    { k, ceiling }: SegmentQuery,
    floor: number,
  ): number {
    const { header } = this.#data
    const at = (name: string) => sectionAddress(header, name)
    const { blocks, masks, queryCodes, heap, heapSize, rows, scores } = this.#at
    this.#heapSize[0] = 0
    const found = this.#kernels.scanCodes(
      blocks,
      count,
      masks,
      at('codes'),
      header.stride,
      at('scales'),
      at('errors'),
      queryCodes,
      coded.scale,
      coded.length,
      coded.slack,
      heap,
      heapSize,
      k,
      floor,
      ceiling,
      rows,
      scores,
    )
    const threshold = this.#heapSize[0] === k ? Math.max(floor, this.#heap[0]) : floor
    let kept = 0
    for (let i = 0; i < found; i++) if (this.#scores[i] >= threshold) this.#rows[kept++] = this.#rows[i]
    return kept
  }
}
