// Users from the vectors of their places, as the model in training makes them. Leaves the shares to interactions.ts.
import type { SparseMatrix } from '../math/sparse.ts'

/** `[users, dim]`: the direction of Σ share · place, then 1. @param start `[users, places]` shares (graphMatrices) */
export function inductiveUsers(places: Float32Array, dim: number, start: SparseMatrix): Float32Array {
  const users = new Float32Array(start.rows * dim)
  for (let user = 0; user < start.rows; user++) {
    const vector = users.subarray(user * dim, (user + 1) * dim)
    let squares = 0
    for (let e = start.starts[user]; e < start.starts[user + 1]; e++) {
      for (let k = 0; k < dim - 1; k++) vector[k] += start.values[e] * places[start.indices[e] * dim + k]
    }
    for (const value of vector) squares += value * value
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares)
    for (let k = 0; k < dim - 1; k++) vector[k] *= scale
    vector[dim - 1] = 1
  }
  return users
}
