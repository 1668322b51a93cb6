// The demo city on a real OpenSearch: the answers of the embedded index, also while the server is gone and after.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import type { ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { stopEngine, untilReady } from '../../scripts/engines/engine.ts'
import { opensearch } from '../../scripts/engines/opensearch.ts'
import type { Recommendation } from '../../src/domain/recommendation.ts'
import { dongne } from '../command.ts'
import { startDemo, type DemoServer } from '../demo-server.ts'
import { freePort } from '../engines/start-engines.ts'

const isAbsent = !opensearch.installed() && process.env['DONGNE_TEST_REQUIRE_ENGINES'] !== '1'
const ABSENT = 'opensearch is not installed (npm run setup:engines)'

describe('the demo city on OpenSearch', () => {
  let folder: string
  let port: number
  let engine: ChildProcess
  let remote: DemoServer
  let embedded: DemoServer

  const startEngine = async () => {
    engine = opensearch.start({ port, dataDir: join(folder, 'engine') })
    await untilReady(opensearch, engine, port)
  }

  beforeAll(async () => {
    if (isAbsent) return
    folder = await mkdtemp(join(tmpdir(), 'dongne-opensearch-'))
    port = await freePort()
    await startEngine()
    const env = { OPENSEARCH_URL: `http://127.0.0.1:${port}`, DONGNE_ENGINE: 'opensearch' }
    await cp(inject('demoDataDir'), join(folder, 'data'), { recursive: true })
    const city = { DONGNE_DATA_DIR: join(folder, 'data', 'demo'), DONGNE_INDEX_PREFIX: 'dongne_demo' }
    const indexed = await dongne(['index', '--engine', 'opensearch', '--json'], { ...env, ...city })
    if (indexed.code !== 0) throw new Error(indexed.stderr)
    ;[remote, embedded] = await Promise.all([startDemo(env), startDemo()])
  }, 180_000)
  afterAll(async () => {
    if (isAbsent) return
    await Promise.all([remote?.close(), embedded?.close(), stopEngine(engine)])
    await rm(folder, { recursive: true, force: true })
  }, 60_000)

  const ask = async (server: DemoServer, call: string, body: object): Promise<Recommendation> => {
    const answer = await server.call<Recommendation>('POST', `/v1/${call}`, body)
    // Two servers and a JVM on a small machine: what the service sheds under load is asked again.
    if (answer.status === 503 && (answer.body as { code?: string }).code === 'overloaded') {
      await new Promise((resolve) => setTimeout(resolve, 500))
      return ask(server, call, body)
    }
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
    return answer.body
  }

  /** Every call with and without filters, for several people. */
  async function questions(): Promise<[call: string, body: object][]> {
    const { users } = (await embedded.call<{ users: { id: string }[] }>('GET', '/v1/users?limit=4')).body
    const { items } = await ask(embedded, 'nearby', { limit: 4 })
    const at = '2026-11-25T03:00:00Z'
    return users.flatMap(({ id: userId }, turn) => {
      const { id, lng, lat, regions } = items[turn].place as Required<(typeof items)[number]['place']>
      const who = { userId }
      const circle = { lng, lat, radiusMeters: 400 + 200 * turn }
      return [
        ['nearby', { at, near: { lng, lat }, where: { circle }, what: { openAt: at }, who, limit: 50 }],
        ['similar', { placeIds: [id], where: { regions: [regions[0].code] }, limit: 50 }],
        ['taste', { who, where: { bbox: [lng - 0.02, lat - 0.02, lng + 0.02, lat + 0.02] }, limit: 50 }],
      ] satisfies [string, object][]
    })
  }

  const comparable = ({ items, explanation }: Recommendation) => ({ items, explanation })

  it(
    'answers as the embedded index does, scores and order included',
    { timeout: 60_000 },
    async (context) => {
      context.skip(isAbsent, ABSENT)
      for (const [call, body] of await questions()) {
        const [ours, theirs] = await Promise.all([ask(remote, call, body), ask(embedded, call, body)])
        expect(ours.items.length).toBeGreaterThan(0)
        expect(comparable(ours)).toEqual(comparable(theirs))
      }
    },
  )

  it('searches words by itself, and finds by name the same place', { timeout: 60_000 }, async (context) => {
    context.skip(isAbsent, ABSENT)
    const { items } = await ask(embedded, 'nearby', { limit: 5 })
    for (const { place } of items) {
      const [ours, theirs] = await Promise.all(
        [remote, embedded].map((server) => ask(server, 'search', { query: place.name, limit: 50 })),
      )
      expect(ours.items[0].place.id).toBe(theirs.items[0].place.id)
    }
    const body = { query: '조용한 카페', what: { minRating: 3 }, limit: 50 }
    const [ours, theirs] = await Promise.all([remote, embedded].map((server) => ask(server, 'search', body)))
    const ids = new Set(theirs.items.map(({ place }) => place.id))
    expect(ours.items.filter(({ place }) => ids.has(place.id)).length).toBeGreaterThan(ids.size / 2)
    for (const { place } of ours.items) expect(place.rating).toBeGreaterThanOrEqual(3)
    expect(ours.items[0].reasons.some(({ kind }) => kind === 'text-match')).toBe(true)
    expect((await ask(remote, 'search', { query: 'xyzzy' })).items).toEqual([])
  })

  it('shows a new place at the next request, and hides it once it is deleted', async (context) => {
    context.skip(isAbsent, ABSENT)
    const place = { name: '갓 문 연 책방', lng: 126.2, lat: 33.3, categories: ['shop'] }
    const where = { circle: { lng: 126.2, lat: 33.3, radiusMeters: 10 } }
    const found = async () => (await ask(remote, 'nearby', { where })).items.map(({ place }) => place.id)
    expect((await remote.call('PUT', '/v1/places/new-books', place)).status).toBe(201)
    expect(await found()).toEqual(['new-books'])
    expect((await remote.call('DELETE', '/v1/places/new-books')).status).toBe(204)
    expect(await found()).toEqual([])
  })

  it(
    'answers from what is left while OpenSearch is gone, says so, and recovers',
    { timeout: 180_000 },
    async (context) => {
      context.skip(isAbsent, ABSENT)
      engine.kill('SIGKILL')
      await stopEngine(engine)
      for (const [call, body] of await questions()) {
        const { degraded, items } = await ask(remote, call, body)
        expect(degraded).toEqual(['vector-index'])
        expect(items.length, call).toBeGreaterThan(0)
      }
      const found = await ask(remote, 'search', { query: '카페' })
      expect(found.degraded).toEqual(['vector-index'])
      // Whoever is of the kind answers the question, with the word or without: the busiest come first.
      expect(
        found.items.every(({ place }) => place.categories?.some((code) => code.startsWith('cafe'))),
      ).toBe(true)
      for (const { reasons } of found.items) expect(reasons[0].kind).toBe('text-match')
      // Writes are kept meanwhile: the catalog does not need the engine.
      const place = { name: '정전에도 연 국숫집', lng: 126.3, lat: 33.2, categories: ['shop'] }
      expect((await remote.call('PUT', '/v1/places/noodles', place)).status).toBe(201)
      const ready = await remote.call<{ errors: { pointer: string; detail: string }[] }>('GET', '/readyz')
      expect(ready.status).toBe(503)
      expect(ready.body.errors).toMatchObject([
        { pointer: '/checks/vector-index', detail: expect.stringContaining('OPENSEARCH_URL') },
      ])
      const doctor = await dongne(['doctor', '--json'], {
        DONGNE_DATA_DIR: join(remote.dataDir, 'demo'),
        DONGNE_ENGINE: 'opensearch',
        OPENSEARCH_URL: `http://127.0.0.1:${port}`,
      })
      expect(doctor.code).toBe(1)
      const { checks } = JSON.parse(doctor.stdout) as {
        checks: { name: string; ok: boolean; remedy?: string }[]
      }
      expect(checks.filter(({ ok }) => !ok)).toMatchObject([
        { name: 'vector-index', remedy: expect.stringContaining('OPENSEARCH_URL') },
      ])

      await startEngine()
      await expect
        .poll(async () => (await remote.call('GET', '/readyz')).status, { timeout: 20_000, interval: 250 })
        .toBe(200)
      const where = { circle: { lng: 126.3, lat: 33.2, radiusMeters: 10 } }
      const answer = await ask(remote, 'nearby', { where })
      expect(answer).not.toHaveProperty('degraded')
      expect(answer.items.map(({ place: { id } }) => id)).toEqual(['noodles'])
    },
  )
})
