// Imports into a real catalog: what arrives, what is refused, and that a rerun changes nothing.
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Catalog } from '../../src/catalog/port.ts'
import { openSqliteCatalog } from '../../src/catalog/sqlite.ts'
import { runImport } from '../../src/pipeline/import.ts'
import { SILENT } from '../silent-progress.ts'

let folder: string
let catalog: Catalog
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dongne-import-'))
  catalog = await openSqliteCatalog(join(folder, 'catalog.sqlite'))
})
afterEach(async () => {
  await catalog.close()
  await rm(folder, { recursive: true, force: true })
})

const rejectsFolder = () => join(folder, 'rejects')

function run(files: string | string[], options: { format?: string; map?: string; dryRun?: boolean } = {}) {
  const { format = 'auto', map, dryRun = false } = options
  return runImport({
    catalog,
    files: [files].flat(),
    format,
    ...(map !== undefined && { map }),
    dryRun,
    rejectsFolder: rejectsFolder(),
    progress: SILENT,
  })
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const place = (id: string, more: object = {}) => ({
  id,
  name: `가게 ${id}`,
  lng: 127.05,
  lat: 37.54,
  ...more,
})
const ndjson = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const square = (west: number, south: number, size: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [west + size, south],
      [west + size, south + size],
      [west, south + size],
      [west, south],
    ],
  ],
})
const collection = (...features: { properties: object; geometry: object }[]) =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: features.map((entry) => ({ type: 'Feature', ...entry })),
  })

