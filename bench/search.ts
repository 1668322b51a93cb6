// How fast is exact filtered vector search, and beside other embeddable engines? Tables a filter and engine; --json: one line.
// Every engine runs in a process of its own, one after the other, on the same rows; bench/peers/search holds the others.
//   npm run bench:search -- [--rows 200000] [--dim 128] [--engines dongne,reference,zvec] [--minutes 20 an engine] [--json]
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeData } from './search/data.ts'
import type { EngineResult } from './search/harness.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    dim: { type: 'string', default: '128' },
    json: { type: 'boolean', default: false },
    engines: { type: 'string', default: '' },
    minutes: { type: 'string', default: '20' },
  },
})
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const rows = Number(values.rows)
const dim = Number(values.dim)
const source = path('../../shared/data/whosonfirst-nv/venues.ndjson.gz')
if (!existsSync(source)) {
  console.error(`${source} is missing: this bench works on the real venues of Nevada.`)
  process.exit(2)
}

const folder = await mkdtemp(join(tmpdir(), 'dongne-search-'))
const finished: EngineResult[] = []
const absent: { engine: string; reason: string }[] = []
try {
  await makeData(source, folder, rows, dim)
  const peers = existsSync(path('./peers/search')) ? (await readdir(path('./peers/search'))).sort() : []
  const files = [
    ...['dongne.ts', 'reference.ts'].map((file) => path(`./search/${file}`)),
    ...peers
      .filter((file) => file !== 'where.mjs' && /\.(mjs|py)$/.test(file))
      .map((file) => path(`./peers/search/${file}`)),
  ]
  for (const file of files) {
    const engine = file.replace(/^.*\//, '').replace(/\.\w+$/, '')
    if (values.engines !== '' && !values.engines.split(',').includes(engine)) continue
    try {
      finished.push(await run(file))
    } catch (error) {
      absent.push({ engine, reason: (error as Error).message })
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
const results = finished.flatMap((engine) => engine.results)
const build = finished.map((engine) => engine.build)
const bandwidth = memoryBandwidth()
if (values.json) console.log(JSON.stringify({ rows, dim, machine, bandwidth, results, build, absent }))
else print()

function print(): void {
  console.log(`${machine}; ${rows} rows of ${dim} dimensions; p50 / p99 ms (recall@10 where not 1)`)
  const filters = [...new Set(results.map(({ filter }) => filter))]
  const of = (engine: string, filter: string) =>
    results.find((row) => row.engine === engine && row.filter === filter)
  console.table(
    Object.fromEntries(
      filters.map((filter) => {
        const ours = of('dongne', filter)
        const others = results.filter(
          (row) => row.filter === filter && row.engine !== 'dongne' && row.engine !== 'reference scan',
        )
        const best = Math.min(...others.filter(({ recall }) => recall >= 0.99).map(({ p50Ms }) => p50Ms))
        const cells: Record<string, string> = {
          share: `${(100 * (ours ?? results[0]).selectivity).toPrecision(2)} %`,
        }
        for (const { engine } of finished) {
          const row = of(engine, filter)
          if (row === undefined) continue
          const recall = row.recall > 0.9999 ? '' : ` (${row.recall.toFixed(3)})`
          cells[engine] = `${row.p50Ms.toFixed(3)} / ${row.p99Ms.toFixed(3)}${recall}`
        }
        if (ours !== undefined && best < Infinity) cells['ours / best'] = (ours.p50Ms / best).toFixed(2)
        if (ours?.qps2 !== undefined) {
          cells['q/s 1, 2 threads'] =
            `${Math.round(ours.qps1)}, ${Math.round(ours.qps2)} (${(ours.qps2 / ours.qps1).toFixed(2)} ×)`
        }
        return [filter, cells]
      }),
    ),
  )
  console.table(build)
  const scan = of('dongne', 'none')
  if (scan !== undefined) {
    const rate = (rows * (Math.ceil(dim / 16) * 16 + 8)) / scan.p50Ms / 1e6
    console.log(
      `unfiltered scan: ${rate.toFixed(1)} GB/s of codes, memory ${bandwidth.toFixed(1)} GB/s: ${(rate / bandwidth).toFixed(2)}`,
    )
  }
  for (const { engine, reason } of absent) console.log(`${engine}: not measured (${reason})`)
}

/** GB/s that one thread reads: comparing two equal buffers (memcmp) reads both. */
function memoryBandwidth(): number {
  const size = 2 ** 27
  const [a, b] = [Buffer.alloc(size, 1), Buffer.alloc(size, 1)]
  let best = Infinity
  for (let turn = 0; turn < 5; turn++) {
    const start = performance.now()
    if (Buffer.compare(a, b) !== 0) throw new Error('equal buffers differ')
    best = Math.min(best, performance.now() - start)
  }
  return (2 * size) / best / 1e6
}

/** Runs an engine's file; its last line is the result, a failure's last line the reason. */
function run(file: string): Promise<EngineResult> {
  const venv = path('./peers/search/.venv/bin/python')
  const [command, ...args] = file.endsWith('.py')
    ? [existsSync(venv) ? venv : 'python3', file]
    : [process.execPath, '--expose-gc', '--max-old-space-size=8192', file]
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, folder], { stdio: ['ignore', 'pipe', 'pipe'] })
    const limit = setTimeout(() => child.kill('SIGKILL'), 60_000 * Number(values.minutes))
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(limit)
      if (code === 0) resolve(JSON.parse(out.trim().split('\n').at(-1)!) as EngineResult)
      else {
        const reason = err.split('\n').find((line) => /Error|error/.test(line))
        const ending =
          signal === 'SIGKILL' ? `stopped, longer than ${values.minutes} minutes` : `exit code ${code}`
        reject(new Error(reason?.trim() ?? ending))
      }
    })
  })
}
