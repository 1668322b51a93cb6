// What a set of events tells about a city, in arrays by place: the evidence that the ranker is trained and evaluated on.
// Leaves features to recommend/ranking/, which serving fills from its live state instead.
import KDBush from 'kdbush'
import { EVENT_STRENGTHS } from '../../domain/event.ts'
import { flatDistance, haversineMeters } from '../../geo/distance.ts'
import { offsetMinutes, timeZoneAt } from '../../geo/time-zone.ts'
import { actionWeight, buildGraph, placeShare, type Interaction } from '../../graph/interactions.ts'
import { itemLists, shrunkCosine } from '../../graph/item-lists.ts'
import type { Trained } from '../../graph/train.ts'
import type { SparseMatrix } from '../../math/sparse.ts'
import { Activity, slotAt, type Slot } from '../../recommend/live/activity.ts'
import { CHOSEN_STRENGTH, CITY_METERS, WENT_STRENGTH } from '../../recommend/live/movements.ts'
import { createFeatures, meanRating, WIDTH } from '../../recommend/ranking/features.ts'
import { Kinds, solarHour, type PlaceKind } from '../../recommend/ranking/kinds.ts'
import { OUTING_GAP_MS, Outings } from '../../recommend/ranking/outings.ts'
import { pastOf, type PastVisit } from '../../recommend/ranking/past.ts'

/** What is known of places whatever people do. */
export interface Places {
  readonly placeIds: readonly string[]
  /** `[places, 2]` lng, lat. */
  readonly positions: Float64Array
  readonly categories?: readonly (readonly string[])[]
  /** Stars, where they are known. */
  readonly ratings?: readonly (number | undefined)[]
  /** '' where it is not known. */
  readonly regions?: readonly string[]
}

