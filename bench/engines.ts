// How do the engines compare on the same places and queries? Recall@10, latency, indexing, upserts, a swap under load.
// Starts OpenSearch and Milvus Lite where they are installed (npm run setup:engines). Nothing is gated on milliseconds.
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import ngeohash from 'ngeohash'
import { milvus } from '../scripts/engines/milvus.ts'
import { opensearch } from '../scripts/engines/opensearch.ts'
import { createRandom } from '../src/math/random.ts'
import { dot, normalize } from '../src/math/vector.ts'
import { compileFilter, type Filter } from '../src/vector-index/filter.ts'
import { openEmbeddedIndex } from '../src/vector-index/embedded/index.ts'
import { openMilvusIndex } from '../src/vector-index/milvus/index.ts'
import { approximateBody, filterClauses } from '../src/vector-index/opensearch/clauses.ts'
import { openOpenSearchIndex } from '../src/vector-index/opensearch/index.ts'
import { connectOpenSearch } from '../src/vector-index/opensearch/server.ts'
import type { IndexRow, VectorIndex } from '../src/vector-index/port.ts'
import { withServer } from './engine-server.ts'
import { quantile } from './quantile.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    places: { type: 'string', default: '100000' },
    engines: { type: 'string', default: 'embedded,opensearch,milvus' },
    queries: { type: 'string', default: '200' },
  },
})
const PLACES = Number(values.places)
const QUERIES = Number(values.queries)
const DIM = 64
const K = 10
const CLUSTERS = 300
const RECALL_QUERIES = Math.min(50, QUERIES)
const UPSERTS = 2000
/** A slow answer is a measurement here, not a fault. */
const PATIENT_MS = 120_000

const source = createRandom(1)
const random = () => source.next()
const gaussian = () => source.normal()
const unit = (from?: Float32Array) =>
  normalize(Float32Array.from({ length: DIM }, (_, i) => (from?.[i] ?? 0) + gaussian() * (from ? 0.09 : 1)))
const centres = Array.from({ length: CLUSTERS }, () => unit())

/** Places around 25 centres of a city, with texts in clusters, as the demo's are. */
function place(index: number): IndexRow {
  const district = Math.floor(random() ** 2 * 25)
  const lng = 126.8 + (district % 5) * 0.08 + gaussian() * 0.015
  const lat = 37.45 + Math.floor(district / 5) * 0.05 + gaussian() * 0.01
  const region = String(11_000 + district * 10)
  const kind = Math.floor(random() * 8)
  const opens = 360 + Math.floor(random() * 600)
  return {
    id: `place-${index}`,
    vector: unit(centres[Math.floor(random() * CLUSTERS)]),
    lng,
    lat,
    geohash: ngeohash.encode(lat, lng, 12),
    regions: [region.slice(0, 2), region, region + String(10 + Math.floor(random() * 20))],
    spots: random() < 0.1 ? [`spot-${Math.floor(random() * 100)}`] : [],
    categories: [`kind-${kind}`, `kind-${kind}/${Math.floor(random() * 10)}`],
    tags: [`tag-${Math.floor(random() * 50)}`],
    priceLevel: 1 + Math.floor(random() * 4),
    rating: Math.floor(random() * 51) / 10,
    closed: random() < 0.03,
    openMinutes: Array.from(
      { length: 7 },
      (_, day) => [day * 1440 + opens, day * 1440 + opens + 420] as const,
    ),
    timeZone: 'Asia/Seoul',
    popularity: random() ** 4 * 1000,
  }
}
const rows = Array.from({ length: PLACES }, (_, index) => place(index))

const circle = (radiusMeters: number): Filter => ({ circle: { lng: 126.88, lat: 37.5, radiusMeters } })
const FILTERS: Readonly<Record<string, Filter>> = {
  none: {},
  region: { regions: ['11010'] },
  spot: { spots: ['spot-7'] },
  geohash: { geohashes: ['wydm9', 'wydm8'] },
  'circle 1 km': circle(1000),
  'circle 5 km': circle(5000),
  'open now': { openAt: Date.parse('2026-05-04T12:00:00+09:00') },
  'region, category, circle, open': {
    ...circle(5000),
    regions: ['11'],
    categories: ['kind-1'],
    openAt: Date.parse('2026-05-04T12:00:00+09:00'),
  },
}
const queries = Array.from({ length: QUERIES }, () => unit(centres[Math.floor(random() * CLUSTERS)]))

