// Users as rows of a segment: its exact scan, its threads and its file serve them as they are.
// Leaves segments to segment-builder.ts. A user takes dim · 5 bytes and some 85 of columns that users have no use for.
import type { IndexRow, UserRow } from '../port.ts'

/** All at one point, so that the order of rows is that of the ids. */
export function userAsRow({ id, vector }: UserRow): IndexRow {
  return { ...NOWHERE, id, vector }
}

const NOWHERE = {
  lng: 0,
  lat: 0,
  geohash: 's00000000000',
  regions: [],
  spots: [],
  categories: [],
  tags: [],
  closed: false,
  timeZone: 'UTC',
  popularity: 0,
}
