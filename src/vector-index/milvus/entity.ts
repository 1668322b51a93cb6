// Entities: an index row in the fields of mappings/milvus, and what is read back of it.
// Leaves filters over the fields to expression.ts.
import type { LngLat } from '../../domain/position.ts'
import { fromOrderedId, toOrderedId } from '../id-order.ts'
import type { IndexRow, UserRow } from '../port.ts'

/** Fields of an entity; which ones a reply has depends on the question. */
export interface Entity {
  readonly id: string
  readonly vector?: readonly number[]
  readonly lng?: number
  readonly lat?: number
  readonly openMinutes?: readonly number[]
  readonly timeZone?: string
  readonly popularity?: number
}

/** No value can be absent: −1 and 0 stand for an unknown rating and price level, which no filter can name. */
export function toEntity(row: IndexRow) {
  const { id, vector, lng, lat, geohash, regions, spots, categories, tags, closed, timeZone, popularity } =
    row
  const open = row.openMinutes ?? []
  return {
    id: toOrderedId(id),
    vector: [...vector],
    position: positionOf(row),
    activity: [popularity, 0],
    lng,
    lat,
    geohash,
    regions: [...regions],
    spots: [...spots],
    categories: [...categories],
    tags: [...tags],
    priceLevel: row.priceLevel ?? 0,
    rating: row.rating ?? -1,
    closed,
    openMinutes: open.flat(),
    openHours: hoursOf(open),
    timeZone,
    popularity,
  }
}

export function toUserEntity({ id, vector }: UserRow) {
  return { id: toOrderedId(id), vector: [...vector] }
}

/** The point on the unit sphere: the nearest by straight lines are the nearest by great circles. */
export function positionOf({ lng, lat }: LngLat): [number, number, number] {
  const [x, y] = [(lng * Math.PI) / 180, (lat * Math.PI) / 180]
  return [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)]
}

/** Hours of the week, 0 to 167, in which a place is open at some minute. */
function hoursOf(open: NonNullable<IndexRow['openMinutes']>): number[] {
  const hours = new Set<number>()
  for (const [from, to] of open)
    for (let hour = Math.floor(from / 60); hour * 60 < to; hour++) hours.add(hour)
  return [...hours]
}

export function idOf({ id }: Entity): string {
  return fromOrderedId(id)
}

export function vectorOf({ vector }: Entity): Float32Array {
  return Float32Array.from(vector!)
}

/** The parts of a row that exact tests look at (expression.ts). */
export function rowOf({ lng = 0, lat = 0, openMinutes = [], timeZone = 'UTC' }: Entity): IndexRow {
  const open: [number, number][] = []
  for (let i = 0; i + 1 < openMinutes.length; i += 2) open.push([openMinutes[i], openMinutes[i + 1]])
  return { ...NOWHERE, lng: Number(lng), lat: Number(lat), openMinutes: open, timeZone }
}

const NOWHERE = {
  id: '',
  vector: new Float32Array(0),
  geohash: '',
  regions: [],
  spots: [],
  categories: [],
  tags: [],
  closed: false,
  popularity: 0,
}
