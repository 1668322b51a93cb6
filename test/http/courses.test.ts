// POST /v1/courses: what reaches the service, and that answers travel as they are.
import { describe, expect, it } from 'vitest'
import { startTestServer } from './server.ts'

describe('courses', () => {
  it('reach the service parsed, with defaults and a signal', async () => {
    const { send, asked } = await startTestServer()
    const startAt = '2026-11-25T12:00:00+09:00'
    const answer = await send('POST', '/v1/courses', { body: { near: { lng: 127, lat: 37.5 }, startAt } })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ recommendationId: 'r1', items: [], explanation: '없어요' })
    expect(asked).toEqual([
      {
        call: 'courses',
        argument: {
          near: { lng: 127, lat: 37.5 },
          startAt: Date.parse(startAt),
          stops: 4,
          travel: 'walk',
          maxMinutes: 480,
          mustVisit: [],
          limit: 3,
          locale: 'ko',
          where: {},
          what: {},
          who: {},
        },
        signal: expect.any(AbortSignal),
      },
    ])
  })

  it('refuse a body that is no question', async () => {
    const { send } = await startTestServer()
    const { status, body } = await send('POST', '/v1/courses', { body: { travel: 'fly' } })
    expect([status, body.code]).toEqual([400, 'invalid-request'])
  })
})
