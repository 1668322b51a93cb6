// Vector tiles, decoded with MapLibre's own reader: what is in them, where, and how fresh.
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { describe, expect, it } from 'vitest'
import type { Region } from '../../src/domain/region.ts'
import { DongneError } from '../../src/errors.ts'
import { tileBounds } from '../../src/http/tiles.ts'
import { CAFE, JONGNO, SEOUL, startTestServer } from './server.ts'

const decode = (bytes: Buffer) => new VectorTile(new PbfReader(bytes))

/** The tile that holds a point, by the formula of the slippy map. */
function tileAt({ lng, lat }: { lng: number; lat: number }, z: number) {
  const size = 2 ** z
  const radians = (lat * Math.PI) / 180
  const x = Math.floor(((lng + 180) / 360) * size)
  const y = Math.floor(((1 - Math.log(Math.tan(radians) + 1 / Math.cos(radians)) / Math.PI) / 2) * size)
  return { z, x, y, path: `/v1/tiles/${z}/${x}/${y}.mvt` }
}

describe('a tile', () => {
  it.each([0, 6, 10, 14, 20])('at zoom %i has the place within a step of its grid', async (zoom) => {
    const { send } = await startTestServer()
    const { z, x, y, path } = tileAt(CAFE, zoom)
    const answer = await send('GET', path)
    expect(answer.headers['content-type']).toBe('application/vnd.mapbox-vector-tile')
    const { places } = decode(answer.bytes).layers
    expect([places.version, places.extent, places.length]).toEqual([2, 4096, 1])
    const feature = places.feature(0)
    expect(feature.properties).toEqual({ id: CAFE.id, name: CAFE.name })
    const { geometry } = feature.toGeoJSON(x, y, z)
    if (geometry.type !== 'Point') throw new Error(`a place became a ${geometry.type}`)
    const [lng, lat] = geometry.coordinates
    const step = 360 / 2 ** z / 4096
    expect(Math.abs(lng - CAFE.lng)).toBeLessThan(step)
    expect(Math.abs(lat - CAFE.lat)).toBeLessThan(step)
  })

  it('has the names of a place in every language', async () => {
    const { send } = await startTestServer()
    const names = { ko: '카페 도담', en: 'Cafe Dodam' }
    await send('PUT', '/v1/places/two', { body: { ...CAFE, id: 'two', names, lng: 129, lat: 35.1 } })
    const { path } = tileAt({ lng: 129, lat: 35.1 }, 14)
    expect(decode((await send('GET', path)).bytes).layers['places'].feature(0).properties).toMatchObject({
      name: CAFE.name,
      'name:ko': names.ko,
      'name:en': names.en,
    })
  })

  it('has the boundary of a region with its level, and the round spot', async () => {
    const { send } = await startTestServer({
      overrides: { regions: async () => [SEOUL, { ...JONGNO, geometry: SEOUL.geometry! } as Region] },
    })
    const { path } = tileAt(CAFE, 12)
    const { regions, spots } = decode((await send('GET', path)).bytes).layers
    expect([regions.feature(0).properties, regions.feature(1).properties]).toEqual([
      { code: '11', name: '서울특별시', level: 0 },
      { code: '11010', name: '종로구', parent: '11', level: 1 },
    ])
    expect(regions.feature(0).type).toBe(3)
    expect(spots.feature(0).properties).toEqual({ id: 'station', name: '서울역' })
  })

  it('survives parents that run in a circle', async () => {
    const { send } = await startTestServer({
      overrides: { regions: async () => [{ ...SEOUL, parent: '11' }] },
    })
    const { regions } = decode((await send('GET', '/v1/tiles/0/0/0.mvt')).bytes).layers
    expect(regions.feature(0).properties).toMatchObject({ level: 0 })
  })

  it('shows a place that was put a moment ago', async () => {
    const { send } = await startTestServer()
    const { path } = tileAt({ lng: 129, lat: 35.1 }, 14)
    expect((await send('GET', path)).bytes).toHaveLength(0)
    await send('PUT', '/v1/places/new', { body: { ...CAFE, id: 'new', lng: 129, lat: 35.1 } })
    expect(decode((await send('GET', path)).bytes).layers['places'].length).toBe(1)
  })

  it('cuts boundaries once, and again when the vocabulary changed', async () => {
    let version = 1
    let reads = 0
    const { send } = await startTestServer({
      overrides: {
        vocabularyVersion: async () => version,
        async regions() {
          reads++
          return [{ ...SEOUL, name: `version ${version}` }]
        },
      },
    })
    const name = async () =>
      decode((await send('GET', '/v1/tiles/0/0/0.mvt')).bytes).layers['regions'].feature(0).properties['name']
    expect([await name(), await name(), reads]).toEqual(['version 1', 'version 1', 1])
    version = 2
    expect([await name(), reads]).toEqual(['version 2', 2])
  })

  it('is not sent again while it is the same', async () => {
    const { send } = await startTestServer()
    const first = await send('GET', '/v1/tiles/0/0/0.mvt')
    const headers = { 'if-none-match': String(first.headers['etag']) }
    expect(await send('GET', '/v1/tiles/0/0/0.mvt', { headers })).toMatchObject({ status: 304, text: '' })
    await send('PUT', '/v1/places/new', { body: { ...CAFE, id: 'new' } })
    expect(await send('GET', '/v1/tiles/0/0/0.mvt', { headers })).toMatchObject({ status: 200 })
  })

  it.each(['0/1/0', '0/0/1', '3/8/0', '21/0/0', '-1/0/0', '1/0.5/0', 'a/0/0', '1/0/1e0'])(
    'does not exist at %s',
    async (tile) => {
      const { send } = await startTestServer()
      expect(await send('GET', `/v1/tiles/${tile}.mvt`)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [{ pointer: expect.stringMatching(/^\/[zxy]$/) }] },
      })
    },
  )
})

