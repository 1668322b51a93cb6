// Seeded index rows and filters for the vector-index contract: dense in Seoul, some at the antimeridian and the poles.
// Leaves what is expected of them to vector-index.ts.
import ngeohash from 'ngeohash'
import type { Filter } from '../../src/vector-index/filter.ts'
import type { IndexRow } from '../../src/vector-index/port.ts'

export type Random = () => number

/** mulberry32: uniform in [0, 1), the same numbers for a seed everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]
}

function pickSome<T>(random: Random, list: readonly T[], most: number): T[] {
  const count = Math.floor(random() * (most + 1))
  return [...new Set(Array.from({ length: count }, () => pick(random, list)))]
}

const DONGS = ['1120065', '1120066', '1144066', '2635051', '2635052']
const SPOTS = ['seongsu', 'yeonnam', 'haeundae']
const CATEGORIES = [['food/cafe', 'food'], ['food/korean', 'food'], ['sight/park', 'sight'], ['shop'], []]
const TAGS = ['조용한', '데이트', 'wifi', 'late-night', '반려견']
const ZONES = ['Asia/Seoul', 'America/New_York', 'Pacific/Auckland']
const HOURS: IndexRow['openMinutes'][] = [
  undefined,
  [],
  [[0, 10_080]],
  [
    [540, 1080],
    [1980, 2520],
    [9180, 10_080],
  ],
  [
    [0, 120],
    [1320, 1560],
  ],
]

/** Coordinates on a coarse grid: several rows share a point, so that distances tie. */
function randomPoint(random: Random): { lng: number; lat: number } {
  const step = (from: number, size: number) => from + Math.floor(random() * 40) * size
  const area = random()
  if (area < 0.06) return { lng: pick(random, [179.99, -179.99, 180, -180]), lat: step(-16.4, 0.01) }
  if (area < 0.12) return { lng: step(-180, 9), lat: pick(random, [89.9, 90, -89.95, -90]) }
  return { lng: step(126.9, 0.005), lat: step(37.5, 0.003) }
}

/** Components are multiples of 1/4: their products are exact, so that equal scores are equal in every engine. */
export function randomVector(random: Random, dim: number): Float32Array {
  return Float32Array.from({ length: dim }, () => Math.floor(random() * 9 - 4) / 4)
}

export function randomRow(random: Random, id: string, dim: number): IndexRow {
  const { lng, lat } = randomPoint(random)
  const dong = pick(random, DONGS)
  return {
    id,
    vector: randomVector(random, dim),
    lng,
    lat,
    geohash: ngeohash.encode(lat, lng, 12),
    regions: random() < 0.1 ? [] : [dong.slice(0, 2), dong.slice(0, 5), dong],
    spots: pickSome(random, SPOTS, 2),
    categories: pick(random, CATEGORIES),
    tags: pickSome(random, TAGS, 3),
    ...(random() < 0.8 && { priceLevel: 1 + Math.floor(random() * 4) }),
    ...(random() < 0.8 && { rating: Math.floor(random() * 51) / 10 }),
    closed: random() < 0.1,
    openMinutes: pick(random, HOURS),
    timeZone: pick(random, ZONES),
    popularity: Math.floor(random() * 20),
  }
}

/** Ids whose order by UTF-16 code units differs from their order by number, by locale and by code point. */
export function rowId(index: number): string {
  const prefix = ['p', 'P', '카페', '\u{1F35C}', '\uFFFD'][index % 5]
  return `${prefix}${index}`
}

export function randomRows(seed: number, count: number, dim: number): IndexRow[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, index) => randomRow(random, rowId(index), dim))
}

const SEOUL_SQUARE = [
  [126.95, 37.53],
  [127.05, 37.53],
  [127.05, 37.6],
  [126.95, 37.6],
  [126.95, 37.53],
]
const HOLE = [
  [126.98, 37.55],
  [127.02, 37.55],
  [127.02, 37.58],
  [126.98, 37.58],
  [126.98, 37.55],
]

