// The validation slice that an epoch is chosen on. Leaves scoring to ranking.ts.
import type { Random } from '../math/random.ts'
import type { SparseMatrix } from '../math/sparse.ts'

/** Of each user with at least MIN_HELD_FROM places, one is held out with this probability, to choose the epoch on. */
const HOLD_OUT = 0.5
const MIN_HELD_FROM = 5
const MAX_VALIDATION_USERS = 1000
/** Below so many users the slice says nothing. */
const MIN_VALIDATION_USERS = 20

/** The validation slice: users, their held-out places, and the graph without those. */
export interface HeldOut {
  readonly train: SparseMatrix
  readonly users: readonly number[]
  /** Held-out places of `users`, in step. */
  readonly relevant: readonly Uint32Array[]
}

/** No users are held out where there are too few to choose on. */
export function holdOut(weights: SparseMatrix, random: Random): HeldOut {
  const { rows, starts, indices, values } = weights
  const heldEntry = new Map<number, number>()
  for (const user of random.shuffle(Array.from({ length: rows }, (_, row) => row))) {
    const degree = starts[user + 1] - starts[user]
    if (degree >= MIN_HELD_FROM && heldEntry.size < MAX_VALIDATION_USERS && random.next() < HOLD_OUT) {
      heldEntry.set(user, starts[user] + random.integer(degree))
    }
  }
  const users = [...heldEntry.keys()].sort((a, b) => a - b)
  if (users.length < MIN_VALIDATION_USERS) return { train: weights, users: [], relevant: [] }
  const kept = new Set(heldEntry.values())
  const newStarts = new Uint32Array(rows + 1)
  for (let row = 0; row < rows; row++) {
    newStarts[row + 1] = newStarts[row] + starts[row + 1] - starts[row] - (heldEntry.has(row) ? 1 : 0)
  }
  return {
    train: {
      ...weights,
      starts: newStarts,
      indices: indices.filter((_, entry) => !kept.has(entry)),
      values: values.filter((_, entry) => !kept.has(entry)),
    },
    users,
    relevant: users.map((user) => Uint32Array.of(indices[heldEntry.get(user)!])),
  }
}
