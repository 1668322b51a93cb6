// Reference kernels over row-major float32 matrices, sums in float64. Readable first: the specification for faster ones.
// Leaves sparse matrices to sparse.ts. `out` never aliases an input unless said.

/** Rows of b that stand side by side in `packPanels`. */
const PANEL = 8

/** Numbers that `packPanels` writes for m rows of d. */
export function panelsLength(m: number, d: number): number {
  return Math.ceil(m / PANEL) * PANEL * d
}

/** b[m, d] in panels of 8 rows, each panel by columns `[⌈m / 8⌉, d, 8]`; rows past m are zeros. */
export function packPanels(b: Float32Array, out: Float32Array, m: number, d: number): void {
  for (let j = 0; j < Math.ceil(m / PANEL) * PANEL; j++) {
    const panel = Math.floor(j / PANEL) * PANEL * d
    for (let k = 0; k < d; k++) out[panel + k * PANEL + (j % PANEL)] = j < m ? b[j * d + k] : 0
  }
}

/** out[n, m] = a[n, d] · b[m, d]ᵀ with b in panels. A row of `out` does not depend on the others. */
export function multiplyPanels(
  a: Float32Array,
  panels: Float32Array,
  out: Float32Array,
  n: number,
  m: number,
  d: number,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const panel = Math.floor(j / PANEL) * PANEL * d + (j % PANEL)
      let sum = 0
      for (let k = 0; k < d; k++) sum += a[i * d + k] * panels[panel + k * PANEL]
      out[i * m + j] = sum
    }
  }
}

/** out[n, d] += a[n, m] · b[m, d] */
export function multiplyAdd(
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  n: number,
  m: number,
  d: number,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const factor = a[i * m + j]
      if (factor === 0) continue
      for (let k = 0, x = i * d, y = j * d; k < d; k++) out[x + k] += factor * b[y + k]
    }
  }
}

/** out[m, d] += a[n, m]ᵀ · b[n, d], the rows from … to − 1 of it only; `from` is a multiple of 4. */
export function transposedMultiplyAdd(
  a: Float32Array,
  b: Float32Array,
  out: Float32Array,
  n: number,
  m: number,
  d: number,
  from = 0,
  to = m,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = from; j < to; j++) {
      const factor = a[i * m + j]
      if (factor === 0) continue
      for (let k = 0, x = j * d, y = i * d; k < d; k++) out[x + k] += factor * b[y + k]
    }
  }
}

/** The largest of each run of `size` numbers of x, the last run may be shorter; at least −3.4e38. */
export function maxima(x: Float32Array, size: number, out: Float32Array): void {
  for (let from = 0, run = 0; from < x.length; from += size, run++) {
    let most = -3.4028234663852886e38
    for (let i = from; i < Math.min(x.length, from + size); i++) most = Math.max(most, x[i])
    out[run] = most
  }
}

/** Rows of unit length: out = x / |x|, and the lengths. Zero rows stay zero. `out` may be `x`. */
export function normalizeRows(x: Float32Array, out: Float32Array, lengths: Float32Array, d: number): void {
  for (let i = 0; i < lengths.length; i++) {
    let squares = 0
    for (let k = i * d; k < (i + 1) * d; k++) squares += x[k] * x[k]
    const length = Math.sqrt(squares)
    lengths[i] = length
    const scale = length === 0 ? 0 : 1 / length
    for (let k = i * d; k < (i + 1) * d; k++) out[k] = x[k] * scale
  }
}

/**
 * Backward of `normalizeRows`: gradX = (gradUnit − (gradUnit · unit) unit) / length, 0 for zero rows.
 * `out` may be `gradUnit`.
 */
export function normalizeRowsBackward(
  unit: Float32Array,
  lengths: Float32Array,
  gradUnit: Float32Array,
  out: Float32Array,
  d: number,
): void {
  for (let i = 0; i < lengths.length; i++) {
    let along = 0
    for (let k = i * d; k < (i + 1) * d; k++) along += gradUnit[k] * unit[k]
    const scale = lengths[i] === 0 ? 0 : 1 / lengths[i]
    for (let k = i * d; k < (i + 1) * d; k++) out[k] = (gradUnit[k] - along * unit[k]) * scale
  }
}
