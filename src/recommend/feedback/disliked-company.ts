// Which places are disliked together: EASE (Steck, WWW 2019) on the matrix of users and the places they dislike.
// Leaves what that costs a place to re-rank/company.ts.
//
//   B = I − P / diag(P) by columns, P = (G + λI)⁻¹, G = XᵀX, X `[users, places]` of ones
//
// Dislikes are few, so a place's row of B is solved when it is asked for, over the places most often disliked with it:
// outside of those G is zero, or small. Rows are kept until a dislike comes or goes.
import { eventStrength, type Event } from '../../domain/event.ts'
import { solveRidge } from '../../math/cholesky.ts'

/** So many people have to dislike both before a place loses half of what it can. */
const LAMBDA = 5
/** Places of one solution: 64³ multiplications, a fifth of a millisecond. */
const NEIGHBOURS = 64
/** Dislikes of one user that count: the newest. Whoever dislikes everything says little about pairs. */
const PLACES_A_USER = 200

export class DislikedCompany {
  readonly #byUser = new Map<string, Set<string>>()
  readonly #byPlace = new Map<string, Set<string>>()
  readonly #rows = new Map<string, ReadonlyMap<string, number>>()

  /** A later liking takes a dislike back. */
  add(event: Pick<Event, 'userId' | 'placeId' | 'type' | 'rating'>): void {
    const strength = eventStrength(event)
    if (strength < 0) this.#dislike(event.userId, event.placeId)
    else if (strength > 0) this.#drop(event.userId, event.placeId)
  }

  forget(userId: string): void {
    for (const placeId of this.#byUser.get(userId) ?? []) this.#drop(userId, placeId)
  }

  /** By place: how far it is disliked by whoever dislikes these, above 0 and mostly below 1. */
  of(placeIds: readonly string[]): ReadonlyMap<string, number> {
    const scores = new Map<string, number>()
    for (const placeId of placeIds) {
      if ((this.#byPlace.get(placeId)?.size ?? 0) === 0) continue
      let row = this.#rows.get(placeId)
      if (row === undefined) this.#rows.set(placeId, (row = this.#solve(placeId)))
      for (const [other, score] of row) scores.set(other, (scores.get(other) ?? 0) + score)
    }
    return scores
  }

  #dislike(userId: string, placeId: string): void {
    let places = this.#byUser.get(userId)
    if (places === undefined) this.#byUser.set(userId, (places = new Set()))
    if (places.has(placeId)) return
    places.add(placeId)
    let users = this.#byPlace.get(placeId)
    if (users === undefined) this.#byPlace.set(placeId, (users = new Set()))
    users.add(userId)
    if (places.size > PLACES_A_USER) this.#drop(userId, places.values().next().value!)
    this.#rows.clear()
  }

  #drop(userId: string, placeId: string): void {
    const places = this.#byUser.get(userId)
    if (places === undefined || !places.delete(placeId)) return
    if (places.size === 0) this.#byUser.delete(userId)
    const users = this.#byPlace.get(placeId)!
    users.delete(userId)
    if (users.size === 0) this.#byPlace.delete(placeId)
    this.#rows.clear()
  }

  #solve(placeId: string): ReadonlyMap<string, number> {
    const together = new Map<string, number>()
    for (const user of this.#byPlace.get(placeId)!) {
      for (const other of this.#byUser.get(user)!) together.set(other, (together.get(other) ?? 0) + 1)
    }
    together.delete(placeId)
    const neighbours = [...together]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, NEIGHBOURS - 1)
      .map(([id]) => id)
    const ids = [placeId, ...neighbours]
    const n = ids.length
    const numbers = new Map(ids.map((id, index) => [id, index]))
    const gram = new Float64Array(n * n)
    const users = new Set(ids.flatMap((id) => [...this.#byPlace.get(id)!]))
    for (const user of users) {
      const own = [...this.#byUser.get(user)!].flatMap((id) => numbers.get(id) ?? [])
      for (const i of own) for (const j of own) gram[i * n + j]++
    }
    const inverse = new Float64Array(n * n)
    for (let i = 0; i < n; i++) inverse[i * n + i] = 1
    solveRidge(gram, inverse, n, n, LAMBDA)
    const row = new Map<string, number>()
    for (let k = 1; k < n; k++) {
      const weight = -inverse[k] / inverse[k * n + k]
      if (weight > 0) row.set(ids[k], weight)
    }
    return row
  }
}
