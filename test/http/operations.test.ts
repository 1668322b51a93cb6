// Health, readiness, metrics, log and the end of the server.
import { Agent, request } from 'node:http'
import { once } from 'node:events'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { lines, listen, startTestServer } from './server.ts'

describe('readiness', () => {
  it('is 200 with every check while all pass', async () => {
    const { send } = await startTestServer()
    expect(await send('GET', '/readyz')).toMatchObject({
      status: 200,
      body: { ready: true, checks: [{ name: 'catalog', ok: true, detail: '1 places' }] },
    })
  })

  it('says not-ready with the checks that fail, and health stays 200', async () => {
    const { send } = await startTestServer({
      overrides: {
        readiness: async () => [
          { name: 'catalog', ok: true, detail: 'fine' },
          { name: 'vector-index', ok: false, detail: 'There is no index.' },
        ],
      },
    })
    expect(await send('GET', '/readyz')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: {
        code: 'not-ready',
        errors: [{ pointer: '/checks/vector-index', detail: 'There is no index.' }],
      },
    })
    expect(await send('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
  })
})

describe('metrics', () => {
  it('count requests by route and status, places served and saved, events', async () => {
    const { send } = await startTestServer()
    await send('POST', '/v1/nearby', { body: {} })
    await send('GET', '/v1/places/unknown')
    await send('PUT', '/v1/places/a', { body: { name: 'x', lng: 1, lat: 1 } })
    await send('POST', '/v1/events', { body: [{ userId: 'u', type: 'click', placeId: 'a' }, {}] })
    const { headers, text } = await send('GET', '/metrics')
    expect(headers['content-type']).toMatch(/^text\/plain; version=0.0.4/)
    for (const line of [
      'dongne_http_request_duration_seconds_count{method="POST",route="/v1/nearby",status="200"} 1',
      'dongne_http_request_duration_seconds_count{method="GET",route="/v1/places/:id",status="404"} 1',
      'dongne_places_served_total{call="nearby"} 1',
      'dongne_places_saved_total{status="created"} 1',
      'dongne_events_total{outcome="appended"} 1',
      'dongne_events_total{outcome="rejected"} 1',
    ]) {
      expect(text).toContain(line)
    }
    expect(text).toContain('process_cpu_seconds_total')
  })
})

describe('the log', () => {
  it('has a line a request, without bodies, headers and keys', async () => {
    let log = ''
    const key = 'secret-key-0123456789'
    const { send } = await startTestServer({
      logger: pino({ level: 'info' }, { write: (line: string) => (log += line) }),
      env: { DONGNE_API_KEYS: `${key}:read` },
    })
    await send('POST', '/v1/search', {
      body: { query: '비밀 질문' },
      headers: { authorization: `Bearer ${key}`, 'x-request-id': 'req-3' },
    })
    expect(lines(log)).toEqual([
      expect.objectContaining({ requestId: 'req-3', method: 'POST', url: '/v1/search', status: 200 }),
    ])
    expect(log).not.toContain('비밀')
    expect(log).not.toContain(key)
  })
})

describe('closing', () => {
  it('answers what is in flight, ends idle connections and takes no new ones', async () => {
    const started = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const { server } = await startTestServer({
      overrides: {
        async nearby() {
          started.resolve()
          await finish.promise
          return { recommendationId: 'late', items: [] }
        },
      },
    })
    const url = await listen(server)
    const agent = new Agent({ keepAlive: true })
    const idle = request(`${url}/healthz`, { agent }).end()
    const [health] = await once(idle, 'response')
    const ended = once(health.socket, 'close')
    health.resume()
    const answer = fetch(`${url}/v1/nearby`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    await started.promise
    const closed = server.close()
    await ended
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
    finish.resolve()
    const response = await answer
    expect(response.headers.get('connection')).toBe('close')
    expect(await response.json()).toMatchObject({ recommendationId: 'late' })
    await closed
  })

  it('does not wait for the client of a stream that had begun', async () => {
    const commit = Promise.withResolvers<void>()
    let chunks = 0
    const { server } = await startTestServer({
      overrides: {
        async putPlaces(rows) {
          if (++chunks > 1) await commit.promise
          return rows.map(() => 'created')
        },
      },
    })
    const url = await listen(server)
    const agent = new Agent({ keepAlive: true })
    const headers = { 'content-type': 'application/x-ndjson' }
    const outgoing = request(`${url}/v1/places:batch`, { agent, method: 'POST', headers })
    outgoing.end(
      Array.from({ length: 501 }, (_, id) => JSON.stringify({ id: `${id}`, name: 'x', lng: 1, lat: 1 })).join(
        '\n',
      ),
    )
    const [incoming] = await once(outgoing, 'response')
    const closed = server.close()
    commit.resolve()
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk
    expect(lines(text)).toHaveLength(501)
    await closed
  })
})
