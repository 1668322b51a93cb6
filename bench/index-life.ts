// How does the embedded index behave over its life? Growth at a fixed density, opening, memory, durable upserts, queries during
// merges, and how long the main thread is held. Synthetic rows on a grid of places; --json: one line.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { encodeGeohash } from '../src/geo/geohash.ts'
import { openEmbeddedIndex } from '../src/vector-index/embedded/index.ts'
import type { IndexRow, VectorIndex } from '../src/vector-index/port.ts'
import { seeded } from './search/data.ts'

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000,1000000' },
    dim: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
    open: { type: 'string' },
  },
})
const dim = Number(values.dim)
/** Places a square degree of latitude: some 500 in a circle of 1 km. */
const PER_DEGREE = 1_600_000
const BATCH = 1000

function makeRow(random: () => number, n: number, side: number): IndexRow {
  const [lng, lat] = [127 + random() * side, 36 + random() * side]
  const vector = Float32Array.from({ length: dim }, () => random() + random() + random() - 1.5)
  let squares = 0
  for (const value of vector) squares += value * value
  const length = Math.sqrt(squares)
  for (let i = 0; i < dim; i++) vector[i] /= length
  const area = Math.floor(lat * 20) * 10_000 + Math.floor(lng * 20)
  return {
    id: `place:${n}`,
    vector,
    lng,
    lat,
    geohash: encodeGeohash({ lng, lat }),
    regions: ['11', String(area)],
    spots: [],
    categories: [`food/kind-${n % 40}`, 'food'],
    tags: [`tag-${Math.floor(random() * 500)}`],
    rating: Math.floor(random() * 51) / 10,
    closed: false,
    openMinutes: [[540, 1320 + (n % 20)]],
    timeZone: 'Asia/Seoul',
    popularity: Math.floor(1 / (random() + 1e-3)),
  }
}

async function* makeRows(count: number, side: number): AsyncGenerator<IndexRow[]> {
  const random = seeded(count)
  for (let start = 0; start < count; start += BATCH) {
    yield Array.from({ length: Math.min(BATCH, count - start) }, (_, i) => makeRow(random, start + i, side))
  }
}

const percentile = (times: number[], share: number) => {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

const sideOf = (count: number) => Math.sqrt(count / PER_DEGREE)

async function askCircles(
  index: VectorIndex,
  count: number,
  random: () => number,
  queries: number,
): Promise<number[]> {
  const side = sideOf(count)
  const times: number[] = []
  for (let q = 0; q < queries; q++) {
    const { vector } = makeRow(random, q, side)
    const at = { lng: 127 + side * (0.2 + 0.6 * random()), lat: 36 + side * (0.2 + 0.6 * random()) }
    const start = performance.now()
    await index.search({ vector, filter: { circle: { ...at, radiusMeters: 1000 } }, k: 10 })
    times.push(performance.now() - start)
  }
  return times
}

/** Opening and what it adds to the memory, in a process that did nothing else before. */
function openInProcess(path: string): { openSeconds: number; bytes: number } {
  const args = ['--expose-gc', fileURLToPath(import.meta.url), '--open', path]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as ReturnType<
    typeof openInProcess
  >
}

if (values.open !== undefined) {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  const opening = performance.now()
  const index = await openEmbeddedIndex({ folder: values.open })
  const openSeconds = (performance.now() - opening) / 1000
  globalThis.gc?.()
  console.log(JSON.stringify({ openSeconds, bytes: process.memoryUsage.rss() - before }))
  await index.close()
  process.exit(0)
}

const folder = await mkdtemp(join(tmpdir(), 'dongne-life-'))
const growth: object[] = []
let largest = 0
for (const count of values.sizes.split(',').map(Number)) {
  const path = join(folder, String(count))
  const random = seeded(3)
  const builder = await openEmbeddedIndex({ folder: path })
  const started = performance.now()
  await builder.build({ version: 'v', dim, modelVersion: 'm', revision: 0 }, makeRows(count, sideOf(count)))
  const buildSeconds = (performance.now() - started) / 1000
  await builder.activate('v')
  await builder.close()
  const { openSeconds, bytes } = openInProcess(path)
  const index = await openEmbeddedIndex({ folder: path })
  await askCircles(index, count, random, 300) // warm-up
  const times = await askCircles(index, count, random, 1000)
  growth.push({
    places: count,
    'build s, rows made included': buildSeconds.toFixed(2),
    'open s': openSeconds.toFixed(2),
    'bytes a place': Math.round(bytes / count),
    'circle p50 ms': percentile(times, 0.5).toFixed(4),
    'circle p99 ms': percentile(times, 0.99).toFixed(4),
  })
  await index.close()
  largest = count
}

// Durable upserts in batches beside queries, which run while segments merge and logs turn into segments.
const random = seeded(5)
const index = await openEmbeddedIndex({ folder: join(folder, String(largest)), durable: true })
const idle = await askCircles(index, largest, random, 2000)
const changes = Array.from({ length: 60 }, (_, batch) =>
  Array.from({ length: BATCH }, (_, i) =>
    makeRow(random, Math.floor(random() * largest) + ((batch + i) % 2), sideOf(largest)),
  ),
)
const delay = monitorEventLoopDelay({ resolution: 1 })
const writing = performance.now()
for (const rows of changes) await index.upsert(rows)
const upsertsPerSecond = (changes.length * BATCH) / ((performance.now() - writing) / 1000)
const during: number[] = []
delay.enable()
for (let batch = 0; batch < changes.length; batch++) {
  const written = index.upsert(changes[batch])
  during.push(...(await askCircles(index, largest, random, 40)))
  await written
}
delay.disable()
await index.close()
await rm(folder, { recursive: true })

const life = {
  'durable upserts/s, batches of 1,000': Math.round(upsertsPerSecond),
  'circle p50 ms idle': percentile(idle, 0.5).toFixed(4),
  'circle p99 ms idle': percentile(idle, 0.99).toFixed(4),
  'circle p50 ms while writing': percentile(during, 0.5).toFixed(4),
  'circle p99 ms while writing': percentile(during, 0.99).toFixed(4),
  'main thread held at most ms, while writing': (delay.max / 1e6).toFixed(1),
}
const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
if (values.json) console.log(JSON.stringify({ machine, dim, growth, life }))
else {
  console.log(`${machine}; ${dim} dimensions`)
  console.table(growth)
  console.table(life)
}
process.exit(0)
