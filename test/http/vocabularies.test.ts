// Regions, spots and categories: what filters can name, as JSON and GeoJSON.
import { describe, expect, it } from 'vitest'
import { haversineMeters } from '../../src/geo/distance.ts'
import { JONGNO, SEOUL, startTestServer, STATION } from './server.ts'

const GEOJSON = { accept: 'application/geo+json' }

describe('regions', () => {
  it('come without boundaries unless asked, and by parent', async () => {
    const { send } = await startTestServer()
    expect((await send('GET', '/v1/regions')).body).toEqual({
      regions: [{ code: SEOUL.code, name: SEOUL.name }, JONGNO],
    })
    expect((await send('GET', '/v1/regions?geometry=true')).body.regions[0]).toEqual(SEOUL)
    expect((await send('GET', '/v1/regions?parent=11')).body).toEqual({ regions: [JONGNO] })
    expect(await send('GET', '/v1/regions?geometry=yes')).toMatchObject({ status: 400 })
  })

  it('are features with boundaries where GeoJSON is asked for', async () => {
    const { send } = await startTestServer()
    const answer = await send('GET', '/v1/regions', { headers: GEOJSON })
    expect(answer.headers['content-type']).toMatch(/^application\/geo\+json/)
    expect(answer.body).toMatchObject({
      type: 'FeatureCollection',
      features: [
        { type: 'Feature', id: '11', geometry: SEOUL.geometry, properties: { name: SEOUL.name } },
        { type: 'Feature', id: '11010', geometry: null, properties: { parent: '11' } },
      ],
    })
    const bare = await send('GET', '/v1/regions?geometry=false', { headers: GEOJSON })
    expect(bare.body.features[0].geometry).toBe(null)
  })
})

describe('spots', () => {
  it('come with their circle', async () => {
    const { send } = await startTestServer()
    expect((await send('GET', '/v1/spots')).body).toEqual({ spots: [STATION] })
  })

  it('are polygons in GeoJSON: a circle becomes a closed counter-clockwise ring at its radius', async () => {
    const { send } = await startTestServer()
    const [feature] = (await send('GET', '/v1/spots', { headers: GEOJSON })).body.features
    expect(feature).toMatchObject({ id: STATION.id, properties: { circle: STATION.circle } })
    const [ring] = feature.geometry.coordinates as [number, number][][]
    expect(ring[0]).toEqual(ring.at(-1))
    for (const [lng, lat] of ring) {
      expect(haversineMeters({ lng, lat }, STATION.circle!)).toBeCloseTo(500, 3)
    }
    const twiceArea = ring
      .slice(1)
      .reduce((sum, [x, y], index) => sum + ring[index][0] * y - x * ring[index][1], 0)
    expect(twiceArea).toBeGreaterThan(0)
  })

  it('run on past the antimeridian, and join a circle with a boundary', async () => {
    const circle = { lng: 179.999, lat: 0, radiusMeters: 1000 }
    const { send } = await startTestServer({
      overrides: { spots: async () => [{ id: 's', name: 's', circle, geometry: SEOUL.geometry! }] },
    })
    const [feature] = (await send('GET', '/v1/spots', { headers: GEOJSON })).body.features
    expect(feature.geometry.type).toBe('MultiPolygon')
    const [boundary, [round]] = feature.geometry.coordinates as [number, number][][][]
    expect(boundary).toEqual(SEOUL.geometry?.coordinates)
    for (const [lng] of round) expect(Math.abs(lng - 179.999)).toBeLessThan(0.01)
  })
})

describe('categories', () => {
  it('come with the number of their places', async () => {
    const { send } = await startTestServer()
    expect((await send('GET', '/v1/categories')).body).toEqual({
      categories: [{ code: 'food', name: '음식', places: 1 }],
    })
  })
})
