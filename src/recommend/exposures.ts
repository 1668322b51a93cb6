// How often a user was shown a place without acting on it. A function of the event log, which live.ts replays.
// Leaves what follows from it to re-rank/fatigue.ts.
import { EVENT_STRENGTHS, eventStrength, type Event } from '../domain/event.ts'

/** Half of a showing is forgotten in three days: people are in another mood, and lists are others. */
const HALF_LIFE_MS = 3 * 86_400_000
/** Users and, for each, places: the newest. Some 100 bytes a place, 100 MB in all where every one is full. */
const MAX_USERS = 10_000
const MAX_PLACES = 100
const ANSWER_STRENGTH = EVENT_STRENGTHS.click

interface Shown {
  /** Decayed to `at`. */
  readonly times: number
  readonly at: number
}

export interface UserExposures {
  /** Decayed showings of a place at `now` since the user last acted on it. */
  unanswered(placeId: string, now: number): number
}

type ExposureEvent = Pick<Event, 'userId' | 'type' | 'placeId' | 'rating' | 'at'>

export class Exposures {
  /** Both in order of the newest showing. */
  readonly #users = new Map<string, Map<string, Shown>>()

  add(event: ExposureEvent): void {
    const { userId, placeId, type, at } = event
    if (type !== 'impression') {
      if (eventStrength(event) >= ANSWER_STRENGTH) this.#users.get(userId)?.delete(placeId)
      return
    }
    const places = this.#users.get(userId) ?? new Map<string, Shown>()
    const known = places.get(placeId)
    renew(places, placeId, decayed(known, at, 1), MAX_PLACES)
    renew(this.#users, userId, places, MAX_USERS)
  }

  /** Forgets a user. */
  forget(userId: string): void {
    this.#users.delete(userId)
  }

  /** Undefined for a user who was shown nothing lately. */
  of(userId: string): UserExposures | undefined {
    const places = this.#users.get(userId)
    if (places === undefined || places.size === 0) return undefined
    return {
      unanswered(placeId, now) {
        const shown = places.get(placeId)
        return shown === undefined ? 0 : decayed(shown, now, 0).times
      },
    }
  }
}

function decayed(known: Shown | undefined, at: number, more: number): Shown {
  if (known === undefined) return { times: more, at }
  // Events may come late: time does not run backwards.
  const age = Math.max(0, at - known.at)
  return { times: known.times * 0.5 ** (age / HALF_LIFE_MS) + more, at: Math.max(known.at, at) }
}

/** Puts an entry last, and takes the first ones out where there are too many. */
function renew<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= max) return
    map.delete(oldest)
  }
}
