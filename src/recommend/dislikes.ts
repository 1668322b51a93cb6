// Who dislikes what, and which places are disliked together: EASE on the matrix of dislikes. A function of the event log,
// which live.ts replays. Leaves a user's own dislikes to user-context.ts.
import { eventStrength, type Event } from '../domain/event.ts'
import { solveRidge } from '../math/cholesky.ts'
import { TopK } from '../math/top-k.ts'

/**
 * EASE's λ (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019): the prior strength against few users.
 * Two users who both dislike two places give .10, twenty .43.
 */
const RIDGE = 10
/** The newest dislikes of the user that are asked with, the places disliked together most, and dislikers of each read. */
const ASKED = 20
const COMPARED = 40
const DISLIKERS = 200

type DislikeEvent = Pick<Event, 'userId' | 'type' | 'placeId' | 'rating'>

/** Some 150 bytes a dislike. */
export class Dislikes {
  readonly #placesOf = new Map<string, Set<string>>()
  /** Newest last. */
  readonly #usersOf = new Map<string, Set<string>>()

  /** The newest word on a place counts: liking it later takes the dislike back. */
  add(event: DislikeEvent): void {
    const strength = eventStrength(event)
    if (strength < 0) {
      setOf(this.#placesOf, event.userId).add(event.placeId)
      setOf(this.#usersOf, event.placeId).add(event.userId)
    } else if (strength > 0) this.#remove(event.userId, event.placeId)
  }

  /** Forgets a user. */
  forget(userId: string): void {
    for (const placeId of this.#placesOf.get(userId) ?? []) this.#remove(userId, placeId)
  }

  /**
   * How much the dislikes of `placeIds` (the newest first) say that a place is disliked: EASE's weights summed over them, in
   * (0, 1]; places that it does not speak against are absent. The model is solved for the asked places and those disliked
   * with them most, at most 60: EASE in closed form on that part of the matrix. Some .5 ms.
   */
  alike(placeIds: readonly string[]): Map<string, number> {
    const asked = placeIds.filter((id) => this.#usersOf.has(id)).slice(0, ASKED)
    if (asked.length === 0) return new Map()
    const own = new Set(placeIds)
    const users = new Set<string>()
    for (const id of asked) for (const user of newest(this.#usersOf.get(id)!, DISLIKERS)) users.add(user)
    const together = new Map<string, number>()
    for (const user of users) {
      for (const id of this.#placesOf.get(user)!) {
        if (!own.has(id)) together.set(id, (together.get(id) ?? 0) + 1)
      }
    }
    const top = new TopK<string>(COMPARED)
    // One user who dislikes both is that user's own taste.
    for (const [id, count] of together) if (count > 1) top.offer(count, id)
    const others = top.sorted().map(({ id }) => id)
    if (others.length === 0) return new Map()
    return this.#ease(asked, others, users)
  }

  #ease(
    asked: readonly string[],
    others: readonly string[],
    users: ReadonlySet<string>,
  ): Map<string, number> {
    const items = [...asked, ...others]
    const n = items.length
    const index = new Map(items.map((id, at) => [id, at]))
    const gram = new Float64Array(n * n)
    for (const user of users) {
      const row = [...this.#placesOf.get(user)!].flatMap((id) => index.get(id) ?? [])
      for (const i of row) for (const j of row) gram[i * n + j]++
    }
    const inverse = new Float64Array(n * n)
    for (let i = 0; i < n; i++) inverse[i * n + i] = 1
    solveRidge(gram, inverse, n, n, RIDGE)
    const alike = new Map<string, number>()
    for (let j = asked.length; j < n; j++) {
      let sum = 0
      for (let i = 0; i < asked.length; i++) sum -= inverse[i * n + j] / inverse[j * n + j]
      if (sum > 0) alike.set(items[j], Math.min(1, sum))
    }
    return alike
  }

  #remove(userId: string, placeId: string): void {
    removeFrom(this.#placesOf, userId, placeId)
    removeFrom(this.#usersOf, placeId, userId)
  }
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  let set = map.get(key)
  if (set === undefined) map.set(key, (set = new Set()))
  return set
}

function removeFrom(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key)
  if (set === undefined) return
  set.delete(value)
  if (set.size === 0) map.delete(key)
}

function newest(set: ReadonlySet<string>, count: number): string[] {
  return [...set].slice(-count)
}
