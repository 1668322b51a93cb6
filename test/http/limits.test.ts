// How much the server takes on: requests a minute and client, waiting time, one answer's time.
import { setTimeout as wait } from 'node:timers/promises'
import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { withDeadline } from '../../src/http/deadline.ts'
import { listen, startTestServer } from './server.ts'

describe('the rate limit', () => {
  it('tells policy and rest, then says rate-limited', async () => {
    const { send } = await startTestServer({ env: { DONGNE_RATE_LIMIT: '2' } })
    for (const rest of [1, 0]) {
      expect(await send('POST', '/v1/nearby', { body: {} })).toMatchObject({
        status: 200,
        headers: {
          'ratelimit-policy': '"default";q=2;w=60',
          ratelimit: expect.stringMatching(new RegExp(`^"default";r=${rest};t=(60|59)$`)),
        },
      })
    }
    expect(await send('GET', '/v1/regions')).toMatchObject({
      status: 429,
      headers: { ratelimit: expect.stringContaining('r=0'), 'retry-after': expect.stringMatching(/^\d+$/) },
      body: { code: 'rate-limited' },
    })
  })

  it('leaves health, metrics and the page alone', async () => {
    const { send } = await startTestServer({ env: { DONGNE_RATE_LIMIT: '1' } })
    await send('GET', '/v1/regions')
    for (const url of ['/healthz', '/readyz', '/metrics', '/', '/app.js']) {
      expect(await send('GET', url)).toMatchObject({ status: 200 })
    }
  })

  it('counts each key for itself, and guesses of keys together', async () => {
    const [a, b] = ['a'.repeat(16), 'b'.repeat(16)]
    const { send } = await startTestServer({
      env: { DONGNE_RATE_LIMIT: '1', DONGNE_API_KEYS: `${a}:read,${b}:read` },
    })
    const ask = async (key: string) =>
      (await send('GET', '/v1/regions', { headers: { authorization: `Bearer ${key}` } })).status
    expect([await ask(a), await ask(a), await ask(b)]).toEqual([200, 429, 200])
    expect([await ask('guess-1'), await ask('guess-2')]).toEqual([401, 429])
  })

  it('is off by default', async () => {
    const { send } = await startTestServer()
    expect((await send('GET', '/v1/regions')).headers).not.toHaveProperty('ratelimit')
  })
})

describe('load shedding', () => {
  it('says overloaded to calls while answers wait for seconds, and still tells its health', async () => {
    const { send } = await startTestServer()
    const asleep = new Int32Array(new SharedArrayBuffer(4))
    // The delay is sampled every second: the event loop has to be stuck across samples.
    for (let round = 0; round < 3; round++) {
      Atomics.wait(asleep, 0, 0, 2500)
      await wait(1)
    }
    expect(await send('POST', '/v1/nearby', { body: {} })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { code: 'overloaded' },
    })
    expect(await send('GET', '/healthz')).toMatchObject({ status: 200 })
  })
})

describe('the deadline of an answer', () => {
  it('aborts the work and says overloaded', async () => {
    const server = Fastify()
    let seen: AbortSignal | undefined
    let outcome: unknown
    server.get('/', async (_request, reply) => {
      outcome = await withDeadline(
        reply,
        (signal) => {
          seen = signal
          return new Promise<never>(() => {})
        },
        20,
      ).catch((error: unknown) => error)
      return {}
    })
    await server.inject('/')
    await server.close()
    expect(outcome).toMatchObject({ code: 'overloaded' })
    expect(seen?.aborted).toBe(true)
  })

  it('aborts the work when the client goes away, not when its body was read', async () => {
    const started = Promise.withResolvers<AbortSignal>()
    const { server } = await startTestServer({
      overrides: {
        nearby: (_request, signal) => {
          started.resolve(signal!)
          return new Promise<never>(() => {})
        },
      },
    })
    const url = await listen(server)
    const client = new AbortController()
    const gone = fetch(`${url}/v1/nearby`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: client.signal,
    }).catch((error: Error) => error.name)
    const signal = await started.promise
    await wait(50)
    expect(signal.aborted).toBe(false)
    client.abort()
    expect(await gone).toBe('AbortError')
    await expect.poll(() => signal.aborted).toBe(true)
  })
})
