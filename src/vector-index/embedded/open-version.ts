// One index version in memory: segments, and over them the rows changed lately, which become segments in their turn.
// Leaves files to version-files.ts, keeping changes beyond the process to change-log.ts or the catalog.
import type { LngLat } from '../../domain/position.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { TopK } from '../../math/top-k.ts'
import { checkVector } from '../check-vector.ts'
import { compileFilter, type Filter } from '../filter.ts'
import type { Hit, IndexManifest, IndexRow, ListOrder, SearchQuery } from '../port.ts'
import { blocksByDistance, blocksByPopularity } from './block-order.ts'
import { planFilter, restrictPlan, type SegmentPlan } from './plan.ts'
import { SegmentBuilder } from './segment-builder.ts'
import type { SegmentData } from './segment-data.ts'
import { segmentQuery, SegmentReader, type SegmentHits } from './segment-reader.ts'
import { Segment } from './segment.ts'
import type { SegmentThreads } from './segment-threads.ts'

/** So many changed rows become a segment: below it a scan of them costs some 50 µs, building one takes some 4 ms. */
const SEAL_ROWS = 512
/** So many segments of similar size are merged into one, so that there are at most some 8 a power of 8. */
const MERGE_SEGMENTS = 8
/** Blocks that the caller's thread searches itself: below a millisecond, what handing over costs is not worth it. */
const INLINE_BLOCKS = 512

/** Matches of so many blocks are listed once a filter: a request asks one filter in several orders. */
const LISTED_BLOCKS = 32

/** What a filter means for a segment. */
interface Asked {
  /** Of the segment when it was worked out: rows that were hidden since are in it. */
  readonly hides: number
  readonly plan: SegmentPlan
  /** All rows that match, ascending, where the plan has few blocks. */
  readonly rows: Uint32Array | undefined
  /** Of `rows`, once they are asked for. */
  ids?: ReadonlySet<string>
}

interface OpenSegment {
  readonly number: number
  readonly segment: Segment
  readonly reader: SegmentReader
  /** By the filter as an object: it is read-only, and lives as long as its request. */
  readonly asked: WeakMap<Filter, Asked>
}

/** Hits of one part with the row behind each, for grouping. */
interface Found extends Hit {
  readonly row: () => IndexRow
}

let nextNumber = 0

/** A search sees all of a change or none, as things were when it was called. */
export class OpenVersion {
  readonly #manifest: IndexManifest
  readonly #pool: SegmentThreads
  #segments: readonly OpenSegment[]
  readonly #changes = new Map<string, IndexRow>()
  /** Ids that were hidden in the segments being merged since the merge began. */
  #hiddenMeanwhile: string[] | undefined
  #merging: Promise<void> = Promise.resolve()
  #mergeFailure: unknown
  #isClosed = false

  constructor(manifest: IndexManifest, segments: readonly SegmentData[], pool: SegmentThreads) {
    this.#manifest = manifest
    this.#pool = pool
    this.#segments = segments.map(openSegment)
  }

