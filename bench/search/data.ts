// The rows, queries and right answers that every engine of bench/search.ts gets: real coordinates and texts of Nevada venues,
// jittered copies up to the wanted count, seeded. Leaves measuring to harness.ts.
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { categoryWithAncestors } from '../../src/domain/category.ts'
import type { BBox } from '../../src/domain/position.ts'
import { boundsContain } from '../../src/geo/bounds.ts'
import { destination } from '../../src/geo/distance.ts'
import { encodeGeohash } from '../../src/geo/geohash.ts'
import { areaContains } from '../../src/geo/polygon.ts'
import { createRandom } from '../../src/math/random.ts'
import { TopK } from '../../src/math/top-k.ts'
import { createOfflineEncoder, fitOfflineEncoder } from '../../src/text/offline-encoder.ts'
import { compileFilter, type Filter } from '../../src/vector-index/filter.ts'
import type { IndexRow } from '../../src/vector-index/port.ts'

/** One kind of filter: several filters, and for the first queries the ids that a brute force in float64 finds. */
export interface Case {
  readonly name: string
  readonly filters: readonly Filter[]
  /** Share of the rows that match, on average. */
  readonly selectivity: number
  /** Query q uses filter q mod filters and vector q mod vectors. */
  readonly truths: readonly (readonly string[])[]
}

export interface Shape {
  readonly rows: number
  readonly dim: number
  readonly queries: number
}

export const K = 10
const FILTERS_A_CASE = 5
const QUERY_VECTORS = 40
const TRUTHS = 20
/** A Monday morning in Nevada. */
const OPEN_AT = Date.parse('2026-05-04T10:30:00-07:00')

export type Random = () => number

/** Uniform in [0, 1). */
export function seeded(seed: number): Random {
  const random = createRandom(seed)
  return () => random.next()
}

/** Writes rows.ndjson, vectors.f32, queries.f32, cases.json and shape.json into `folder`. */
export async function makeData(source: string, folder: string, count: number, dim: number): Promise<void> {
  const random = seeded(7)
  const venues = await readVenues(source)
  const base = await textVectors(venues, dim)
  const spots = makeSpots(venues, random)
  const rows: IndexRow[] = []
  const vectors = new Float32Array(count * dim)
  for (let i = 0; i < count; i++) {
    const venue = venues[i % venues.length]
    const copy = Math.floor(i / venues.length)
    // Copies move by some 500 m and change their text a little, so that density grows and ties do not.
    const { lng, lat } = copy === 0 ? venue : destination(venue, random() * 360, 500 * Math.sqrt(random()))
    const vector = vectors.subarray(i * dim, (i + 1) * dim)
    vector.set(base.subarray((i % venues.length) * dim, ((i % venues.length) + 1) * dim))
    if (copy > 0) for (let j = 0; j < dim; j++) vector[j] += (random() - 0.5) * (0.5 / Math.sqrt(dim))
    normalize(vector)
    rows.push({
      id: `wof:${venue.id}${copy === 0 ? '' : `-${copy}`}`,
      vector,
      lng,
      lat,
      geohash: encodeGeohash({ lng, lat }),
      regions: venue.regions,
      spots: spots
        .filter(({ box, area }) => boundsContain(box, { lng, lat }) && areaContains(area, { lng, lat }))
        .map(({ id }) => id),
      categories: venue.categories,
      tags: venue.tags,
      ...(random() < 0.5 && { priceLevel: 1 + Math.floor(random() * 4) }),
      ...(random() < 0.6 && { rating: Math.floor(random() * 51) / 10 }),
      closed: random() < 0.03,
      ...(random() < 0.6 && { openMinutes: hours(Math.floor(random() * 40)) }),
      timeZone: 'America/Los_Angeles',
      popularity: Math.floor(1 / (random() + 1e-4)),
    })
  }
  const queries = new Float32Array(QUERY_VECTORS * dim)
  for (let q = 0; q < QUERY_VECTORS; q++) {
    // A taste: the mean of two places.
    const query = queries.subarray(q * dim, (q + 1) * dim)
    for (let pick = 0; pick < 2; pick++) {
      const { vector } = rows[Math.floor(random() * count)]
      for (let j = 0; j < dim; j++) query[j] += vector[j]
    }
    normalize(query)
  }
  const cases = makeCases(rows, spots, random).map(({ name, filters }): Case => {
    const matching = filters.map((filter) => rows.filter(compileFilter(filter)))
    return {
      name,
      filters,
      selectivity: matching.reduce((sum, { length }) => sum + length, 0) / filters.length / count,
      truths: Array.from({ length: TRUTHS }, (_, q) => {
        const query = queries.subarray((q % QUERY_VECTORS) * dim, ((q % QUERY_VECTORS) + 1) * dim)
        const top = new TopK<string>(K)
        for (const { id, vector } of matching[q % filters.length]) {
          let sum = 0
          for (let j = 0; j < dim; j++) sum += query[j] * vector[j]
          if (sum >= top.threshold) top.offer(sum, id)
        }
        return top.sorted().map(({ id }) => id)
      }),
    }
  })
  const out = createWriteStream(join(folder, 'rows.ndjson'))
  for (const { vector: _, ...row } of rows)
    if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
  await writeFile(join(folder, 'vectors.f32'), vectors)
  await writeFile(join(folder, 'queries.f32'), queries)
  await writeFile(join(folder, 'cases.json'), JSON.stringify(cases))
  await writeFile(
    join(folder, 'shape.json'),
    JSON.stringify({ rows: count, dim, queries: QUERY_VECTORS } satisfies Shape),
  )
}

