// Changes that outlive the process: logs, checkpoints, the lock, damage, full disks and kills.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEmbeddedIndex } from '../../src/vector-index/embedded/index.ts'
import type { IndexRow, VectorIndex } from '../../src/vector-index/port.ts'
import { randomRows, randomVector, seededRandom } from '../contract/index-rows.ts'

const DIM = 16
const EVERYTHING = { includeClosed: true }

let folder: string
const opened: VectorIndex[] = []
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'dongne-durable-')), 'index')
})
afterEach(async () => {
  for (const index of opened.splice(0)) await index.close()
  await rm(join(folder, '..'), { recursive: true })
})

async function open(checkpointBytes?: number): Promise<VectorIndex> {
  const index = await openEmbeddedIndex({
    folder,
    durable: true,
    ...(checkpointBytes !== undefined && { checkpointBytes }),
  })
  opened.push(index)
  return index
}

async function serve(index: VectorIndex, version: string, rows: readonly IndexRow[]): Promise<void> {
  await index.build({ version, dim: DIM, modelVersion: 'm', revision: 1 }, batch(rows))
  await index.activate(version)
}

async function* batch(rows: readonly IndexRow[]) {
  yield rows
}

async function close(index: VectorIndex): Promise<void> {
  opened.splice(opened.indexOf(index), 1)
  await index.close()
}

async function ids(index: VectorIndex): Promise<string[]> {
  const hits = await index.list({ order: { by: 'popularity' }, filter: EVERYTHING, k: 100_000 })
  return hits.map(({ id }) => id).sort()
}

const sortedIds = (rows: readonly IndexRow[]) => rows.map(({ id }) => id).sort()

describe('a durable index', () => {
  it('keeps upserts and deletes over a restart', async () => {
    const rows = randomRows(1, 50, DIM)
    const index = await open()
    await serve(index, 'v1', rows.slice(0, 40))
    await index.upsert(rows.slice(40))
    await index.delete([rows[0].id])
    await index.upsert([{ ...rows[1], popularity: 77 }])
    await close(index)
    const again = await open()
    expect(await ids(again)).toEqual(sortedIds(rows.slice(1)))
    const [best] = await again.list({ order: { by: 'popularity' }, filter: EVERYTHING, k: 1 })
    expect(best).toEqual({ id: rows[1].id, score: 77 })
  })

  it('turns a log that grew into a segment, and loses nothing of what is written meanwhile', async () => {
    const rows = randomRows(1, 1500, DIM)
    const index = await open(50_000)
    await serve(index, 'v1', rows.slice(0, 100))
    for (let start = 100; start < 1500; start += 50) {
      await index.upsert(rows.slice(start, start + 50))
      await index.delete([rows[start - 60].id])
    }
    const expected = await ids(index)
    const vector = randomVector(seededRandom(3), DIM)
    const hits = await index.search({ vector, filter: {}, k: 50 })
    await close(index)
    const files = await readdir(join(folder, 'v1'))
    expect(files).not.toContain('segment-0-0.bin')
    expect(files.filter((name) => name.startsWith('segment')).length).toBe(1)
    const again = await open()
    expect(await ids(again)).toEqual(expected)
    expect(await again.search({ vector, filter: {}, k: 50 })).toEqual(hits)
  })

  it('keeps the changes of each version apart', async () => {
    const rows = randomRows(1, 30, DIM)
    const index = await open()
    await serve(index, 'v1', rows.slice(0, 10))
    await index.upsert(rows.slice(10, 12))
    await serve(index, 'v2', rows.slice(0, 20))
    expect(await index.count(EVERYTHING)).toBe(20)
    await index.activate('v1')
    expect(await ids(index)).toEqual(sortedIds(rows.slice(0, 12)))
    await index.activate('v1')
    await index.upsert(rows.slice(12, 13))
    expect(await ids(index)).toEqual(sortedIds(rows.slice(0, 13)))
  })

  it('stores none of a batch with NaN', async () => {
    const rows = randomRows(1, 3, DIM)
    const index = await open()
    await serve(index, 'v1', rows.slice(0, 1))
    rows[2].vector[0] = NaN
    await expect(index.upsert(rows.slice(1))).rejects.toMatchObject({ code: 'non-finite-vector' })
    await close(index)
    expect(await ids(await open())).toEqual(sortedIds(rows.slice(0, 1)))
  })

  it('cuts off a record that was never finished, and calls anything else damage', async () => {
    const rows = randomRows(1, 12, DIM)
    const index = await open()
    await serve(index, 'v1', rows.slice(0, 10))
    await index.upsert(rows.slice(10, 11))
    const path = join(folder, 'v1', 'changes-0.log')
    const before = await readFile(path)
    await index.upsert(rows.slice(11))
    await close(index)
    const whole = await readFile(path)
    await truncate(path, whole.length - 5)
    const cut = await open()
    expect(await ids(cut)).toEqual(sortedIds(rows.slice(0, 11)))
    await close(cut)
    expect((await readFile(path)).equals(before)).toBe(true)
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole)
      damaged[at] ^= 0x10
      await writeFile(path, damaged)
      const index = await open()
      expect(() => index.manifest()).toThrow(expect.objectContaining({ code: 'index-corrupt' }))
      await close(index)
    }
    const index2 = await open()
    await serve(index2, 'v1', rows) // built again under its own name
    expect(await ids(index2)).toEqual(sortedIds(rows))
  })

  it('calls a log that is gone between others damage', async () => {
    const index = await open()
    await serve(index, 'v1', randomRows(1, 10, DIM))
    await close(index)
    await rename(join(folder, 'v1', 'changes-0.log'), join(folder, 'v1', 'changes-2.log'))
    const damaged = await open()
    expect(() => damaged.manifest()).toThrow(expect.objectContaining({ code: 'index-corrupt' }))
  })

  it(
    'refuses writes on a full disk and goes on answering',
    { skip: process.platform !== 'linux' },
    async () => {
      const rows = randomRows(1, 20, DIM)
      const index = await open()
      await serve(index, 'v1', rows.slice(0, 10))
      await close(index)
      // A device on which every write finds no space.
      await rm(join(folder, 'v1', 'changes-0.log'))
      await symlink('/dev/full', join(folder, 'v1', 'changes-0.log'))
      const full = await open()
      await expect(full.upsert(rows.slice(10))).rejects.toMatchObject({ code: 'disk-full' })
      await expect(full.delete([rows[0].id])).rejects.toMatchObject({ name: 'DongneError' })
      expect(await ids(full)).toEqual(sortedIds(rows.slice(0, 10)))
    },
  )
})

