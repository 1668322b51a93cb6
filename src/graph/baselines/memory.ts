// How much a model with vectors of its own may need. Leaves models to the files beside it.
import type { SparseMatrix } from '../../math/sparse.ts'

/** Of the 4 GB that the kernels reach. */
const MAX_BYTES = 3e9
const DIM = 64

/** @param arrays of 64 floats a user and place: the vectors, their gradients and moments, and what a pass works with */
export function vectorLimit({ rows, columns, indices }: SparseMatrix, arrays: number): string | undefined {
  const bytes = 4 * DIM * arrays * (rows + columns) + 16 * indices.length
  if (bytes <= MAX_BYTES) return undefined
  return `It would hold ${Math.ceil(bytes / 1e6)} MB in 64 dimensions; ${MAX_BYTES / 1e6} MB at most.`
}