interface Row {
  readonly engine: string
  readonly filter: string
  readonly matches: number
  readonly recallAt10: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p50MsAt16: number
  readonly p99MsAt16: number
}
interface Jobs {
  readonly engine: string
  readonly indexSeconds: number
  readonly upsertsPerSecond: number
  readonly swapRequests: number
  readonly swapFailedOrWrong: number
  readonly swapSlowestMs: number
}

const results: Row[] = []
const jobs: Jobs[] = []
let adapter: { adapterP50Ms: number; rawP50Ms: number; ratio: number } | undefined

/** The exact best of every filter and query. */
const best = new Map(
  Object.entries(FILTERS).map(([name, filter]) => {
    const matching = rows.filter(compileFilter(filter))
    const top = queries.slice(0, RECALL_QUERIES).map((vector) => {
      const scores = matching.map((row) => dot(vector, row.vector)).sort((a, b) => b - a)
      return scores[Math.min(K, scores.length) - 1] ?? Infinity
    })
    return [name, { matches: matching.length, top }] as const
  }),
)

for (const engine of values.engines.split(',')) {
  if (engine === 'embedded') {
    const folder = await mkdtemp(join(tmpdir(), 'dongne-bench-'))
    await measure(engine, await openEmbeddedIndex({ folder }))
    await rm(folder, { recursive: true })
  } else if (engine === 'opensearch') {
    await withServer(opensearch, async (port) => {
      const url = `http://127.0.0.1:${port}`
      await measure(engine, await openOpenSearchIndex({ url, timeoutMs: PATIENT_MS }))
      adapter = await compareWithRaw(url)
    })
  } else if (engine === 'milvus') {
    await withServer(milvus, async (port) => {
      await measure(engine, await openMilvusIndex({ address: `127.0.0.1:${port}`, timeoutMs: PATIENT_MS }))
    })
  } else throw new Error(`--engines takes embedded, opensearch and milvus, not "${engine}".`)
}

const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
if (values.json) console.log(JSON.stringify({ machine, places: PLACES, dim: DIM, results, jobs, adapter }))
else {
  console.log(`${machine}; ${PLACES} places, dim ${DIM}, k ${K}`)
  console.table(results)
  console.table(jobs)
  if (adapter !== undefined) console.log(`OpenSearch, adapter beside raw client: ${JSON.stringify(adapter)}`)
}

async function measure(engine: string, index: VectorIndex): Promise<void> {
  const started = performance.now()
  await build(index, 'v1', rows)
  await index.activate('v1')
  const indexSeconds = (performance.now() - started) / 1000
  console.error(`${engine}: indexed in ${indexSeconds.toFixed(1)} s`)

  for (const [name, filter] of Object.entries(FILTERS)) {
    const { matches, top } = best.get(name)!
    let found = 0
    let wanted = 0
    for (const [turn, worst] of top.entries()) {
      const hits = await index.search({ vector: queries[turn], filter, k: K })
      wanted += Math.min(K, matches)
      found += hits.filter(({ score }) => score >= worst).length
    }
    console.error(`${engine}: ${name}, recall@10 ${(wanted === 0 ? 1 : found / wanted).toFixed(3)}`)
    const [one, many] = [await latencies(index, filter, 1), await latencies(index, filter, 16)]
    results.push({
      engine,
      filter: name,
      matches,
      recallAt10: wanted === 0 ? 1 : found / wanted,
      p50Ms: one.p50,
      p99Ms: one.p99,
      p50MsAt16: many.p50,
      p99MsAt16: many.p99,
    })
  }

  const changed = rows.slice(0, UPSERTS).map((row) => ({ ...row, popularity: row.popularity + 1 }))
  const startedUpserts = performance.now()
  for (let from = 0; from < UPSERTS; from += 500) await index.upsert(changed.slice(from, from + 500))
  const upsertsPerSecond = Math.round(UPSERTS / ((performance.now() - startedUpserts) / 1000))
  console.error(`${engine}: ${upsertsPerSecond} upserts/s`)
  jobs.push({ engine, indexSeconds, upsertsPerSecond, ...(await swapUnderLoad(index)) })
  await index.close()
}

