// The four calls: what reaches the service, and the answer as JSON and as GeoJSON.
import { describe, expect, it } from 'vitest'
import { CAFE, startTestServer } from './server.ts'

const BODIES = {
  nearby: { near: { lng: 127, lat: 37.5 } },
  similar: { placeIds: ['cafe/1'] },
  taste: { intent: '조용한 곳' },
  search: { query: '카페' },
}
const CALLS = Object.entries(BODIES)
const GEOJSON = { accept: 'application/geo+json' }

describe('a call', () => {
  it.each(CALLS)('%s reaches the service parsed, with defaults and a signal', async (call, body) => {
    const { send, asked } = await startTestServer()
    const answer = await send('POST', `/v1/${call}`, { body: { ...body, who: { locale: 'en' } } })
    expect(answer.status).toBe(200)
    expect(asked).toEqual([
      {
        call,
        argument: expect.objectContaining({ ...body, where: {}, what: {}, limit: 10, locale: 'en' }),
        signal: expect.any(AbortSignal),
      },
    ])
  })

  it.each(CALLS)(
    '%s answers what the service says, keys unknown to the schema included',
    async (call, body) => {
      const said = {
        recommendationId: 'r',
        items: [{ place: { id: 'a', later: 1 }, score: 0.1 + 0.2, reasons: [], later: true }],
        degraded: ['lexical'],
        explanation: '없어요',
      }
      const { send } = await startTestServer({ overrides: { [call]: async () => said } })
      const answer = await send('POST', `/v1/${call}`, { body })
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
      expect(answer.body).toEqual(said)
    },
  )

  it.each(CALLS)('%s answers a FeatureCollection where GeoJSON is asked for', async (call, body) => {
    const { send } = await startTestServer()
    const answer = await send('POST', `/v1/${call}`, { body, headers: GEOJSON })
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/geo\+json/),
      vary: expect.stringMatching(/accept/i),
    })
    expect(answer.body).toMatchObject({
      type: 'FeatureCollection',
      recommendationId: 'r1',
      nextPageToken: 'next',
      features: [
        {
          type: 'Feature',
          id: CAFE.id,
          geometry: { type: 'Point', coordinates: [CAFE.lng, CAFE.lat] },
          properties: {
            name: CAFE.name,
            position: 0,
            score: 0.5,
            distanceMeters: 12.5,
            reasons: [{ kind: 'popular', text: '저장이 많아요' }],
          },
        },
      ],
    })
  })

  it('has a point in GeoJSON also where fields leave coordinates out', async () => {
    const { send } = await startTestServer()
    const { body } = await send('POST', '/v1/nearby', { body: { fields: ['name'] }, headers: GEOJSON })
    expect(body.features[0]).toMatchObject({
      geometry: { coordinates: [CAFE.lng, CAFE.lat] },
      properties: { name: CAFE.name },
    })
    expect(body.features[0].properties).not.toHaveProperty('categories')
  })

  it.each([
    ['application/geo+json', true],
    ['Application/Geo+JSON; q=0.9', true],
    ['text/html, application/geo+json;q=0.5, */*;q=0.1', true],
    ['application/json, application/geo+json;q=0.5', false],
    ['application/geo+json;q=0', false],
    ['application/json', false],
    ['*/*', false],
    ['', false],
  ])('weighs Accept: %s', async (accept, geojson) => {
    const { send } = await startTestServer()
    const { body } = await send('POST', '/v1/nearby', { body: {}, headers: { accept } })
    expect(body.type === 'FeatureCollection').toBe(geojson)
  })

  it('is compressed where the client can', async () => {
    const items = Array.from({ length: 50 }, (_, index) => ({
      place: { id: `p${index}` },
      score: 1,
      reasons: [],
    }))
    const { send } = await startTestServer({
      overrides: { nearby: async () => ({ recommendationId: 'r', items }) },
    })
    const answer = await send('POST', '/v1/nearby', { body: {}, headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers['content-encoding']).toBe('gzip')
  })
})
