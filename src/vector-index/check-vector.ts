// The check that keeps vectors of another dimension, NaN and Infinity out of every index.
// Leaves what a vector means to the model.
import { DongneError } from '../errors.ts'

/** Throws dim-mismatch or non-finite-vector. `owner` names the vector in the error: 'place "a"', 'the query'. */
export function checkVector(vector: Float32Array, dim: number, owner: string): void {
  if (vector.length !== dim) {
    throw new DongneError(
      'dim-mismatch',
      `The vector of ${owner} has ${vector.length} dimensions, the index ${dim}.`,
    )
  }
  for (let i = 0; i < dim; i++) {
    if (!Number.isFinite(vector[i])) {
      throw new DongneError('non-finite-vector', `The vector of ${owner} has ${vector[i]} at position ${i}.`)
    }
  }
}