export interface Visit {
  readonly place: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Places of a list: more moved nothing (docs/evaluate.md). */
export const LIST_SIZE = 50
/** Users that a pair of places has to share before its likeness counts by half. */
const LIST_SHRINKAGE = 10

/** Places of a user that count in the lists: the strongest. Lists cost the square of it, and who has been everywhere says little. */
const LISTED_PLACES = 500

/** Lists of places by who visits both, as they are stored with a model: 8 · 50 bytes a place. */
export function placeLists(weights: SparseMatrix): SparseMatrix {
  return itemLists(strongest(weights, LISTED_PLACES), shrunkCosine(LIST_SHRINKAGE), LIST_SIZE)
}

/** Rows cut to their `count` largest values. */
function strongest(matrix: SparseMatrix, count: number): SparseMatrix {
  const { rows, starts, values } = matrix
  const dropped = new Set<number>()
  for (let row = 0; row < rows; row++) {
    if (starts[row + 1] - starts[row] <= count) continue
    const entries = Array.from({ length: starts[row + 1] - starts[row] }, (_, i) => starts[row] + i)
    entries.sort((a, b) => values[b] - values[a] || a - b)
    for (const entry of entries.slice(count)) dropped.add(entry)
  }
  if (dropped.size === 0) return matrix
  const kept = Uint32Array.from(starts)
  let gone = 0
  for (let row = 0; row < rows; row++) {
    for (let entry = starts[row]; entry < starts[row + 1]; entry++) if (dropped.has(entry)) gone++
    kept[row + 1] = starts[row + 1] - gone
  }
  const stays = (_: number, entry: number) => !dropped.has(entry)
  return { ...matrix, starts: kept, indices: matrix.indices.filter(stays), values: values.filter(stays) }
}

export interface World {
  readonly size: number
  readonly lists: SparseMatrix
  readonly outings: Outings
  /** `[places]` users and visits of each. */
  readonly users: Uint32Array
  readonly visits: Uint32Array
  /** Each user's visits, in order of time. */
  readonly visitsOf: ReadonlyMap<string, readonly Visit[]>
  index(placeId: string): number | undefined
  meters(a: number, b: number): number
  /** Places around a place, itself included, ascending: in its region, as far as regions are known, or in any. */
  around(place: number, radiusMeters: number, regions?: 'any-region'): Uint32Array
  /** A user of whom so many visits are known. */
  open(visits: readonly Visit[]): Person
}

/** A user as time goes on. */
export interface Person {
  readonly visits: readonly Visit[]
  has(place: number): boolean
  add(visit: Visit): void
  /** Σ over the user's places of each place's value in their lists `[places]`; reused. */
  readonly lists: Float32Array
  /** The user's direction in the model `[dim]`, the last number 1; zeros without visits. */
  vector(): Float32Array
  /** Features of places at a moment in a place's time zone, a row a place, to the start of `out`. */
  features(at: number, zonePlace: number, places: ArrayLike<number>, out: Float32Array): void
}

/** @param events what has happened; the vectors of `trained` must not know more */
export function createWorld(
  places: Places,
  events: readonly Interaction[],
  trained: Pick<Trained, 'places' | 'dim'>,
): World {
  const { placeIds, positions, regions } = places
  const { places: vectors, dim } = trained
  const size = placeIds.length
  const index = new Map(placeIds.map((id, row) => [id, row]))
  const point = (row: number) => ({ lng: positions[2 * row], lat: positions[2 * row + 1] })
  const zones = new Map<number, string>()
  const zoneOf = (row: number) => {
    let zone = zones.get(row)
    if (zone === undefined) zones.set(row, (zone = timeZoneAt(point(row))))
    return zone
  }

  const kinds = new Kinds()
  const kindOf: readonly PlaceKind[] = placeIds.map((_, row) => kinds.of(places.categories?.[row] ?? []))
  const ordered = events
    .flatMap(({ placeId, userId, strength, at }) => {
      const place = index.get(placeId)
      return place === undefined || strength < CHOSEN_STRENGTH
        ? []
        : [{ placeId, userId, place, at, strength }]
    })
    .sort((a, b) => a.at - b.at || (a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : a.place - b.place))
  const now = ordered.at(-1)?.at ?? 0
  const activity = new Activity(() => now)
  const outings = new Outings(OUTING_GAP_MS, (from, to) => {
    return haversineMeters(point(index.get(from)!), point(index.get(to)!)) <= CITY_METERS
  })
  const visitsOf = new Map<string, Visit[]>()
  const visits = new Uint32Array(size)
  for (const { placeId, userId, place, at, strength } of ordered) {
    activity.add({ placeId, type: 'visit', at })
    kinds.add(kindOf[place], solarHour(at, positions[2 * place]))
    const before = strength < WENT_STRENGTH ? undefined : outings.add({ userId, placeId, at })
    if (before !== undefined) kinds.addMove(kindOf[index.get(before.placeId)!], kindOf[place])
    visits[place]++
    let own = visitsOf.get(userId)
    if (own === undefined) visitsOf.set(userId, (own = []))
    own.push({ place, at })
  }
  const { weights } = buildGraph(events, placeIds)
  const lists = placeLists(weights)
  const users = new Uint32Array(size)
  for (const place of weights.indices) users[place]++
  const scale = activity.visitsPerStrength()
  const recent = Float32Array.from(placeIds, (id) => scale * activity.total(id))
  const firstAt = placeIds.map((id) => activity.firstAt(id))
  const slotColumns = new Map<string, Float32Array>()
  const slotColumn = (slot: Slot): Float32Array => {
    const key = slot.buckets.join(' ')
    let column = slotColumns.get(key)
    if (column === undefined) {
      column = Float32Array.from(placeIds, (id) => scale * activity.inSlot(id, slot))
      slotColumns.set(key, column)
    }
    return column
  }

  const tree = new KDBush(size, 64, Float64Array)
  for (let row = 0; row < size; row++) tree.add(positions[2 * row], positions[2 * row + 1])
  tree.finish()

  return {
    size,
    lists,
    outings,
    users,
    visits,
    visitsOf,
    index: (id) => index.get(id),
    meters: (a, b) => haversineMeters(point(a), point(b)),
    around,
    open,
  }

  function around(place: number, radiusMeters: number, which?: 'any-region'): Uint32Array {
    const centre = point(place)
    // A box that holds the circle; over a pole or the antimeridian it is the whole width.
    const degrees = (1.001 * radiusMeters) / flatMetersPerDegree
    const width = degrees / Math.max(1e-9, Math.cos(((Math.abs(centre.lat) + degrees) * Math.PI) / 180))
    const wraps = Math.abs(centre.lng) + width > 180 || Math.abs(centre.lat) + degrees > 89
    const rows = tree.range(
      wraps ? -180 : centre.lng - width,
      centre.lat - degrees,
      wraps ? 180 : centre.lng + width,
      centre.lat + degrees,
    )
    const region = which === 'any-region' ? '' : (regions?.[place] ?? '')
    return Uint32Array.from(
      rows.filter((row) => {
        const other = regions?.[row] ?? ''
        if (region !== '' && other !== '' && region !== other) return false
        return haversineMeters(centre, point(row)) <= radiusMeters
      }),
    ).sort()
  }

  function open(before: readonly Visit[]): Person {
    const own: PastVisit<number>[] = []
    const counts = new Map<number, number>()
    const sums = new Float32Array(size)
    const lastLists = new Float32Array(size)
    let listed = -1
    const add = ({ place, at }: Visit) => {
      own.push({ place, at, kind: kindOf[place], ...point(place) })
      const count = counts.get(place) ?? 0
      counts.set(place, count + 1)
      if (count > 0) return
      for (let e = lists.starts[place]; e < lists.starts[place + 1]; e++)
        sums[lists.indices[e]] += lists.values[e]
    }
    const fillLast = (place: number, values: boolean) => {
      for (let e = lists.starts[place]; e < lists.starts[place + 1]; e++)
        lastLists[lists.indices[e]] = values ? lists.values[e] : 0
    }
    const vector = (): Float32Array => {
      const user = new Float32Array(dim)
      for (const [place, count] of counts) {
        const weight = actionWeight(count * EVENT_STRENGTHS.visit, placeShare(users[place]))
        for (let k = 0; k < dim - 1; k++) user[k] += weight * vectors[place * dim + k]
      }
      let squares = 0
      for (let k = 0; k < dim - 1; k++) squares += user[k] ** 2
      if (squares === 0) return user
      for (let k = 0; k < dim - 1; k++) user[k] /= Math.sqrt(squares)
      user[dim - 1] = 1
      return user
    }
    before.forEach(add)
    return {
      visits: own,
      has: (place) => counts.has(place),
      add,
      lists: sums,
      vector,
      features(at, zonePlace, asked, out) {
        const past = pastOf(own)
        const { last } = past
        const lately = past.lately(at)
        const slot = slotAt(at, offsetMinutes(at, zoneOf(zonePlace)))
        const write = createFeatures({
          at,
          slotShare: activity.slotShare(slot),
          hour: solarHour(at, positions[2 * zonePlace]),
          past,
          kinds,
          seen: last && { point: last, at: last.at },
        })
        if (listed >= 0) fillLast(listed, false)
        listed = last?.place ?? -1
        if (listed >= 0) fillLast(listed, true)
        const after = last && outings.next(placeIds[last.place])
        const inSlot = slotColumn(slot)
        const user = vector()
        const ratings = places.ratings
        const meanStars = ratings === undefined ? 0 : meanRating(Array.from(asked, (place) => ratings[place]))
        const lastVector =
          last === undefined
            ? new Float32Array(dim)
            : vectors.subarray(last.place * dim, (last.place + 1) * dim)
        const evidence = {
          lng: 0,
          lat: 0,
          kind: kindOf[0],
          users: 0,
          visits: 0,
          slotVisits: 0,
          firstAt: undefined as number | undefined,
          after: 0,
          lists: 0,
          lastList: 0,
          taste: 0,
          session: 0,
          own: 0,
          stars: 0,
        }
        for (let i = 0; i < asked.length; i++) {
          const place = asked[i]
          let taste = 0
          let session = 0
          for (let k = 0; k < dim - 1; k++) {
            const value = vectors[place * dim + k]
            taste += user[k] * value
            session += lastVector[k] * value
          }
          evidence.lng = positions[2 * place]
          evidence.lat = positions[2 * place + 1]
          evidence.kind = kindOf[place]
          evidence.users = users[place]
          evidence.visits = recent[place]
          evidence.slotVisits = inSlot[place]
          evidence.firstAt = firstAt[place]
          evidence.after = after === undefined || after.size === 0 ? 0 : (after.get(placeIds[place]) ?? 0)
          evidence.lists = sums[place]
          evidence.lastList = lastLists[place]
          evidence.taste = taste
          evidence.session = session
          evidence.own = (counts.get(place) ?? 0) - (lately.get(place) ?? 0)
          const rating = ratings?.[place]
          evidence.stars = rating === undefined ? 0 : rating - meanStars
          write(evidence, out, i * WIDTH)
        }
      },
    }
  }
}

const flatMetersPerDegree = Math.sqrt(flatDistance(0).squaredMeters(0, 0, 0, 1))
