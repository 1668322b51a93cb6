import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteCatalog } from '../../src/catalog/sqlite.ts'
import type { Place } from '../../src/domain/place.ts'
import { catalogContract } from '../contract/catalog.ts'

catalogContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-catalog-'))
  const file = join(folder, 'catalog.sqlite')
  const catalog = await openSqliteCatalog(file)
  return {
    catalog,
    openOther: () => openSqliteCatalog(file),
    async cleanUp() {
      await catalog.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
})

const places = (from: number, count: number): Place[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `p${from + index}`,
    name: '가게',
    categories: ['food'],
    lng: 127,
    lat: 37,
    geohash: 'wydm9qwj7abc',
    regions: [],
    spots: [],
    description: '한 줄 설명 '.repeat(20),
  }))

describe('the SQLite file', () => {
  let folder: string
  let file: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dongne-catalog-'))
    file = join(folder, 'deep/catalog.sqlite')
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is made with its folder, and opened again as it was', async () => {
    const catalog = await openSqliteCatalog(file)
    await catalog.savePlaces(places(0, 10))
    await catalog.close()
    const again = await openSqliteCatalog(file)
    expect((await again.counts()).places).toBe(10)
    await again.close()
  })

  it('is refused by name when it is not a database', async () => {
    const other = join(folder, 'notes.sqlite')
    await writeFile(other, 'These are not the pages of a database. '.repeat(100))
    await expect(openSqliteCatalog(other)).rejects.toMatchObject({
      code: 'catalog-corrupt',
      message: expect.stringContaining(other),
    })
    expect((await readFile(other, 'utf8')).startsWith('These')).toBe(true)
  })

  it('is refused by name when it was cut short', async () => {
    const catalog = await openSqliteCatalog(file)
    await catalog.savePlaces(places(0, 5000))
    await catalog.close()
    await rm(`${file}-wal`, { force: true })
    await truncate(file, 100_000)
    const damaged = async () => {
      const opened = await openSqliteCatalog(file)
      try {
        for await (const _ of opened.placeChanges({ since: 0 })) continue
      } finally {
        await opened.close()
      }
    }
    await expect(damaged()).rejects.toMatchObject({ code: 'catalog-corrupt' })
  })

  it('of a newer version is left alone', async () => {
    await (await openSqliteCatalog(file)).close()
    const database = new DatabaseSync(file)
    database.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')")
    database.close()
    await expect(openSqliteCatalog(file)).rejects.toMatchObject({
      code: 'catalog-newer',
      message: expect.stringContaining('9999-later'),
    })
  })

  it('keeps what it has when the disk is full, and takes more once there is room', async () => {
    const catalog = await openSqliteCatalog(file, { maxPages: 200 })
    let stored = 0
    const fill = async () => {
      for (;;) {
        await catalog.savePlaces(places(stored, 100))
        stored += 100
      }
    }
    await expect(fill()).rejects.toMatchObject({ code: 'disk-full' })
    expect(stored).toBeGreaterThan(0)
    expect((await catalog.counts()).places).toBe(stored)
    await catalog.close()
    const roomy = await openSqliteCatalog(file)
    await roomy.savePlaces(places(stored, 100))
    expect((await roomy.counts()).places).toBe(stored + 100)
    await roomy.close()
  })

  it('has every acknowledged row after kill -9, at any moment', { timeout: 60_000 }, async () => {
    const script = fileURLToPath(new URL('write-until-killed.ts', import.meta.url))
    for (const delayMs of [0, 5, 20, 45, 80, 130]) {
      const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
      let acknowledged = 0
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n')) if (line !== '') acknowledged = Number(line)
      })
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      child.kill('SIGKILL')
      await once(child, 'close')
      const catalog = await openSqliteCatalog(file)
      const { places: stored, events } = await catalog.counts()
      expect(stored).toBeGreaterThanOrEqual(acknowledged)
      expect(events).toBeGreaterThanOrEqual(acknowledged)
      const expected = places(0, acknowledged).map(({ id }) => id)
      expect((await catalog.places(expected)).size).toBe(acknowledged)
      await catalog.close()
      const database = new DatabaseSync(file)
      expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
      database.close()
    }
  })
})
