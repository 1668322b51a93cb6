// The OpenSearch engine: the port over one index a version and an alias.
// Leaves requests to server.ts, bodies to clauses.ts, versions to versions.ts.
import { DongneError } from '../../errors.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { dot } from '../../math/vector.ts'
import { checkVector } from '../check-vector.ts'
import type { Filter } from '../filter.ts'
import { toOrderedId } from '../id-order.ts'
import type { IndexManifest, IndexRow, VectorIndex } from '../port.ts'
import { settleBest } from '../settle.ts'
import { badVersion, checkVersionName } from '../version-name.ts'
import { BULK_ROWS, sendBulk, type BulkRow } from './bulk.ts'
import {
  approximateBody,
  circleParts,
  countBody,
  exactBody,
  filterClauses,
  listBody,
  matchesExactly,
  pageBody,
  type Clause,
} from './clauses.ts'
import { documentId, idOf, numberOf, toDocument, vectorOf, type SearchHit } from './document.ts'
import { BUILD_TIMEOUT_MS, connectOpenSearch } from './server.ts'
import { SCHEMA, Versions } from './versions.ts'

export interface OpenSearchIndexOptions {
  /** With user and password where the server asks for them: https://user:password@host:9200 */
  readonly url: string
  /** Of index names and alias, so that several installations share a cluster. */
  readonly prefix?: string
  /** Sets of at most so many places are searched by scoring each one, which is exact. */
  readonly exactUpTo?: number
  readonly timeoutMs?: number
}

/** Recall@10 of the graph without filters: measured at 20,000 x 64 and more (bench/engines.ts), and checked by `build`. */
const GRAPH_RECALL = 0.95
/** Scoring each of so many costs about as much as the graph with filters (bench/engines.ts). */
const EXACT_UP_TO = 10_000
/** Width of the graph's search; `k` where that is more. */
const EF_SEARCH = 256
/** OpenSearch's limit for k. */
const MAX_K = 10_000
/** index.max_result_window of the mapping. */
const MAX_SIZE = 20_000
/** terms clauses take 65,536 values; requests of that size are slow to parse. */
const MAX_TERMS = 10_000
const RECALL_SAMPLES = 20
const MAX_TIME_ZONES = 1000

/** The version served. */
interface Served {
  readonly index: string
  readonly manifest: IndexManifest
  count: number
  /** Of the places, for `openAt`. */
  readonly timeZones: Set<string>
}

/**
 * Opens the index on a server. It opens without an active version too, or without the server: reads then throw no-index,
 * index-outdated or engine-unavailable until `refresh` finds it. Changes are kept by the server, for all processes.
 */
