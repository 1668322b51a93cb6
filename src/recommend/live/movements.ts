// How people move through the city: from place to place within an outing, from look to look within a session, and which
// kinds follow which at what hour. Kept in step with the catalog by live.ts; activity.ts counts what happens where.
import { EVENT_STRENGTHS, eventStrength, type Event } from '../../domain/event.ts'
import type { Place } from '../../domain/place.ts'
import type { LngLat } from '../../domain/position.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { Kinds, solarHour, type PlaceKind } from '../ranking/kinds.ts'
import { OUTING_GAP_MS, Outings } from '../ranking/outings.ts'

/** From here on an action says that the user chose the place, and from here on that they went there. */
export const CHOSEN_STRENGTH = EVENT_STRENGTHS.click
export const WENT_STRENGTH = EVENT_STRENGTHS.visit
/** Who looks at nothing for this long has closed the map. */
const SESSION_GAP_MS = 30 * 60_000
/** What lies further apart is no outing but a journey. */
export const CITY_METERS = 50_000

interface Located extends LngLat {
  readonly kind: PlaceKind
}

type MovementEvent = Pick<Event, 'userId' | 'placeId' | 'type' | 'rating' | 'at'>

/**
 * Some 150 bytes a place that people went to, and 50 each way for a pair of places that an outing or a session has joined:
 * 200,000 places with ten pairs each take 230 MB.
 */
export class Movements {
  readonly kinds = new Kinds()
  /** Where people went next: visits, bookings, reviews. */
  readonly visits: Outings
  /** What people looked at next: clicks and more. */
  readonly looks: Outings
  readonly #places = new Map<string, Located>()

  constructor() {
    const inOneCity = (a: string, b: string) => this.#inOneCity(a, b)
    this.visits = new Outings(OUTING_GAP_MS, inOneCity)
    this.looks = new Outings(SESSION_GAP_MS, inOneCity)
  }

  knows(placeId: string): boolean {
    return this.#places.has(placeId)
  }

  /** Where a place is, as far as it is known. */
  placeOf(placeId: string): LngLat | undefined {
    return this.#places.get(placeId)
  }

  /** Where a place is; undefined where it is gone. Places have to be known before their events. */
  setPlace(id: string, place: Pick<Place, 'lng' | 'lat' | 'categories'> | undefined): void {
    if (place === undefined) {
      this.#places.delete(id)
      return
    }
    const { lng, lat, categories } = place
    this.#places.set(id, { lng, lat, kind: this.kinds.of(categories) })
  }

  add(event: MovementEvent): void {
    const strength = eventStrength(event)
    const place = this.#places.get(event.placeId)
    if (strength < CHOSEN_STRENGTH || place === undefined) return
    this.kinds.add(place.kind, solarHour(event.at, place.lng))
    this.looks.add(event)
    if (strength < WENT_STRENGTH) return
    const before = this.visits.add(event)
    if (before !== undefined) this.kinds.addMove(this.#places.get(before.placeId)!.kind, place.kind)
  }

  /** Takes back what a user did. @param events of one user, in any order */
  forget(events: readonly MovementEvent[]): void {
    const chosen = events
      .filter((event) => eventStrength(event) >= CHOSEN_STRENGTH && this.#places.has(event.placeId))
      .sort((a, b) => a.at - b.at)
    if (chosen.length === 0) return
    const kindOf = (id: string) => this.#places.get(id)!.kind
    for (const { placeId, at } of chosen) {
      const { kind, lng } = this.#places.get(placeId)!
      this.kinds.add(kind, solarHour(at, lng), -1)
    }
    const { userId } = chosen[0]
    this.looks.forget(userId, chosen)
    const went = chosen.filter((event) => eventStrength(event) >= WENT_STRENGTH)
    for (const [from, to] of this.visits.forget(userId, went)) {
      this.kinds.addMove(kindOf(from.placeId), kindOf(to.placeId), -1)
    }
  }

  #inOneCity(a: string, b: string): boolean {
    const from = this.#places.get(a)
    const to = this.#places.get(b)
    return from !== undefined && to !== undefined && haversineMeters(from, to) <= CITY_METERS
  }
}
