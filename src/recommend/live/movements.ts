// How people move through the city: from place to place within an outing, from look to look within a session, and which
// kinds follow which at what hour. Kept in step with the catalog by live.ts; activity.ts counts what happens where.
import { EVENT_STRENGTHS, eventStrength, type Event } from '../../domain/event.ts'
import type { Place } from '../../domain/place.ts'
import type { LngLat } from '../../domain/position.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { LastUsed } from '../../math/last-used.ts'
import { HOURS, Kinds, solarHour, type PlaceKind } from '../ranking/kinds.ts'
import { OUTING_GAP_MS, Outings } from '../ranking/outings.ts'

/** From here on an action says that the user chose the place, and from here on that they went there. */
export const CHOSEN_STRENGTH = EVENT_STRENGTHS.click
export const WENT_STRENGTH = EVENT_STRENGTHS.visit
/** Who looks at nothing for this long has closed the map. */
const SESSION_GAP_MS = 30 * 60_000
/** What lies further apart is no outing but a journey. */
export const CITY_METERS = 50_000

/** Kept of places that are not known yet, or gone: some 200 bytes each. */
const WAITING_EVENTS = 100_000

interface Located extends LngLat {
  /** Undefined where the place is gone: what was done there counts for no kind, until it comes back. */
  readonly kind: PlaceKind | undefined
  /** Where the place was first known, by which its hours are told: 15 degrees are an hour, and few places move. */
  readonly sunLng: number
  /** Of `#hours`. */
  readonly row: number
}

type MovementEvent = Pick<Event, 'userId' | 'placeId' | 'type' | 'rating' | 'at'>

/**
 * Some 300 bytes a place that people went to, and 50 each way for a pair of places that an outing or a session has joined:
 * 200,000 places with ten pairs each take 260 MB.
 */
export class Movements {
  readonly kinds = new Kinds()
  /** Where people went next: visits, bookings, reviews. */
  readonly visits: Outings
  /** What people looked at next: clicks and more. */
  readonly looks: Outings
  /** Those that are gone as well: what was counted there is taken back there. */
  readonly #places = new Map<string, Located>()
  /** `[places, 24]` What was done at each at which hour: it goes along when a place changes its kind. */
  #hours = new Uint32Array(HOURS)
  /** What was done at places that are not there. */
  readonly #waiting = new LastUsed<string, MovementEvent[]>(WAITING_EVENTS, (events) => events.length)

  constructor() {
    const inOneCity = (a: string, b: string) => this.#inOneCity(a, b)
    this.visits = new Outings(OUTING_GAP_MS, inOneCity)
    this.looks = new Outings(SESSION_GAP_MS, inOneCity)
  }

  /** Whether somebody did something there, so that it matters what the place is. */
  knows(placeId: string): boolean {
    return this.#places.has(placeId) || this.#waiting.peek(placeId) !== undefined
  }

  /** Where a place is, as far as it is known. */
  placeOf(placeId: string): LngLat | undefined {
    const place = this.#places.get(placeId)
    return place?.kind === undefined ? undefined : place
  }

