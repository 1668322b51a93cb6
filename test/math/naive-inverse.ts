// The inverse by Gauss-Jordan elimination with pivoting, in float64: an oracle.

export function naiveInverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))])
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i
    ;[rows[k], rows[pivot]] = [rows[pivot], rows[k]]
    const scale = rows[k][k]
    rows[k] = rows[k].map((value) => value / scale)
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = rows[i][k]
      rows[i] = rows[i].map((value, j) => value - factor * rows[k][j])
    }
  }
  return rows.map((row) => row.slice(n))
}