  /** `count` includes the changes. */
  get manifest(): IndexManifest {
    const count = this.#segments.reduce((sum, { segment }) => sum + segment.liveCount, this.#changes.size)
    return { ...this.#manifest, count }
  }

  get segmentCount(): number {
    return this.#segments.length
  }

  /** min(k, matches) rows by (score descending, id ascending). Scores are float64 sums in the order of the dimensions. */
  async search(query: SearchQuery): Promise<Found[]> {
    return (await this.searchAll([query]))[0]
  }

  /** Recent changes are scanned, and it is settled which rows are live, before the first await. */
  async searchAll(queries: readonly SearchQuery[]): Promise<Found[][]> {
    for (const { vector } of queries) checkVector(vector, this.#manifest.dim, 'the query')
    if (this.#pool.threads === 0 || this.#isClosed) return queries.map((query) => this.#searchHere(query))
    if (queries.length === 1) {
      const [query] = queries
      const blocks = this.#segments.reduce((sum, open) => sum + ask(open, query.filter).plan.blocks.length, 0)
      if (blocks <= INLINE_BLOCKS) return [this.#searchHere(query)]
    }
    // As many pieces as threads, so that each takes one message.
    const size = Math.ceil(queries.length / this.#pool.threads)
    const answers: Promise<Found[][]>[] = []
    for (let start = 0; start < queries.length; start += size) {
      answers.push(this.#searchInWorker(queries.slice(start, start + size)))
    }
    return (await Promise.all(answers)).flat()
  }

  list(order: ListOrder, filter: Filter, k: number): Hit[] {
    const found = this.#segments.map((open) => {
      const { segment, reader } = open
      const { plan, rows } = ask(open, filter)
      const score =
        order.by === 'popularity' ? (row: number) => segment.popularity[row] : nearness(segment, order)
      if (rows !== undefined) return toHits(open, reader.listRows(rows, score, k))
      const hits =
        order.by === 'popularity'
          ? reader.list(plan, blocksByPopularity(segment, plan), score, k)
          : reader.list(plan, blocksByDistance(segment, plan, order), score, k)
      return toHits(open, hits)
    })
    const scoreOf = (row: IndexRow) => (order.by === 'popularity' ? row.popularity : minusMeters(order, row))
    return best([this.#bestChanges(filter, k, scoreOf).map(toHit), ...found], k)
  }

  matching(ids: readonly string[], filter: Filter): string[] {
    const matches = compileFilter(filter)
    const found = new Set<string>()
    for (const id of ids) {
      const change = this.#changes.get(id)
      if (change !== undefined && matches(change)) found.add(id)
    }
    for (const open of this.#segments) {
      const { segment, reader } = open
      const asked = askedBefore(open, filter)
      if (asked?.rows !== undefined) {
        // A look at few: to find the rows of all ids takes longer.
        asked.ids ??= new Set(Array.from(asked.rows, (row) => segment.id(row)))
        for (const id of ids) if (asked.ids.has(id)) found.add(id)
        continue
      }
      const rows = ids.map((id) => segment.findRow(id)).filter((row) => row !== undefined)
      if (rows.length === 0) continue
      const plan = asked === undefined ? planFilter(segment, filter, rows) : restrictPlan(asked.plan, rows)
      for (const row of reader.matches(plan)) found.add(segment.id(row))
    }
    return ids.filter((id) => found.has(id))
  }

  vectors(ids: readonly string[]): Map<string, Float32Array> {
    const found = new Map<string, Float32Array>()
    for (const id of ids) {
      const change = this.#changes.get(id)
      if (change !== undefined) {
        found.set(id, change.vector.slice())
        continue
      }
      for (const { segment } of this.#segments) {
        const row = segment.findRow(id)
        if (row !== undefined && segment.isLive(row)) found.set(id, segment.vector(row))
      }
    }
    return found
  }

  count(filter: Filter): number {
    const matches = compileFilter(filter)
    let count = 0
    for (const row of this.#changes.values()) if (matches(row)) count++
    for (const open of this.#segments) {
      const { plan, rows } = ask(open, filter)
      count += rows?.length ?? open.reader.count(plan)
    }
    return count
  }

  /** Throws dim-mismatch or non-finite-vector. */
  check(rows: readonly IndexRow[]): void {
    for (const row of rows) checkVector(row.vector, this.#manifest.dim, `place "${row.id}"`)
  }

  /** The rows have passed `check`. Throws what made a merge fail since the last change. */
  upsert(rows: readonly IndexRow[]): void {
    this.#throwMergeFailure()
    for (const row of rows) {
      if (!this.#changes.has(row.id)) this.#hide(row.id)
      // A copy: the caller may reuse its vector, and a view would keep a whole batch in memory.
      this.#changes.set(row.id, { ...row, vector: row.vector.slice() })
      if (this.#changes.size >= SEAL_ROWS) this.#seal()
    }
  }

  delete(ids: readonly string[]): void {
    this.#throwMergeFailure()
    for (const id of ids) if (!this.#changes.delete(id)) this.#hide(id)
  }

  /** Everything in one segment, as it is now; for a checkpoint. */
  async merged(): Promise<SegmentData> {
    if (this.#changes.size > 0 || this.#segments.length === 0) this.#seal()
    return this.#pool.merge(
      this.#segments.map(({ segment }) => ({ data: segment.data, liveRows: segment.liveRows.slice() })),
    )
  }

  /** Waits for a merge under way. */
  async settle(): Promise<void> {
    let last: Promise<void>
    do await (last = this.#merging)
    while (last !== this.#merging)
    this.#throwMergeFailure()
  }

  /** Takes its segments away from the workers; searches that still hold the version go on in this thread. */
  close(): void {
    this.#isClosed = true
    for (const { number } of this.#segments) this.#pool.forget(number)
  }

  #throwMergeFailure(): void {
    const failure = this.#mergeFailure
    this.#mergeFailure = undefined
    if (failure !== undefined) throw failure
  }

  #searchHere(query: SearchQuery): Found[] {
    const found = this.#segments.map((open) => {
      const { plan, rows } = ask(open, query.filter)
      const asked = segmentQuery(open.segment, query)
      const hits = rows === undefined ? open.reader.search(plan, asked) : open.reader.searchRows(rows, asked)
      return toFound(open, hits)
    })
    return best([this.#searchChanges(query), ...found], query.k)
  }

  async #searchInWorker(queries: readonly SearchQuery[]): Promise<Found[][]> {
    const opened = this.#segments
    const changed = queries.map((query) => this.#searchChanges(query))
    const tasks = queries.flatMap(({ signal: _, ...query }) =>
      opened.map(({ number }) => ({ segment: number, query })),
    )
    const hits = await this.#pool.search(
      tasks,
      new Map(opened.map(({ number, segment }) => [number, segment])),
    )
    return queries.map(({ k }, q) => {
      const found = opened.map((open, i) => toFound(open, hits[q * opened.length + i]))
      return best([changed[q], ...found], k)
    })
  }

  #searchChanges({ vector, filter, k, minScore = -Infinity, after }: SearchQuery): Found[] {
    const comes = (score: number, id: string) =>
      after === undefined || score < after.score || (score === after.score && id > after.id)
    return this.#bestChanges(filter, k, (row) => {
      const score = innerProduct(vector, row.vector)
      return score >= minScore && comes(score, row.id) ? score : undefined
    })
  }

  #bestChanges(filter: Filter, k: number, score: (row: IndexRow) => number | undefined): Found[] {
    const matches = compileFilter(filter)
    const top = new TopK<string>(k)
    for (const row of this.#changes.values()) {
      if (!matches(row)) continue
      const value = score(row)
      if (value !== undefined && value >= top.threshold) top.offer(value, row.id)
    }
    return top.sorted().map(({ id, score: value }) => {
      const row = this.#changes.get(id)!
      return { id, score: value, row: () => row }
    })
  }

  #hide(id: string): void {
    for (const { segment } of this.#segments) {
      const row = segment.findRow(id)
      if (row !== undefined && segment.hide(row)) {
        this.#hiddenMeanwhile?.push(id)
        return
      }
    }
  }

  /** Makes a segment of the changes. */
  #seal(): void {
    const builder = new SegmentBuilder(this.#manifest.dim)
    for (const row of this.#changes.values()) builder.add(row)
    this.#segments = [...this.#segments, openSegment(builder.finish())]
    this.#changes.clear()
    this.#mergeIfMany()
  }

  /** Starts a merge where enough segments are of similar size, or more than half of one is gone. One at a time. */
  #mergeIfMany(): void {
    if (this.#hiddenMeanwhile !== undefined) return
    const tiers = new Map<number, OpenSegment[]>()
    for (const open of this.#segments) {
      const { count, liveCount } = open.segment
      if (count > SEAL_ROWS && liveCount < count / 2) return this.#merge([open])
      const tier = Math.max(0, Math.floor(Math.log(liveCount / SEAL_ROWS + 1e-9) / Math.log(MERGE_SEGMENTS)))
      const same = tiers.get(tier)
      if (same === undefined) tiers.set(tier, [open])
      else same.push(open)
    }
    for (const same of tiers.values()) if (same.length >= MERGE_SEGMENTS) return this.#merge(same)
  }

  #merge(parts: readonly OpenSegment[]): void {
    const hidden: string[] = []
    this.#hiddenMeanwhile = hidden
    this.#merging = this.#replaceByMerged(parts, hidden)
  }

  async #replaceByMerged(parts: readonly OpenSegment[], hidden: readonly string[]): Promise<void> {
    try {
      const inputs = parts.map(({ segment }) => ({ data: segment.data, liveRows: segment.liveRows.slice() }))
      const merged = openSegment(await this.#pool.merge(inputs))
      for (const id of hidden) {
        const row = merged.segment.findRow(id)
        if (row !== undefined) merged.segment.hide(row)
      }
      this.#segments = [...this.#segments.filter((open) => !parts.includes(open)), merged]
      for (const { number } of parts) this.#pool.forget(number)
    } catch (error) {
      this.#mergeFailure = error // for the next change
      this.#hiddenMeanwhile = undefined
      return
    }
    this.#hiddenMeanwhile = undefined
    this.#mergeIfMany()
  }
}

function openSegment(data: SegmentData): OpenSegment {
  return {
    number: nextNumber++,
    segment: new Segment(data),
    reader: new SegmentReader(data, 0),
    asked: new WeakMap(),
  }
}

function askedBefore({ segment, asked }: OpenSegment, filter: Filter): Asked | undefined {
  const known = asked.get(filter)
  return known?.hides === segment.hides ? known : undefined
}

function ask(open: OpenSegment, filter: Filter): Asked {
  const known = askedBefore(open, filter)
  if (known !== undefined) return known
  const { segment, reader, asked } = open
  const plan = planFilter(segment, filter)
  const rows = plan.blocks.length <= LISTED_BLOCKS ? Uint32Array.from(reader.matches(plan)) : undefined
  const answer = { hides: segment.hides, plan, rows }
  asked.set(filter, answer)
  return answer
}

function toHits({ segment }: OpenSegment, { rows, scores }: SegmentHits): Hit[] {
  return rows.map((row, i) => ({ id: segment.id(row), score: scores[i] }))
}

function toFound({ segment }: OpenSegment, { rows, scores }: SegmentHits): Found[] {
  return rows.map((row, i) => ({ id: segment.id(row), score: scores[i], row: () => segment.row(row) }))
}

function nearness({ lng, lat }: Segment, from: LngLat): (row: number) => number {
  const to = { lng: 0, lat: 0 }
  return (row) => {
    to.lng = lng[row]
    to.lat = lat[row]
    return minusMeters(from, to)
  }
}

/** 0 − x, for −x of a distance of 0 would be −0. */
function minusMeters(from: LngLat, to: LngLat): number {
  return 0 - haversineMeters(from, to)
}

export function toHit({ id, score }: Found): Hit {
  return { id, score }
}

/** The first k of several sorted lists. */
function best<H extends Hit>(lists: readonly H[][], k: number): H[] {
  const filled = lists.filter((list) => list.length > 0)
  if (filled.length === 1) return filled[0]
  const all = filled.flat()
  return all.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, k)
}

/** Accumulated in float64 from the first dimension to the last, as the kernel does. */
function innerProduct(query: Float32Array, row: Float32Array): number {
  let sum = 0
  for (let i = 0; i < query.length; i++) sum += query[i] * row[i]
  return sum
}

export type { Found }