  /** What a place is and where; undefined where it is gone. O(24 + pairs of the place) where its kind changes. */
  setPlace(id: string, place: Pick<Place, 'lng' | 'lat' | 'categories'> | undefined): void {
    const known = this.#places.get(id)
    const { lng, lat } = place ?? known ?? {}
    if (lng === undefined || lat === undefined) return
    const kind = place && this.kinds.of(place.categories)
    const isOther = kind?.own !== known?.kind?.own
    if (isOther) this.#countAll(id, -1)
    const { sunLng = lng, row = this.#places.size } = known ?? {}
    this.#places.set(id, { lng, lat, kind, sunLng, row })
    if (row * HOURS === this.#hours.length) this.#hours = twice(this.#hours)
    if (isOther) this.#countAll(id, 1)
    if (place === undefined) return
    const waiting = this.#waiting.peek(id) ?? []
    this.#waiting.delete(id)
    for (const event of waiting) this.add(event)
  }

  /** Counts an event, at once or when its place comes; ways that led on from there meanwhile stay as they are. */
  add({ userId, placeId, type, rating, at }: MovementEvent): void {
    // Some are kept for long: only what is needed of them.
    const event = { userId, placeId, type, at, ...(rating !== undefined && { rating }) }
    const strength = eventStrength(event)
    if (strength < CHOSEN_STRENGTH) return
    const place = this.#places.get(placeId)
    if (place?.kind === undefined) return this.#wait(event)
    const hour = solarHour(at, place.sunLng)
    this.#hours[place.row * HOURS + hour]++
    this.kinds.add(place.kind, hour)
    this.looks.add(event)
    if (strength < WENT_STRENGTH) return
    const before = this.visits.add(event)
    if (before !== undefined) this.#countMoves(before.placeId, placeId, 1)
  }

  /** Takes back what a user did. @param events of one user, as they were added */
  forget(events: readonly MovementEvent[]): void {
    if (events.length === 0) return
    const counted = events.filter(
      (event) =>
        eventStrength(event) >= CHOSEN_STRENGTH &&
        !this.#stopsWaiting(event) &&
        this.#places.has(event.placeId),
    )
    for (const { placeId, at } of counted) {
      const { kind, sunLng, row } = this.#places.get(placeId)!
      const hour = solarHour(at, sunLng)
      if (this.#hours[row * HOURS + hour] === 0) continue // left out of those that wait
      this.#hours[row * HOURS + hour]--
      if (kind !== undefined) this.kinds.add(kind, hour, -1)
    }
    const [{ userId }] = events
    this.looks.forget(userId, counted)
    const went = counted.filter((event) => eventStrength(event) >= WENT_STRENGTH)
    for (const [from, to] of this.visits.forget(userId, went)) {
      this.#countMoves(from.placeId, to.placeId, -1)
    }
  }

  /** Adds all that was done at a place to what is known of its kind, or takes it from there. */
  #countAll(id: string, sign: 1 | -1): void {
    const place = this.#places.get(id)
    if (place?.kind === undefined) return
    for (let hour = 0; hour < HOURS; hour++) {
      const done = this.#hours[place.row * HOURS + hour]
      if (done > 0) this.kinds.add(place.kind, hour, sign * done)
    }
    for (const [to, moves] of this.visits.next(id)) this.#countMoves(id, to, sign * moves)
    for (const [from, moves] of this.visits.previous(id)) this.#countMoves(from, id, sign * moves)
  }

  #countMoves(from: string, to: string, count: number): void {
    const [left, reached] = [this.#places.get(from)?.kind, this.#places.get(to)?.kind]
    if (left !== undefined && reached !== undefined) this.kinds.addMove(left, reached, count)
  }

  #wait(event: MovementEvent): void {
    const { placeId } = event
    const waiting = this.#waiting.peek(placeId) ?? []
    this.#waiting.delete(placeId) // in again with its size
    waiting.push(event)
    this.#waiting.set(placeId, waiting)
  }

  /** Whether an event was waiting for its place, which it does no more. */
  #stopsWaiting({ userId, placeId, type, at }: MovementEvent): boolean {
    const waiting = this.#waiting.peek(placeId) ?? []
    const index = waiting.findIndex(
      (event) => event.userId === userId && event.at === at && event.type === type,
    )
    if (index < 0) return false
    this.#waiting.delete(placeId)
    waiting.splice(index, 1)
    if (waiting.length > 0) this.#waiting.set(placeId, waiting)
    return true
  }

  #inOneCity(a: string, b: string): boolean {
    const [from, to] = [this.placeOf(a), this.placeOf(b)]
    return from !== undefined && to !== undefined && haversineMeters(from, to) <= CITY_METERS
  }
}

function twice(counts: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(2 * counts.length)
  wider.set(counts)
  return wider
}
