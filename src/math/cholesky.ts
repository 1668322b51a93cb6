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
