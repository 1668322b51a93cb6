// Batches: an answer a row, in order, after the row was stored; what is wrong with one row stays with it.
import { request } from 'node:http'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { DongneError } from '../../src/errors.ts'
import { CAFE, lines, listen, startTestServer } from './server.ts'

const NDJSON = { 'content-type': 'application/x-ndjson' }
const row = (id: string, extra: object = {}) => JSON.stringify({ ...CAFE, id, ...extra })

describe('a batch', () => {
  it('answers every row in order, by what became of it', async () => {
    const { send } = await startTestServer()
    const body = [row('new'), row(CAFE.id), '', row(CAFE.id, { name: '새 이름' }), '{"id":"bad"}', 'x'].join(
      '\n',
    )
    const answer = await send('POST', '/v1/places:batch', { body, headers: NDJSON })
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    })
    expect(lines(answer.text)).toEqual([
      { line: 1, id: 'new', status: 'created' },
      { line: 2, id: CAFE.id, status: 'unchanged' },
      { line: 4, id: CAFE.id, status: 'updated' },
      {
        line: 5,
        id: 'bad',
        status: 'rejected',
        errors: expect.arrayContaining([{ pointer: '/name', detail: 'is missing' }]),
      },
      { line: 6, status: 'rejected', errors: [{ pointer: '', detail: expect.stringContaining('Line 6') }] },
    ])
  })

  it('takes an array as well', async () => {
    const { send } = await startTestServer()
    const answer = await send('POST', '/v1/places:batch', {
      body: [{ ...CAFE, id: 'a' }, 7, { ...CAFE, id: 'b' }],
    })
    expect(lines(answer.text)).toEqual([
      { line: 1, id: 'a', status: 'created' },
      { line: 2, status: 'rejected', errors: [{ pointer: '', detail: expect.any(String) }] },
      { line: 3, id: 'b', status: 'created' },
    ])
  })

  it('refuses a body that is neither', async () => {
    const { send } = await startTestServer()
    expect(await send('POST', '/v1/places:batch', { body: CAFE })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    })
  })

  it('is empty for an empty body', async () => {
    const { send } = await startTestServer()
    for (const options of [{ body: '\n \r\n', headers: NDJSON }, { body: [] }]) {
      expect(await send('POST', '/v1/places:batch', options)).toMatchObject({ status: 200, text: '' })
    }
  })

  it('rejects a line of invalid UTF-8 alone', async () => {
    const { send, places } = await startTestServer()
    const body = Buffer.concat([
      Buffer.from(`${row('a')}\n{"id":"`),
      Buffer.from([0xec, 0xb9]),
      Buffer.from(`","name":"x"}\n${row('b')}`),
    ])
    expect(lines((await send('POST', '/v1/places:batch', { body, headers: NDJSON })).text)).toEqual([
      { line: 1, id: 'a', status: 'created' },
      {
        line: 2,
        status: 'rejected',
        errors: [{ pointer: '', detail: 'Line 2 holds bytes that are not UTF-8.' }],
      },
      { line: 3, id: 'b', status: 'created' },
    ])
    expect([...places.keys()]).toEqual([CAFE.id, 'a', 'b'])
  })

  it('stores a line that arrives in pieces, in the middle of a character too', async () => {
    const { server, places } = await startTestServer()
    const url = await listen(server)
    const bytes = Buffer.from(`${row('가나다', { name: '한글 이름' })}\n${row('b')}\n`)
    const outgoing = request(`${url}/v1/places:batch`, { method: 'POST', headers: NDJSON })
    for (let at = 0; at < bytes.length; at += 7) outgoing.write(bytes.subarray(at, at + 7))
    outgoing.end()
    const [incoming] = await once(outgoing, 'response')
    let text = ''
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk
    expect(lines(text)).toHaveLength(2)
    expect(places.get('가나다')?.name).toBe('한글 이름')
  })

  it('answers stored rows while the client still sends, and nothing before it is stored', async () => {
    const commit = Promise.withResolvers<void>()
    let saved = 0
    const { server } = await startTestServer({
      overrides: {
        async putPlaces(rows) {
          await commit.promise
          saved += rows.length
          return rows.map(() => 'created')
        },
      },
    })
    const url = await listen(server)
    const outgoing = request(`${url}/v1/places:batch`, { method: 'POST', headers: NDJSON })
    const response = once(outgoing, 'response')
    const many = Array.from({ length: 500 }, (_, index) => row(`p${index}`)).join('\n')
    outgoing.write(`${many}\n`)
    let answered = false
    void response.then(() => (answered = true))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(answered).toBe(false)
    commit.resolve()
    const [incoming] = await response
    incoming.setEncoding('utf8')
    let text = ''
    for await (const chunk of incoming) {
      text += chunk
      const count = text.split('\n').length - 1
      expect(saved).toBeGreaterThanOrEqual(count)
      if (count === 500) outgoing.end(row('last'))
    }
    expect(lines(text)).toHaveLength(501)
  })

  it('stores in chunks, so that memory and transactions stay small', async () => {
    const { send, asked } = await startTestServer()
    const body = Array.from({ length: 1201 }, (_, index) => row(`p${index}`)).join('\n')
    const answer = await send('POST', '/v1/places:batch', { body, headers: NDJSON })
    expect(lines(answer.text).map((line) => (line as { line: number }).line)).toEqual(
      Array.from({ length: 1201 }, (_, index) => index + 1),
    )
    expect(asked.map(({ argument }) => (argument as unknown[]).length)).toEqual([500, 500, 201])
  })

  it('may be 64 times the body limit as NDJSON, a line as long as the limit', async () => {
    const { send } = await startTestServer({ env: { DONGNE_BODY_LIMIT: '1024' } })
    const post = (body: string, headers = NDJSON) => send('POST', '/v1/places:batch', { body, headers })
    const full = `${row('a')}${' '.repeat(1024 - Buffer.byteLength(row('a')))}`
    expect(lines((await post(full)).text)).toEqual([{ line: 1, id: 'a', status: 'created' }])
    expect(await post(`${full} `)).toMatchObject({ status: 413, body: { code: 'body-too-large' } })
    expect(await post('\n'.repeat(64 * 1024))).toMatchObject({ status: 200 })
    expect(await post('\n'.repeat(64 * 1024 + 1))).toMatchObject({ status: 413 })
    expect(await post(`[${full}]`, { 'content-type': 'application/json' })).toMatchObject({ status: 413 })
  })

  it('stores what comes before a line that is too long, and says where it ended', async () => {
    const { send, places } = await startTestServer({ env: { DONGNE_BODY_LIMIT: '1024' } })
    const body = `${row('a')}\n${'x'.repeat(2000)}\n${row('c')}\n`
    const answer = await send('POST', '/v1/places:batch', { body, headers: NDJSON })
    expect(lines(answer.text)).toEqual([
      { line: 1, id: 'a', status: 'created' },
      {
        line: 2,
        status: 'rejected',
        errors: [{ pointer: '', detail: expect.stringContaining('body-too-large') }],
      },
    ])
    expect(places.has('a')).toBe(true)
    expect(places.has('c')).toBe(false)
  })

  it('says what failed where nothing is stored yet, and rejects the chunk that failed later', async () => {
    let calls = 0
    const { send } = await startTestServer({
      overrides: {
        async putPlaces(rows) {
          calls++
          if (calls % 2 === 0) throw new DongneError('disk-full', '/secret/catalog does not fit.')
          return rows.map(() => 'created')
        },
      },
    })
    const body = Array.from({ length: 502 }, (_, index) => row(`p${index}`)).join('\n')
    const late = await send('POST', '/v1/places:batch', { body, headers: NDJSON })
    expect(late.status).toBe(200)
    expect(lines(late.text).slice(499)).toEqual([
      { line: 500, id: 'p499', status: 'created' },
      ...[500, 501].map((index) => ({
        line: index + 1,
        id: `p${index}`,
        status: 'rejected',
        errors: [{ pointer: '', detail: expect.stringContaining('disk-full') }],
      })),
    ])
    expect(late.text).not.toContain('/secret')
    calls = 1
    expect(await send('POST', '/v1/places:batch', { body: row('a'), headers: NDJSON })).toMatchObject({
      status: 507,
      body: { code: 'disk-full' },
    })
  })
})
