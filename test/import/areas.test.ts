import { describe, expect, it } from 'vitest'
import { isReject, readFeatures, toRegions, toSpots } from '../../src/import/areas.ts'
import { openSource } from '../../src/import/source.ts'
import { fileWith } from './read-file.ts'

const square = (west: number, south: number) => [
  [
    [west, south],
    [west + 1, south],
    [west + 1, south + 1],
    [west, south + 1],
    [west, south],
  ],
]
const collection = (...features: { properties: object; geometry: object | null }[]) =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: features.map((entry) => ({ type: 'Feature', ...entry })),
  })
const read = async (content: string) => readFeatures(await openSource(await fileWith(content)))

describe('regions', () => {
  it('get their parent from the longest code that theirs begins with', async () => {
    const polygon = { type: 'Polygon', coordinates: square(127, 37) }
    const features = await read(
      collection(
        { properties: { code: '1101053', name: '사직동' }, geometry: polygon },
        { properties: { code: '11', name: '서울', name_eng: 'Seoul' }, geometry: polygon },
        { properties: { code: 11010, name: '종로구' }, geometry: polygon },
        { properties: { code: '9', name: '섬', parent: '11' }, geometry: polygon },
      ),
    )
    expect(toRegions(features)).toMatchObject([
      { code: '1101053', parent: '11010' },
      { code: '11', names: { ko: '서울', en: 'Seoul' } },
      { code: '11010', parent: '11' },
      { code: '9', parent: '11' },
    ])
  })

  it('come from TopoJSON, whose arcs are shared', async () => {
    const topology = {
      type: 'Topology',
      arcs: [
        [
          [127, 37],
          [128, 37],
          [128, 38],
          [127, 38],
          [127, 37],
        ],
      ],
      objects: {
        regions: {
          type: 'GeometryCollection',
          geometries: [{ type: 'Polygon', arcs: [[0]], properties: { code: '11', name: '서울' } }],
        },
      },
    }
    expect(toRegions(await read(JSON.stringify(topology)))).toEqual([
      { code: '11', name: '서울', geometry: { type: 'Polygon', coordinates: square(127, 37) } },
    ])
  })

  it('lose rings that enclose nothing and positions that repeat', async () => {
    const [ring] = square(127, 37)
    const line = [ring[0], ring[1], ring[0]]
    const coordinates = [[[ring[0], ...ring], line], [line]]
    const features = await read(
      collection({
        properties: { code: '11', name: '서울' },
        geometry: { type: 'MultiPolygon', coordinates },
      }),
    )
    expect(toRegions(features)).toMatchObject([{ geometry: { coordinates: [[ring]] } }])
  })

  it('are rejected one by one, with their number', async () => {
    const polygon = { type: 'Polygon', coordinates: square(127, 37) }
    const rows = toRegions(
      await read(
        collection(
          { properties: { name: '없음' }, geometry: polygon },
          { properties: { code: '11', name: '서울' }, geometry: polygon },
        ),
      ),
    )
    expect(rows.map(isReject)).toEqual([true, false])
    expect(rows[0]).toMatchObject({
      line: 1,
      error: { message: expect.stringContaining('/code') },
      values: { name: '없음' },
    })
  })

  it.each<[string, object | null]>([
    ['a polygon without rings', { type: 'Polygon', coordinates: [] }],
    ['a polygon without coordinates', { type: 'Polygon' }],
    ['rings that are no rings', { type: 'MultiPolygon', coordinates: [[1, 2]] }],
    ['another geometry', { type: 'LineString', coordinates: [[127, 37]] }],
  ])('are rejected for %s, and the others land', async (_, geometry) => {
    const rows = toRegions(
      await read(
        collection(
          { properties: { code: '11', name: '서울' }, geometry },
          {
            properties: { code: '12', name: '섬' },
            geometry: { type: 'Polygon', coordinates: square(1, 1) },
          },
        ),
      ),
    )
    expect(rows.map(isReject)).toEqual([true, false])
    expect(rows[0]).toMatchObject({ error: { message: expect.stringContaining('/geometry') } })
  })

  it('are rejected where the file has no feature', async () => {
    const rows = toRegions(await read('{"type":"FeatureCollection","features":[null,7]}'))
    expect(rows.map(isReject)).toEqual([true, true])
  })
})

describe('spots', () => {
  it('are polygons, or circles around a point', async () => {
    const features = await read(
      collection(
        { properties: { id: 'a', name: '가' }, geometry: { type: 'Polygon', coordinates: square(127, 37) } },
        {
          properties: { id: 'b', name: '나', name_eng: 'B', aliases: ['다'], radiusMeters: 300 },
          geometry: { type: 'Point', coordinates: [127, 37] },
        },
      ),
    )
    expect(toSpots(features)).toMatchObject([
      { id: 'a', geometry: { type: 'Polygon' } },
      { id: 'b', names: { en: 'B' }, aliases: ['다'], circle: { lng: 127, lat: 37, radiusMeters: 300 } },
    ])
  })
})

describe('a file of areas that cannot be read', () => {
  it.each([
    ['file-corrupt', '{"type":"Topology","obj'],
    ['file-corrupt', '{"type":"Topology","objects":{"a":{"type":"Polygon","arcs":[[0]]}}}'],
    ['unknown-format', '{"type":"Feature"}'],
  ])('is %s', async (code, content) => {
    await expect(read(content)).rejects.toMatchObject({ code })
  })
})
