// How fast and how lean are imports? Real files (skipped where absent) and who's-on-first grown to --rows places, into
// SQLite without boundaries and with those of Korea in the catalog, and with --database-url postgres://… also into a schema
// of that database, which is dropped afterwards.
// Prints rows a second, peak memory and processor time of the import (not of the database) and what arrived; --json: one line.
import { spawnSync } from 'node:child_process'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createGunzip } from 'node:zlib'
import { Client } from 'pg'
import { sharedData } from '../test/shared-data.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string', default: '200000' },
    'database-url': { type: 'string' },
  },
})

/** Made and dropped for each import. */
const SCHEMA = 'dongne_bench'

interface Row {
  readonly source: string
  readonly catalog: 'SQLite' | 'PostgreSQL'
  readonly places: number
  readonly events: number
  readonly rejected: number
  readonly seconds: number
  readonly rowsPerSecond: number
  readonly peakMb: number
  readonly cpuSeconds: number
}

const folder = await mkdtemp(join(tmpdir(), 'dongne-bench-'))
const rows: Row[] = []
try {
  if (existsSync(sharedData('foursquare-nyc')))
    await measureAll('foursquare-nyc', sharedData('foursquare-nyc'))
  else console.error('skipped: foursquare-nyc is absent')
  const venues = sharedData('whosonfirst-nv/venues.ndjson.gz')
  if (existsSync(venues)) {
    const grown = join(folder, 'venues.ndjson')
    await grow(venues, grown, Number(values.rows))
    await measureAll(`whosonfirst-nv × ${values.rows}`, grown)
    const regions = sharedData('korea-regions')
    if (existsSync(regions)) {
      const source = `whosonfirst-nv × ${values.rows}, korea-regions stored`
      run(source, regions, 'SQLite', {}, ['--format', 'regions'])
      rows.push(measure(source, grown, 'SQLite', {}))
    } else console.error('skipped: korea-regions is absent')
  } else console.error('skipped: whosonfirst-nv is absent')
} finally {
  await rm(folder, { recursive: true, force: true })
}

const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
if (values.json) console.log(JSON.stringify({ machine, rows }))
else {
  console.log(machine)
  console.table(rows)
}

async function measureAll(source: string, path: string): Promise<void> {
  rows.push(measure(source, path, 'SQLite', {}))
  const database = values['database-url']
  if (database === undefined) return
  const url = new URL(database)
  url.searchParams.set('schema', SCHEMA)
  const drop = () => query(database, `drop schema if exists ${SCHEMA} cascade`)
  await drop()
  try {
    rows.push(measure(source, path, 'PostgreSQL', { DONGNE_DATABASE_URL: url.href }))
  } finally {
    await drop()
  }
}

async function query(connectionString: string, sql: string): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** One import into the source's own catalog, in figures. */
function measure(
  source: string,
  path: string,
  catalog: Row['catalog'],
  env: Readonly<Record<string, string>>,
): Row {
  const [stdout, stderr] = run(source, path, catalog, env)
  const { places, events, rejected, seconds } = JSON.parse(stdout) as Omit<Row, 'source'>
  const [, peakKb, cpuMicros] = /peak-kb=(\d+) cpu-us=(\d+)/.exec(stderr)!
  return {
    source,
    catalog,
    places,
    events,
    rejected,
    seconds,
    rowsPerSecond: Math.round((places + events) / seconds),
    peakMb: Math.round(Number(peakKb) / 1024),
    cpuSeconds: Number(cpuMicros) / 1e6,
  }
}

/** Imports in a process of its own, so that the peak memory is the import's. */
function run(
  source: string,
  path: string,
  catalog: Row['catalog'],
  env: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): string[] {
  const bin = fileURLToPath(new URL('../bin/dongne.js', import.meta.url))
  const report = `process.on('exit',()=>{const u=process.resourceUsage();console.error('peak-kb='+u.maxRSS+' cpu-us='+(u.userCPUTime+u.systemCPUTime))})`
  const child = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${report}`, bin, 'import', path, '--json', ...options],
    {
      env: {
        ...process.env,
        DONGNE_DATABASE_URL: '',
        ...env,
        DONGNE_DATA_DIR: join(folder, `${source}-${catalog}`.replaceAll(/\W+/g, '-')),
      },
      encoding: 'utf8',
      cwd: folder,
    },
  )
  if (child.status !== 0) throw new Error(`import of ${path} failed: ${child.stderr}`)
  return [child.stdout, child.stderr]
}

/** Writes `target` rows by repeating the source with new ids. */
async function grow(source: string, path: string, target: number): Promise<void> {
  const out = createWriteStream(path)
  let written = 0
  for (let round = 0; written < target; round++) {
    const lines = createInterface({ input: createReadStream(source).pipe(createGunzip()) })
    for await (const line of lines) {
      if (written >= target) break
      const row = JSON.parse(line) as { id: number }
      written++
      if (!out.write(`${JSON.stringify({ ...row, id: round === 0 ? row.id : row.id + round * 1e10 })}\n`)) {
        await once(out, 'drain')
      }
    }
  }
  out.end()
  await finished(out)
}
