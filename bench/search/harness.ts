// Measures one engine in a process of its own: builds, asks every case, compares with the right answers, prints one line of JSON.
// Leaves data to data.ts; an engine is one file with `measure(…)`.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Filter } from '../../src/vector-index/filter.ts'
import type { IndexRow } from '../../src/vector-index/port.ts'
import { K, readFloats, readRows, readShape, type Case } from './data.ts'

export interface EngineUnderTest {
  readonly name: string
  /** Takes all rows; what comes back is what queries need. */
  build(rows: AsyncIterable<readonly IndexRow[]>, folder: string, dim: number): Promise<void>
  /** The best k ids; undefined where the engine cannot ask so. */
  prepare(filter: Filter): ((vector: Float32Array, k: number) => string[] | Promise<string[]>) | undefined
  /** Ids of several queries on two threads, where the engine has such a call. */
  searchMany?(vectors: readonly Float32Array[], filters: readonly Filter[], k: number): Promise<unknown>
  readonly exact: boolean
  /** Bytes of its own files or memory, where it can tell. */
  bytes?(): Promise<number> | number
}

export interface EngineResult {
  readonly engine: string
  readonly results: readonly {
    readonly engine: string
    readonly filter: string
    readonly selectivity: number
    readonly p50Ms: number
    readonly p99Ms: number
    readonly recall: number
    readonly exact: boolean
    readonly qps1: number
    readonly qps2?: number
  }[]
  readonly build: {
    readonly engine: string
    readonly seconds: number
    readonly rssMb: number
    readonly bytesPerRow: number
  }
}

const WARM_UP = 20
const MOST_QUERIES = 400
const BUDGET_MS = 1500

export async function measure(engine: EngineUnderTest): Promise<void> {
  const folder = process.argv[2]
  const { rows, dim, queries } = await readShape(folder)
  const vectors = await readFloats(join(folder, 'queries.f32'))
  const cases = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8')) as Case[]
  const query = (q: number) => vectors.slice((q % queries) * dim, ((q % queries) + 1) * dim)
  // Rows are made beforehand: parsing them is no engine's work.
  const batches: IndexRow[][] = []
  for await (const batch of readRows(folder)) batches.push(batch)
  const before = process.memoryUsage.rss()
  const started = performance.now()
  await engine.build(
    (async function* () {
      yield* batches
    })(),
    folder,
    dim,
  )
  const seconds = (performance.now() - started) / 1000
  batches.length = 0
  globalThis.gc?.()
  const rss = process.memoryUsage.rss() - before
  const results: EngineResult['results'][number][] = []
  for (const { name, filters, selectivity, truths } of cases) {
    const asked = filters.map((filter) => engine.prepare(filter))
    if (asked.some((ask) => ask === undefined)) continue
    const ask = (q: number) => asked[q % asked.length]!(query(q), K)
    let [found, wanted] = [0, 0]
    for (const [q, truth] of truths.entries()) {
      const ids = new Set(await ask(q))
      found += truth.filter((id) => ids.has(id)).length
      wanted += truth.length
    }
    for (let q = 0; q < WARM_UP; q++) await ask(q)
    const times: number[] = []
    const begin = performance.now()
    for (let q = 0; q < MOST_QUERIES && (q < 20 || performance.now() - begin < BUDGET_MS); q++) {
      const start = performance.now()
      await ask(q)
      times.push(performance.now() - start)
    }
    const qps1 = (1000 * times.length) / times.reduce((sum, ms) => sum + ms, 0)
    let qps2: number | undefined
    if (engine.searchMany !== undefined) {
      const size = 64
      const many = Array.from({ length: size }, (_, q) => query(q))
      const manyFilters = Array.from({ length: size }, (_, q) => filters[q % filters.length])
      await engine.searchMany(many, manyFilters, K)
      const start = performance.now()
      let rounds = 0
      while (rounds < 3 || performance.now() - start < BUDGET_MS / 3) {
        await engine.searchMany(many, manyFilters, K)
        rounds++
      }
      qps2 = (1000 * size * rounds) / (performance.now() - start)
    }
    times.sort((a, b) => a - b)
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]
    results.push({
      engine: engine.name,
      filter: name,
      selectivity,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      recall: wanted === 0 ? 1 : found / wanted,
      exact: engine.exact,
      qps1,
      ...(qps2 !== undefined && { qps2 }),
    })
  }
  const bytes = (await engine.bytes?.()) ?? rss
  const build = { engine: engine.name, seconds, rssMb: rss / 2 ** 20, bytesPerRow: bytes / rows }
  console.log(JSON.stringify({ engine: engine.name, results, build } satisfies EngineResult))
  process.exit(0)
}
