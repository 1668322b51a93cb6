// The life of the server, from listening to the end.
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, describe, it, vi } from 'vitest'
import type { App } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { serve } from '../src/serve.ts'
import { inMemory } from './http/server.ts'

const said = vi.spyOn(console, 'error')

beforeEach(() => void said.mockReset())
afterEach(() => void said.mockReset())

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Serves over what is read when `read` is settled. */
async function start() {
  const { promise, resolve: read, reject: fail } = Promise.withResolvers<void>()
  const { service } = inMemory()
  const { readiness } = service
  const port = await freePort()
  const app = {
    config: readConfig({ PORT: String(port), DONGNE_LOG_LEVEL: 'silent' }),
    service: { ...service, readiness: () => promise.then(readiness) },
  } as unknown as App
  const stop = new AbortController()
  const served = serve(app, stop.signal)
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`)
  await vi.waitFor(() => ask('/healthz'))
  return { ask, read, fail, served, stop: () => stop.abort() }
}

const isReady = () => said.mock.calls.some(([line]) => String(line).startsWith('dongne is ready: '))

describe('a server that starts', () => {
  it('is healthy and not ready while it reads, and says when it has', async () => {
    const { ask, read, served, stop } = await start()
    expect((await ask('/healthz')).status).toBe(200)
    const refused = await ask('/readyz')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await refused.json()).toMatchObject({ code: 'starting' })
    expect(isReady()).toBe(false)
    read()
    await vi.waitFor(() => expect(isReady()).toBe(true))
    expect((await ask('/readyz')).status).toBe(200)
    stop()
    await served
  })

  it('stops while it reads', async () => {
    const { served, stop } = await start()
    stop()
    await served
    expect(isReady()).toBe(false)
  })

  it('goes on where reading fails: who asks next tries again', async () => {
    const { ask, fail, served, stop } = await start()
    fail(new Error('no'))
    await vi.waitFor(() => expect(isReady()).toBe(true))
    expect((await ask('/readyz')).status).toBe(500)
    expect((await ask('/healthz')).status).toBe(200)
    stop()
    await served
  })
})