/** Switches between two versions while questions run: each answer has to come, whole, from one of them. */
async function swapUnderLoad(index: VectorIndex) {
  const some = rows.slice(0, 5000)
  const opposite = some.map((row) => ({ ...row, vector: row.vector.map((value) => -value) }))
  await build(index, 'plus', some)
  await build(index, 'minus', opposite)
  const vector = queries[0]
  const answers = new Set<string>()
  for (const version of ['plus', 'minus']) {
    await index.activate(version)
    answers.add((await index.search({ vector, filter: {}, k: K })).map(({ id }) => id).join())
  }
  let [swapRequests, swapFailedOrWrong, swapSlowestMs] = [0, 0, 0]
  const stop = new AbortController()
  const ask = async () => {
    while (!stop.signal.aborted) {
      const started = performance.now()
      const ids = await index.search({ vector, filter: {}, k: K }).then(
        (hits) => hits.map(({ id }) => id).join(),
        () => 'failed',
      )
      swapRequests++
      if (!answers.has(ids)) swapFailedOrWrong++
      swapSlowestMs = Math.max(swapSlowestMs, performance.now() - started)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const asking = Array.from({ length: 8 }, ask)
  for (let round = 0; round < 10; round++) {
    await index.activate(round % 2 === 0 ? 'plus' : 'minus')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  stop.abort()
  await Promise.all(asking)
  return { swapRequests, swapFailedOrWrong, swapSlowestMs }
}

/** The same knn body through the adapter's connection with its policies, and by plain HTTP. */
async function compareWithRaw(url: string) {
  const server = await connectOpenSearch(url)
  const bodies = queries.map((vector) =>
    approximateBody({
      vector,
      clauses: filterClauses(FILTERS['region'], []),
      size: 26,
      withPoint: false,
      efSearch: 256,
    }),
  )
  const path = '/dongne-places-v1/_search'
  const { Client } = await import('@opensearch-project/opensearch')
  const raw = new Client({ node: url, maxRetries: 0 })
  const ways = {
    adapter: (body: object) => server.send({ method: 'POST', path, body }),
    raw: (body: object) => raw.transport.request({ method: 'POST', path, body: JSON.stringify(body) }),
  }
  const times = { adapter: [] as number[], raw: [] as number[] }
  // In turns, so that both see the same machine.
  for (let round = 0; round < 4; round++) {
    for (const body of bodies) {
      for (const way of ['adapter', 'raw'] as const) {
        const started = performance.now()
        await ways[way](body)
        if (round > 0) times[way].push(performance.now() - started)
      }
    }
  }
  await Promise.all([server.close(), raw.close()])
  const [adapterP50Ms, rawP50Ms] = [quantile(times.adapter, 0.5), quantile(times.raw, 0.5)]
  return { adapterP50Ms, rawP50Ms, ratio: adapterP50Ms / rawP50Ms }
}

async function latencies(index: VectorIndex, filter: Filter, connections: number) {
  const times: number[] = []
  let next = 0
  const ask = async () => {
    for (let turn = next++; turn < QUERIES; turn = next++) {
      const started = performance.now()
      await index.search({ vector: queries[turn], filter, k: K })
      times.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: connections }, ask))
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}

async function build(index: VectorIndex, version: string, all: readonly IndexRow[]): Promise<void> {
  async function* batches() {
    for (let from = 0; from < all.length; from += 1000) yield all.slice(from, from + 1000)
  }
  await index.build({ version, dim: DIM, modelVersion: 'bench', revision: 0 }, batches())
}
