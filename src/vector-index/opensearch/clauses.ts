// A filter as clauses of the query language, and the bodies of the searches that carry them: pure, with golden files.
// Leaves sending them to index.ts; what they mean is in ../filter.ts.
import type { Area, BBox, Circle } from '../../domain/position.ts'
import { EARTH_RADIUS_METERS, haversineMeters } from '../../geo/distance.ts'
import { minuteOfWeek } from '../../geo/opening-hours.ts'
import { compileArea, compileRing } from '../../geo/polygon.ts'
import type { Filter } from '../filter.ts'
import { toOrderedId } from '../id-order.ts'
import type { ListOrder } from '../port.ts'
import { geohashRange } from './document.ts'

export type Clause = Readonly<Record<string, unknown>>

/**
 * How far the server's own idea of a circle may be from ours: it keeps points to a centimetre, and its arcsine is good
 * to seven digits.
 */
export function circleSlackMeters({ radiusMeters }: Circle): number {
  return 0.05 + 1e-6 * radiusMeters
}

/**
 * Clauses that all have to match. Every key is exact but a circle, which is widened by its slack: hits are tested again
 * (`matchesExactly`).
 * @param timeZones those of the places, for `openAt`
 */
export function filterClauses(filter: Filter, timeZones: Iterable<string>): Clause[] {
  const { regions, spots, categories, tags, priceLevels, geohashes, excludeIds, excludeCategories } = filter
  const { minRating, circle, bbox, polygon, openAt } = filter
  return [
    ...(filter.includeClosed === true ? [] : [{ term: { closed: false } }]),
    ...terms('regions', regions),
    ...terms('spots', spots),
    ...terms('categories', categories),
    ...terms('tags', tags),
    ...terms('priceLevel', priceLevels),
    ...(minRating === undefined ? [] : [{ range: { rating: { gte: minRating } } }]),
    ...(isEmpty(geohashes) ? [] : [anyOf(geohashes!.map(geohashClause))]),
    ...(circle === undefined ? [] : [circleClause(circle, circleSlackMeters(circle))]),
    ...(bbox === undefined ? [] : boxClauses(bbox)),
    ...(polygon === undefined ? [] : polygonClauses(polygon)),
    ...(openAt === undefined ? [] : [openClause(openAt, timeZones)]),
    ...(isEmpty(excludeCategories) ? [] : [not({ terms: { categories: excludeCategories } })]),
    ...(isEmpty(excludeIds) ? [] : [not({ terms: { id: excludeIds!.map(toOrderedId) } })]),
  ]
}

/** The part of a filter that hits are tested for again; undefined where the clauses are exact. */
export function matchesExactly({
  circle,
}: Filter): ((at: { lng: number; lat: number }) => boolean) | undefined {
  return circle && ((at) => haversineMeters(circle, at) <= circle.radiusMeters)
}

const isEmpty = (list: readonly unknown[] | undefined) => list === undefined || list.length === 0
const not = (clause: Clause): Clause => ({ bool: { must_not: [clause] } })
const anyOf = (clauses: readonly Clause[]): Clause => ({ bool: { should: clauses, minimum_should_match: 1 } })
const terms = (field: string, values: readonly unknown[] | undefined): Clause[] =>
  isEmpty(values) ? [] : [{ terms: { [field]: values } }]

function geohashClause(prefix: string): Clause {
  const [first, last] = geohashRange(prefix)
  return { range: { geohash: { gte: String(first), lte: String(last) } } }
}

export function circleClause({ lng, lat, radiusMeters }: Circle, slackMeters: number): Clause {
  const distance = `${radiusMeters + slackMeters}m`
  return { geo_distance: { distance, location: [lng, lat] } }
}

/** By the exact coordinates; `location` is kept to a centimetre. */
function boxClauses([west, south, east, north]: BBox): Clause[] {
  const lat = { range: { lat: { gte: south, lte: north } } }
  if (west <= east) return [lat, { range: { lng: { gte: west, lte: east } } }]
  return [lat, anyOf([{ range: { lng: { gte: west } } }, { range: { lng: { lte: east } } }])]
}

/** The even-odd rule of geo/polygon.ts in Painless: the same float64 arithmetic, so the same answers. */
const INSIDE_POLYGON = `
double lng = doc['lng'].value; double lat = doc['lat'].value;
for (def polygon : params.polygons) {
  def b = polygon.bounds;
  if (lat < b[1] || lat > b[3]) continue;
  if (b[0] <= b[2] ? (lng < b[0] || lng > b[2]) : (lng < b[0] && lng > b[2])) continue;
  int side = 0; boolean inHole = false;
  for (int r = 0; r < polygon.rings.length; r++) {
    def ring = polygon.rings[r]; def xy = ring.xy; double minX = ring.minX;
    double x = lng; while (x < minX) x += 360; while (x - 360 >= minX) x -= 360;
    boolean inside = false; boolean border = false;
    for (int i = 0; i + 3 < xy.length; i += 2) {
      double x0 = xy[i]; double y0 = xy[i + 1]; double x1 = xy[i + 2]; double y1 = xy[i + 3];
      if (lat < Math.min(y0, y1) || lat > Math.max(y0, y1)) continue;
      double cross = (x1 - x0) * (lat - y0) - (x - x0) * (y1 - y0);
      if (cross == 0 && x >= Math.min(x0, x1) && x <= Math.max(x0, x1)) { border = true; break; }
      if ((y0 > lat) != (y1 > lat) && (cross > 0) == (y1 > y0)) inside = !inside;
    }
    if (r == 0) side = border ? 2 : inside ? 1 : 0;
    else if (inside && !border) inHole = true;
  }
  if (side == 2 || (side == 1 && !inHole)) return true;
}
return false;`

