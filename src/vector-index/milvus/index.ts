// The Milvus engine: the port over two collections a version and an alias.
// Leaves calls to server.ts, expressions to expression.ts, versions to versions.ts and ../server-versions.ts.
import { DongneError } from '../../errors.ts'
import { EARTH_RADIUS_METERS, haversineMeters } from '../../geo/distance.ts'
import { dot } from '../../math/vector.ts'
import { checkVector } from '../check-vector.ts'
import type { Filter } from '../filter.ts'
import type { Hit, ListQuery, VectorIndex } from '../port.ts'
import { serveVersions, type Opened } from '../server-versions.ts'
import { settleBest } from '../settle.ts'
import { idOf, positionOf, toEntity, toUserEntity, vectorOf, type Entity } from './entity.ts'
import { allOf, exactTest, expressionOf, idList, quote, type ExactTest } from './expression.ts'
import { BUILD_TIMEOUT_MS, connectMilvus } from './server.ts'
import { Versions, type StoredVersion } from './versions.ts'

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

interface Served extends Opened {
  readonly stored: StoredVersion
}

/**
 * Opens the index on a server. It opens without an active version too, or without the server: reads then throw no-index,
 * index-outdated or engine-unavailable until `refresh` finds it. Changes are kept by the server, for all processes.
 */