export async function openOpenSearchIndex(options: OpenSearchIndexOptions): Promise<VectorIndex> {
  const { url, prefix = 'dongne', exactUpTo = EXACT_UP_TO, timeoutMs } = options
  const server = await connectOpenSearch(url, timeoutMs)
  const versions = new Versions(server, prefix)
  let served: Served | DongneError = await openActive().catch(named)

  /** What this call reads from start to end, whatever is activated meanwhile. */
  function current(): Served {
    if (!(served instanceof DongneError)) return served
    throw new DongneError(served.code, served.message, { cause: served })
  }

  async function openActive(): Promise<Served> {
    const { index, schema: _, ...manifest } = await versions.active()
    const [count, timeZones] = await Promise.all([countOf(index, []), timeZonesOf(index)])
    return { index, manifest, count, timeZones }
  }

  async function timeZonesOf(index: string): Promise<Set<string>> {
    const { body } = await server.send<{ aggregations: { zones: { buckets: { key: string }[] } } }>({
      method: 'POST',
      path: `/${index}/_search`,
      body: { size: 0, aggs: { zones: { terms: { field: 'timeZone', size: MAX_TIME_ZONES } } } },
    })
    return new Set(body.aggregations.zones.buckets.map(({ key }) => key))
  }

  async function search(index: string, body: object, signal?: AbortSignal): Promise<readonly SearchHit[]> {
    const reply = await server.send<{ hits: { hits: readonly SearchHit[] } }>({
      method: 'POST',
      path: `/${index}/_search`,
      body,
      ...(signal && { signal }),
    })
    return reply.body.hits.hits
  }

  async function countOf(index: string, clauses: readonly Clause[], most?: number, signal?: AbortSignal) {
    const reply = await server.send<{ hits: { total: { value: number } } }>({
      method: 'POST',
      path: `/${index}/_search`,
      body: countBody(clauses, most),
      ...(signal && { signal }),
    })
    return reply.body.hits.total.value
  }

  /** All ids that the clauses let through and that match exactly. */
  async function* matches(index: string, clauses: readonly Clause[], filter: Filter): AsyncGenerator<string> {
    const test = matchesExactly(filter)
    let after: string | undefined
    for (;;) {
      const hits = await search(index, pageBody(clauses, ['lng', 'lat'], MAX_TERMS, after))
      for (const hit of hits) if (test === undefined || test(pointOf(hit))) yield idOf(hit)
      if (hits.length < MAX_TERMS) return
      after = toOrderedId(idOf(hits[hits.length - 1]))
    }
  }

  /** The same question again where another process dropped the version that this one still served. */
  async function orReopened<T>(ask: (served: Served) => Promise<T>): Promise<T> {
    const asked = current()
    try {
      return await ask(asked)
    } catch (error) {
      if (!(error instanceof DongneError) || error.code !== 'no-index') throw error
      const opened = await openActive()
      if (opened.index === asked.index) throw error
      served = opened
      return ask(opened)
    }
  }

  async function write(rows: readonly BulkRow[], timeZones: readonly string[] = []): Promise<void> {
    const target = current()
    if (rows.length === 0) return
    // Before the rows: a query that runs meanwhile may ask for a zone too many, but never for one too few.
    for (const timeZone of timeZones) target.timeZones.add(timeZone)
    const { created, deleted } = await sendBulk(server, target.index, rows, { refresh: true })
    target.count += created - deleted
  }

  /** The graph against scoring every row, with sampled rows as queries. Throws index-corrupt. */
  async function checkRecall(index: string, samples: readonly IndexRow[]): Promise<void> {
    let found = 0
    let wanted = 0
    for (const { id, vector } of samples) {
      const body = { vector, clauses: [], size: 10, withPoint: false }
      const exact = await search(index, exactBody(body))
      const graph = await search(index, approximateBody({ ...body, efSearch: EF_SEARCH }))
      const ids = new Set(graph.map(idOf))
      // Rows that tie with the last one are as good.
      const worst = exact.length === 0 ? 0 : exact[exact.length - 1].sort![0]
      wanted += exact.length
      found += Math.max(
        exact.filter((hit) => ids.has(idOf(hit))).length,
        graph.filter(({ sort }) => sort![0] >= worst).length,
      )
      const stored = await search(index, pageBody([{ term: { id: toOrderedId(id) } }], ['bytes'], 1))
      if (stored.length !== 1 || vectorOf(stored[0]).some((value, i) => value !== vector[i])) {
        throw new DongneError(
          'index-corrupt',
          `The index ${index} has another vector of "${id}" than was sent.`,
        )
      }
    }
    if (found < wanted * GRAPH_RECALL) {
      const message = `The index ${index} finds ${found} of the ${wanted} nearest of ${samples.length} sampled places.`
      throw new DongneError('index-corrupt', message)
    }
  }

  return {
    capabilities: { recall: exactUpTo === Infinity ? 1 : GRAPH_RECALL, maxK: MAX_K },

    manifest() {
      const { manifest, count } = current()
      return { ...manifest, count }
    },

    search: async ({ vector, filter, k, signal }) =>
      orReopened(async ({ index, manifest, count, timeZones }) => {
        signal?.throwIfAborted()
        checkVector(vector, manifest.dim, 'the query')
        checkK(k)
        const clauses = filterClauses(filter, timeZones)
        const test = matchesExactly(filter)
        const options = { vector, clauses, withPoint: test !== undefined }
        const best = (toBody: (size: number) => object, maxSize: number) =>
          settleBest({
            k,
            maxSize,
            ordersTies: true,
            tolerance: (served) => SCORE_TOLERANCE * (1 + Math.abs(served)),
            fetch: async (size) =>
              (await search(index, toBody(size), signal)).map((hit) => ({
                id: idOf(hit),
                served: innerProductOf(hit.sort![0]),
                score: test === undefined || test(pointOf(hit)) ? dot(vector, vectorOf(hit)) + 0 : undefined,
              })),
          })
        const exact = () => best((size) => exactBody({ ...options, size }), MAX_SIZE)
        const few =
          count <= exactUpTo ||
          (isNarrow(filter) && (await countOf(index, clauses, exactUpTo + 1, signal)) <= exactUpTo)
        if (few) return exact()
        const hits = await best((size) => approximateBody({ ...options, size, efSearch: EF_SEARCH }), MAX_K)
        // A graph may not reach all that match (k-NN issue 1043).
        return hits.length < k ? exact() : hits
      }),

    list: async ({ order, filter, k, signal }) =>
      orReopened(({ index, timeZones }) => {
        signal?.throwIfAborted()
        checkK(k)
        const clauses = filterClauses(filter, timeZones)
        const test = matchesExactly(filter)
        const exactScore = (hit: SearchHit) =>
          order.by === 'distance' ? 0 - haversineMeters(order, pointOf(hit)) : numberOf(hit, 'popularity')
        return settleBest({
          k,
          maxSize: MAX_SIZE,
          ordersTies: true,
          tolerance: () => (order.by === 'distance' ? DISTANCE_TOLERANCE_METERS : 0),
          fetch: async (size) =>
            (await search(index, listBody(order, clauses, size), signal)).map((hit) => ({
              id: idOf(hit),
              served: order.by === 'distance' ? -hit.sort![0] : hit.sort![0],
              score: test === undefined || test(pointOf(hit)) ? exactScore(hit) : undefined,
            })),
        })
      }),

    matching: async (ids, filter) =>
      orReopened(async ({ index, timeZones }) => {
        const clauses = filterClauses(filter, timeZones)
        const found = new Set<string>()
        for (let from = 0; from < ids.length; from += MAX_TERMS) {
          const asked = { terms: { id: ids.slice(from, from + MAX_TERMS).map(toOrderedId) } }
          for await (const id of matches(index, [asked, ...clauses], filter)) found.add(id)
        }
        return ids.filter((id) => found.has(id))
      }),

    vectors: async (ids) =>
      orReopened(async ({ index }) => {
        const found = new Map<string, Float32Array>()
        for (let from = 0; from < ids.length; from += MAX_TERMS) {
          const asked = { terms: { id: ids.slice(from, from + MAX_TERMS).map(toOrderedId) } }
          const hits = await search(index, pageBody([asked], ['bytes'], MAX_TERMS))
          for (const hit of hits) found.set(idOf(hit), vectorOf(hit))
        }
        return found
      }),

    count: async (filter) =>
      orReopened(async ({ index, timeZones }) => {
        const { circle } = filter
        if (circle === undefined) return countOf(index, filterClauses(filter, timeZones))
        const { inside, ring } = circleParts({ ...filter, circle }, timeZones)
        let count = inside === undefined ? 0 : await countOf(index, inside)
        for await (const _ of matches(index, ring, filter)) count++
        return count
      }),

    async upsert(rows) {
      const { dim } = current().manifest
      for (const row of rows) checkVector(row.vector, dim, `place "${row.id}"`)
      await write(
        lastOfEach(rows).map((row) => ({ id: documentId(row.id), document: toDocument(row) })),
        rows.map(({ timeZone }) => timeZone),
      )
    },

    delete: async (ids) => write([...new Set(ids)].map((id) => ({ id: documentId(id) }))),

    async build(asked, batches) {
      const { version, dim, modelVersion, revision } = asked
      checkVersionName(version)
      if ((await versions.activeIndex()) === versions.indexOf(version)) {
        throw badVersion(`to build is the active one, "${version}": choose another name`)
      }
      await versions.removeLeftovers()
      await versions.remove(versions.indexOf(version))
      const empty = { version, dim, modelVersion, revision, count: 0 }
      const index = await versions.create(empty)
      try {
        let created = 0
        const samples = new Map<string, IndexRow>()
        // The next rows are made while the last ones are written; never two writes at once, so the last row wins.
        let writing: Promise<unknown> = Promise.resolve()
        const write = async (rows: readonly IndexRow[]) => {
          const documents = rows.map((row) => ({ id: documentId(row.id), document: toDocument(row) }))
          created += (await sendBulk(server, index, documents, BUILDING)).created
        }
        let waiting: IndexRow[] = []
        const flush = async () => {
          const rows = lastOfEach(waiting)
          waiting = []
          await writing
          writing = write(rows)
          writing.catch(() => {}) // awaited by the next flush, or at the end
        }
        for await (const rows of batches) {
          for (const row of rows) {
            checkVector(row.vector, dim, `place "${row.id}"`)
            waiting.push(row)
            if (samples.size < RECALL_SAMPLES || samples.has(row.id)) samples.set(row.id, row)
            if (waiting.length === BULK_ROWS) await flush()
          }
        }
        await flush()
        await writing
        await versions.settle(index)
        const count = await countOf(index, [])
        if (count !== created) {
          const message = `The index ${index} has ${count} places after ${created} were written.`
          throw new DongneError('index-corrupt', message)
        }
        await checkRecall(index, [...samples.values()])
        const manifest = { ...empty, count }
        await versions.complete(index, manifest)
        return manifest
      } catch (error) {
        // The rows' error counts, not that the server could not clean up: the next build does.
        await versions.remove(index).catch(() => {})
        throw error
      }
    },

    async activate(version) {
      checkVersionName(version)
      const known = (await versions.list()).find((stored) => stored.version === version)
      if (known === undefined) {
        throw new DongneError('no-index', `There is no index version "${version}" on ${server.url}.`)
      }
      if (known.schema !== SCHEMA) {
        throw new DongneError('index-outdated', `The version "${version}" has the mapping ${known.schema}.`)
      }
      await versions.switchTo(known.index)
      served = await openActive()
    },

    async versions() {
      const [stored, active] = await Promise.all([versions.list(), versions.activeIndex()])
      const name = stored.find(({ index }) => index === active)?.version
      return {
        versions: stored.map(({ index: _, schema: __, ...manifest }) => manifest),
        ...(name !== undefined && { active: name }),
      }
    },

    async drop(version) {
      checkVersionName(version)
      const index = versions.indexOf(version)
      if ((await versions.activeIndex()) === index) {
        throw badVersion(`to drop is the active one, "${version}": activate another one first`)
      }
      await versions.remove(index)
    },

    async refresh() {
      const index = await versions.activeIndex()
      const known = served
      if (!(known instanceof DongneError)) {
        if (index === known.index) {
          // What other processes changed.
          const [count, timeZones] = await Promise.all([countOf(index, []), timeZonesOf(index)])
          known.count = count
          for (const timeZone of timeZones) known.timeZones.add(timeZone)
          return false
        }
        served = await openActive()
        return true
      }
      const opened = await openActive().catch(named)
      served = opened
      if (!(opened instanceof DongneError)) return true
      if (opened.code === 'no-index') return false
      throw opened
    },

    close: () => server.close(),
  }
}

