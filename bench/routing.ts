// Would OpenSearch answer sooner if places were routed to shards by their top region? One shard, and several with and without.
// Starts OpenSearch (npm run setup:engines). Answers are compared too: a routed search must find what the others find.
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { opensearch } from '../scripts/engines/opensearch.ts'
import { encodeGeohash } from '../src/geo/geohash.ts'
import { createRandom } from '../src/math/random.ts'
import { normalize } from '../src/math/vector.ts'
import type { Filter } from '../src/vector-index/filter.ts'
import { approximateBody, exactBody, filterClauses } from '../src/vector-index/opensearch/clauses.ts'
import { idOf, toDocument, type SearchHit } from '../src/vector-index/opensearch/document.ts'
import { connectOpenSearch, type OpenSearchServer } from '../src/vector-index/opensearch/server.ts'
import type { IndexRow } from '../src/vector-index/port.ts'
import { withServer } from './engine-server.ts'
import { quantile } from './quantile.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    places: { type: 'string', default: '100000' },
    shards: { type: 'string', default: '4' },
    queries: { type: 'string', default: '100' },
  },
})
const [PLACES, SHARDS, QUERIES] = [Number(values.places), Number(values.shards), Number(values.queries)]
const DIM = 64
const SIZE = 26
const CLUSTERS = 300
/** KOSTAT codes of the first level with about their share of the places of Korea. */
const TOPS = { 11: 24, 21: 7, 22: 5, 23: 6, 24: 3, 25: 3, 26: 2, 31: 23, 32: 4, 37: 6, 38: 7, 39: 3 }

const source = createRandom(1)
const unit = (from?: Float32Array) =>
  normalize(
    Float32Array.from({ length: DIM }, (_, i) => (from?.[i] ?? 0) + source.normal() * (from ? 0.09 : 1)),
  )
const centres = Array.from({ length: CLUSTERS }, () => unit())
const anyCentre = () => centres[Math.floor(source.next() * CLUSTERS)]

const tops = Object.entries(TOPS).flatMap(([code, share]) => Array.from({ length: share }, () => code))
const rows = Array.from({ length: PLACES }, (_, index): IndexRow => {
  const top = tops[Math.floor(source.next() * tops.length)]
  const county = `${top}0${Math.floor(source.next() * 10)}0`
  const [lng, lat] = [
    126 + (Number(top) % 7) * 0.4 + source.next() * 0.4,
    34 + (Number(top) % 9) * 0.4 + source.next() * 0.4,
  ]
  return {
    id: `place-${index}`,
    vector: unit(anyCentre()),
    lng,
    lat,
    geohash: encodeGeohash({ lng, lat }),
    regions: [top, county],
    spots: [],
    categories: [`kind-${index % 8}`],
    tags: [],
    closed: false,
    timeZone: 'Asia/Seoul',
    popularity: 0,
  }
})
const queries = Array.from({ length: QUERIES }, () => unit(anyCentre()))

/** Each within the region "11", so that routing asks one shard. */
const QUESTIONS: Readonly<
  Record<string, { filter: Filter; toBody: (options: Parameters<typeof exactBody>[0]) => object }>
> = {
  'a county, every match scored': { filter: { regions: ['11000'] }, toBody: exactBody },
  'a top region, by the graph': {
    filter: { regions: ['11'] },
    toBody: (options) => approximateBody({ ...options, efSearch: 256 }),
  },
}

interface Row {
  readonly layout: string
  readonly question: string
  readonly indexSeconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p50MsAt16: number
  readonly perSecondAt16: number
}

const results: Row[] = []
const answers = new Map<string, string>()
let differing = 0

for (const [layout, shards, isRouted] of [
  ['one shard', 1, false],
  [`${SHARDS} shards`, SHARDS, false],
  [`${SHARDS} shards, routed`, SHARDS, true],
] as const) {
  // A server each: none works with what another one left in its memory.
  await withServer(opensearch, async (port) => {
    const server = await connectOpenSearch(`http://127.0.0.1:${port}`)
    await measure(server, layout, shards, isRouted)
    await server.close()
  })
}

const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
if (values.json) console.log(JSON.stringify({ machine, places: PLACES, dim: DIM, results, differing }))
else {
  console.log(`${machine}; ${PLACES} places, dim ${DIM}, ${SIZE} hits; ${differing} exact answers differ`)
  console.table(results)
}

async function measure(
  server: OpenSearchServer,
  layout: string,
  shards: number,
  isRouted: boolean,
): Promise<void> {
  const started = performance.now()
  await load(server, shards, isRouted)
  const indexSeconds = (performance.now() - started) / 1000
  console.error(`${layout}: indexed in ${indexSeconds.toFixed(1)} s`)
  for (const [question, { filter, toBody }] of Object.entries(QUESTIONS)) {
    const ask = async (vector: Float32Array) => {
      const body = toBody({ vector, clauses: filterClauses(filter, []), size: SIZE, withPoint: false })
      const { body: reply } = await server.send<{ hits: { hits: SearchHit[] } }>({
        method: 'POST',
        path: '/routing/_search',
        ...(isRouted && { query: { routing: '11' } }),
        body,
      })
      return reply.hits.hits.map(idOf).join()
    }
    for (const [turn, vector] of queries.entries()) {
      const key = `${question} ${turn}`
      const found = await ask(vector)
      if (toBody === exactBody && (answers.get(key) ?? found) !== found) differing++
      answers.set(key, found)
    }
    const [one, many] = [await timed(ask, 1), await timed(ask, 16)]
    results.push({
      layout,
      question,
      indexSeconds,
      p50Ms: quantile(one.times, 0.5),
      p99Ms: quantile(one.times, 0.99),
      p50MsAt16: quantile(many.times, 0.5),
      perSecondAt16: Math.round(QUERIES / many.seconds),
    })
  }
}

async function load(server: OpenSearchServer, shards: number, isRouted: boolean): Promise<void> {
  const timeoutMs = 300_000
  const file = new URL('../mappings/opensearch/places-v2.json', import.meta.url)
  const { settings, mappings } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>
  const sized = { ...settings, 'index.number_of_shards': shards, 'index.refresh_interval': '-1' }
  await server.send({ method: 'PUT', path: '/routing', body: { settings: sized, mappings }, timeoutMs })
  for (let from = 0; from < PLACES; from += 1000) {
    const lines = rows.slice(from, from + 1000).flatMap((row) => {
      const index = { _id: row.id, ...(isRouted && { routing: row.regions[0] }) }
      return [{ index }, toDocument(row)]
    })
    await server.send({ method: 'POST', path: '/routing/_bulk', lines, timeoutMs })
  }
  await server.send({ method: 'POST', path: '/routing/_refresh', timeoutMs })
  await server.send({
    method: 'POST',
    path: '/routing/_forcemerge',
    query: { max_num_segments: 1 },
    timeoutMs,
  })
}

async function timed(ask: (vector: Float32Array) => Promise<unknown>, connections: number) {
  const times: number[] = []
  const started = performance.now()
  let next = 0
  const worker = async () => {
    for (let turn = next++; turn < QUERIES; turn = next++) {
      const asked = performance.now()
      await ask(queries[turn])
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  return { times, seconds: (performance.now() - started) / 1000 }
}
