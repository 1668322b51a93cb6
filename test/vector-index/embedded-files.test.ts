// What the embedded index keeps on the disk: reopening, damage, crashes and other processes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
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
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'dongne-index-')), 'index')
})
afterEach(() => rm(join(folder, '..'), { recursive: true }))

async function* batch(rows: readonly IndexRow[]) {
  yield rows
}

async function build(index: VectorIndex, version: string, rows: readonly IndexRow[]): Promise<void> {
  await index.build({ version, dim: DIM, modelVersion: 'm', revision: 1 }, batch(rows))
}

async function serve(version: string, rows: readonly IndexRow[]): Promise<VectorIndex> {
  const index = await openEmbeddedIndex({ folder })
  await build(index, version, rows)
  await index.activate(version)
  return index
}

async function answers(index: VectorIndex) {
  const vector = randomVector(seededRandom(9), DIM)
  return {
    manifest: index.manifest(),
    hits: await index.search({ vector, filter: { tags: ['wifi'], minRating: 1 }, k: 20 }),
    near: await index.list({ order: { by: 'distance', lng: 127, lat: 37.5 }, filter: EVERYTHING, k: 20 }),
    open: await index.count({ openAt: Date.parse('2026-05-04T10:00:00+09:00') }),
  }
}

describe('the embedded index on the disk', () => {
  it('answers the same after it is opened again', async () => {
    const index = await serve('v1', randomRows(1, 300, DIM))
    const before = await answers(index)
    await index.close()
    expect(await answers(await openEmbeddedIndex({ folder }))).toEqual(before)
  })

  it('writes the same bytes for the same rows', async () => {
    const rows = randomRows(1, 100, DIM)
    const index = await serve('v1', rows)
    const read = async () =>
      Promise.all(
        (await readdir(join(folder, 'v1'))).sort().map((name) => readFile(join(folder, 'v1', name))),
      )
    const first = await read()
    await rm(folder, { recursive: true })
    await index.close()
    await serve('v1', rows)
    expect(await read()).toEqual(first)
  })

  it('keeps the last of two rows with one id', async () => {
    const [row, other] = randomRows(1, 2, DIM)
    const index = await serve('v1', [row, other, { ...row, vector: other.vector, popularity: 99 }])
    expect(index.manifest().count).toBe(2)
    expect((await index.vectors([row.id])).get(row.id)).toEqual(other.vector)
  })

  it('names every file that is cut short, damaged or gone, and can be built again', async () => {
    const rows = randomRows(1, 60, DIM)
    await (await serve('v1', rows)).close()
    const intact = join(folder, '..', 'intact')
    const files = await readdir(join(folder, 'v1'))
    expect(files.sort()).toEqual(['manifest.json', 'segment-0-0.bin', 'users.bin'])
    for (const name of files) {
      const path = join(folder, 'v1', name)
      const bytes = await readFile(path)
      const flipped = Buffer.from(bytes)
      flipped[flipped.length >> 1] ^= 4
      for (const damage of [
        () => writeFile(path, flipped),
        () => truncate(path, bytes.length - 1),
        () => rename(path, intact),
      ]) {
        await damage()
        const index = await openEmbeddedIndex({ folder })
        const refused = { code: 'index-corrupt', message: expect.stringContaining(path) }
        expect(() => index.manifest()).toThrow(expect.objectContaining(refused))
        await expect(index.count({})).rejects.toMatchObject(refused)
        await index.close()
        await writeFile(path, bytes)
      }
    }
    await writeFile(join(folder, 'v1', 'segment-0-0.bin'), '')
    const index = await openEmbeddedIndex({ folder })
    await build(index, 'v1', rows) // the active version itself, for it is damaged
    await index.activate('v1')
    expect(await index.count(EVERYTHING)).toBe(60)
  })

  it('does not activate a damaged version', async () => {
    const index = await serve('v1', randomRows(1, 20, DIM))
    await build(index, 'v2', randomRows(2, 30, DIM))
    await truncate(join(folder, 'v2', 'segment-0-0.bin'), 8)
    await expect(index.activate('v2')).rejects.toMatchObject({ code: 'index-corrupt' })
    expect(index.manifest().version).toBe('v1')
    expect((await index.versions()).active).toBe('v1')
  })

  it('says when the pointer to the active version names none', async () => {
    await (await serve('v1', randomRows(1, 20, DIM))).close()
    for (const content of ['', '../../etc', 'v7']) {
      await writeFile(join(folder, 'current'), content)
      const index = await openEmbeddedIndex({ folder })
      expect(() => index.manifest()).toThrow(expect.objectContaining({ code: 'index-corrupt' }))
      await index.activate('v1')
      expect(index.manifest().count).toBe(20)
    }
  })

  it('refuses version names that are not folder names', async () => {
    const index = await openEmbeddedIndex({ folder })
    for (const version of ['', '..', 'a/b', '.hidden', 'current', 'lock', 'x'.repeat(101)]) {
      await expect(build(index, version, [])).rejects.toMatchObject({ code: 'invalid-request' })
    }
  })

  it('holds numbers as they came: a rating of 4.3 is at least 4.3', async () => {
    const row = { ...randomRows(1, 1, DIM)[0], rating: 4.3, lng: 126.9780123456789, closed: false }
    const index = await serve('v1', [row])
    expect(await index.count({ minRating: 4.3 })).toBe(1)
    expect(await index.count({ bbox: [row.lng, -90, row.lng, 90] })).toBe(1)
  })
})