function polygonClauses(area: Area): Clause[] {
  const polygons = (area.type === 'Polygon' ? [area.coordinates] : area.coordinates).map((rings) => {
    const compiled = rings.map(compileRing)
    return {
      bounds: compiled[0].bounds,
      rings: compiled.map(({ xy, minX }) => ({ xy: [...xy], minX })),
    }
  })
  const script = { lang: 'painless', source: INSIDE_POLYGON, params: { polygons } }
  return [...boxClauses(compileArea(area).bounds), { script: { script } }]
}

/** A minute of the week for each time zone; zones with the same one share a clause. */
function openClause(openAt: number, timeZones: Iterable<string>): Clause {
  const zonesByMinute = new Map<number, string[]>()
  for (const timeZone of timeZones) {
    const minute = minuteOfWeek(openAt, timeZone)
    zonesByMinute.set(minute, [...(zonesByMinute.get(minute) ?? []), timeZone])
  }
  const clauses = [...zonesByMinute].map(([minute, zones]) => ({
    bool: { filter: [{ terms: { timeZone: zones } }, { term: { openMinutes: minute } }] },
  }))
  return clauses.length === 0 ? { match_none: {} } : anyOf(clauses)
}

/** Only doc values: hits need no stored fields. */
export const columns = (fields: readonly string[]) => ({
  _source: false,
  stored_fields: '_none_',
  docvalue_fields: fields,
  track_total_hits: false,
})

const HIT_FIELDS = ['id', 'bytes']
const POINT_FIELDS = ['lng', 'lat']
const BY_SCORE = [{ _score: 'desc' }, { id: 'asc' }]

interface SearchOptions {
  readonly vector: Float32Array
  readonly clauses: readonly Clause[]
  readonly size: number
  /** Whether hits are tested again and need their coordinates. */
  readonly withPoint: boolean
}

/** The best by the graph of vectors, all filters inside: approximate. */
export function approximateBody({
  vector,
  clauses,
  size,
  withPoint,
  efSearch,
}: SearchOptions & { efSearch: number }) {
  return {
    size,
    ...columns(withPoint ? [...HIT_FIELDS, ...POINT_FIELDS] : HIT_FIELDS),
    query: {
      knn: {
        vector: {
          vector: [...vector],
          k: size,
          method_parameters: { ef_search: Math.max(efSearch, size) },
          filter: { bool: { filter: clauses } },
        },
      },
    },
    sort: BY_SCORE,
  }
}

/** The best of all that match, each scored. */
export function exactBody({ vector, clauses, size, withPoint }: SearchOptions) {
  return {
    size,
    ...columns(withPoint ? [...HIT_FIELDS, ...POINT_FIELDS] : HIT_FIELDS),
    query: {
      script_score: {
        query: { bool: { filter: clauses } },
        script: {
          lang: 'knn',
          source: 'knn_score',
          params: { field: 'vector', query_value: [...vector], space_type: 'innerproduct' },
        },
      },
    },
    sort: BY_SCORE,
  }
}

/** geo/distance.ts in Painless; its last digit may differ. */
const DISTANCE = `
double sinLat = Math.sin((doc['lat'].value - params.lat) * params.radians / 2);
double sinLng = Math.sin((doc['lng'].value - params.lng) * params.radians / 2);
double h = sinLat * sinLat
  + Math.cos(params.lat * params.radians) * Math.cos(doc['lat'].value * params.radians) * sinLng * sinLng;
return 2 * params.radius * Math.asin(Math.sqrt(Math.min(1, h)));`

export function listBody(order: ListOrder, clauses: readonly Clause[], size: number) {
  const sort =
    order.by === 'popularity'
      ? { popularity: 'desc' }
      : {
          _script: {
            type: 'number',
            order: 'asc',
            script: {
              lang: 'painless',
              source: DISTANCE,
              params: { lng: order.lng, lat: order.lat, radians: Math.PI / 180, radius: EARTH_RADIUS_METERS },
            },
          },
        }
  return {
    size,
    ...columns(['id', ...POINT_FIELDS, 'popularity']),
    query: { bool: { filter: clauses } },
    sort: [sort, { id: 'asc' }],
  }
}

/** How many match, up to `most` where it is given. */
export function countBody(clauses: readonly Clause[], most?: number) {
  return { size: 0, track_total_hits: most ?? true, query: { bool: { filter: clauses } } }
}

/** All that match, a page at a time in the order of ids. */
export function pageBody(
  clauses: readonly Clause[],
  fields: readonly string[],
  size: number,
  after?: string,
) {
  return {
    size,
    ...columns(['id', ...fields]),
    query: { bool: { filter: clauses } },
    sort: [{ id: 'asc' }],
    ...(after !== undefined && { search_after: [after] }),
  }
}

/** Clauses for the ring in which the server's circle and ours may differ, and for all that is safely inside. */
export function circleParts(filter: Filter & { circle: Circle }, timeZones: Iterable<string>) {
  const { circle, ...rest } = filter
  const clauses = filterClauses(rest, timeZones)
  const slack = circleSlackMeters(circle)
  const outer = circleClause(circle, slack)
  if (circle.radiusMeters <= slack) return { ring: [...clauses, outer] }
  const inner = circleClause(circle, -slack)
  return { inside: [...clauses, inner], ring: [...clauses, outer, not(inner)] }
}
