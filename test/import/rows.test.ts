import { describe, expect, it } from 'vitest'
import { rowsOf } from './read-file.ts'

describe('CSV rows', () => {
  it('keep quoted line breaks, commas and quotes, and know their line', async () => {
    expect(await rowsOf('id,name\r\n1,"a ""b"", c\nd"\r\n\r\n2,x\r\n', 'csv')).toEqual([
      { line: 3, values: { id: '1', name: 'a "b", c\nd' } },
      { line: 5, values: { id: '2', name: 'x' } },
    ])
  })

  it('read short rows as far as they go, and leave what is beyond the header', async () => {
    expect(await rowsOf('id,name\n1\n2,x,y\n', 'csv')).toEqual([
      { line: 2, values: { id: '1' } },
      { line: 3, values: { id: '2', name: 'x' } },
    ])
  })

  it('are none where there is only a header', async () => {
    expect(await rowsOf('id,name\n', 'csv')).toEqual([])
  })
})

describe('a quote that never closes', () => {
  it('is reported at its row, with how much it takes along', async () => {
    expect(await rowsOf('id,name\n1,a\n2,"b\n3,c\n4,d\n', 'csv')).toEqual([
      { line: 2, values: { id: '1', name: 'a' } },
      { line: 3, value: '', reason: expect.stringContaining('nothing from here to line 5 is read') },
    ])
  })
})

describe('NDJSON rows', () => {
  it('skip empty lines, and need no line break at the end', async () => {
    expect(await rowsOf('{"id":1}\n\n  \n{"id":2}', 'ndjson')).toEqual([
      { line: 1, values: { id: 1 } },
      { line: 4, values: { id: 2 } },
    ])
  })

  it('say what is not a JSON object, and go on', async () => {
    expect(await rowsOf('{"id":\n[1]\n{"id":2}\n', 'ndjson')).toMatchObject([
      { line: 1, reason: expect.stringContaining('not JSON'), value: '{"id":' },
      { line: 2, reason: 'not a JSON object', value: '[1]' },
      { line: 3, values: { id: 2 } },
    ])
  })
})

describe('GeoJSON rows', () => {
  const collection = (...features: object[]) => JSON.stringify({ type: 'FeatureCollection', features })
  const point = { type: 'Point', coordinates: [127, 37.5] }

  it('are properties with lng and lat of the point, and the id of the feature as text', async () => {
    const content = collection(
      { type: 'Feature', id: 7, geometry: point, properties: { name: 'a' } },
      { type: 'Feature', geometry: point, properties: { id: 'own', name: 'b' } },
    )
    expect(await rowsOf(content, 'geojson')).toEqual([
      { line: 1, values: { id: '7', name: 'a', lng: 127, lat: 37.5 } },
      { line: 2, values: { id: 'own', name: 'b', lng: 127, lat: 37.5 } },
    ])
  })

  it('need a point', async () => {
    const content = collection({ type: 'Feature', geometry: null, properties: { name: 'a' } })
    expect(await rowsOf(content, 'geojson')).toEqual([
      { line: 1, reason: 'a place needs a Point, not nothing', value: 'null' },
    ])
  })

  it('say what is no feature, and go on', async () => {
    const content = collection(
      null as never,
      { type: 'Feature', geometry: { type: 'Point' }, properties: { name: 'a' } },
      { type: 'Feature', geometry: point, properties: null },
    )
    expect(await rowsOf(content, 'geojson')).toEqual([
      { line: 1, reason: 'a place needs a Point, not nothing', value: 'null' },
      { line: 2, reason: 'a place needs a Point, not one without coordinates', value: '{"type":"Point"}' },
      { line: 3, values: { lng: 127, lat: 37.5 } },
    ])
  })

  it.each([
    ['file-corrupt', '{"type":"FeatureCollection","features":[{"type":"Fea'],
    ['unknown-format', '{"type":"FeatureCollection"}'],
  ])('are %s where the file is no collection', async (code, content) => {
    await expect(rowsOf(content, 'geojson')).rejects.toMatchObject({ code })
  })
})
