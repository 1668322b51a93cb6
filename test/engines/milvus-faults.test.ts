// What goes wrong on a Milvus server: every fault is named, nothing half-built is served, and it recovers by itself.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stopEngine, untilReady } from '../../scripts/engines/engine.ts'
import { milvus } from '../../scripts/engines/milvus.ts'
import { openMilvusIndex } from '../../src/vector-index/milvus/index.ts'
import type { IndexRow, VectorIndex } from '../../src/vector-index/port.ts'
import { randomRows } from '../contract/index-rows.ts'
import { freshPrefix, withEngine } from './engine.ts'
import { freePort } from './start-engines.ts'

const DIM = 8
const rows = randomRows(7, 60, DIM)
const query = { vector: rows[0].vector, filter: {}, k: 5 }
const everything = { includeClosed: true }

async function* batches(all: readonly IndexRow[]): AsyncGenerator<readonly IndexRow[]> {
  for (let from = 0; from < all.length; from += 20) yield all.slice(from, from + 20)
}

async function serve(index: VectorIndex, version: string): Promise<void> {
  await index.build({ version, dim: DIM, modelVersion: 'm', revision: 1 }, batches(rows))
  await index.activate(version)
}

withEngine('milvusAddress', (address) => {
  describe('a Milvus index that two processes share', () => {
    it('takes changes of the other at the next query, of a new time zone too', async () => {
      const prefix = freshPrefix()
      const index = await openMilvusIndex({ address, prefix })
      await serve(index, 'v1')
      const other = await openMilvusIndex({ address, prefix })
      const id = '새 가게'
      await other.upsert([{ ...rows[0], id, timeZone: 'Europe/Berlin', openMinutes: [[0, 10_080]] }])
      expect(await index.matching([id], everything)).toEqual([id])
      await index.refresh()
      const later = await openMilvusIndex({ address, prefix })
      expect(await later.matching([id], { ...everything, openAt: Date.now() })).toEqual([id])
      await other.delete([id])
      expect((await index.vectors([id])).size).toBe(0)
      await Promise.all([index, other, later].map((open) => open.close()))
    })

    it('goes on in the next version where the other dropped the one it served', async () => {
      const prefix = freshPrefix()
      const index = await openMilvusIndex({ address, prefix })
      await serve(index, 'v1')
      const other = await openMilvusIndex({ address, prefix })
      await serve(other, 'v2')
      await other.drop('v1')
      expect(await index.search(query)).toHaveLength(5)
      expect(index.manifest().version).toBe('v2')
      await Promise.all([index.close(), other.close()])
    })

    it('has the best k of many that are equally popular, by id', async () => {
      const index = await openMilvusIndex({ address, prefix: freshPrefix() })
      const equal = randomRows(9, 500, DIM).map((row, at) => ({ ...row, popularity: at < 3 ? 1 + at : 0.1 }))
      async function* all() {
        yield equal
      }
      await index.build({ version: 'v1', dim: DIM, modelVersion: 'm', revision: 1 }, all())
      await index.activate('v1')
      const best = await index.list({ order: { by: 'popularity' }, filter: everything, k: 10 })
      const rest = equal
        .slice(3)
        .map(({ id }) => id)
        .sort((a, b) => (a < b ? -1 : 1))
      expect(best.map(({ id }) => id)).toEqual([equal[2].id, equal[1].id, equal[0].id, ...rest.slice(0, 7)])
      await index.close()
    })
  })

  it('serves the version before after its server was killed during a build', async () => {
    const [port, dataDir] = [await freePort(), await mkdtemp(join(tmpdir(), 'dongne-killed-'))]
    let child = milvus.start({ port, dataDir })
    try {
      await untilReady(milvus, child, port)
      const index = await openMilvusIndex({ address: `127.0.0.1:${port}`, timeoutMs: 3000 })
      await serve(index, 'v1')
      async function* untilKilled(): AsyncGenerator<readonly IndexRow[]> {
        yield rows.slice(0, 20)
        child.kill('SIGKILL')
        await stopEngine(child)
        yield rows.slice(20)
      }
      const manifest = { version: 'v2', dim: DIM, modelVersion: 'm', revision: 2 }
      await expect(index.build(manifest, untilKilled())).rejects.toMatchObject({ code: 'engine-unavailable' })
      await expect(index.search(query)).rejects.toMatchObject({ code: 'engine-unavailable' })

      child = milvus.start({ port, dataDir })
      await untilReady(milvus, child, port)
      await expect.poll(() => index.search(query).catch(() => []), { timeout: 20_000 }).toHaveLength(5)
      const { versions, active } = await index.versions()
      expect([versions.map(({ version }) => version), active]).toEqual([['v1'], 'v1'])
      await expect(index.activate('v2')).rejects.toMatchObject({ code: 'no-index' })
      await serve(index, 'v3')
      expect(index.manifest()).toMatchObject({ version: 'v3', count: rows.length })
      await index.close()
    } finally {
      await stopEngine(child)
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})

it('opens without its server, and says so until it is there', async () => {
  const index = await openMilvusIndex({ address: `127.0.0.1:${await freePort()}`, timeoutMs: 1000 })
  expect(() => index.manifest()).toThrow(expect.objectContaining({ code: 'engine-unavailable' }))
  await expect(index.search(query)).rejects.toMatchObject({ code: 'engine-unavailable' })
  await expect(index.refresh()).rejects.toMatchObject({ code: 'engine-unavailable' })
  await index.close()
})
