// The Milvus engine: the port over one collection a version and an alias.
// Leaves calls to server.ts, expressions to expression.ts, versions to versions.ts.
import { DongneError } from '../../errors.ts'
import { EARTH_RADIUS_METERS, haversineMeters } from '../../geo/distance.ts'
import { dot } from '../../math/vector.ts'
import { checkVector } from '../check-vector.ts'
import type { Filter } from '../filter.ts'
import type { Hit, IndexRow, ListQuery, VectorIndex } from '../port.ts'
import { settleBest } from '../settle.ts'
import { badVersion, checkVersionName } from '../version-name.ts'
import { idOf, positionOf, toEntity, vectorOf, type Entity } from './entity.ts'
import { allOf, exactTest, expressionOf, idList, quote, type ExactTest } from './expression.ts'
import { BUILD_TIMEOUT_MS, connectMilvus } from './server.ts'
import { SCHEMA, Versions, type StoredVersion } from './versions.ts'

export interface MilvusIndexOptions {
  /** host:port */
  readonly address: string
  /** Of collection names and alias, so that several installations share a server. */
  readonly prefix?: string
  readonly timeoutMs?: number
}

/** Milvus' limit for k and for the rows of one answer. */
const MAX_SIZE = 16_384
const MAX_K = 10_000
/** Recall@10 to expect of the graphs of a server; Milvus Lite scans every vector. */
const GRAPH_RECALL = 0.95
const EF_SEARCH = 256
const BATCH_ROWS = 1000
const PAGE_ROWS = 5000
const MAX_IDS = 1000
/** float32 sums of products, as measured against float64 at 1,024 dimensions. */
const SCORE_TOLERANCE = 4e-6
/** float32 keeps a point of the unit sphere to some 0.4 m. */
const POSITION_TOLERANCE_METERS = 2
/** Of float32, relative. */
const FLOAT_TOLERANCE = 2e-7

/** The version served. */
interface Served {
  readonly stored: StoredVersion
  count: number
  /** Of the places, for `openAt`. */
  readonly timeZones: Set<string>
}

/**
 * Opens the index on a server. It opens without an active version too, or without the server: reads then throw no-index,
 * index-outdated or engine-unavailable until `refresh` finds it. Changes are kept by the server, for all processes.
 */