/** Everything that is stored, in one number. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for await (const batch of catalog.placeChanges({ since: 0 })) hash.update(JSON.stringify(batch))
  for await (const batch of catalog.events({ since: 0 })) hash.update(JSON.stringify(batch))
  hash.update(JSON.stringify([await catalog.regions({ withGeometry: true }), await catalog.spots()]))
  hash.update(JSON.stringify([await catalog.categories(), await catalog.position()]))
  return hash.digest('hex')
}

describe('an import', () => {
  it('stores places and events of our own formats', async () => {
    const places = await file(
      'places.ndjson.gz',
      gzipSync(
        ndjson(place('a'), place('b', { tags: ['조용한'], names: { en: 'B' }, categories: ['food/cafe'] })),
      ),
    )
    const events = await file('events.csv', 'userId,placeId,type,at\nu,a,visit,2026-05-01T09:00:00+09:00\n')
    expect(await run([events, places])).toMatchObject({ places: 2, events: 1, created: 3, rejected: 0 })
    expect(await catalog.place('b')).toMatchObject({
      tags: ['조용한'],
      names: { en: 'B' },
      geohash: expect.any(String),
    })
    expect((await catalog.categories()).map(({ code }) => code)).toEqual(['food', 'food/cafe'])
    expect(await catalog.userEvents('u', { limit: 5 })).toMatchObject([
      { placeId: 'a', at: Date.UTC(2026, 4, 1) },
    ])
  })

  it('rejects coordinates of 0, 0 and hours that nobody can read', async () => {
    const places = await file(
      'odd.ndjson',
      ndjson(
        place('a', { lng: 0, lat: 0 }),
        place('b', { lng: 0 }),
        place('c', { openingHours: 'whenever' }),
        place('d', { openingHours: 'PH off' }),
        place('e', { openingHours: 'Mo-Fr 09:00-18:00' }),
      ),
    )
    const { rejectsFile, ...summary } = await run([places])
    expect(summary).toMatchObject({ places: 3, rejected: 2 })
    const rejects = (await readFile(rejectsFile!, 'utf8')).trim().split('\n')
    expect(rejects.map((line) => JSON.parse(line))).toMatchObject([
      { line: 1, field: 'lng', value: 0, reason: expect.stringContaining('lack their coordinates') },
      {
        line: 3,
        field: 'openingHours',
        value: 'whenever',
        reason: expect.stringContaining('Mo-Fr 09:00-18:00'),
      },
    ])
  })

  it('rejects an event of the future by line, field and value', async () => {
    const at = '9999-12-31T00:00:00Z'
    const events = await file(
      'ahead.ndjson',
      `{"userId":"u","placeId":"a","type":"visit","at":"2026-05-01T09:00:00Z"}\n{"userId":"u","placeId":"a","type":"visit","at":"${at}"}\n`,
    )
    const { rejectsFile, ...summary } = await run([events])
    expect(summary).toMatchObject({ events: 1, rejected: 1 })
    expect(JSON.parse(await readFile(rejectsFile!, 'utf8'))).toMatchObject({
      line: 2,
      field: 'at',
      value: at,
      reason: expect.stringContaining('in the future'),
    })
  })

  it('changes nothing when it runs again, and only what changed after that', async () => {
    const path = await file('places.ndjson', ndjson(place('a'), place('b')))
    const events = await file(
      'events.ndjson',
      ndjson({ userId: 'u', placeId: 'a', type: 'save', at: '2026-05-01T09:00:00Z' }),
    )
    await run([path, events])
    const before = await fingerprint()
    expect(await run([path, events])).toMatchObject({ created: 0, updated: 0, unchanged: 3 })
    expect(await fingerprint()).toBe(before)
    await file('places.ndjson', ndjson(place('a'), place('b', { name: '새 이름' })))
    expect(await run(path)).toMatchObject({ created: 0, updated: 1, unchanged: 1 })
  })

  it('writes nothing in a dry run, and counts the same', async () => {
    const path = await file('places.ndjson', ndjson(place('a'), place('b', { lng: 200 })))
    const before = await fingerprint()
    expect(await run(path, { dryRun: true })).toMatchObject({ places: 1, rejected: 1, created: 0 })
    expect(await fingerprint()).toBe(before)
  })

  it('keeps the first row of an id that comes twice, and rejects the others', async () => {
    const path = await file('places.ndjson', ndjson(place('a'), place('a', { name: '둘째' })))
    const { rejectsFile, ...summary } = await run(path)
    expect(summary).toMatchObject({ places: 1, rejected: 1 })
    expect(await catalog.place('a')).toMatchObject({ name: '가게 a' })
    expect(JSON.parse(await readFile(rejectsFile!, 'utf8'))).toMatchObject({
      line: 2,
      field: 'id',
      value: 'a',
      reason: expect.stringContaining('came before'),
    })
    expect(await run(path)).toMatchObject({ created: 0, updated: 0, unchanged: 1 })
  })

  it('stores the good rows and names what is wrong with each other one', async () => {
    const path = await file(
      'places.ndjson',
      ndjson(place('a'), place('b', { lat: 91 }), place('c', { nmae: 'x' }), { id: 'd', lng: 1, lat: 2 }) +
        'broken\n' +
        ndjson(place('e', { lng: null })),
    )
    const { rejectsFile, ...summary } = await run(path)
    expect(summary).toMatchObject({ places: 1, created: 1, rejected: 5 })
    const rejects = (await readFile(rejectsFile!, 'utf8')).trim().split('\n')
    expect(rejects.map((line) => JSON.parse(line))).toMatchObject([
      { file: path, line: 2, field: 'lat', value: 91, reason: expect.stringContaining('90') },
      { line: 3, field: 'nmae', value: 'x', reason: expect.stringContaining('Did you mean "name"') },
      { line: 4, field: 'name', value: null, reason: 'is missing' },
      { line: 5, field: '', value: 'broken', reason: expect.stringContaining('not JSON') },
      { line: 6, field: 'lng', value: null },
    ])
  })

  it('keeps the rows before a gzip stream ends too early, and takes up the rest', async () => {
    const rows = Array.from({ length: 3000 }, (_, index) =>
      place(`p${index}`, { description: `${index * 7919}` }),
    )
    const bytes = gzipSync(ndjson(...rows))
    const path = await file('places.ndjson.gz', bytes.subarray(0, bytes.length * 0.7))
    await expect(run(path)).rejects.toMatchObject({
      code: 'file-corrupt',
      message: expect.stringMatching(/Line \d+ was the last one read/),
    })
    const { places } = await catalog.counts()
    expect(places).toBeGreaterThan(1000)
    await file('places.ndjson.gz', bytes)
    expect(await run(path)).toMatchObject({ created: 3000 - places, unchanged: places })
  })

  it('keeps what is stored when the disk is full', async () => {
    await catalog.close()
    catalog = await openSqliteCatalog(join(folder, 'small.sqlite'), { maxPages: 200 })
    const rows = Array.from({ length: 5000 }, (_, index) =>
      place(`p${index}`, { description: '설명 '.repeat(50) }),
    )
    const path = await file('places.ndjson', ndjson(...rows))
    await expect(run(path)).rejects.toMatchObject({ code: 'disk-full' })
    const { places } = await catalog.counts()
    expect(places).toBeGreaterThan(0)
    expect(places % 500).toBe(0)
  })

  it('names a GeoJSON file that is cut, and takes a whole one with nested fields', async () => {
    const content = collection({
      properties: { ...place('a'), names: { en: 'A' }, attributes: { parking: true } },
      geometry: { type: 'Point', coordinates: [127.05, 37.54] },
    })
    const cut = await file('cut.geojson', content.slice(0, -10))
    await expect(run(cut)).rejects.toMatchObject({
      code: 'file-corrupt',
      message: expect.stringMatching(/cut\.geojson is not JSON(?!.*Line 0)/),
    })
    expect(await run(await file('whole.geojson', content))).toMatchObject({ places: 1, rejected: 0 })
    expect(await catalog.place('a')).toMatchObject({ names: { en: 'A' }, attributes: { parking: true } })
  })

  it('refuses what it does not know before it stores anything', async () => {
    const good = await file('places.ndjson', ndjson(place('a')))
    const title = await file('titles.csv', 'title,where\nx,y\n')
    await expect(run([good, title])).rejects.toMatchObject({
      code: 'unknown-format',
      message: expect.stringContaining('title, where'),
    })
    await expect(run([good, folder])).rejects.toMatchObject({ code: 'unknown-format' })
    await expect(run([good, join(folder, 'none.csv')])).rejects.toMatchObject({ code: 'file-not-found' })
    await expect(run(good, { map: await file('map.json', '{"target":') })).rejects.toMatchObject({
      code: 'invalid-mapping',
      message: expect.stringContaining('not JSON'),
    })
    expect((await catalog.counts()).places).toBe(0)
  })
})

describe('regions and spots', () => {
  const areas = () =>
    collection(
      { properties: { code: '11', name: '서울' }, geometry: square(127, 37, 1) },
      { properties: { code: '11010', name: '종로구' }, geometry: square(127, 37.5, 0.5) },
    )

  it('are known to places that come later, and to those that were there', async () => {
    await run(await file('first.ndjson', ndjson(place('early'))))
    expect(await run(await file('regions.geojson', areas()))).toMatchObject({ regions: 2, created: 2 })
    const spots = collection({
      properties: { id: 'alley', name: '골목', radiusMeters: 500 },
      geometry: { type: 'Point', coordinates: [127.05, 37.54] },
    })
    await run(await file('spots.geojson', spots), { format: 'spots' })
    const later = await run(await file('later.ndjson', ndjson(place('late'))))
    expect(later.resolved).toEqual({ regions: 1, finest: 1 })
    for (const id of ['early', 'late']) {
      expect(await catalog.place(id)).toMatchObject({ regions: ['11', '11010'], spots: ['alley'] })
    }
  })

  it('are rejected with the value that is wrong, while the others land', async () => {
    const path = await file(
      'regions.geojson',
      collection(
        { properties: { code: '1'.repeat(200), name: '긴' }, geometry: square(127, 37, 1) },
        { properties: { code: '11', name: '서울' }, geometry: square(127, 37, 1) },
      ),
    )
    const { rejectsFile, ...summary } = await run(path)
    expect(summary).toMatchObject({ regions: 1, rejected: 1 })
    expect(JSON.parse(await readFile(rejectsFile!, 'utf8'))).toMatchObject({
      file: path,
      line: 1,
      field: 'code',
      value: '1'.repeat(200),
    })
  })

  it('change nothing when they come again', async () => {
    await run(await file('first.ndjson', ndjson(place('a'))))
    const path = await file('regions.geojson', areas())
    await run(path)
    const before = await fingerprint()
    expect(await run(path)).toMatchObject({ created: 0, updated: 0, unchanged: 2 })
    expect(await fingerprint()).toBe(before)
  })
})

describe('a table that does not fit its format', () => {
  it('is refused before anything is stored, with the column that is missing', async () => {
    const parks = await file('parks.csv', '공원명,위도,경 도\n공원,37.5,127\n')
    await expect(run(parks, { format: 'city-parks' })).rejects.toMatchObject({
      code: 'invalid-mapping',
      message: expect.stringContaining('"경도" is not a column'),
    })
    const map = new URL('../../docs/examples/jeju.json', import.meta.url).pathname
    await expect(run(parks, { map })).rejects.toMatchObject({
      code: 'unknown-format',
      message: expect.stringContaining('is csv, while its mapping is for ndjson'),
    })
  })
})

describe('reviews', () => {
  const map = (name: string, mapping: object) => file(name, JSON.stringify(mapping))

  it('join the places they name, once, however often they are imported', async () => {
    const places = await map('places.map.json', {
      target: 'places',
      format: 'csv',
      fields: {
        id: { hash: ['shop'] },
        name: 'shop',
        lng: 'x',
        lat: 'y',
        tags: { column: 'counts', counted: 5 },
      },
    })
    const reviews = await map('reviews.map.json', {
      target: 'reviews',
      format: 'csv',
      fields: { placeId: { hash: ['shop'] }, text: 'line' },
    })
    await run(
      await file('shops.csv', 'shop,x,y,counts\n도담,127,37,"{""친절해요"": 12.0, ""뷰가 좋아요"": 4}"\n'),
      { map: places },
    )
    const lines = await file(
      'lines.csv',
      'shop,line\n도담,조용해요\n도담,커피가 맛있어요\n없음,좋아요\n도담,\n',
    )
    expect(await run(lines, { map: reviews, dryRun: true })).toMatchObject({
      reviews: 2,
      updated: 0,
      rejected: 2,
    })
    expect(await run(lines, { map: reviews })).toMatchObject({ reviews: 2, updated: 1, rejected: 2 })
    const rejected = (await readFile(join(rejectsFolder(), 'lines.csv.rejects.ndjson'), 'utf8'))
      .trim()
      .split('\n')
    expect(rejected.map((line) => JSON.parse(line) as object)).toMatchObject([
      { line: 5, field: 'text', reason: 'is missing' },
      { line: 4, field: 'placeId', reason: expect.stringContaining('is no place of the catalog') },
    ])
    expect(await run(lines, { map: reviews })).toMatchObject({ updated: 0, unchanged: 1 })
    for await (const [{ place: stored }] of catalog.placeChanges({ since: 0 })) {
      expect(stored).toMatchObject({ tags: ['친절해요'], reviews: ['조용해요', '커피가 맛있어요'] })
    }
  })

  it('above the limit of a place are rejected', async () => {
    const [id, name] = ['a', '가게']
    await run(await file('places.ndjson', ndjson(place(id, { name }))))
    const mapping = await map('reviews.map.json', {
      target: 'reviews',
      format: 'ndjson',
      fields: { placeId: 'id', text: 'line' },
    })
    const lines = Array.from({ length: 103 }, (_, index) => ({ id, line: `${index}번째 후기` }))
    const summary = await run(await file('lines.ndjson', ndjson(...lines)), { map: mapping })
    expect(summary).toMatchObject({ reviews: 100, rejected: 3 })
    expect((await catalog.place(id))?.reviews).toHaveLength(100)
  })
})
