// Sparse matrices by rows (CSR) and their product with dense ones; sums in float32, row by row, in a fixed order.

export interface SparseMatrix {
  readonly rows: number
  readonly columns: number
  /** `[rows + 1]`: the entries of row r are starts[r] … starts[r + 1] − 1. */
  readonly starts: Uint32Array
  /** `[entries]` column of each entry, ascending within a row. */
  readonly indices: Uint32Array
  /** `[entries]` */
  readonly values: Float32Array
}

/** Aᵀ. O(entries). */
export function transpose({ rows, columns, starts, indices, values }: SparseMatrix): SparseMatrix {
  const counts = new Uint32Array(columns + 1)
  for (const column of indices) counts[column + 1]++
  for (let c = 0; c < columns; c++) counts[c + 1] += counts[c]
  const next = counts.slice()
  const outIndices = new Uint32Array(indices.length)
  const outValues = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) {
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      const at = next[indices[e]]++
      outIndices[at] = row
      outValues[at] = values[e]
    }
  }
  return { rows: columns, columns: rows, starts: counts, indices: outIndices, values: outValues }
}

/** out[rows, d] += scale · A · x[columns, d]. `out` must not alias `x`. O(entries · d). */
export function multiplySparseAdd(
  { rows, starts, indices, values }: SparseMatrix,
  x: Float32Array,
  out: Float32Array,
  d: number,
  scale = 1,
): void {
  for (let row = 0; row < rows; row++) {
    const to = row * d
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      const factor = scale * values[e]
      const from = indices[e] * d
      for (let k = 0; k < d; k++) out[to + k] += factor * x[from + k]
    }
  }
}
