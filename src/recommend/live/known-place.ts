// A place with all that a request looks up of it, found by one look-up instead of one a table.
// Leaves keeping it true to live.ts, which makes it anew when the place, its vector or the model changes.
import type { Place } from '../../domain/place.ts'
import { timeZoneAt } from '../../geo/time-zone.ts'
import type { Activity, PlaceActivity } from './activity.ts'
import type { Kinds, PlaceKind } from '../ranking/kinds.ts'

export class KnownPlace {
  readonly place: Place
  /** `[dim]`, not to be changed. */
  readonly vector: Float32Array
  /** Number in the model, −1 where it was not trained on the place. */
  readonly row: number
  /** Users with the place when the model was trained. */
  readonly users: number
  #activity: PlaceActivity | undefined
  /** Of how many places something was known when nothing was of this one. */
  #withoutActivity = -1
  #kind: PlaceKind | undefined
  #timeZone: string | undefined

  constructor(place: Place, vector: Float32Array, row: number, users: number) {
    this.place = place
    this.vector = vector
    this.row = row
    this.users = users
  }

  /** What was done there, as it is now; undefined until there is something. */
  activity(activities: Activity): PlaceActivity | undefined {
    if (this.#activity === undefined && this.#withoutActivity !== activities.places) {
      this.#activity = activities.of(this.place.id)
      this.#withoutActivity = activities.places
    }
    return this.#activity
  }

  get timeZone(): string {
    return (this.#timeZone ??= timeZoneAt(this.place))
  }

  kind(kinds: Kinds): PlaceKind {
    return (this.#kind ??= kinds.of(this.place.categories))
  }
}
