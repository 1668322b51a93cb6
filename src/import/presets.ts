// The formats that come with dongne: mapping files, and what they are told by.
// Leaves our own field names to native.ts, reading to rows.ts and areas.ts.
import { parseMapping, type Mapping } from './mapping.ts'
import cityParks from './presets/city-parks.json' with { type: 'json' }
import festivals from './presets/festivals.json' with { type: 'json' }
import foursquareCheckins from './presets/foursquare-checkins.json' with { type: 'json' }
import foursquarePois from './presets/foursquare-pois.json' with { type: 'json' }
import touristSpots from './presets/tourist-spots.json' with { type: 'json' }
import traditionalMarkets from './presets/traditional-markets.json' with { type: 'json' }
import whosonfirst from './presets/whosonfirst.json' with { type: 'json' }

/** Formats of one table, by name. */
const TABLES = {
  'tourist-spots': touristSpots,
  'traditional-markets': traditionalMarkets,
  festivals,
  'city-parks': cityParks,
  whosonfirst,
} as const

/** `foursquare` is a folder of two tables; `regions` and `spots` are areas; `places` and `events` have our own fields. */
export const IMPORT_FORMATS = [
  'places',
  'events',
  'regions',
  'spots',
  'foursquare',
  ...Object.keys(TABLES),
] as const

/** The tables of a Foursquare folder, places first. */
export const FOURSQUARE_TABLES: readonly { readonly file: string; readonly mapping: Mapping }[] = [
  { file: 'pois.csv', mapping: parseMapping(foursquarePois) },
  { file: 'checkins.csv', mapping: parseMapping(foursquareCheckins) },
]

const MAPPINGS = new Map(Object.entries(TABLES).map(([name, mapping]) => [name, parseMapping(mapping)]))

/** The mapping of a preset; undefined for formats that are no table. */
export function presetMapping(format: string): Mapping | undefined {
  return MAPPINGS.get(format)
}

/**
 * The format of a table by its columns: the preset all of whose columns are there, else our own fields. Undefined where
 * neither fits.
 */
export function formatOfColumns(columns: readonly string[]): string | undefined {
  const has = (...wanted: string[]) => wanted.every((column) => columns.includes(column))
  for (const [name, marks] of Object.entries(MARKS)) if (has(...marks)) return name
  if (has('userId', 'placeId', 'type')) return 'events'
  if (has('id', 'name', 'lng', 'lat')) return 'places'
  return undefined
}

/** Columns that only this format has. */
const MARKS: Readonly<Record<string, readonly string[]>> = {
  'tourist-spots': ['관광지명', '위도', '경도'],
  'traditional-markets': ['시장명', '위도', '경도'],
  festivals: ['축제명', '위도', '경도'],
  'city-parks': ['공원명', '위도', '경도'],
  whosonfirst: ['id', 'name', 'lat', 'lon', 'region_id'],
}
