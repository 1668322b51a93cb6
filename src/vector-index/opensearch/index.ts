// The OpenSearch engine: the port over two indices a version and an alias.
// Leaves requests to server.ts, bodies to clauses.ts, versions to versions.ts and ../server-versions.ts.
import { haversineMeters } from '../../geo/distance.ts'
import { checkVector } from '../check-vector.ts'
import type { Filter } from '../filter.ts'
import { toOrderedId } from '../id-order.ts'
import type { IndexManifest, VectorIndex } from '../port.ts'
import { serveVersions, type Opened } from '../server-versions.ts'
import { settleBest } from '../settle.ts'
import { sendBulk, type BulkRow } from './bulk.ts'
import { circleParts, filterClauses, listBody, matchesExactly, pageBody, type Clause } from './clauses.ts'
import {
  documentId,
  idOf,
  numberOf,
  pointOf,
  toDocument,
  toUserDocument,
  vectorOf,
  type SearchHit,
} from './document.ts'
import { checkLoaded, GRAPH_RECALL, lastOfEach, loadIndex } from './load.ts'
import { checkK, countHits, MAX_K, MAX_SIZE, nearest, searchHits } from './nearest.ts'
import { connectOpenSearch } from './server.ts'
import { Versions } from './versions.ts'
import { rankWords, wordsBody } from './words.ts'

export interface OpenSearchIndexOptions {
  /** With user and password where the server asks for them: https://user:password@host:9200 */
  readonly url: string
  /** Of index names and alias, so that several installations share a cluster. */
  readonly prefix?: string
  /** Sets of at most so many places are searched by scoring each one, which is exact. */
  readonly exactUpTo?: number
  readonly timeoutMs?: number
}

/** Scoring each of so many costs about as much as the graph with filters (bench/engines.ts). */
const EXACT_UP_TO = 10_000
/** terms clauses take 65,536 values; requests of that size are slow to parse. */
const MAX_TERMS = 10_000
const MAX_TIME_ZONES = 1000
/** Sines differ in the last digit between Java and V8. */
const DISTANCE_TOLERANCE_METERS = 1e-6

interface Served extends Opened {
  readonly manifest: IndexManifest
}

/**
 * Opens the index on a server. It opens without an active version too, or without the server: reads then throw no-index,
 * index-outdated or engine-unavailable until `refresh` finds it. Changes are kept by the server, for all processes.
 */
