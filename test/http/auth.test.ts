// API keys: who is let in, and what for.
import { describe, expect, it } from 'vitest'
import { CAFE, startTestServer } from './server.ts'

const READ = 'read-key-0123456789'
const WRITE = 'write-key-0123456789'
const ADMIN = 'admin-key-0123456789'
const env = { DONGNE_API_KEYS: `${READ}:read,${WRITE}:write,${ADMIN}:admin` }

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

type Call = readonly [method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object]

/** The same calls with their names spelt out, as `it.each` types a table with optional columns poorly. */
const named = (calls: readonly Call[]) => calls.map(([method, url, body]) => ({ method, url, body }))

const READING: readonly Call[] = [
  ['POST', '/v1/nearby', {}],
  ['POST', '/v1/similar', { placeIds: ['a'] }],
  ['POST', '/v1/together', { placeIds: ['a'] }],
  ['POST', '/v1/taste', {}],
  ['POST', '/v1/search', { query: 'x' }],
  ['GET', '/v1/places/cafe%2F1'],
  ['GET', '/v1/users/u1'],
  ['GET', '/v1/regions'],
  ['GET', '/v1/spots'],
  ['GET', '/v1/categories'],
  ['GET', '/v1/tiles/0/0/0.mvt'],
  ['GET', '/v1/tiles.json'],
]
const WRITING: readonly Call[] = [
  ['POST', '/v1/events', { userId: 'u1', type: 'click', placeId: 'a' }],
  ['PUT', '/v1/places/b', { ...CAFE, id: 'b' }],
  ['DELETE', '/v1/places/b'],
  ['POST', '/v1/places:batch', []],
  ['DELETE', '/v1/users/u1'],
]
const ADMINISTERING: readonly Call[] = [
  ['GET', '/v1/users/u1/similar'],
  ['GET', '/v1/users'],
  ['GET', '/metrics'],
]
const OPEN: readonly Call[] = [
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/'],
  ['GET', '/config.json'],
  ['GET', '/openapi.json'],
  ['GET', '/docs/'],
]

describe('debugging an answer', () => {
  const body = { query: 'x', debug: true }

  it('needs the scope admin besides that of the call', async () => {
    const { send } = await startTestServer({ env })
    const refused = await send('POST', '/v1/search', { body, headers: bearer(WRITE) })
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } })
    expect((await send('POST', '/v1/search', { body, headers: bearer(ADMIN) })).status).toBe(200)
  })

  it('is open where no keys are configured', async () => {
    const { send } = await startTestServer()
    expect((await send('POST', '/v1/search', { body })).status).toBe(200)
  })
})

describe('with API keys configured', () => {
  it.each(named([...READING, ...WRITING, ...ADMINISTERING]))(
    '$method $url asks for a key',
    async ({ method, url, body }) => {
      const { send } = await startTestServer({ env })
      for (const headers of [
        {},
        bearer('wrong-key-0123456789'),
        bearer(''),
        { authorization: `Basic ${READ}` },
      ]) {
        expect(await send(method, url, { body, headers })).toMatchObject({
          status: 401,
          headers: { 'www-authenticate': expect.stringContaining('Bearer') },
          body: { code: 'missing-api-key' },
        })
      }
    },
  )

  it('lets each scope do what it says: write also reads, admin does everything', async () => {
    const { send } = await startTestServer({ env })
    const allowed = [
      [READ, READING],
      [WRITE, [...WRITING.slice(0, 1), ...READING, ...WRITING.slice(1)]],
      [ADMIN, [...WRITING.slice(0, 1), ...READING, ...ADMINISTERING, ...WRITING.slice(1)]],
    ] as const
    await send('POST', '/v1/events', { ...WRITING[0], body: WRITING[0][2], headers: bearer(WRITE) })
    for (const [key, calls] of allowed) {
      for (const [method, url, body] of calls) {
        const { status } = await send(method, url, { body, headers: bearer(key) })
        expect(status, `${method} ${url} with ${key}`).toBeLessThan(300)
      }
    }
  })

  it('says insufficient-scope, before it reads the body', async () => {
    const { send, places } = await startTestServer({ env })
    for (const [key, calls] of [
      [READ, [...WRITING, ...ADMINISTERING]],
      [WRITE, ADMINISTERING],
    ] as const) {
      for (const [method, url] of calls) {
        expect(await send(method, url, { body: '{broken', headers: bearer(key) })).toMatchObject({
          status: 403,
          body: { code: 'insufficient-scope' },
        })
      }
    }
    expect([...places.keys()]).toEqual([CAFE.id])
  })

  it.each(named(OPEN))('$method $url stays open', async ({ method, url }) => {
    const { send } = await startTestServer({ env })
    expect(await send(method, url)).toMatchObject({ status: 200 })
  })

  it('does not open a call that is spelt with percent-encoding', async () => {
    const { send } = await startTestServer({ env })
    expect(await send('GET', '/%761/regions')).toMatchObject({ status: 401 })
  })

  it('tells the page that a key is needed', async () => {
    const { send } = await startTestServer({ env })
    expect((await send('GET', '/config.json')).body).toMatchObject({ authRequired: true })
  })
})

describe('without API keys', () => {
  it('everything is open', async () => {
    const { send } = await startTestServer()
    for (const [method, url] of ADMINISTERING) {
      expect((await send(method, url)).status).not.toSatisfy((status: number) => [401, 403].includes(status))
    }
    expect((await send('GET', '/config.json')).body).toMatchObject({ authRequired: false })
  })
})