const BUILDING = { refresh: false, timeoutMs: BUILD_TIMEOUT_MS }
/** float32 sums of products, as measured against float64 at 1,024 dimensions. */
const SCORE_TOLERANCE = 4e-6
/** Sines differ in the last digit between Java and V8. */
const DISTANCE_TOLERANCE_METERS = 1e-6

/** Lucene's score of an inner product, undone: 1 + dot from 0 on, 1 / (1 − dot) below. */
function innerProductOf(score: number): number {
  return score >= 1 ? score - 1 : 1 - 1 / score
}

/** Whether a filter may leave few places, so that counting them first is worth a request. */
function isNarrow(filter: Filter): boolean {
  const { includeClosed: _, excludeIds: __, excludeCategories: ___, ...narrowing } = filter
  return Object.values(narrowing).some((value) => value !== undefined)
}

function checkK(k: number): void {
  if (k > MAX_K)
    throw new DongneError('unsupported-capability', `OpenSearch gives at most ${MAX_K} places, not ${k}.`)
}

function lastOfEach(rows: readonly IndexRow[]): IndexRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}

function pointOf(hit: SearchHit) {
  return { lng: numberOf(hit, 'lng'), lat: numberOf(hit, 'lat') }
}

/** Errors of the table are a state of the index; others are faults of this code. */
function named(error: unknown): DongneError {
  if (error instanceof DongneError) return error
  throw error
}
