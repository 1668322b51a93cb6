// Events: one, several, NDJSON; sent again they change nothing.
import { describe, expect, it } from 'vitest'
import { startTestServer } from './server.ts'

const NDJSON = { 'content-type': 'application/x-ndjson' }
const event = (id: string, extra: object = {}) => ({
  id,
  userId: 'u1',
  type: 'click',
  placeId: 'a',
  ...extra,
})

describe('events', () => {
  it('are appended one by one, with an id and a time where they have none', async () => {
    const { send, events } = await startTestServer()
    const before = Date.now()
    const answer = await send('POST', '/v1/events', { body: { userId: 'u1', type: 'save', placeId: 'a' } })
    expect(answer).toMatchObject({ status: 200, body: { appended: 1, duplicates: 0, rejected: [] } })
    const [stored] = events.values()
    expect(stored).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), userId: 'u1' })
    expect(stored.at).toBeGreaterThanOrEqual(before)
  })

  it('sent again are duplicates', async () => {
    const { send, events } = await startTestServer()
    for (const expected of [
      { appended: 2, duplicates: 0 },
      { appended: 0, duplicates: 2 },
    ]) {
      const answer = await send('POST', '/v1/events', { body: [event('e1'), event('e2')] })
      expect(answer.body).toEqual({ ...expected, rejected: [] })
    }
    expect(events.size).toBe(2)
  })

  it('that are not valid are set aside by their index, the others stored', async () => {
    const { send, events } = await startTestServer()
    const body = [
      event('e1'),
      event('e2', { type: 'clik' }),
      7,
      event('e4', { at: '2026-02-30T00:00:00Z' }),
      event('e5', { at: '9999-12-31T00:00:00Z' }),
      event('e5'),
    ]
    const answer = await send('POST', '/v1/events', { body })
    expect(answer).toMatchObject({ status: 200, body: { appended: 2, duplicates: 0 } })
    expect(answer.body.rejected).toEqual([
      { index: 1, errors: [{ pointer: '/type', detail: expect.stringContaining('"click"') }] },
      { index: 2, errors: [{ pointer: '', detail: expect.any(String) }] },
      { index: 3, errors: [{ pointer: '/at', detail: expect.stringContaining('2026-02-30') }] },
      { index: 4, errors: [{ pointer: '/at', detail: expect.stringContaining('in the future') }] },
    ])
    expect([...events.keys()]).toEqual(['e1', 'e5'])
  })

  it('come as NDJSON too, rejected by line', async () => {
    const { send, events } = await startTestServer()
    const body = [JSON.stringify(event('e1')), '', '{"broken', JSON.stringify(event('e2'))].join('\n')
    const answer = await send('POST', '/v1/events', { body, headers: NDJSON })
    expect(answer.body).toEqual({
      appended: 2,
      duplicates: 0,
      rejected: [{ index: 2, errors: [{ pointer: '', detail: expect.stringContaining('Line 3') }] }],
    })
    expect(events.size).toBe(2)
  })

  it('alone and not valid are a 400', async () => {
    const { send } = await startTestServer()
    expect(await send('POST', '/v1/events', { body: { userId: 'u1', type: 'click' } })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer: '/placeId' }] },
    })
  })

  it('of more bytes than the limit are refused whole', async () => {
    const { send, events } = await startTestServer({ env: { DONGNE_BODY_LIMIT: '1024' } })
    const body = Array.from({ length: 40 }, (_, index) => `${JSON.stringify(event(`e${index}`))}\n`).join('')
    expect(await send('POST', '/v1/events', { body, headers: NDJSON })).toMatchObject({
      status: 413,
      body: { code: 'body-too-large' },
    })
    expect(events.size).toBe(0)
  })
})
