// Users: what is known, its export, its erasure, and who is most active.
import { describe, expect, it } from 'vitest'
import { lines, startTestServer } from './server.ts'

const event = (id: string, userId: string) => ({
  id,
  userId,
  type: 'click',
  placeId: 'a',
  at: '2026-05-01T09:00:00.000Z',
})

async function serverWithEvents() {
  const started = await startTestServer()
  const body = [event('e1', 'u1'), event('e2', 'u1'), event('e3', '사용자/2')]
  await started.send('POST', '/v1/events', { body })
  return started
}

describe('a user', () => {
  it('is described', async () => {
    const { send } = await serverWithEvents()
    expect(await send('GET', '/v1/users/u1')).toMatchObject({ status: 200, body: { id: 'u1', events: 2 } })
    expect(await send('GET', `/v1/users/${encodeURIComponent('사용자/2')}`)).toMatchObject({
      body: { events: 1 },
    })
  })

  it('is told apart from those like them', async () => {
    const { send } = await serverWithEvents()
    expect(await send('GET', '/v1/users/u1/similar?limit=5')).toMatchObject({
      status: 200,
      body: { users: [{ id: '사용자/2', likeness: 0.5 }] },
    })
    expect(await send('GET', '/v1/users/nobody/similar')).toMatchObject({ body: { code: 'unknown-user' } })
    expect(await send('GET', '/v1/users/u1/similar?limit=0')).toMatchObject({ status: 400 })
  })

  it('is exported as NDJSON that can be sent again', async () => {
    const { send } = await serverWithEvents()
    const answer = await send('GET', '/v1/users/u1?export=true')
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    expect(lines(answer.text)).toEqual([event('e2', 'u1'), event('e1', 'u1')])
    const again = await send('POST', '/v1/events', {
      body: answer.text,
      headers: { 'content-type': 'application/x-ndjson' },
    })
    expect(again.body).toEqual({ appended: 0, duplicates: 2, rejected: [] })
  })

  it('is erased, and unknown from then on', async () => {
    const { send, events } = await serverWithEvents()
    expect(await send('DELETE', '/v1/users/u1')).toMatchObject({ status: 200, body: { events: 2 } })
    for (const [method, url] of [
      ['GET', '/v1/users/u1'],
      ['GET', '/v1/users/u1?export=true'],
      ['DELETE', '/v1/users/u1'],
    ] as const) {
      expect(await send(method, url)).toMatchObject({ status: 404, body: { code: 'unknown-user' } })
    }
    expect(events.size).toBe(1)
  })
})

describe('the list of users', () => {
  it('is as long as asked for', async () => {
    const { send } = await serverWithEvents()
    expect((await send('GET', '/v1/users')).body).toEqual({
      users: [
        { id: 'u1', events: 2 },
        { id: '사용자/2', events: 1 },
      ],
    })
    expect((await send('GET', '/v1/users?limit=1')).body.users).toHaveLength(1)
  })

  it.each(['0', '1001', '1.5', '0x10', '', 'ten', '1&limit=2'])('refuses limit=%s', async (limit) => {
    const { send } = await serverWithEvents()
    expect(await send('GET', `/v1/users?limit=${limit}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer: '/limit' }] },
    })
  })
})