describe('the embedded index beside other processes', () => {
  it('opens what another one activated when it is refreshed, and not before', async () => {
    const reader = await openEmbeddedIndex({ folder })
    const writer = await serve('v1', randomRows(1, 20, DIM))
    expect(() => reader.manifest()).toThrow(expect.objectContaining({ code: 'no-index' }))
    expect(await reader.refresh()).toBe(true)
    expect(await reader.refresh()).toBe(false)
    await build(writer, 'v2', randomRows(2, 30, DIM))
    await writer.activate('v2')
    await writer.drop('v1')
    expect(await reader.count(EVERYTHING)).toBe(20) // the dropped version, in memory
    expect(await reader.refresh()).toBe(true)
    expect(await reader.count(EVERYTHING)).toBe(30)
  })

  it('goes on with its version where the new one is damaged', async () => {
    const writer = await serve('v1', randomRows(1, 20, DIM))
    const reader = await openEmbeddedIndex({ folder })
    await build(writer, 'v2', randomRows(2, 30, DIM))
    await writer.activate('v2')
    await truncate(join(folder, 'v2', 'segment-0-0.bin'), 8)
    await expect(reader.refresh()).rejects.toMatchObject({ code: 'index-corrupt' })
    expect(await reader.count(EVERYTHING)).toBe(20)
  })

  it('starts an activated version as it was built, for the changes are replayed from the catalog', async () => {
    const rows = randomRows(1, 20, DIM)
    const index = await serve('v1', rows)
    await index.delete([rows[0].id])
    await build(index, 'v2', rows)
    await index.activate('v2')
    expect(await index.count(EVERYTHING)).toBe(20)
  })

  it('removes what crashed writers left, and nothing that a living one is writing', async () => {
    await (await serve('v1', randomRows(1, 20, DIM))).close()
    const ended = spawn(process.execPath, ['-e', ''])
    await once(ended, 'exit')
    const name = (host: string, pid: number | undefined) =>
      `.building~${encodeURIComponent(host)}~${pid}~${Math.random()}`
    const mine = name(hostname(), process.pid) // of this process number before a restart
    const dead = name(hostname(), ended.pid)
    const alive = name(hostname(), process.ppid)
    const [foreign, foreignOld] = [name('elsewhere', 1), name('elsewhere', 1)]
    const dropped = `.dropped~${Math.random()}`
    for (const entry of [mine, dead, alive, foreign, foreignOld, dropped]) {
      await mkdir(join(folder, entry))
      await writeFile(join(folder, entry, 'segment-0-0.bin'), 'half')
    }
    await utimes(join(folder, foreignOld), 0, 0)
    const index = await openEmbeddedIndex({ folder })
    expect((await readdir(folder)).sort()).toEqual([alive, foreign, 'current', 'v1'].sort())
    expect(await index.count(EVERYTHING)).toBe(20)
  })

  it('serves a complete version whenever the writer is killed', async () => {
    await (await serve('v0', randomRows(1, 20, DIM))).close()
    const source = fileURLToPath(new URL('../../src/vector-index/embedded/index.ts', import.meta.url))
    const rows = fileURLToPath(new URL('../contract/index-rows.ts', import.meta.url))
    const script = `
      const { openEmbeddedIndex } = await import(${JSON.stringify(source)})
      const { randomRows } = await import(${JSON.stringify(rows)})
      const index = await openEmbeddedIndex({ folder: ${JSON.stringify(folder)} })
      const made = randomRows(5, 2000, ${DIM})
      console.log('ready')
      for (let i = 1; ; i++) {
        const count = 100 + i
        await index.build({ version: 'v' + i, dim: ${DIM}, modelVersion: 'm', revision: count },
          (async function* () { yield made.slice(0, count) })())
        await index.activate('v' + i)
        if (i > 2) await index.drop('v' + (i - 2))
      }`
    let advanced = 0
    for (let round = 0; round < 6; round++) {
      const writer = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(writer.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, 20 + 37 * round))
      writer.kill('SIGKILL')
      await once(writer, 'exit')
      const index = await openEmbeddedIndex({ folder })
      const { version, count, revision } = index.manifest()
      expect(await index.count(EVERYTHING)).toBe(count)
      expect(count).toBe(version === 'v0' ? 20 : revision)
      if (version !== 'v0') advanced++
      const built = (await index.versions()).versions.map(({ version }) => version)
      // A pointer that was being written stays for a day: its name does not say whose it is.
      const names = (await readdir(folder)).filter((name) => !name.startsWith('current.'))
      expect(names.sort()).toEqual([...built, 'current'].sort())
      for (const version of built) await index.activate(version) // each is whole
      await index.close()
      await rm(folder, { recursive: true })
      await (await serve('v0', randomRows(1, 20, DIM))).close()
    }
    expect(advanced).toBeGreaterThan(0)
  })
})
