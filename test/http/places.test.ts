// One place: read, created, replaced, deleted.
import { describe, expect, it } from 'vitest'
import { CAFE, lines, startTestServer } from './server.ts'

const { id: _, ...WITHOUT_ID } = CAFE

describe('a place', () => {
  it('is read under its percent-encoded id, slash and Korean included', async () => {
    const { send, places } = await startTestServer()
    places.set('곳 #1/가?', { ...CAFE, id: '곳 #1/가?' })
    for (const id of places.keys()) {
      expect(await send('GET', `/v1/places/${encodeURIComponent(id)}`)).toMatchObject({
        status: 200,
        body: { id },
      })
    }
  })

  it('may have the longest id, and no longer one', async () => {
    const { send } = await startTestServer()
    const put = async (id: string) =>
      (await send('PUT', `/v1/places/${encodeURIComponent(id)}`, { body: WITHOUT_ID })).status
    expect(await put('가'.repeat(200))).toBe(201)
    expect(await put('가'.repeat(201))).toBe(400)
  })

  it('is named in the language asked for, Korean by default', async () => {
    const { send, asked } = await startTestServer()
    await send('GET', '/v1/places/cafe%2F1')
    await send('GET', '/v1/places/cafe%2F1?locale=en')
    expect(asked.map(({ argument }) => (argument as { locale: string }).locale)).toEqual(['ko', 'en'])
    expect(await send('GET', '/v1/places/cafe%2F1?locale=fr')).toMatchObject({ status: 400 })
    expect(await send('GET', '/v1/places/cafe%2F1?local=en')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/local', detail: expect.stringContaining('"locale"') }] },
    })
  })

  it('is created with 201 and a location, then replaced with 200', async () => {
    const { send } = await startTestServer()
    const first = await send('PUT', '/v1/places/a%2Fb', { body: WITHOUT_ID })
    expect(first).toMatchObject({
      status: 201,
      headers: { location: '/v1/places/a%2Fb' },
      body: { id: 'a/b', geohash: 'wydm9q' },
    })
    const second = await send('PUT', '/v1/places/a%2Fb', {
      body: { ...WITHOUT_ID, id: 'a/b', name: '새 이름' },
    })
    expect(second).toMatchObject({ status: 200, body: { name: '새 이름' } })
    expect(await send('PUT', '/v1/places/a%2Fb', { body: { ...WITHOUT_ID, name: '새 이름' } })).toMatchObject(
      {
        status: 200,
      },
    )
  })

  it('is not stored under another id than the path says', async () => {
    const { send, places } = await startTestServer()
    expect(await send('PUT', '/v1/places/a', { body: { ...CAFE, id: 'b' } })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ pointer: '/id' }] },
    })
    expect(await send('PUT', '/v1/places/a', { body: { ...CAFE, id: 7 } })).toMatchObject({ status: 400 })
    expect([...places.keys()]).toEqual([CAFE.id])
  })

  it('is not stored with values out of range, and every one is named', async () => {
    const { send, places } = await startTestServer()
    const answer = await send('PUT', '/v1/places/a', {
      body: { name: '', lng: 181, lat: '37', priceLevel: 9 },
    })
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/lat',
      '/lng',
      '/name',
      '/priceLevel',
    ])
    expect(await send('PUT', '/v1/places/a', { body: [CAFE] })).toMatchObject({ status: 400 })
    expect(places.has('a')).toBe(false)
  })

  it('is gone after DELETE, and says unknown-place from then on', async () => {
    const { send } = await startTestServer()
    expect(await send('DELETE', '/v1/places/cafe%2F1')).toMatchObject({ status: 204, text: '' })
    for (const method of ['GET', 'DELETE'] as const) {
      expect(await send(method, '/v1/places/cafe%2F1')).toMatchObject({
        status: 404,
        body: { code: 'unknown-place' },
      })
    }
  })
})

describe('opening hours that nobody can read', () => {
  it('are refused by PUT and, row by row, by the batch', async () => {
    const { send, places } = await startTestServer()
    const body = { name: 'a', lng: 1, lat: 1, openingHours: 'whenever' }
    const errors = [{ pointer: '/openingHours', detail: expect.stringContaining('(got "whenever")') }]
    expect(await send('PUT', '/v1/places/a', { body })).toMatchObject({ status: 400, body: { errors } })
    const batch = await send('POST', '/v1/places:batch', {
      body: [
        { id: 'a', ...body },
        { id: 'b', ...body, openingHours: 'Mo-Su 10:00-20:00' },
      ],
    })
    expect(lines(batch.text)).toMatchObject([
      { id: 'a', status: 'rejected', errors },
      { id: 'b', status: 'created' },
    ])
    expect(places.has('a')).toBe(false)
  })
})
