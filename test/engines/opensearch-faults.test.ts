// What goes wrong on servers: every fault is named, none leaves something half-built, and all end by themselves.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { stopEngine, untilReady } from '../../scripts/engines/engine.ts'
import { opensearch, startOpenSearch } from '../../scripts/engines/opensearch.ts'
import { openOpenSearchIndex } from '../../src/vector-index/opensearch/index.ts'
import type { IndexRow, VectorIndex } from '../../src/vector-index/port.ts'
import { randomRows } from '../contract/index-rows.ts'
import { freshPrefix, withEngine } from './engine.ts'
import { startFaultyProxy, type FaultyProxy } from './faulty-proxy.ts'
import { freePort } from './start-engines.ts'

const DIM = 8
const rows = randomRows(7, 60, DIM)
const query = { vector: rows[0].vector, filter: {}, k: 5 }

async function* batches(all: readonly IndexRow[]): AsyncGenerator<readonly IndexRow[]> {
  for (let from = 0; from < all.length; from += 20) yield all.slice(from, from + 20)
}

async function serve(index: VectorIndex, version: string): Promise<void> {
  await index.build({ version, dim: DIM, modelVersion: 'm', revision: 1 }, batches(rows))
  await index.activate(version)
}

withEngine('opensearchUrl', (url) => {
  describe('an OpenSearch index behind a bad network', () => {
    const prefix = freshPrefix()
    let proxy: FaultyProxy
    let index: VectorIndex

    beforeAll(async () => {
      proxy = await startFaultyProxy(url)
      index = await openOpenSearchIndex({ url: proxy.url, prefix, timeoutMs: 3000 })
      await serve(index, 'v1')
    })
    afterEach(() => (proxy.fault = undefined))
    afterAll(async () => {
      await index.close()
      await proxy.close()
      await fetch(`${url}/${prefix}-*`, { method: 'DELETE' })
    })

    it('tries again where a gateway fails once', async () => {
      let left = 1
      proxy.fault = () => (left-- > 0 ? { status: 503, body: {} } : undefined)
      expect(await index.search(query)).toHaveLength(5)
    })

    it('gives up on a server that hangs', async () => {
      proxy.fault = () => 'hang'
      await expect(index.search(query)).rejects.toMatchObject({
        code: 'engine-unavailable',
        message: expect.stringContaining('3000 ms'),
      })
    })

    it('stops a request in flight when its signal aborts', async () => {
      proxy.fault = () => 'hang'
      const abort = new AbortController()
      const asked = index.search({ ...query, signal: abort.signal })
      setTimeout(() => abort.abort(), 50)
      const started = performance.now()
      await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
      expect(performance.now() - started).toBeLessThan(500)
    })

    it('does not ask a server that failed many times in a row, and soon asks it again', async () => {
      proxy.fault = () => ({ status: 503, body: {} })
      for (let turn = 0; turn < 4; turn++) {
        await expect(index.search(query)).rejects.toMatchObject({ code: 'engine-unavailable' })
      }
      const before = proxy.requests.length
      await expect(index.search(query)).rejects.toMatchObject({ code: 'engine-unavailable' })
      expect(proxy.requests.length).toBe(before)
      proxy.fault = undefined
      await expect.poll(() => index.count({}).catch(() => -1), { timeout: 5000 }).toBeGreaterThan(0)
    })

    it('sends only the rows of a bulk again that were refused', async () => {
      let left = 1
      proxy.fault = ({ path }) => {
        if (!path.includes('_bulk') || left-- <= 0) return undefined
        return (body) => refuseEveryThird(body)
      }
      proxy.requests.length = 0
      await index.upsert(rows.slice(0, 9))
      const bulks = proxy.requests.filter(({ path }) => path.includes('_bulk'))
      expect(bulks.map(({ body }) => body.trim().split('\n').length / 2)).toEqual([9, 3])
    })

    it('names a server that refuses rows for good', async () => {
      proxy.fault = ({ path }) => (path.includes('_bulk') ? { status: 429, body: REJECTED } : undefined)
      await expect(index.delete(['nobody'])).rejects.toMatchObject({ code: 'engine-overloaded' })
    })

    it('names any other refusal, with the reason that the server gave', async () => {
      const error = { type: 'search_phase_execution_exception', reason: 'all shards failed' }
      proxy.fault = () => ({ status: 500, body: { error } })
      await expect(index.search(query)).rejects.toMatchObject({
        code: 'engine-failed',
        message: expect.stringContaining('all shards failed'),
      })
    })
  })

  describe('an OpenSearch index in a bad state', () => {
    let prefix: string
    let index: VectorIndex

    const ask = (method: string, path: string, body?: object) =>
      fetch(`${url}/${path}`, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })

    const open = async () => {
      prefix = freshPrefix()
      index = await openOpenSearchIndex({ url, prefix })
      await serve(index, 'v1')
    }
    const close = async () => {
      await index.close()
      await ask('DELETE', `${prefix}-*`)
    }

    it('says that it is read-only, and takes writes once that is over', async () => {
      await open()
      await ask('PUT', `${prefix}-places-v1/_settings`, { 'index.blocks.read_only_allow_delete': true })
      await expect(index.upsert(rows.slice(0, 1))).rejects.toMatchObject({ code: 'index-read-only' })
      expect(await index.search(query)).toHaveLength(5)
      await ask('PUT', `${prefix}-places-v1/_settings`, { 'index.blocks.read_only_allow_delete': null })
      await index.upsert(rows.slice(0, 1))
      await close()
    })

    it('says that the alias is missing, and which versions there are', async () => {
      await open()
      await ask('DELETE', `${prefix}-places-v1/_alias/${prefix}-places`)
      const again = await openOpenSearchIndex({ url, prefix })
      expect(() => again.manifest()).toThrow(
        expect.objectContaining({ code: 'no-index', message: expect.stringContaining('v1') }),
      )
      await again.activate('v1')
      expect(await again.search(query)).toHaveLength(5)
      await again.close()
      await close()
    })

    it('says that the mapping is another', async () => {
      await open()
      const manifest = index.manifest()
      await ask('PUT', `${prefix}-places-v1/_mapping`, { _meta: { schema: 'places-v0', manifest } })
      const again = await openOpenSearchIndex({ url, prefix })
      expect(() => again.manifest()).toThrow(
        expect.objectContaining({ code: 'index-outdated', message: expect.stringContaining('places-v0') }),
      )
      await expect(again.activate('v1')).rejects.toMatchObject({ code: 'index-outdated' })
      await again.close()
      await close()
    })

    it('goes on in the next version where another process dropped the one it served', async () => {
      await open()
      const other = await openOpenSearchIndex({ url, prefix })
      await serve(other, 'v2')
      await other.drop('v1')
      expect(await index.search(query)).toHaveLength(5)
      expect(index.manifest().version).toBe('v2')
      await other.close()
      await close()
    })

    it('takes changes of another process at the next query', async () => {
      await open()
      const other = await openOpenSearchIndex({ url, prefix })
      const id = '새 가게'
      await other.upsert([{ ...rows[0], id }])
      expect(await index.matching([id], { includeClosed: true })).toEqual([id])
      await other.delete([id])
      expect((await index.vectors([id])).size).toBe(0)
      await other.close()
      await close()
    })

    it('keeps ids of any length apart', async () => {
      await open()
      const long = ['가', '나'].map((end) => '긴'.repeat(199) + end)
      await index.upsert(long.map((id) => ({ ...rows[0], id })))
      expect([...(await index.vectors(long)).keys()].sort()).toEqual(long)
      await index.delete([long[0]])
      expect(await index.matching(long, { includeClosed: true })).toEqual([long[1]])
      await close()
    })
  })

  it.each([
    ['KNNPlugin', /knn/],
    ['NoriPlugin', /nori/],
  ])('says which plugin a server lacks: %s', { timeout: 120_000 }, async (plugin, reason) => {
    const [port, dataDir] = [await freePort(), await mkdtemp(join(tmpdir(), 'dongne-bare-'))]
    const child = startOpenSearch({ port, dataDir, without: [plugin] })
    try {
      await untilReady(opensearch, child, port)
      const index = await openOpenSearchIndex({ url: `http://127.0.0.1:${port}` })
      await expect(serve(index, 'v1')).rejects.toMatchObject({
        code: 'engine-plugin-missing',
        message: expect.stringMatching(reason),
      })
      expect(await index.versions()).toEqual({ versions: [] })
      await index.close()
    } finally {
      await stopEngine(child)
      await rm(dataDir, { recursive: true, force: true })
    }
  })

  it(
    'serves the version before after its server was killed during a build',
    { timeout: 240_000 },
    async () => {
      const [port, dataDir] = [await freePort(), await mkdtemp(join(tmpdir(), 'dongne-killed-'))]
      let child = opensearch.start({ port, dataDir })
      const address = `http://127.0.0.1:${port}`
      try {
        await untilReady(opensearch, child, port)
        const index = await openOpenSearchIndex({ url: address })
        await serve(index, 'v1')
        async function* untilKilled(): AsyncGenerator<readonly IndexRow[]> {
          for (let batch = 0; batch < 5; batch++) {
            yield randomRows(batch, 1000, DIM).map((row) => ({ ...row, id: `${batch} ${row.id}` }))
            if (batch === 3) child.kill('SIGKILL')
          }
        }
        const manifest = { version: 'v2', dim: DIM, modelVersion: 'm', revision: 2 }
        await expect(index.build(manifest, untilKilled())).rejects.toMatchObject({
          code: 'engine-unavailable',
        })
        await expect(index.search(query)).rejects.toMatchObject({ code: 'engine-unavailable' })

        child = opensearch.start({ port, dataDir })
        await untilReady(opensearch, child, port)
        await expect.poll(() => index.search(query).catch(() => []), { timeout: 5000 }).toHaveLength(5)
        const { versions, active } = await index.versions()
        expect([versions.map(({ version }) => version), active]).toEqual([['v1'], 'v1'])
        await expect(index.activate('v2')).rejects.toMatchObject({ code: 'no-index' })
        await serve(index, 'v2')
        expect(index.manifest()).toMatchObject({ version: 'v2', count: rows.length })
        const indices = (await (
          await fetch(`${address}/_cat/indices/dongne-*?format=json`)
        ).json()) as object[]
        expect(indices).toHaveLength(4) // places and users of two versions
        await index.close()
      } finally {
        await stopEngine(child)
        await rm(dataDir, { recursive: true, force: true })
      }
    },
  )
})

it('opens without its server, and says so until it is there', async () => {
  const index = await openOpenSearchIndex({ url: `http://127.0.0.1:${await freePort()}`, timeoutMs: 500 })
  expect(() => index.manifest()).toThrow(expect.objectContaining({ code: 'engine-unavailable' }))
  await expect(index.search(query)).rejects.toMatchObject({ code: 'engine-unavailable' })
  await expect(index.refresh()).rejects.toMatchObject({ code: 'engine-unavailable' })
  await index.close()
})

const REJECTED = { error: { type: 'rejected_execution_exception', reason: 'queue is full' } }

function refuseEveryThird(body: string): string {
  const reply = JSON.parse(body) as { items: Record<string, object>[] }
  const items = reply.items.map((item, position) =>
    position % 3 === 0 ? { index: { status: 429, ...REJECTED } } : item,
  )
  return JSON.stringify({ ...reply, errors: true, items })
}