export async function openMilvusIndex(options: MilvusIndexOptions): Promise<VectorIndex> {
  const { address, prefix = 'dongne', timeoutMs } = options
  const server = await connectMilvus(address, timeoutMs)
  const store = new Versions(server, prefix)
  let isLite = false
  const { current, orReopened, checkInactive, ...switching } = await serveVersions({
    store,
    // Where the server started anew and had not loaded a collection, a search of it only says that it failed (server.ts).
    goneCodes: ['no-index', 'engine-failed'],
    async open(stored): Promise<Served> {
      isLite = await store.isLite()
      const { container } = stored
      const users = store.usersOf(stored.manifest.version)
      await store.load(container)
      await store.load(users)
      const count = await countOf(container, '')
      return { stored, container, users, count, timeZones: new Set(stored.timeZones) }
    },
    async update(known) {
      known.count = await countOf(known.container, '')
    },
  })

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

  /** min(k, matches) of a collection by inner product with its field "vector". */
  function bestByVector(
    collection: string,
    vector: Float32Array,
    { expression = '', test, k, signal }: VectorQuery,
  ): Promise<Hit[]> {
    checkK(k)
    const fields = ['vector', ...(test?.fields ?? [])]
    return settleBest({
      k,
      maxSize: MAX_SIZE,
      ordersTies: false,
      tolerance: (score) => SCORE_TOLERANCE * (1 + Math.abs(score)),
      fetch: async (size) =>
        (await nearest(collection, 'vector', [...vector], expression, fields, size, signal)).map(
          (entity) => ({
            id: idOf(entity),
            served: entity.score,
            score: test === undefined || test.matches(entity) ? dot(vector, vectorOf(entity)) + 0 : undefined,
          }),
        ),
    })
  }

  async function vectorsOf(collection: string, ids: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>()
    for (let from = 0; from < ids.length; from += MAX_IDS) {
      const asked = `id in ${idList(ids.slice(from, from + MAX_IDS))}`
      for (const entity of await query(collection, asked, ['vector'], { limit: MAX_IDS })) {
        found.set(idOf(entity), vectorOf(entity))
      }
    }
    return found
  }

  async function remove(collection: string, ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += MAX_IDS) {
      const filter = `id in ${idList(ids.slice(from, from + MAX_IDS))}`
      await server.call('delete', (client) => client.delete({ collection_name: collection, filter }))
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
        (await nearest(served.container, 'position', positionOf(to), expression, fields, size)).map(
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
    const { container: collection } = served
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

  async function write<R extends { readonly id: string }>(
    collection: string,
    rows: readonly R[],
    toData: (row: R) => object,
    callOptions = {},
  ): Promise<void> {
    const latest = [...new Map(rows.map((row) => [row.id, row])).values()]
    for (let from = 0; from < latest.length; from += BATCH_ROWS) {
      const data = latest.slice(from, from + BATCH_ROWS).map(toData)
      await server.call(
        'upsert',
        (client) => client.upsert({ collection_name: collection, data: data as never }),
        callOptions,
      )
    }
  }

  return {
    ...switching,
    get capabilities() {
      return { recall: isLite ? 1 : GRAPH_RECALL, maxK: MAX_K }
    },

    manifest() {
      const { stored, count } = current()
      return { ...stored.manifest, count }
    },

    search: async ({ vector, filter, k, signal }) =>
      orReopened(async ({ stored, container, timeZones }) => {
        signal?.throwIfAborted()
        checkVector(vector, stored.manifest.dim, 'the query')
        const expression = expressionOf(filter, timeZones)
        return bestByVector(container, vector, { expression, test: exactTest(filter), k, signal })
      }),

    list: async ({ order, filter, k, signal }: ListQuery) =>
      orReopened(async (opened) => {
        signal?.throwIfAborted()
        checkK(k)
        if (k === 0) return []
        return order.by === 'distance'
          ? byDistance(opened, filter, order, k)
          : byPopularity(opened, filter, k)
      }),

    matching: async (ids, filter) =>
      orReopened(async ({ container, timeZones }) => {
        const test = exactTest(filter)
        const expression = expressionOf(filter, timeZones)
        const found = new Set<string>()
        for (let from = 0; from < ids.length; from += MAX_IDS) {
          const asked = allOf(expression, `id in ${idList(ids.slice(from, from + MAX_IDS))}`)
          for await (const entity of matches(container, asked, test)) found.add(idOf(entity))
        }
        return ids.filter((id) => found.has(id))
      }),

    vectors: async (ids) => orReopened(({ container }) => vectorsOf(container, ids)),

    count: async (filter) =>
      orReopened(async ({ container, timeZones }) => {
        const test = exactTest(filter)
        const expression = expressionOf(filter, timeZones)
        if (test === undefined) return countOf(container, expression)
        let count = 0
        for await (const _ of matches(container, expression, test)) count++
        return count
      }),

    users: {
      similar: async (vector, k, signal) =>
        orReopened(async ({ stored, users }) => {
          signal?.throwIfAborted()
          checkVector(vector, stored.manifest.dim, 'the query')
          return bestByVector(users, vector, { k, signal })
        }),
      vectors: async (ids) => orReopened(({ users }) => vectorsOf(users, ids)),
    },

    async upsert(rows) {
      const target = current()
      const { stored, container } = target
      for (const row of rows) checkVector(row.vector, stored.manifest.dim, `place "${row.id}"`)
      if (rows.length === 0) return
      const isNew = rows.some(({ timeZone }) => !target.timeZones.has(timeZone))
      for (const { timeZone } of rows) target.timeZones.add(timeZone)
      // Before the rows: a query that runs meanwhile may ask for a zone too many, but never for one too few.
      if (isNew) await store.complete({ ...stored, timeZones: [...target.timeZones] })
      await write(container, rows, toEntity)
      target.count = await countOf(container, '')
    },

    async delete(ids) {
      const target = current()
      await remove(target.container, ids)
      if (ids.length > 0) target.count = await countOf(target.container, '')
    },

    deleteUsers: async (ids) => remove(current().users, ids),

    async build(source, batches, userBatches) {
      const { version, dim } = source
      await checkInactive(version, 'to build')
      await store.removeLeftovers()
      await store.remove(version)
      try {
        const { places, users } = await store.create({ ...source, count: 0, users: 0 })
        const timeZones = new Set<string>()
        for await (const rows of batches) {
          for (const row of rows) {
            checkVector(row.vector, dim, `place "${row.id}"`)
            timeZones.add(row.timeZone)
          }
          await write(places, rows, toEntity, BUILDING)
        }
        for await (const rows of userBatches ?? []) {
          for (const row of rows) checkVector(row.vector, dim, `user "${row.id}"`)
          await write(users, rows, toUserEntity, BUILDING)
        }
        const flushed = { collection_names: [places, users] }
        await server.call('flush', (client) => client.flushSync(flushed), BUILDING)
        const manifest = {
          ...source,
          count: await countOf(places, ''),
          users: await countOf(users, ''),
        }
        await store.complete({
          manifest,
          container: places,
          schema: store.schema,
          builtAt: Date.now(),
          timeZones: [...timeZones],
        })
        return manifest
      } catch (error) {
        // The rows' error counts, not that the server could not clean up: the next build does.
        await store.remove(version).catch(() => {})
        throw error
      }
    },

    close: () => server.close(),
  }
}

const BUILDING = { timeoutMs: BUILD_TIMEOUT_MS }

interface VectorQuery {
  /** None: every row. */
  readonly expression?: string
  readonly test?: ExactTest | undefined
  readonly k: number
  readonly signal?: AbortSignal | undefined
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
