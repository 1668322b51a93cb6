// What a file is, told from its beginning.
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { detectFormat } from '../../src/import/detect.ts'
import { formatOfColumns, IMPORT_FORMATS, presetMapping } from '../../src/import/presets.ts'
import { openSource } from '../../src/import/source.ts'
import { fileWith } from './read-file.ts'

const detected = async (content: string | Uint8Array) =>
  detectFormat(await openSource(await fileWith(content)))

describe('the format of a file', () => {
  it('is told from its first row', async () => {
    expect(await detected('\uFEFFid, name ,"lng",lat\n1,2,3,4')).toEqual({
      format: 'csv',
      columns: ['id', 'name', 'lng', 'lat'],
    })
    expect(await detected('{"id":1,"name":"a"}\n{"id":2}')).toEqual({
      format: 'ndjson',
      columns: ['id', 'name'],
    })
    const feature =
      '{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":"a"}}'
    expect(await detected(`{"type":"FeatureCollection","features":[${feature}]}`)).toEqual({
      format: 'geojson',
      columns: ['id', 'name', 'lng', 'lat'],
    })
  })

  it('is told from properties that hold objects, and braces in texts', async () => {
    const properties = '{"name":"a}{","names":{"en":"A"},"attributes":{"parking":true}}'
    const feature = `{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":${properties}}`
    expect(await detected(`{"type":"FeatureCollection","features":[${feature},${feature}]}`)).toEqual({
      format: 'geojson',
      columns: ['id', 'name', 'names', 'attributes', 'lng', 'lat'],
    })
  })

  it('is areas for topologies and features that are no points', async () => {
    expect(await detected('{"type":"Topology","objects":{}}')).toMatchObject({ format: 'areas' })
    const feature = '{"type":"Feature","geometry":{"type":"Polygon","coordinates":[]},"properties":{}}'
    expect(await detected(`{"type":"FeatureCollection","features":[${feature}]}`)).toMatchObject({
      format: 'areas',
    })
  })

  it.each([
    ['one column', 'hello\nworld\n', 'hello'],
    ['broken JSON', '{"id":\n', '{"id":'],
    ['a JSON array', '[{"id":1},{"id":2}]', 'one object a line'],
  ])('cannot be told from %s', async (_, content, words) => {
    await expect(detected(content)).rejects.toMatchObject({
      code: 'unknown-format',
      message: expect.stringContaining(words),
    })
  })

  it('cannot be told from blanks', async () => {
    await expect(detected(' \n\n')).rejects.toMatchObject({ code: 'file-empty' })
  })
})

describe('the formats that come with dongne', () => {
  it.each([
    ['tourist-spots', '관광지명,위도,경도'],
    ['traditional-markets', '시장명,위도,경도'],
    ['festivals', '축제명,위도,경도'],
    ['city-parks', '관리번호,공원명,위도,경도'],
    ['whosonfirst', 'id,name,lat,lon,region_id'],
    ['places', 'name,lat,lng,id'],
    ['events', 'userId,placeId,type'],
  ])('%s is known by its columns, in CP949 too', async (format, header) => {
    const { columns } = await detected(iconv.encode(`${header}\n`, 'cp949'))
    expect(formatOfColumns(columns)).toBe(format)
    expect(IMPORT_FORMATS).toContain(format)
  })

  it('are not guessed from other columns', () => {
    expect(formatOfColumns(['lat', 'lng', 'title'])).toBeUndefined()
    expect(presetMapping('nothing')).toBeUndefined()
  })
})