export async function openMilvusIndex(options: MilvusIndexOptions): Promise<VectorIndex> {
  const { address, prefix = 'dongne', timeoutMs } = options
  const server = await connectMilvus(address, timeoutMs)
  const versions = new Versions(server, prefix)
  let isLite = false
  let served: Served | DongneError = await openActive().catch(named)

  /** What this call reads from start to end, whatever is activated meanwhile. */
  function current(): Served {
    if (!(served instanceof DongneError)) return served
    throw new DongneError(served.code, served.message, { cause: served })
  }

  async function openActive(): Promise<Served> {
    isLite = await versions.isLite()
    const stored = await versions.active()
    await versions.load(stored.collection)
    const count = await countOf(stored.collection, '')
    return { stored, count, timeZones: new Set(stored.timeZones) }
  }

  /**
   * The same question again where another process dropped the version that this one still served, or where the server
   * started anew and had not loaded it. A search of such a collection only says that it failed (server.ts).
   */
  async function orReopened<T>(ask: (served: Served) => Promise<T>): Promise<T> {
    try {
      return await ask(current())
    } catch (error) {
      if (!(error instanceof DongneError) || !['no-index', 'engine-failed'].includes(error.code)) throw error
      if (served instanceof DongneError) throw error
      served = await openActive()
      return ask(served)
    }
  }

  async function query(
    collection: string,
    filter: string,
    fields: readonly string[],
    { limit, inOrder = false }: { limit: number; inOrder?: boolean },
  ): Promise<readonly Entity[]> {
    const { data } = await server.call('query', (client) =>
      client.query({
        collection_name: collection,
        filter,
        output_fields: ['id', ...fields],
        limit,
        // Rows in the order of ids, on Milvus Lite too.
        ...(inOrder && { params: { iterator: 'True' } }),
      }),
    )
    return data as unknown as readonly Entity[]
  }

  async function nearest(
    collection: string,
    field: 'vector' | 'position' | 'activity',
    to: readonly number[],
    filter: string,
    fields: readonly string[],
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly (Entity & { readonly score: number })[]> {
    const { results } = await server.call(
      'search',
      (client) =>
        client.search({
          collection_name: collection,
          anns_field: field,
          data: [...to],
          filter,
          limit,
          output_fields: ['id', ...fields],
          metric_type: field === 'position' ? 'L2' : 'IP',
          params: field === 'vector' && !isLite ? { ef: Math.max(EF_SEARCH, limit) } : {},
        }),
      signal && { signal },
    )
    return results as unknown as readonly (Entity & { score: number })[]
  }

  async function countOf(collection: string, filter: string): Promise<number> {
    const { data } = await server.call('count', (client) =>
      client.query({ collection_name: collection, filter, output_fields: ['count(*)'] }),
    )
    return Number((data[0] as { 'count(*)': string })['count(*)'])
  }

  /** Entities that satisfy the expression and pass the test, a page at a time in the order of ids. */
  async function* matches(
    collection: string,
    expression: string,
    test: ExactTest | undefined,
    fields: readonly string[] = [],
  ): AsyncGenerator<Entity> {
    for (let after: string | undefined; ;) {
      const filter = allOf(expression, after === undefined ? 'id > ""' : `id > ${quote(after)}`)
      const read = [...new Set([...fields, ...(test?.fields ?? [])])]
      const page = await query(collection, filter, read, { limit: PAGE_ROWS, inOrder: true })
      for (const entity of page) if (test === undefined || test.matches(entity)) yield entity
      if (page.length < PAGE_ROWS) return
      after = page[page.length - 1].id
    }
  }

  async function byDistance(served: Served, filter: Filter, to: { lng: number; lat: number }, k: number) {
    const test = exactTest(filter)
    const expression = expressionOf(filter, served.timeZones)
    const fields = [...new Set(['lng', 'lat', ...(test?.fields ?? [])])]
    return settleBest({
      k,
      maxSize: MAX_SIZE,
      ordersTies: false,
      tolerance: () => POSITION_TOLERANCE_METERS,
      fetch: async (size) =>
        (await nearest(served.stored.collection, 'position', positionOf(to), expression, fields, size)).map(
          (entity) => ({
            id: idOf(entity),
            served: -metersOfChord(entity.score),
            score:
              test === undefined || test.matches(entity)
                ? 0 - haversineMeters(to, { lng: entity.lng!, lat: entity.lat! })
                : undefined,
          }),
        ),
    })
  }

  /**
   * The most popular, by two questions: how popular the k-th is, and which places are more popular than that or, by id, as
   * popular. Popularity ties often, and nearest neighbours come without an order among equals.
   */
  async function byPopularity(served: Served, filter: Filter, k: number): Promise<Hit[]> {
    const { collection } = served.stored
    const test = exactTest(filter)
    const expression = expressionOf(filter, served.timeZones)
    const fields = [...new Set(['popularity', ...(test?.fields ?? [])])]
    const passes = (entity: Entity) => test === undefined || test.matches(entity)
    const toHit = (entity: Entity) => ({ id: idOf(entity), score: Number(entity.popularity) })
    for (let size = Math.min(k + 16, MAX_SIZE); ; size = Math.min(size * 4, MAX_SIZE)) {
      const found = await nearest(collection, 'activity', [1, 0], expression, fields, size)
      const hits = sortHits(found.filter(passes).map(toHit))
      if (found.length < size) return hits.slice(0, k)
      if (hits.length < k && size < MAX_SIZE) continue
      const least = hits[Math.min(k, hits.length) - 1]?.score ?? 0
      const { score: served } = found[found.length - 1]
      if (least > served + Math.abs(served) * FLOAT_TOLERANCE) return hits.slice(0, k)
      const best: Hit[] = []
      for await (const entity of matches(
        collection,
        allOf(expression, `popularity > ${least}`),
        test,
        fields,
      )) {
        best.push(toHit(entity))
      }
      for await (const entity of matches(
        collection,
        allOf(expression, `popularity == ${least}`),
        test,
        fields,
      )) {
        if (best.length >= k) break
        best.push(toHit(entity))
      }
      return sortHits(best).slice(0, k)
    }
  }

  async function upsert(collection: string, rows: readonly IndexRow[], callOptions = {}): Promise<void> {
    const latest = [...new Map(rows.map((row) => [row.id, row])).values()]
    for (let from = 0; from < latest.length; from += BATCH_ROWS) {
      const data = latest.slice(from, from + BATCH_ROWS).map(toEntity)
      await server.call(
        'upsert',
        (client) => client.upsert({ collection_name: collection, data: data as never }),
        callOptions,
      )
    }
  }

  return {
    get capabilities() {
      return { recall: isLite ? 1 : GRAPH_RECALL, maxK: MAX_K }
    },

    manifest() {
      const { stored, count } = current()
      return { ...stored.manifest, count }
    },

    search: async ({ vector, filter, k, signal }) =>
      orReopened(async ({ stored, timeZones }) => {
        signal?.throwIfAborted()
        checkVector(vector, stored.manifest.dim, 'the query')
        checkK(k)
        const test = exactTest(filter)
        const expression = expressionOf(filter, timeZones)
        const fields = ['vector', ...(test?.fields ?? [])]
        return settleBest({
          k,
          maxSize: MAX_SIZE,
          ordersTies: false,
          tolerance: (served) => SCORE_TOLERANCE * (1 + Math.abs(served)),
          fetch: async (size) =>
            (await nearest(stored.collection, 'vector', [...vector], expression, fields, size, signal)).map(
              (entity) => ({
                id: idOf(entity),
                served: entity.score,
                score:
                  test === undefined || test.matches(entity) ? dot(vector, vectorOf(entity)) + 0 : undefined,
              }),
            ),
        })
      }),

    list: async ({ order, filter, k, signal }: ListQuery) =>
      orReopened(async (served) => {
        signal?.throwIfAborted()
        checkK(k)
        if (k === 0) return []
        return order.by === 'distance'
          ? byDistance(served, filter, order, k)
          : byPopularity(served, filter, k)
      }),

    matching: async (ids, filter) =>
      orReopened(async ({ stored, timeZones }) => {
        const test = exactTest(filter)
        const expression = expressionOf(filter, timeZones)
        const found = new Set<string>()
        for (let from = 0; from < ids.length; from += MAX_IDS) {
          const asked = allOf(expression, `id in ${idList(ids.slice(from, from + MAX_IDS))}`)
          for await (const entity of matches(stored.collection, asked, test)) found.add(idOf(entity))
        }
        return ids.filter((id) => found.has(id))
      }),

    vectors: async (ids) =>
      orReopened(async ({ stored }) => {
        const found = new Map<string, Float32Array>()
        for (let from = 0; from < ids.length; from += MAX_IDS) {
          const asked = `id in ${idList(ids.slice(from, from + MAX_IDS))}`
          for (const entity of await query(stored.collection, asked, ['vector'], { limit: MAX_IDS })) {
            found.set(idOf(entity), vectorOf(entity))
          }
        }
        return found
      }),

    count: async (filter) =>
      orReopened(async ({ stored, timeZones }) => {
        const test = exactTest(filter)
        const expression = expressionOf(filter, timeZones)
        if (test === undefined) return countOf(stored.collection, expression)
        let count = 0
        for await (const _ of matches(stored.collection, expression, test)) count++
        return count
      }),

    async upsert(rows) {
      const target = current()
      const { stored } = target
      for (const row of rows) checkVector(row.vector, stored.manifest.dim, `place "${row.id}"`)
      if (rows.length === 0) return
      const isNew = rows.some(({ timeZone }) => !target.timeZones.has(timeZone))
      for (const { timeZone } of rows) target.timeZones.add(timeZone)
      // Before the rows: a query that runs meanwhile may ask for a zone too many, but never for one too few.
      if (isNew) await versions.complete({ ...stored, timeZones: [...target.timeZones] })
      await upsert(stored.collection, rows)
      target.count = await countOf(stored.collection, '')
    },

    async delete(ids) {
      const target = current()
      const { collection } = target.stored
      for (let from = 0; from < ids.length; from += MAX_IDS) {
        const filter = `id in ${idList(ids.slice(from, from + MAX_IDS))}`
        await server.call('delete', (client) => client.delete({ collection_name: collection, filter }))
      }
      if (ids.length > 0) target.count = await countOf(collection, '')
    },

    async build(asked, batches) {
      const { version, dim, modelVersion, revision } = asked
      checkVersionName(version)
      if ((await versions.activeCollection()) === versions.collectionOf(version)) {
        throw badVersion(`to build is the active one, "${version}": choose another name`)
      }
      await versions.removeLeftovers()
      await versions.remove(version)
      const empty = { version, dim, modelVersion, revision, count: 0 }
      const collection = await versions.create(empty)
      try {
        const timeZones = new Set<string>()
        for await (const rows of batches) {
          for (const row of rows) {
            checkVector(row.vector, dim, `place "${row.id}"`)
            timeZones.add(row.timeZone)
          }
          if (rows.length > 0) await upsert(collection, rows, { timeoutMs: BUILD_TIMEOUT_MS })
        }
        await server.call('flush', (client) => client.flushSync({ collection_names: [collection] }), {
          timeoutMs: BUILD_TIMEOUT_MS,
        })
        const manifest = { ...empty, count: await countOf(collection, '') }
        const stored = {
          manifest,
          collection,
          schema: SCHEMA,
          builtAt: Date.now(),
          timeZones: [...timeZones],
        }
        await versions.complete(stored)
        return manifest
      } catch (error) {
        // The rows' error counts, not that the server could not clean up: the next build does.
        await versions.remove(version).catch(() => {})
        throw error
      }
    },

    async activate(version) {
      checkVersionName(version)
      const known = (await versions.list()).find(({ manifest }) => manifest.version === version)
      if (known === undefined) {
        throw new DongneError('no-index', `There is no index version "${version}" on Milvus at ${address}.`)
      }
      if (known.schema !== SCHEMA) {
        throw new DongneError('index-outdated', `The version "${version}" has the schema ${known.schema}.`)
      }
      await versions.switchTo(known.collection)
      served = await openActive()
    },

    async versions() {
      const [stored, active] = await Promise.all([versions.list(), versions.activeCollection()])
      const name = stored.find(({ collection }) => collection === active)?.manifest.version
      return {
        versions: stored.map(({ manifest }) => manifest),
        ...(name !== undefined && { active: name }),
      }
    },

    async drop(version) {
      checkVersionName(version)
      if ((await versions.activeCollection()) === versions.collectionOf(version)) {
        throw badVersion(`to drop is the active one, "${version}": activate another one first`)
      }
      await versions.remove(version)
    },

    async refresh() {
      if (!(served instanceof DongneError)) {
        const { stored } = served
        if ((await versions.activeCollection()) === stored.collection) {
          served.count = await countOf(stored.collection, '')
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

/** Metres along the sphere of a squared chord of the unit sphere. */
function metersOfChord(squared: number): number {
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(Math.max(0, squared)) / 2))
}

function sortHits(hits: Hit[]): Hit[] {
  return hits.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}

function checkK(k: number): void {
  if (k > MAX_K)
    throw new DongneError('unsupported-capability', `Milvus gives at most ${MAX_K} places, not ${k}.`)
}

/** Errors of the table are a state of the index; others are faults of this code. */
function named(error: unknown): DongneError {
  if (error instanceof DongneError) return error
  throw error
}