export async function readShape(folder: string): Promise<Shape> {
  return JSON.parse(await readFile(join(folder, 'shape.json'), 'utf8')) as Shape
}

export async function readFloats(path: string): Promise<Float32Array> {
  const bytes = await readFile(path)
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

export async function* readRows(folder: string): AsyncGenerator<IndexRow[]> {
  const { dim } = await readShape(folder)
  const vectors = await readFloats(join(folder, 'vectors.f32'))
  let batch: IndexRow[] = []
  let index = 0
  for await (const line of createInterface({ input: createReadStream(join(folder, 'rows.ndjson')) })) {
    const vector = vectors.subarray(index * dim, (index + 1) * dim)
    index++
    if (batch.push({ ...(JSON.parse(line) as Omit<IndexRow, 'vector'>), vector }) === 1000) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}

interface Venue {
  readonly id: number
  readonly lng: number
  readonly lat: number
  readonly text: string
  readonly regions: readonly string[]
  readonly categories: readonly string[]
  readonly tags: readonly string[]
}

async function readVenues(source: string): Promise<Venue[]> {
  const venues: Venue[] = []
  const slug = (text: string) => text.toLowerCase().replaceAll(/[^a-z]+/g, '-')
  for await (const line of createInterface({ input: createReadStream(source).pipe(createGunzip()) })) {
    const venue = JSON.parse(line)
    const path = ((venue.categories ?? [[]])[0] as string[]).filter((name) => name !== '').slice(0, 3)
    venues.push({
      id: venue.id,
      lng: venue.lon,
      lat: venue.lat,
      text: [venue.name, ...path, ...(venue.tags ?? []), venue.city ?? ''].join(' '),
      regions: [venue.region_id, venue.county_id, venue.locality_id, venue.neighbourhood_id]
        .filter((id) => id > 0)
        .map(String),
      categories: path.length === 0 ? [] : categoryWithAncestors(path.map(slug).join('/')),
      tags: venue.tags ?? [],
    })
  }
  return venues
}

/** The offline encoder's vectors, projected by a seeded Gaussian matrix. */
async function textVectors(venues: readonly Venue[], dim: number): Promise<Float32Array> {
  const encoder = createOfflineEncoder(await fitOfflineEncoder(venues.map(({ text }) => text)))
  const normal = createRandom(11)
  const projection = Float32Array.from({ length: encoder.dim * dim }, () => normal.normal())
  const vectors = new Float32Array(venues.length * dim)
  for (let start = 0; start < venues.length; start += 128) {
    const encoded = await encoder.embed(
      venues.slice(start, start + 128).map(({ text }) => text),
      'document',
    )
    encoded.forEach((wide, i) => {
      const vector = vectors.subarray((start + i) * dim, (start + i + 1) * dim)
      for (let from = 0; from < encoder.dim; from++) {
        if (wide[from] === 0) continue
        for (let to = 0; to < dim; to++) vector[to] += wide[from] * projection[from * dim + to]
      }
      normalize(vector)
    })
  }
  return vectors
}

function normalize(vector: Float32Array): void {
  let sum = 0
  for (const value of vector) sum += value * value
  const scale = sum === 0 ? 0 : 1 / Math.sqrt(sum)
  for (let i = 0; i < vector.length; i++) vector[i] *= scale
}

/** A daily interval on six or seven days. */
function hours(pattern: number): [number, number][] {
  const from = 60 * (6 + (pattern % 6))
  const to = from + 60 * (7 + (pattern % 5))
  return Array.from({ length: pattern % 4 === 0 ? 7 : 6 }, (_, day): [number, number] => [
    day * 1440 + from,
    day * 1440 + to,
  ])
}

interface SpotArea {
  readonly id: string
  readonly box: BBox
  readonly centre: { readonly lng: number; readonly lat: number }
  readonly area: {
    readonly type: 'Polygon'
    readonly coordinates: readonly (readonly (readonly number[])[])[]
  }
}

/** Irregular polygons of some 500 to 900 m around venues. */
function makeSpots(venues: readonly Venue[], random: Random): SpotArea[] {
  return Array.from({ length: 60 }, (_, i) => {
    const centre = venues[Math.floor(random() * venues.length)]
    return { id: `spot-${i}`, ...polygonAround(centre, 12, 500, 900, random) }
  })
}

function polygonAround(
  centre: { lng: number; lat: number },
  corners: number,
  least: number,
  most: number,
  random: Random,
) {
  const ring = Array.from({ length: corners }, (_, i) => {
    const { lng, lat } = destination(centre, (360 * i) / corners, least + random() * (most - least))
    return [lng, lat]
  }).toReversed()
  ring.push(ring[0])
  const lngs = ring.map(([lng]) => lng)
  const lats = ring.map(([, lat]) => lat)
  const box: BBox = [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)]
  return {
    box,
    centre: { lng: centre.lng, lat: centre.lat },
    area: { type: 'Polygon' as const, coordinates: [ring] },
  }
}

function makeCases(rows: readonly IndexRow[], spots: readonly SpotArea[], random: Random) {
  const anywhere = () => rows[Math.floor(random() * rows.length)]
  const several = (make: () => Filter) => Array.from({ length: FILTERS_A_CASE }, make)
  const prefixes = new Map<string, number>()
  for (const { geohash } of rows) {
    for (let length = 3; length <= 7; length++) {
      const prefix = geohash.slice(0, length)
      prefixes.set(prefix, (prefixes.get(prefix) ?? 0) + 1)
    }
  }
  const cells = [...prefixes].sort(
    ([, a], [, b]) => Math.abs(a - rows.length / 1000) - Math.abs(b - rows.length / 1000),
  )
  const county = () => anywhere().regions[1] ?? rows[0].regions[1]
  const locality = () => anywhere().regions[2] ?? rows[0].regions[2]
  const circle = (radiusMeters: number) => {
    const { lng, lat } = anywhere()
    return { lng, lat, radiusMeters }
  }
  const category = () => {
    for (;;) {
      const { categories } = anywhere()
      if (categories.length > 0) return categories[categories.length - 1]
    }
  }
  const all = () => {
    for (;;) {
      const { regions, spots: within, geohash, lng, lat } = anywhere()
      if (within.length === 0 || regions.length < 2) continue
      return {
        regions: [regions[1]],
        spots: [within[0]],
        geohashes: [geohash.slice(0, 4)],
        circle: { lng, lat, radiusMeters: 1000 },
        openAt: OPEN_AT,
      }
    }
  }
  const cases: { name: string; filters: Filter[] }[] = [
    { name: 'none', filters: [{}] },
    {
      name: 'geohash cell 0.1 %',
      filters: cells.slice(0, FILTERS_A_CASE).map(([prefix]) => ({ geohashes: [prefix] })),
    },
    ...[0.001, 0.01, 0.1].map((share) => ({
      name: `box ${share * 100} %`,
      filters: several(() => ({ bbox: boxOf(rows, anywhere(), share) })),
    })),
    ...[500, 1000, 5000].map((radius) => ({
      name: `circle ${radius} m`,
      filters: several(() => ({ circle: circle(radius) })),
    })),
    { name: 'county', filters: several(() => ({ regions: [county()] })) },
    { name: 'locality', filters: several(() => ({ regions: [locality()] })) },
    { name: 'spot', filters: several(() => ({ spots: [spots[Math.floor(random() * spots.length)].id] })) },
    {
      name: 'polygon',
      filters: several(() => ({ polygon: polygonAround(anywhere(), 40, 800, 2000, random).area })),
    },
    { name: 'category', filters: several(() => ({ categories: [category()] })) },
    { name: 'category + 5 km', filters: several(() => ({ categories: [category()], circle: circle(5000) })) },
    { name: 'all four + open', filters: several(all) },
  ]
  return cases
}

/** The box around a point that holds about a share of the rows: half its side by bisection. */
function boxOf(rows: readonly IndexRow[], { lng, lat }: IndexRow, share: number): BBox {
  let [low, high] = [0, 8]
  const box = (half: number): BBox => [
    lng - half,
    Math.max(-90, lat - half),
    lng + half,
    Math.min(90, lat + half),
  ]
  for (let step = 0; step < 16; step++) {
    const half = (low + high) / 2
    let count = 0
    for (const row of rows) if (boundsContain(box(half), row)) count++
    if (count < share * rows.length) low = half
    else high = half
  }
  return box(high)
}
