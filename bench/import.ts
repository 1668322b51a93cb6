// How fast and how lean are imports? Real files (skipped where absent) and who's-on-first grown to --rows places, without
// boundaries and with those of Korea in the catalog.
// Prints rows a second, peak memory and what arrived; --json: one line.
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
import { sharedData } from '../test/shared-data.ts'

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rows: { type: 'string', default: '200000' } },
})

interface Row {
  readonly source: string
  readonly places: number
  readonly events: number
  readonly rejected: number
  readonly seconds: number
  readonly rowsPerSecond: number
  readonly peakMb: number
}

const folder = await mkdtemp(join(tmpdir(), 'dongne-bench-'))
const rows: Row[] = []
try {
  if (existsSync(sharedData('foursquare-nyc')))
    rows.push(measure('foursquare-nyc', sharedData('foursquare-nyc')))
  else console.error('skipped: foursquare-nyc is absent')
  const venues = sharedData('whosonfirst-nv/venues.ndjson.gz')
  if (existsSync(venues)) {
    const grown = join(folder, 'venues.ndjson')
    await grow(venues, grown, Number(values.rows))
    rows.push(measure(`whosonfirst-nv × ${values.rows}`, grown))
    const regions = sharedData('korea-regions')
    if (existsSync(regions)) {
      const source = `whosonfirst-nv × ${values.rows}, korea-regions stored`
      run(source, regions, '--format', 'regions')
      rows.push(measure(source, grown))
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

/** One import into the source's own catalog, in figures. */
function measure(source: string, path: string): Row {
  const { stdout, stderr } = run(source, path)
  const { places, events, rejected, seconds } = JSON.parse(stdout) as Omit<Row, 'source'>
  return {
    source,
    places,
    events,
    rejected,
    seconds,
    rowsPerSecond: Math.round((places + events) / seconds),
    peakMb: Math.round(Number(/peak-kb=(\d+)/.exec(stderr)![1]) / 1024),
  }
}

/** Imports in a process of its own, so that the peak memory is the import's. */
function run(source: string, path: string, ...options: string[]) {
  const bin = fileURLToPath(new URL('../bin/dongne.js', import.meta.url))
  const child = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,process.on('exit',()=>console.error('peak-kb='+process.resourceUsage().maxRSS))`,
      bin,
      'import',
      path,
      '--json',
      ...options,
    ],
    {
      env: { ...process.env, DONGNE_DATA_DIR: join(folder, source.replaceAll(/\W+/g, '-')) },
      encoding: 'utf8',
      cwd: folder,
    },
  )
  if (child.status !== 0) throw new Error(`import of ${path} failed: ${child.stderr}`)
  return child
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
