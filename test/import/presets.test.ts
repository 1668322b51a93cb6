// The formats that come with dongne, imported into a real catalog; their real files where those are present.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import iconv from 'iconv-lite'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import type { Catalog } from '../../src/catalog/port.ts'
import { openSqliteCatalog } from '../../src/catalog/sqlite.ts'
import { runImport } from '../../src/pipeline/import.ts'
import { isAbsent, sharedData } from '../shared-data.ts'
import { SILENT } from '../silent-progress.ts'

let folder: string
let catalog: Catalog
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dongne-presets-'))
  catalog = await openSqliteCatalog(join(folder, 'catalog.sqlite'))
})
afterEach(async () => {
  await catalog.close()
  await rm(folder, { recursive: true, force: true })
})

const run = (path: string, options: { format?: string; map?: string } = {}) =>
  runImport({
    catalog,
    files: [path],
    format: 'auto',
    ...options,
    dryRun: false,
    rejectsFolder: join(folder, 'rejects'),
    progress: SILENT,
  })

/** A CSV as Korean agencies publish it. */
async function cp949(rows: readonly Record<string, string>[]): Promise<string> {
  const path = join(folder, 'table.csv')
  const columns = Object.keys(rows[0])
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))]
  await writeFile(path, iconv.encode(lines.map((cells) => `${cells.join(',')}\r\n`).join(''), 'cp949'))
  return path
}

async function storedPlaces() {
  const changes = (await Array.fromAsync(catalog.placeChanges({ since: 0 }))).flat()
  return changes.map(({ place }) => place)
}

describe('Korean standard data', () => {
  const point = { 위도: '37.54', 경도: '127.05', 소재지도로명주소: '서울', 소재지지번주소: '' }

  it.each([
    ['관광지명', 'tourist-spot'],
    ['시장명', 'market'],
    ['축제명', 'festival'],
    ['공원명', 'park'],
  ])(
    'with %s is told by its columns, in CP949 and without the columns that are not needed',
    async (name, category) => {
      const path = await cp949([{ [name]: '동네', ...point }])
      expect(await run(path)).toMatchObject({ places: 1, rejected: 0 })
      expect(await storedPlaces()).toMatchObject([
        {
          id: expect.stringMatching(new RegExp(`^${category}-[0-9a-f]{16}$`)),
          name: '동네',
          address: '서울',
          categories: [category],
          lng: 127.05,
        },
      ])
    },
  )

  it('keeps parks of one number apart by name and address, and merges those that have all of them', async () => {
    const park = { 관리번호: '11-1', 공원명: '가', ...point }
    const path = await cp949([
      park,
      { ...park, 공원명: '나' },
      { ...park, 소재지지번주소: '성수동 1' },
      { ...park, 위도: '37.55' },
    ])
    expect(await run(path)).toMatchObject({ places: 3, created: 3, rejected: 1 })
    expect(await run(path)).toMatchObject({ created: 0, updated: 0, unchanged: 3 })
    expect((await storedPlaces()).map((place) => place?.lat)).toEqual([37.54, 37.54, 37.54])
  })
})

describe('a folder of check-ins', () => {
  it('gives places and events, those of the same second too', async () => {
    const data = join(folder, 'fsq')
    await mkdir(data)
    const pois = 'poi_id,lat,lon,category,category_path,tags,name\na,40.7,-74,Café,Food > Café,coffee|cake,\n'
    await writeFile(join(data, 'pois.csv'), pois)
    const checkins = 'user_id,poi_id,ts,split\n7,a,1333476009,train\n7,a,1333476009,test\n'
    await writeFile(join(data, 'checkins.csv'), checkins)
    expect(await run(data)).toMatchObject({ places: 1, events: 2, rejected: 0 })
    expect(await run(data)).toMatchObject({ created: 0, updated: 0, unchanged: 3 })
    expect(await storedPlaces()).toMatchObject([{ name: 'Café', categories: ['food/café'] }])
  })
})

describe('the real files', { timeout: 60_000 }, () => {
  const need = (context: TestContext, name: string) =>
    context.skip(isAbsent(name), `the data set ../shared/data/${name} is absent`)

  it('of Korea resolve to their regions, and a rerun changes nothing', async (context) => {
    need(context, 'korea-regions')
    need(context, 'korea-open')
    expect(await run(sharedData('korea-regions'), { format: 'regions' })).toMatchObject({
      regions: 3771,
      rejected: 0,
    })
    const counts: Record<string, [places: number, rejected: number, finest: number]> = {
      'tourist_spots_2026.csv': [854, 0, 854],
      'traditional_markets.csv': [1372, 16, 1372],
      'festivals_2026.csv': [1062, 238, 1058],
      // 1,195 of the rejected rows have been there before, 260 have no coordinates.
      'city_parks.csv': [16_945, 1455, 16_934],
    }
    for (const [name, [places, rejected, finest]] of Object.entries(counts)) {
      const path = sharedData(`korea-open/${name}`)
      const summary = await run(path)
      expect(summary, name).toMatchObject({ places, created: places, rejected })
      expect(summary.resolved.finest, name).toBe(finest)
      expect(await run(path), name).toMatchObject({ created: 0, updated: 0, unchanged: places })
    }
  })

  it('of New York are 9,989 places and 179,468 events, and a rerun changes nothing', async (context) => {
    need(context, 'foursquare-nyc')
    const path = sharedData('foursquare-nyc')
    expect(await run(path)).toMatchObject({ places: 9989, events: 179_468, created: 189_457, rejected: 0 })
    expect(await run(path)).toMatchObject({ created: 0, updated: 0, unchanged: 189_457 })
  })

  it('of Jeju come by the mapping file of the docs', async (context) => {
    need(context, 'jeju')
    const map = fileURLToPath(new URL('../../docs/examples/jeju.json', import.meta.url))
    expect(await run(sharedData('jeju/places.ndjson'), { map })).toMatchObject({
      places: 3316,
      created: 3316,
      // Without coordinates, which the source writes as 0, 0.
      rejected: 4,
    })
  })
})
