// Does the durable index lose anything when its process is killed? Runs a writer (upserts, deletes, checkpoints, merges, version
// switches), kills it at a random moment, opens the index again and counts. Exit 1 where an acknowledged row is missing.
//   node bench/kill-index.ts [--runs 50] [--seed 1] [--json]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openEmbeddedIndex } from '../src/vector-index/embedded/index.ts'
import type { IndexRow } from '../src/vector-index/port.ts'
import { seeded } from './search/data.ts'

const DIM = 16
/** Rows of one upsert: a record of the log, so that all of them come back or none. */
const BATCH = 100
/** Of the batch this far back the first rows are deleted. */
const DELETE_LAG = 10
const DELETES = 5
/** Small, so that every run has checkpoints. */
const CHECKPOINT_BYTES = 200_000
const EVERYTHING = { includeClosed: true }

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    writer: { type: 'string' },
  },
})

if (values.writer !== undefined) await write(values.writer)
else process.exitCode = await harness()

function batchRows(batch: number): IndexRow[] {
  const random = seeded(batch)
  return Array.from({ length: BATCH }, (_, i) => ({
    id: `${batch}:${i}`,
    vector: Float32Array.from({ length: DIM }, () => random() - 0.5),
    lng: 127 + random(),
    lat: 37 + random(),
    geohash: `wyd${Math.floor(random() * 1e9)}`.padEnd(12, '0').slice(0, 12),
    regions: ['11'],
    spots: [],
    categories: ['food'],
    tags: [],
    closed: false,
    timeZone: 'Asia/Seoul',
    popularity: batch,
  }))
}

/** Ids that are there after `batch` was written and its deletes were done. */
function* idsUpTo(batch: number): Generator<string> {
  for (let b = 0; b <= batch; b++) {
    for (let i = b <= batch - DELETE_LAG ? DELETES : 0; i < BATCH; i++) yield `${b}:${i}`
  }
}

/** Goes on from what the index holds; says on stdout what was acknowledged, after it was. */
async function write(folder: string): Promise<void> {
  const index = await openEmbeddedIndex({ folder, durable: true, checkpointBytes: CHECKPOINT_BYTES })
  const { versions } = await index.versions()
  const build = async (version: number, last: number) => {
    const rows = async function* () {
      for (let b = 0; b <= last; b++) yield batchRows(b).slice(b <= last - DELETE_LAG ? DELETES : 0)
    }
    await index.build({ version: `v${version}`, dim: DIM, modelVersion: 'm', revision: last }, rows())
    await index.activate(`v${version}`)
  }
  let version = Math.max(0, ...versions.map(({ version }) => Number(version.slice(1))))
  let last = -1
  if (versions.length > 0) {
    const hits = await index.list({ filter: EVERYTHING, order: { by: 'popularity' }, k: 1 })
    last = hits[0]?.score ?? -1
    if (last >= 0) {
      // The last batch may have come without its deletes.
      const due = batchRows(Math.max(0, last - DELETE_LAG)).slice(0, DELETES)
      if (last >= DELETE_LAG) await index.delete(due.map(({ id }) => id))
    }
  } else await build(++version, -1)
  for (let batch = last + 1; ; batch++) {
    await index.upsert(batchRows(batch))
    if (batch >= DELETE_LAG) {
      await index.delete(
        batchRows(batch - DELETE_LAG)
          .slice(0, DELETES)
          .map(({ id }) => id),
      )
    }
    console.log(JSON.stringify({ batch }))
    if (batch % 40 === 39) {
      await build(++version, batch)
      console.log(JSON.stringify({ switched: version }))
      for (const { version: old } of (await index.versions()).versions.slice(0, -2)) {
        if (old !== `v${version}`) await index.drop(old)
      }
    }
  }
}

async function harness(): Promise<number> {
  const random = seeded(Number(values.seed))
  const runs = Number(values.runs)
  const totals = {
    runs,
    acknowledged: 0,
    recovered: 0,
    lost: 0,
    halfBatches: 0,
    failedOpens: 0,
    switches: 0,
    checkpoints: 0,
  }
  let folder = await mkdtemp(join(tmpdir(), 'dongne-kill-'))
  for (let run = 0; run < runs; run++) {
    // A few lives on one folder, then a fresh one.
    if (run % 5 === 0 && run > 0) {
      await rm(folder, { recursive: true })
      folder = await mkdtemp(join(tmpdir(), 'dongne-kill-'))
    }
    const { acknowledged, switches } = await writeAndKill(folder, 100 + random() * 1400)
    totals.switches += switches
    let index
    try {
      index = await openEmbeddedIndex({ folder, durable: true, checkpointBytes: CHECKPOINT_BYTES })
      index.manifest()
    } catch (error) {
      // Before the first version was activated there is nothing to open.
      if (acknowledged >= 0) totals.failedOpens++
      if (acknowledged >= 0) console.error(error)
      await index?.close()
      continue
    }
    const present = new Set(
      (await index.list({ filter: EVERYTHING, order: { by: 'popularity' }, k: 1e9 })).map(({ id }) => id),
    )
    if (present.size !== index.manifest().count || present.size !== (await index.count(EVERYTHING)))
      totals.lost++
    // What was being written when the kill came may be there or not, but only whole.
    const next = batchRows(acknowledged + 1).filter(({ id }) => present.has(id)).length
    if (next !== 0 && next !== BATCH) totals.halfBatches++
    const due = new Set(
      acknowledged + 1 >= DELETE_LAG
        ? batchRows(acknowledged + 1 - DELETE_LAG)
            .slice(0, DELETES)
            .map(({ id }) => id)
        : [],
    )
    for (const id of idsUpTo(acknowledged)) {
      totals.acknowledged++
      if (present.has(id)) totals.recovered++
      else if (due.has(id)) totals.acknowledged-- // its deletion was under way
      else totals.lost++
    }
    const { active } = await index.versions()
    const files = await readdir(join(folder, active!))
    totals.checkpoints += files.some((name) => name.startsWith('segment') && !name.startsWith('segment-0-'))
      ? 1
      : 0
    await index.close()
  }
  await rm(folder, { recursive: true })
  if (values.json) console.log(JSON.stringify(totals))
  else console.table(totals)
  return totals.lost + totals.halfBatches + totals.failedOpens === 0 ? 0 : 1
}

async function writeAndKill(
  folder: string,
  delayMs: number,
): Promise<{ acknowledged: number; switches: number }> {
  const writer = spawn(process.execPath, [fileURLToPath(import.meta.url), '--writer', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let [acknowledged, switches] = [-1, 0]
  const lines = createInterface({ input: writer.stdout })
  lines.on('line', (line) => {
    // The last line may be cut by the kill.
    if (!line.endsWith('}')) return
    const said = JSON.parse(line) as { batch?: number; switched?: number }
    if (said.batch !== undefined) acknowledged = said.batch
    else switches++
  })
  const ended = once(writer, 'exit')
  await Promise.race([once(lines, 'line'), ended])
  await Promise.race([new Promise((resolve) => setTimeout(resolve, delayMs)), ended])
  writer.kill('SIGKILL')
  await Promise.all([ended, once(lines, 'close')])
  return { acknowledged, switches }
}
