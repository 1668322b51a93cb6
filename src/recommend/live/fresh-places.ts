// Places that were first seen lately: those that came after the model was trained, and those where somebody has only just
// done something for the first time. Leaves following the change feed to live.ts, choosing among them to candidates/.
import type { LngLat } from '../../domain/position.ts'
import { flatDistance } from '../../geo/distance.ts'
import { setNewest } from '../../math/last-used.ts'

const DAY_MS = 86_400_000
/** How long after its first action a place is new. */
const NEW_DAYS = 30
/** Kept of each kind, the newest: some 150 bytes each. */
export const KEPT = 3000
/** Given at most, the newest. */
const GIVEN = 100

interface Fresh extends LngLat {
  /** Of its first action, milliseconds since 1970; undefined for what the model does not know. */
  readonly firstAt: number | undefined
}

export class FreshPlaces {
  readonly #unknown = new Map<string, Fresh>()
  readonly #seen = new Map<string, Fresh>()
  #isKnown: (id: string) => boolean = () => false
  /** Both in columns, newest first, until something changes: a request looks at all of them. */
  #newest: Columns | undefined

  /** A model serves: what it was trained on is not new. */
  setModel(isKnown: (id: string) => boolean): void {
    this.#isKnown = isKnown
    this.#newest = undefined
    for (const id of this.#unknown.keys()) if (isKnown(id)) this.#unknown.delete(id)
  }

  /** A place as it is now; undefined where it is gone. */
  setPlace(id: string, place: LngLat | undefined): void {
    const seen = this.#seen.get(id)
    this.#newest = undefined
    if (place === undefined) {
      this.#unknown.delete(id)
      this.#seen.delete(id)
      return
    }
    const { lng, lat } = place
    if (seen !== undefined) this.#seen.set(id, { ...seen, lng, lat })
    if (!this.#isKnown(id)) setNewest(this.#unknown, id, { lng, lat, firstAt: undefined }, KEPT)
  }

  /** Somebody does something with a place for the first time. */
  see(id: string, { lng, lat }: LngLat, firstAt: number): void {
    setNewest(this.#seen, id, { lng, lat, firstAt }, KEPT)
    this.#newest = undefined
    // In the order of the log, which is nearly that of time: the first are the oldest.
    for (const [oldest, place] of this.#seen) {
      if (firstAt - place.firstAt! <= NEW_DAYS * DAY_MS) break
      this.#seen.delete(oldest)
    }
  }

  /** Ids inside a circle, or anywhere; at most GIVEN, the newest. O(kept). */
  around(circle: (LngLat & { readonly radiusMeters: number }) | undefined, now: number): string[] {
    // A little wider than the filter, which decides: the plane is not the sphere.
    const squaredMeters = circle === undefined ? Infinity : (1.02 * circle.radiusMeters) ** 2
    const flat = circle && flatDistance(circle.lat)
    // A Map keeps insertion order. What the model does not know comes first.
    this.#newest ??= columnsOf([...[...this.#unknown].toReversed(), ...[...this.#seen].toReversed()])
    const { ids, lngs, lats, firstAts } = this.#newest
    const given = new Set<string>()
    for (let i = 0; i < ids.length && given.size < GIVEN; i++) {
      if (now - firstAts[i] > NEW_DAYS * DAY_MS) continue
      if (
        flat !== undefined &&
        flat.squaredMeters(lngs[i], lats[i], circle!.lng, circle!.lat) > squaredMeters
      )
        continue
      given.add(ids[i])
    }
    return [...given]
  }
}

interface Columns {
  readonly ids: readonly string[]
  readonly lngs: Float64Array
  readonly lats: Float64Array
  /** Infinity for what the model does not know. */
  readonly firstAts: Float64Array
}

function columnsOf(entries: readonly (readonly [id: string, place: Fresh])[]): Columns {
  return {
    ids: entries.map(([id]) => id),
    lngs: Float64Array.from(entries, ([, { lng }]) => lng),
    lats: Float64Array.from(entries, ([, { lat }]) => lat),
    firstAts: Float64Array.from(entries, ([, { firstAt }]) => firstAt ?? Infinity),
  }
}
