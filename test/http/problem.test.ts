// Every failure is problem+json with a stable code, says what to do, and tells nothing of the inside.
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { DongneError, ERRORS } from '../../src/errors.ts'
import { listen, startTestServer } from './server.ts'

const SECRET = '/srv/dongne/data/catalog.sqlite'

describe('a problem', () => {
  it('has type, title, status, code, detail, remedy, the request id and pointers', async () => {
    const { send } = await startTestServer()
    const answer = await send('POST', '/v1/search', {
      body: { query: 'x', limitt: 3 },
      headers: { 'x-request-id': 'req-1' },
    })
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(answer.headers['x-request-id']).toBe('req-1')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body).toEqual({
      type: 'urn:dongne:error:invalid-request',
      title: ERRORS['invalid-request'].title,
      status: 400,
      code: 'invalid-request',
      detail: expect.stringContaining('limitt'),
      remedy: ERRORS['invalid-request'].remedy,
      instance: 'req-1',
      errors: [{ pointer: '/limitt', detail: expect.stringContaining('"limit"') }],
    })
  })

  it('makes up an id where the one sent is unusable', async () => {
    const { send } = await startTestServer()
    for (const sent of ['a b', 'x'.repeat(129), '<script>', '']) {
      const { headers } = await send('GET', '/healthz', { headers: { 'x-request-id': sent } })
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('says unknown-route for what does not exist', async () => {
    const { send } = await startTestServer()
    for (const path of ['/v1/nope', '/nope.js', '/nope', '/v1/nearby/']) {
      expect(await send('GET', path)).toMatchObject({ status: 404, body: { code: 'unknown-route' } })
    }
    expect(await send('POST', '/v1/nope', { body: {} })).toMatchObject({ status: 404 })
  })

  it('says method-not-allowed with the methods that exist', async () => {
    const { send } = await startTestServer()
    expect(await send('GET', '/v1/nearby')).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
      body: { code: 'method-not-allowed' },
    })
    expect(await send('POST', '/v1/places/a', { body: {} })).toMatchObject({
      status: 405,
      headers: { allow: 'DELETE, GET, HEAD, PUT' },
    })
    expect(await send('GET', '/v1/places:batch')).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  })

  it.each([
    ['cut short', '{"query": '],
    ['empty', ''],
    ['of blanks', '  '],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['a UTF-8 sequence cut short', Buffer.from('{"query":"카"}').subarray(0, 11)],
    ['UTF-16', Buffer.from('{"query":"카페"}', 'utf16le')],
    ['NaN', '{"near":{"lng":NaN,"lat":1}}'],
    ['a prototype key', '{"__proto__":{"admin":true}}'],
    ['an escaped prototype key', '{"\\u005f_proto__":{"admin":true}}'],
    ['a constructor.prototype', '{"constructor":{"prototype":{}}}'],
    ['100,000 levels deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('says invalid-json for a body that is %s', async (_what, body) => {
    const { send } = await startTestServer()
    expect(await send('POST', '/v1/search', { body })).toMatchObject({
      status: 400,
      body: { code: 'invalid-json' },
    })
  })

  it('takes words that only look like prototype keys', async () => {
    const { send, asked } = await startTestServer()
    const query = '__proto__ constructor \u0041 "['.repeat(10)
    expect(await send('POST', '/v1/search', { body: { query } })).toMatchObject({ status: 200 })
    expect(asked[0].argument).toMatchObject({ query })
  })

  it.each([
    ['a number beyond float64', '{"near":{"lng":1e999,"lat":1}}', '/near/lng'],
    [
      'a radius of 0',
      '{"where":{"circle":{"lng":1,"lat":1,"radiusMeters":0}}}',
      '/where/circle/radiusMeters',
    ],
    ['a limit of 0', '{"limit":0}', '/limit'],
    ['an array for a body', '[]', ''],
    ['null for a body', 'null', ''],
    ['a misspelt key', '{"wher":{}}', '/wher'],
  ])('says invalid-request for %s', async (_what, body, pointer) => {
    const { send } = await startTestServer()
    const answer = await send('POST', '/v1/nearby', { body })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
  })

  it('says invalid-geometry for a ring that crosses itself', async () => {
    const { send } = await startTestServer()
    const ring = [
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
      [0, 0],
    ]
    const body = { where: { polygon: { type: 'Polygon', coordinates: [ring] } } }
    expect(await send('POST', '/v1/nearby', { body })).toMatchObject({
      status: 400,
      body: { code: 'invalid-geometry', errors: [{ pointer: '/where/polygon/coordinates/0' }] },
    })
  })

  it('says invalid-request for a path that is not percent-encoded UTF-8', async () => {
    const { send } = await startTestServer()
    const answer = await send('GET', '/v1/places/%E0%A4%A')
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
    expect(answer.headers['x-request-id']).toBe(answer.body.instance)
  })

  it('says body-too-large one byte over the limit, and not at it', async () => {
    const { send } = await startTestServer({ env: { DONGNE_BODY_LIMIT: '1024' } })
    const body = (size: number) => `{"query":"x"${' '.repeat(size - 13)}}`
    expect(await send('POST', '/v1/search', { body: body(1024) })).toMatchObject({ status: 200 })
    expect(await send('POST', '/v1/search', { body: body(1025) })).toMatchObject({
      status: 413,
      body: {
        code: 'body-too-large',
        detail: 'The body has 1025 bytes, more than the limit of 1024 bytes.',
      },
    })
  })

  it('counts a compressed body by its real size', async () => {
    const { send } = await startTestServer({ env: { DONGNE_BODY_LIMIT: '10000' } })
    const headers = { 'content-encoding': 'gzip' }
    const small = gzipSync(JSON.stringify({ query: '카페' }))
    expect(await send('POST', '/v1/search', { body: small, headers })).toMatchObject({ status: 200 })
    const bomb = gzipSync(`{"query":"x"${' '.repeat(1_000_000)}}`)
    expect(bomb.length).toBeLessThan(10_000)
    expect(await send('POST', '/v1/search', { body: bomb, headers })).toMatchObject({ status: 413 })
    const broken = small.subarray(0, small.length - 10)
    expect(await send('POST', '/v1/search', { body: broken, headers })).toMatchObject({
      status: 400,
      body: { code: 'invalid-json' },
    })
  })

  it('says unsupported-media-type for other content types and encodings', async () => {
    const { send } = await startTestServer()
    for (const [name, value] of [
      ['content-type', 'text/plain'],
      ['content-type', 'application/x-www-form-urlencoded'],
      ['content-type', 'application/x-ndjson'],
      ['content-type', 'nonsense'],
      ['content-encoding', 'compress'],
    ] as const) {
      expect(
        await send('POST', '/v1/search', { body: '{"query":"x"}', headers: { [name]: value } }),
      ).toMatchObject({
        status: 415,
        body: {
          code: 'unsupported-media-type',
          detail: expect.stringContaining(name === 'content-type' ? `"${value}"` : 'content encoding'),
        },
      })
    }
  })

  it('says internal for what is not foreseen, and tells the log the cause under the request id', async () => {
    let log = ''
    const logger = pino({ level: 'error' }, { write: (line: string) => (log += line) })
    const { send } = await startTestServer({
      logger,
      overrides: {
        nearby: async () => {
          throw new Error(`cannot open ${SECRET}`)
        },
      },
    })
    const answer = await send('POST', '/v1/nearby', { body: {}, headers: { 'x-request-id': 'req-2' } })
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal', instance: 'req-2' } })
    expect(answer.text).not.toContain(SECRET)
    expect(answer.text).not.toContain('.ts')
    expect(JSON.parse(log)).toMatchObject({ requestId: 'req-2', err: { message: `cannot open ${SECRET}` } })
  })

  it.each(['index-corrupt', 'catalog-locked', 'disk-full'] as const)(
    'keeps what %s says of files for the log',
    async (code) => {
      const { send } = await startTestServer({
        overrides: {
          nearby: async () => {
            throw new DongneError(code, `${SECRET} is bad.`, { errors: [{ pointer: '', detail: SECRET }] })
          },
        },
      })
      const answer = await send('POST', '/v1/nearby', { body: {} })
      expect(answer).toMatchObject({
        status: ERRORS[code].status,
        body: { code, remedy: ERRORS[code].remedy },
      })
      expect(answer.text).not.toContain(SECRET)
    },
  )

  it.each([
    'unknown-region',
    'unknown-spot',
    'unknown-category',
    'unknown-place',
    'unknown-user',
    'invalid-page-token',
    'not-ready',
    'unsupported-capability',
  ] as const)('passes on %s of the service with its message', async (code) => {
    const errors = [{ pointer: '/where', detail: 'Did you mean "11"?' }]
    const { send } = await startTestServer({
      overrides: {
        search: async () => {
          throw new DongneError(code, 'the message', { errors })
        },
      },
    })
    expect(await send('POST', '/v1/search', { body: { query: 'x' } })).toMatchObject({
      status: ERRORS[code].status,
      body: { code, detail: 'the message', errors },
    })
  })

  it('answers bytes that are not HTTP', async () => {
    const { server } = await startTestServer()
    const { port } = new URL(await listen(server))
    const socket = connect(Number(port), '127.0.0.1')
    socket.write('NONSENSE\r\n\r\n')
    const answer = await text(socket)
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ code: 'invalid-request' })
  })
})
