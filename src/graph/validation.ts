// The validation slice that an epoch is chosen on. Leaves scoring to ranking.ts.
import type { Random } from '../math/random.ts'
import type { SparseMatrix } from '../math/sparse.ts'

/** A user with at least MIN_HELD_FROM places is in the slice with this probability. */
const SHARE_OF_USERS = 0.5
/** And gives this share of their places, at least one: those they came to last. */
const SHARE_OF_PLACES = 0.1
const MIN_HELD_FROM = 5
const MAX_VALIDATION_USERS = 2000
/** Below so many users the slice says nothing. */
const MIN_VALIDATION_USERS = 20

/** The validation slice: users, their held-out places, and the graph without those. */
export interface HeldOut {
  readonly train: SparseMatrix
  readonly users: readonly number[]
  /** Held-out places of `users`, in step, ascending. */
  readonly relevant: readonly Uint32Array[]
}

/**
 * The places that each user of the slice came to last, as what is asked of a model is what comes next; a random draw where
 * times are equal or not known. No users are held out where there are too few to choose on.
 * @param firstAt when the user first acted on the place, by entry of `weights`
 */
export function holdOut(weights: SparseMatrix, random: Random, firstAt?: Float64Array): HeldOut {
  const { rows, starts, indices, values } = weights
  const heldByUser = new Map<number, number[]>()
  for (const user of random.shuffle(Array.from({ length: rows }, (_, row) => row))) {
    const degree = starts[user + 1] - starts[user]
    if (heldByUser.size === MAX_VALIDATION_USERS) break
    if (degree < MIN_HELD_FROM || random.next() >= SHARE_OF_USERS) continue
    const entries = random.shuffle(Array.from({ length: degree }, (_, offset) => starts[user] + offset))
    // The sort is stable: equal times stay in drawn order.
    if (firstAt !== undefined) entries.sort((a, b) => firstAt[b] - firstAt[a])
    heldByUser.set(user, entries.slice(0, Math.max(1, Math.floor(SHARE_OF_PLACES * degree))))
  }
  if (heldByUser.size < MIN_VALIDATION_USERS) return { train: weights, users: [], relevant: [] }

  const held = new Set([...heldByUser.values()].flat())
  const newStarts = new Uint32Array(rows + 1)
  for (let row = 0; row < rows; row++) {
    const kept = starts[row + 1] - starts[row] - (heldByUser.get(row)?.length ?? 0)
    newStarts[row + 1] = newStarts[row] + kept
  }
  const users = [...heldByUser.keys()].sort((a, b) => a - b)
  return {
    train: {
      ...weights,
      starts: newStarts,
      indices: indices.filter((_, entry) => !held.has(entry)),
      values: values.filter((_, entry) => !held.has(entry)),
    },
    users,
    relevant: users.map((user) => Uint32Array.from(heldByUser.get(user)!, (entry) => indices[entry]).sort()),
  }
}
