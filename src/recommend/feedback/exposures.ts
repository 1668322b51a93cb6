// How often users were shown places since they last did something with them, from impressions in the event log.
// Leaves what that costs a place to re-rank/fatigue.ts.
import { eventStrength, type Event } from '../../domain/event.ts'
import { LastUsed, setNewest } from '../../math/last-used.ts'

/** Half of an exposure is forgotten in a week. */
const HALF_LIFE_MS = 7 * 86_400_000
/** Shown again within the hour is the same look at the list. */
const SAME_LOOK_MS = 3_600_000
/** Users and places a user that are remembered: those shown last. Some 100 bytes a place. */
const USERS = 20_000
const PLACES = 300

interface Exposure {
  /** Decayed number of exposures as of `at`, milliseconds since 1970. */
  readonly count: number
  readonly at: number
}

export class Exposures {
  readonly #users = new LastUsed<string, Map<string, Exposure>>(USERS)

  add(event: Pick<Event, 'userId' | 'placeId' | 'type' | 'rating' | 'at'>): void {
    const { userId, placeId, at } = event
    const places = this.#users.peek(userId)
    if (event.type !== 'impression') {
      if (eventStrength(event) !== 0) places?.delete(placeId)
      return
    }
    const known = places?.get(placeId)
    if (known !== undefined && at - known.at < SAME_LOOK_MS) return
    const count = 1 + (known === undefined ? 0 : decayed(known, at))
    const remembered = places ?? new Map<string, Exposure>()
    setNewest(remembered, placeId, { count, at }, PLACES)
    this.#users.set(userId, remembered)
  }

  forget(userId: string): void {
    this.#users.delete(userId)
  }

  /** Exposures of a user by place as of `now`; undefined where none are known. */
  of(userId: string, now: number): ((placeId: string) => number) | undefined {
    const places = this.#users.peek(userId)
    if (places === undefined || places.size === 0) return undefined
    return (placeId) => {
      const exposure = places.get(placeId)
      return exposure === undefined ? 0 : decayed(exposure, now)
    }
  }
}

function decayed({ count, at }: Exposure, now: number): number {
  return count * 0.5 ** (Math.max(0, now - at) / HALF_LIFE_MS)
}
