// The inverse of a symmetric positive definite matrix by blocks, on the fast products of the kernels.
// Leaves small systems in float64 to cholesky.ts.
import type { Kernels } from './kernels.ts'
import { panelsLength } from './matrix.ts'

/** Pivots eliminated at once: the inner length of the products. */
const BLOCK = 128
/** Products are made in tiles that the second-level cache holds: 1 MB. */
const TILE_ROWS = 256
const TILE_COLUMNS = 1024

/**
 * Replaces A `[n, n]` by its inverse: Gauss-Jordan elimination, which needs no pivoting where A is positive definite
 * (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., § 14.4). Pivot blocks are inverted in float64, the rest
 * is float32: the error is about 1e-7 times the condition of A. A is in the memory of the kernels, which take
 * 16 · 128 · n bytes more. Throws RangeError where A is not positive definite. 2 n³ operations.
 */
export function invertPositiveDefinite(kernels: Kernels, a: Float32Array, n: number): void {
  const pivot = kernels.floats(BLOCK * BLOCK)
  // Both `[n, BLOCK]`: C = −A_·k, 0 in the pivot's rows; Rᵀ = (P⁻¹ A_k·)ᵀ, P⁻¹ itself in the pivot's columns.
  const columns = kernels.floats(n * BLOCK)
  const rows = kernels.floats(n * BLOCK)
  const pivotRows = kernels.floats(n * BLOCK)
  const panels = kernels.floats(panelsLength(n, BLOCK))
  const tile = kernels.floats(TILE_ROWS * TILE_COLUMNS)
  for (let first = 0; first < n; first += BLOCK) {
    const size = Math.min(BLOCK, n - first)
    const end = first + size
    const inverse = pivot.subarray(0, size * size)
    inverse.set(invertSmall(block(a, n, first, size), size, first))
    for (let i = 0; i < n; i++) {
      const own = i >= first && i < end
      for (let j = 0; j < size; j++) {
        columns[i * size + j] = own ? 0 : -a[i * n + first + j]
        pivotRows[i * size + j] = a[(first + j) * n + i]
      }
    }
    // Rᵀ = A_k·ᵀ · P⁻ᵀ, and P⁻¹ is symmetric.
    const rowsNow = rows.subarray(0, n * size)
    const inversePanels = panels.subarray(0, panelsLength(size, size))
    kernels.packPanels(inverse, inversePanels, size, size)
    kernels.multiplyPanels(pivotRows.subarray(0, n * size), inversePanels, rowsNow, n, size, size)
    rowsNow.set(inverse, first * size)
    for (let i = 0; i < n; i++) {
      if (i >= first && i < end) a.fill(0, i * n, (i + 1) * n)
      else a.fill(0, i * n + first, i * n + end)
    }
    kernels.packPanels(rowsNow, panels, n, size)
    addProduct(kernels, columns, panels, a, tile, n, size)
    for (let i = 0; i < n; i++) for (let j = 0; j < size; j++) a[(first + j) * n + i] = rowsNow[i * size + j]
  }
}

/** a[n, n] += c[n, size] · r[n, size]ᵀ with r in panels, by tiles. */
function addProduct(
  kernels: Kernels,
  c: Float32Array,
  panels: Float32Array,
  a: Float32Array,
  tile: Float32Array,
  n: number,
  size: number,
): void {
  for (let i = 0; i < n; i += TILE_ROWS) {
    const high = Math.min(TILE_ROWS, n - i)
    for (let j = 0; j < n; j += TILE_COLUMNS) {
      const wide = Math.min(TILE_COLUMNS, n - j)
      const left = c.subarray(i * size, (i + high) * size)
      kernels.multiplyPanels(left, panels.subarray(j * size), tile, high, wide, size)
      for (let y = 0; y < high; y++) {
        for (let x = 0, to = (i + y) * n + j, from = y * wide; x < wide; x++) a[to + x] += tile[from + x]
      }
    }
  }
}

/** The diagonal block, in float64. */
function block(a: Float32Array, n: number, first: number, size: number): Float64Array {
  const copy = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) copy[i * size + j] = a[(first + i) * n + first + j]
  }
  return copy
}

/** Gauss-Jordan of one block, in place. */
function invertSmall(a: Float64Array, n: number, first: number): Float64Array {
  for (let k = 0; k < n; k++) {
    const pivot = a[k * n + k]
    if (!(pivot > 0)) throw new RangeError(`The matrix is not positive definite at row ${first + k}.`)
    a[k * n + k] = 1
    for (let j = 0; j < n; j++) a[k * n + j] /= pivot
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = a[i * n + k]
      a[i * n + k] = 0
      for (let j = 0; j < n; j++) a[i * n + j] -= factor * a[k * n + j]
    }
  }
  return a
}