/** One filter a key, and the edge cases of each, by what they test. */
export const FILTERS: Readonly<Record<string, Filter>> = {
  'nothing (closed places are hidden)': {},
  'empty lists, which do not restrict': {
    regions: [],
    spots: [],
    geohashes: [],
    categories: [],
    excludeCategories: [],
    tags: [],
    priceLevels: [],
    excludeIds: [],
  },
  'a region of the first level': { regions: ['11'] },
  'a region of the third level': { regions: ['1120066'] },
  'several regions of different levels': { regions: ['26350', '1144066'] },
  'a region that no place lies in': { regions: ['99'] },
  'a region code that only starts like others': { regions: ['112'] },
  spots: { spots: ['seongsu', 'haeundae'] },
  'a geohash prefix of one character': { geohashes: ['w'] },
  'geohash prefixes of several lengths': { geohashes: ['wydm9', 'wydmc2', 'xbp', 'wydm9q'] },
  'a whole geohash': { geohashes: [ngeohash.encode(37.53, 127, 12)] },
  'a circle': { circle: { lng: 127, lat: 37.55, radiusMeters: 3000 } },
  'a circle with places exactly in its centre only': {
    circle: { lng: 127, lat: 37.53, radiusMeters: 0.001 },
  },
  'a circle over the antimeridian': { circle: { lng: 180, lat: -16.2, radiusMeters: 12_000 } },
  'a circle over the north pole': { circle: { lng: 0, lat: 89.95, radiusMeters: 20_000 } },
  'a circle around the south pole': { circle: { lng: 90, lat: -90, radiusMeters: 7_000 } },
  'a circle of the whole earth': { circle: { lng: 127, lat: 37.55, radiusMeters: 20_037_509 } },
  'a box with places on its border': { bbox: [126.95, 37.53, 127, 37.56] },
  'a box over the antimeridian': { bbox: [179.5, -17, -179.5, -16] },
  'a box up to the north pole': { bbox: [-180, 89, 180, 90] },
  'a polygon with a hole': { polygon: { type: 'Polygon', coordinates: [SEOUL_SQUARE, HOLE] } },
  'a multipolygon': {
    polygon: {
      type: 'MultiPolygon',
      coordinates: [
        [HOLE],
        [
          [
            [126.9, 37.5],
            [126.93, 37.5],
            [126.9, 37.56],
            [126.9, 37.5],
          ],
        ],
      ],
    },
  },
  'a category above those of the places': { categories: ['food'] },
  'several categories': { categories: ['shop', 'sight/park'] },
  'excluded categories': { excludeCategories: ['food/cafe', 'sight'] },
  'a category with a part of it excluded': { categories: ['food'], excludeCategories: ['food/cafe'] },
  tags: { tags: ['조용한', 'wifi'] },
  'price levels': { priceLevels: [1, 4] },
  'a least rating, which some places have exactly': { minRating: 4.3 },
  'a rating of at least 0, which unrated places do not have': { minRating: 0 },
  'open on Monday at 10:00 in Seoul': { openAt: Date.parse('2026-05-04T10:00:00+09:00') },
  'the minute at which some open in Seoul': { openAt: Date.parse('2026-05-04T09:00:00+09:00') },
  'the minute at which some close in Seoul': { openAt: Date.parse('2026-05-04T18:00:59+09:00') },
  'open on Sunday at 23:59 in Seoul': { openAt: Date.parse('2026-05-10T23:59:00+09:00') },
  'excluded places': { excludeIds: [0, 1, 2, 3, 4, 5, 999_999].map(rowId) },
  'closed places too': { includeClosed: true },
}

/** Several keys at once, each loose enough that their combinations match something. */
export function randomFilter(random: Random): Filter {
  const chance = (filter: Filter): Filter => (random() < 0.3 ? filter : {})
  return {
    ...chance({ regions: pick(random, [['11'], ['11200', '26'], ['1120065', '1144066', '2635051']]) }),
    ...chance({ spots: pick(random, [['seongsu'], ['yeonnam', 'haeundae']]) }),
    ...chance({ geohashes: pick(random, [['w'], ['wydm', 'xb'], ['wydm9', 'wydmc', 'wydq']]) }),
    ...chance({ circle: { lng: 127, lat: 37.55, radiusMeters: pick(random, [2000, 6000, 20_000]) } }),
    ...chance({
      bbox: pick(random, [
        [126.92, 37.51, 127.08, 37.6],
        [-180, -90, 180, 90],
        [170, -90, -170, 90],
      ]),
    }),
    ...chance({ polygon: { type: 'Polygon', coordinates: [SEOUL_SQUARE, HOLE] } }),
    ...chance({ categories: pick(random, [['food'], ['food/cafe', 'shop'], ['sight']]) }),
    ...chance({ excludeCategories: pick(random, [['food/cafe'], ['shop', 'sight']]) }),
    ...chance({ tags: pick(random, [['조용한', 'wifi'], ['데이트'], TAGS]) }),
    ...chance({ priceLevels: pick(random, [[1, 2], [3], [1, 2, 3, 4]]) }),
    ...chance({ minRating: pick(random, [0, 2.5, 4]) }),
    ...chance({ openAt: Date.parse('2026-05-04T10:00:00+09:00') + Math.floor(random() * 10_080) * 60_000 }),
    ...chance({ excludeIds: Array.from({ length: 30 }, () => rowId(Math.floor(random() * 400))) }),
    ...chance({ includeClosed: true }),
  }
}
