// Sparse matrices for tests, written densely.
import type { SparseMatrix } from '../../src/math/sparse.ts'

/** @param dense `[rows × columns]` row by row; zeros are left out */
export function sparseOf(dense: readonly number[], rows: number, columns: number): SparseMatrix {
  const starts = new Uint32Array(rows + 1)
  const indices: number[] = []
  const values: number[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = dense[row * columns + column]
      if (value === 0) continue
      indices.push(column)
      values.push(value)
    }
    starts[row + 1] = indices.length
  }
  return { rows, columns, starts, indices: Uint32Array.from(indices), values: Float32Array.from(values) }
}
