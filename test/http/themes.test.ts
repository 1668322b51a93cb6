// POST /v1/themes and /v1/themes/{id}: what reaches the service.
import { describe, expect, it } from 'vitest'
import { startTestServer } from './server.ts'

describe('themes', () => {
  it('reach the service parsed, with defaults and a signal', async () => {
    const { send, asked } = await startTestServer()
    const answer = await send('POST', '/v1/themes', { body: { who: { locale: 'en' } } })
    expect(answer.body).toEqual({ recommendationId: 'r1', items: [], explanation: '없어요' })
    expect(asked).toEqual([
      {
        call: 'themes',
        argument: expect.objectContaining({
          limit: 6,
          placesPerTheme: 6,
          locale: 'en',
          at: expect.any(Number),
        }),
        signal: expect.any(AbortSignal),
      },
    ])
  })

  it('are asked for one by one, by ids with any character', async () => {
    const { send, asked } = await startTestServer()
    const answer = await send('POST', `/v1/themes/${encodeURIComponent('tag:a/b 온실')}`, { body: {} })
    expect(answer.status).toBe(200)
    expect(asked[0].call).toBe('theme tag:a/b 온실')
  })
})