export async function openOpenSearchIndex(options: OpenSearchIndexOptions): Promise<VectorIndex> {
  const { url, prefix = 'dongne', exactUpTo = EXACT_UP_TO, timeoutMs } = options
  const server = await connectOpenSearch(url, timeoutMs)
  const store = new Versions(server, prefix)
  const { current, orReopened, checkInactive, ...switching } = await serveVersions({
    store,
    goneCodes: ['no-index'],
    async open({ container, manifest }): Promise<Served> {
      const [count, timeZones] = await Promise.all([countHits(server, container, []), timeZonesOf(container)])
      return { container, users: store.usersOf(manifest.version), manifest, count, timeZones }
    },
    async update(known) {
      const [count, timeZones] = await Promise.all([
        countHits(server, known.container, []),
        timeZonesOf(known.container),
      ])
      known.count = count
      for (const timeZone of timeZones) known.timeZones.add(timeZone)
    },
  })

  async function timeZonesOf(index: string): Promise<Set<string>> {
    const { body } = await server.send<{ aggregations: { zones: { buckets: { key: string }[] } } }>({
      method: 'POST',
      path: `/${index}/_search`,
      body: { size: 0, aggs: { zones: { terms: { field: 'timeZone', size: MAX_TIME_ZONES } } } },
    })
    return new Set(body.aggregations.zones.buckets.map(({ key }) => key))
  }

  /** All ids that the clauses let through and that match exactly. */
  async function* matches(index: string, clauses: readonly Clause[], filter: Filter): AsyncGenerator<string> {
    const test = matchesExactly(filter)
    let after: string | undefined
    for (;;) {
      const hits = await searchHits(server, index, pageBody(clauses, ['lng', 'lat'], MAX_TERMS, after))
      for (const hit of hits) if (test === undefined || test(pointOf(hit))) yield idOf(hit)
      if (hits.length < MAX_TERMS) return
      after = toOrderedId(idOf(hits[hits.length - 1]))
    }
  }

  async function vectorsOf(index: string, ids: readonly string[]): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>()
    for (let from = 0; from < ids.length; from += MAX_TERMS) {
      const asked = { terms: { id: ids.slice(from, from + MAX_TERMS).map(toOrderedId) } }
      const hits = await searchHits(server, index, pageBody([asked], ['bytes'], MAX_TERMS))
      for (const hit of hits) found.set(idOf(hit), vectorOf(hit))
    }
    return found
  }

  async function write(rows: readonly BulkRow[], timeZones: readonly string[] = []): Promise<void> {
    const target = current()
    if (rows.length === 0) return
    // Before the rows: a query that runs meanwhile may ask for a zone too many, but never for one too few.
    for (const timeZone of timeZones) target.timeZones.add(timeZone)
    const { created, deleted } = await sendBulk(server, target.container, rows, { refresh: true })
    target.count += created - deleted
  }

  return {
    ...switching,
    capabilities: { recall: exactUpTo === Infinity ? 1 : GRAPH_RECALL, maxK: MAX_K, features: ['words'] },

    manifest() {
      const { manifest, count } = current()
      return { ...manifest, count }
    },

    search: async ({ vector, filter, k, signal }) =>
      orReopened(async ({ container: index, manifest, count, timeZones }) => {
        signal?.throwIfAborted()
        checkVector(vector, manifest.dim, 'the query')
        return nearest(server, {
          index,
          count,
          exactUpTo,
          vector,
          clauses: filterClauses(filter, timeZones),
          isNarrow: isNarrow(filter),
          test: matchesExactly(filter),
          k,
          signal,
        })
      }),

    searchWords: async ({ query, words, filter, k, signal }) =>
      orReopened(async ({ container: index, timeZones }) => {
        signal?.throwIfAborted()
        checkK(k)
        const test = matchesExactly(filter)
        const clauses = filterClauses(filter, timeZones)
        const body = wordsBody({ query, words, clauses, k, withPoint: test !== undefined })
        const hits = await searchHits(server, index, body, signal)
        return rankWords(words, test === undefined ? hits : hits.filter((hit) => test(pointOf(hit))), k)
      }),

    list: async ({ order, filter, k, signal }) =>
      orReopened(({ container: index, timeZones }) => {
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
            (await searchHits(server, index, listBody(order, clauses, size), signal)).map((hit) => ({
              id: idOf(hit),
              served: order.by === 'distance' ? -hit.sort![0] : hit.sort![0],
              score: test === undefined || test(pointOf(hit)) ? exactScore(hit) : undefined,
            })),
        })
      }),

    matching: async (ids, filter) =>
      orReopened(async ({ container: index, timeZones }) => {
        const clauses = filterClauses(filter, timeZones)
        const found = new Set<string>()
        for (let from = 0; from < ids.length; from += MAX_TERMS) {
          const asked = { terms: { id: ids.slice(from, from + MAX_TERMS).map(toOrderedId) } }
          for await (const id of matches(index, [asked, ...clauses], filter)) found.add(id)
        }
        return ids.filter((id) => found.has(id))
      }),

    vectors: async (ids) => orReopened(({ container }) => vectorsOf(container, ids)),

    count: async (filter) =>
      orReopened(async ({ container: index, timeZones }) => {
        const { circle } = filter
        if (circle === undefined) return countHits(server, index, filterClauses(filter, timeZones))
        const { inside, ring } = circleParts({ ...filter, circle }, timeZones)
        let count = inside === undefined ? 0 : await countHits(server, index, inside)
        for await (const _ of matches(index, ring, filter)) count++
        return count
      }),

    users: {
      similar: async (vector, k, signal) =>
        orReopened(async ({ users: index, manifest }) => {
          signal?.throwIfAborted()
          checkVector(vector, manifest.dim, 'the query')
          const count = manifest.users
          return nearest(server, { index, count, exactUpTo, vector, clauses: [], isNarrow: false, k, signal })
        }),
      vectors: async (ids) => orReopened(({ users }) => vectorsOf(users, ids)),
    },

    async upsert(rows) {
      const { dim } = current().manifest
      for (const row of rows) checkVector(row.vector, dim, `place "${row.id}"`)
      await write(
        lastOfEach(rows).map((row) => ({ id: documentId(row.id), document: toDocument(row) })),
        rows.map(({ timeZone }) => timeZone),
      )
    },

    delete: async (ids) => write([...new Set(ids)].map((id) => ({ id: documentId(id) }))),

    async deleteUsers(ids) {
      const { users } = current()
      const rows = [...new Set(ids)].map((id) => ({ id: documentId(id) }))
      await sendBulk(server, users, rows, { refresh: true })
    },

    async build(source, batches, userBatches) {
      const { version, dim } = source
      await checkInactive(version, 'to build')
      await store.removeLeftovers()
      await store.remove(version)
      try {
        const { places, users } = await store.create({ ...source, count: 0, users: 0 })
        const loadedPlaces = await loadIndex(server, places, batches, {
          dim,
          owner: ({ id }) => `place "${id}"`,
          toDocument,
        })
        const loadedUsers = await loadIndex(server, users, userBatches ?? none(), {
          dim,
          owner: ({ id }) => `user "${id}"`,
          toDocument: toUserDocument,
        })
        await store.settle('places', places)
        await store.settle('users', users)
        const manifest = {
          ...source,
          count: await checkLoaded(server, places, loadedPlaces),
          users: await checkLoaded(server, users, loadedUsers),
        }
        await store.complete(places, manifest)
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

/** Whether a filter may leave few places, so that counting them first is worth a request. */
function isNarrow(filter: Filter): boolean {
  const { includeClosed: _, excludeIds: __, excludeCategories: ___, ...narrowing } = filter
  return Object.values(narrowing).some((value) => value !== undefined)
}

async function* none(): AsyncGenerator<never> {}