describe('a second process on a durable index', () => {
  it('gets an error that names the first, and may read, build and activate', async () => {
    const index = await open()
    await serve(index, 'v1', randomRows(1, 10, DIM))
    await expect(openEmbeddedIndex({ folder, durable: true })).rejects.toMatchObject({
      code: 'index-locked',
      message: expect.stringContaining(String(process.pid)),
    })
    const beside = await openEmbeddedIndex({ folder })
    expect(await beside.count(EVERYTHING)).toBe(10)
    await serve(beside, 'v2', randomRows(2, 20, DIM))
    await beside.close()
    expect(await index.refresh()).toBe(true)
    await index.upsert(randomRows(3, 30, DIM).slice(25))
    expect(await index.count(EVERYTHING)).toBe(25)
    await close(index)
    expect(await (await open()).count(EVERYTHING)).toBe(25)
  })

  it('takes over the lock of one that ended, but not of another host', async () => {
    const first = await open()
    await close(first)
    const ended = spawn(process.execPath, ['-e', ''])
    await once(ended, 'exit')
    for (const holder of [
      { host: hostname(), pid: ended.pid },
      { host: hostname(), pid: process.pid },
    ]) {
      await writeFile(join(folder, 'lock'), JSON.stringify({ ...holder, token: 'old' }))
      await close(await open())
    }
    await writeFile(join(folder, 'lock'), JSON.stringify({ host: 'elsewhere', pid: 1, token: 'old' }))
    await expect(open()).rejects.toMatchObject({ code: 'index-locked' })
    expect((await readdir(folder)).filter((name) => name.startsWith('lock'))).toEqual(['lock'])
  })
})

describe('a durable index whose process is killed', () => {
  it('has every acknowledged row, no half batch, and opens at once', { timeout: 120_000 }, async () => {
    const script = fileURLToPath(new URL('../../bench/kill-index.ts', import.meta.url))
    const harness = spawn(process.execPath, [script, '--runs', '5', '--seed', '3', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    harness.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    await once(harness, 'close')
    const counts = JSON.parse(output)
    expect(counts).toMatchObject({ runs: 5, lost: 0, halfBatches: 0, failedOpens: 0 })
    expect(counts.acknowledged).toBeGreaterThan(1000)
    expect(counts.recovered).toBe(counts.acknowledged)
  })
})
