// Symmetric positive definite systems by Cholesky's factorisation, in float64.

/**
 * Solves (A + ridge · I) X = B for A `[n, n]` (symmetric, positive semi-definite) and B `[n, m]`, both row-major.
 * Overwrites both; X ends up in `b`. Throws RangeError where the matrix is not positive definite. O(n³ + n² m).
 */
export function solveRidge(a: Float64Array, b: Float64Array, n: number, m: number, ridge: number): void {
  for (let i = 0; i < n; i++) {
    a[i * n + i] += ridge
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k]
      if (i === j) {
        if (!(sum > 0)) throw new RangeError(`The matrix is not positive definite at row ${i}.`)
        a[i * n + i] = Math.sqrt(sum)
      } else a[i * n + j] = sum / a[j * n + j]
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) for (let c = 0; c < m; c++) b[i * m + c] -= a[i * n + k] * b[k * m + c]
    for (let c = 0; c < m; c++) b[i * m + c] /= a[i * n + i]
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) for (let c = 0; c < m; c++) b[i * m + c] -= a[k * n + i] * b[k * m + c]
    for (let c = 0; c < m; c++) b[i * m + c] /= a[i * n + i]
  }
}

/** A pivot below this share of its diagonal is float32's rounding noise: the column depends on those before it. */
const DEPENDENT = 1e-5

/**
 * For a Gram matrix G = XᵀX `[n, n]` the matrix M with orthonormal columns of X·M (Cholesky QR: M = L⁻ᵀ, G = L Lᵀ), and
 * the lengths of X's columns across those before them, the diagonal of L. A column that depends on the ones before it has
 * length 0 and becomes zero. Overwrites `gram`. O(n³).
 */
export function orthonormalizer(
  gram: Float64Array,
  n: number,
): { matrix: Float32Array; lengths: Float64Array } {
  const lengths = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const whole = gram[i * n + i]
    for (let j = 0; j <= i; j++) {
      let sum = gram[i * n + j]
      for (let k = 0; k < j; k++) sum -= gram[i * n + k] * gram[j * n + k]
      if (i === j) lengths[i] = gram[i * n + i] = sum > DEPENDENT * whole ? Math.sqrt(sum) : 0
      else gram[i * n + j] = lengths[j] === 0 ? 0 : sum / lengths[j]
    }
  }
  // Column c of L⁻ᵀ solves Lᵀ m = e_c, from row c up.
  const matrix = new Float64Array(n * n)
  for (let c = 0; c < n; c++) {
    if (lengths[c] === 0) continue
    for (let i = c; i >= 0; i--) {
      let sum = i === c ? 1 : 0
      for (let k = i + 1; k <= c; k++) sum -= gram[k * n + i] * matrix[k * n + c]
      matrix[i * n + c] = lengths[i] === 0 ? 0 : sum / lengths[i]
    }
  }
  return { matrix: Float32Array.from(matrix), lengths }
}