describe('the box of a tile', () => {
  it('is the world at zoom 0, and its corners lie on the next tiles', () => {
    const [west, south, east, north] = tileBounds({ z: 0, x: 0, y: 0 })
    expect([west, east]).toEqual([-180, 180])
    expect(north).toBeCloseTo(85.0511287798, 9)
    expect(south).toBeCloseTo(-85.0511287798, 9)
    const tile = tileAt(CAFE, 12)
    const box = tileBounds(tile)
    expect(box[2]).toBeCloseTo(tileBounds({ ...tile, x: tile.x + 1 })[0], 12)
    expect(box[1]).toBeCloseTo(tileBounds({ ...tile, y: tile.y + 1 })[3], 12)
    expect(box[0] <= CAFE.lng && CAFE.lng <= box[2] && box[1] <= CAFE.lat && CAFE.lat <= box[3]).toBe(true)
  })
})

describe('the TileJSON', () => {
  it('says where the tiles are, what is in them, and the box of the places', async () => {
    const { send, places } = await startTestServer()
    places.set('b', { ...CAFE, id: 'b', lng: 127.5, lat: 36 })
    const { body } = await send('GET', '/v1/tiles.json', { headers: { host: 'map.example:8080' } })
    expect(body).toMatchObject({
      tilejson: '3.0.0',
      tiles: ['http://map.example:8080/v1/tiles/{z}/{x}/{y}.mvt'],
      bounds: [CAFE.lng, 36, 127.5, CAFE.lat],
    })
    expect(body.vector_layers.map(({ id }: { id: string }) => id)).toEqual(['places', 'regions', 'spots'])
  })

  it('has no bounds without places or an index', async () => {
    const empty = await startTestServer({ overrides: { markers: async () => [] } })
    expect((await empty.send('GET', '/v1/tiles.json')).body).not.toHaveProperty('bounds')
    const unready = await startTestServer({
      overrides: {
        markers: async () => {
          throw new DongneError('not-ready', 'There is no index.')
        },
      },
    })
    expect(await unready.send('GET', '/v1/tiles.json')).toMatchObject({ status: 200 })
    expect(await unready.send('GET', '/v1/tiles/0/0/0.mvt')).toMatchObject({
      status: 503,
      body: { code: 'not-ready' },
    })
  })
})
