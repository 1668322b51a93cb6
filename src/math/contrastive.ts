// The kernels of a contrastive loss over users who are sums of their places: readable, sums in float64.
// Leaves the loss itself to graph/trainer.ts and general matrices to matrix.ts.
import type { SparseMatrix } from './sparse.ts'

/**
 * rows[count, columns] ← e^(scale · row − max), with the maximum of scale · row and the sum of the results by row.
 * −Infinity becomes 0; a row of nothing else has maximum −3.4e38 and sum 0.
 */
export function expRows(
  rows: Float32Array,
  count: number,
  columns: number,
  scale: number,
  maxima: Float32Array,
  sums: Float32Array,
): void {
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * columns, (i + 1) * columns)
    let max = -3.4028234663852886e38
    for (const value of row) max = Math.max(max, scale * value)
    let sum = 0
    for (let c = 0; c < columns; c++) {
      row[c] = row[c] === -Infinity ? 0 : Math.exp(scale * row[c] - max)
      sum += row[c]
    }
    maxima[i] = max
    sums[i] = sum
  }
}

/** Row i of x `[count, d]` times scales[i], in place. */
export function scaleRows(x: Float32Array, scales: Float32Array, count: number, d: number): void {
  for (let i = 0; i < count; i++) for (let k = i * d; k < (i + 1) * d; k++) x[k] *= scales[i]
}

/** Row i of out `[count, d]` = Σ value · x over the entries of row rows[i] of A. */
export function sumSparseRows(
  { starts, indices, values }: SparseMatrix,
  rows: Uint32Array,
  x: Float32Array,
  out: Float32Array,
  d: number,
): void {
  out.fill(0, 0, rows.length * d)
  rows.forEach((row, i) => {
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      for (let k = 0; k < d; k++) out[i * d + k] += values[e] * x[indices[e] * d + k]
    }
  })
}

/** Its transpose: adds value · gradient[i] to the rows of `out` that row rows[i] of A names. */
export function scatterSparseRows(
  { starts, indices, values }: SparseMatrix,
  rows: Uint32Array,
  gradient: Float32Array,
  out: Float32Array,
  d: number,
): void {
  rows.forEach((row, i) => {
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      for (let k = 0; k < d; k++) out[indices[e] * d + k] += values[e] * gradient[i * d + k]
    }
  })
}

/** The rows of x that `rows` names, one after the other. */
export function gatherRows(x: Float32Array, rows: Uint32Array, out: Float32Array, d: number): void {
  rows.forEach((row, i) => out.set(x.subarray(row * d, (row + 1) * d), i * d))
}

/** Adds row i of x to row rows[i] of `out`. */
export function scatterAddRows(x: Float32Array, rows: Uint32Array, out: Float32Array, d: number): void {
  rows.forEach((row, i) => {
    for (let k = 0; k < d; k++) out[row * d + k] += x[i * d + k]
  })
}

/**
 * For each row that is named: out = (a + b + c) / |a + b + c|, then its last number ← last[row]. Keeps the lengths, by row;
 * a zero row stays zero.
 */
export function unitSums(
  rows: Uint32Array,
  [a, b, c]: readonly [Float32Array, Float32Array, Float32Array],
  last: Float32Array,
  out: Float32Array,
  lengths: Float32Array,
  d: number,
): void {
  for (const row of rows) {
    let squares = 0
    for (let k = row * d; k < (row + 1) * d; k++) {
      out[k] = a[k] + b[k] + c[k]
      squares += out[k] * out[k]
    }
    const length = Math.sqrt(squares)
    lengths[row] = length
    for (let k = row * d; k < (row + 1) * d; k++) out[k] *= length === 0 ? 0 : 1 / length
    out[(row + 1) * d - 1] = last[row]
  }
}

/** What `pullPositives` reads and writes; `count` users, rows of A in `rows`. */
export interface PullPositives {
  /** Users × places; a value is the share a of the place in the sum of its user. */
  readonly matrix: SparseMatrix
  readonly rows: Uint32Array
  /** S `[count, d]`: the users' sums; the last column is not read. */
  readonly sums: Float32Array
  /** y `[places, d]`: unit directions, the bias in the last column. */
  readonly y: Float32Array
  /** `[places, d]`, added to. */
  readonly gradY: Float32Array
  /** `[count]`: log Σ e^s over the user's negatives. */
  readonly logNegatives: Float32Array
  /** `[count]`: what each positive of the user weighs. */
  readonly weights: Float32Array
  readonly temperature: number
  /** `[count]`, written: the user's loss, and Σ weight · (1 − softmax of the positive). */
  readonly losses: Float32Array
  readonly masses: Float32Array
  readonly d: number
}

/**
 * The positives of an InfoNCE loss where each is scored by its user without it, or the model would learn to copy:
 *
 *   u₋p = (S − a_p y_p) / |S − a_p y_p|     s_p = (u₋p · y_p + b_p) / temperature
 *   L   = Σ_p w · ( −s_p + log( e^{s_p} + Z ) ),   Z = Σ e^s over the negatives, held constant here
 *
 * Adds dL/dy, through the sum S too, to `gradY`. With g = dL/d(temperature · s_p) and l = |S − a_p y_p| the gradient of
 * the sum is α y + β S, α = g/l (1 + a cos / l), β = −g cos / l². A positive that is all of its user has no direction
 * (l = 0): only its bias learns.
 */
export function pullPositives(task: PullPositives): void {
  const { matrix, rows, sums, y, gradY, logNegatives, weights, temperature, losses, masses, d } = task
  const { starts, indices, values } = matrix
  const last = d - 1
  const product = (a: Float32Array, i: number, b: Float32Array, j: number) => {
    let sum = 0
    for (let k = 0; k < last; k++) sum += a[i * d + k] * b[j * d + k]
    return sum
  }
  rows.forEach((row, i) => {
    const squares = product(sums, i, sums, i)
    const total = new Float64Array(d)
    const pulls: { place: number; a: number; ofSum: number; ofPlace: number; ofBias: number }[] = []
    let [loss, mass, sumOfS] = [0, 0, 0]
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      const [place, a] = [indices[e], values[e]]
      const along = product(sums, i, y, place)
      const own = product(y, place, y, place)
      const left = squares - 2 * a * along + a * a * own
      const length = left > 1e-6 * squares ? Math.sqrt(left) : 0
      const cosine = length === 0 ? 0 : (along - a * own) / length
      const gap = logNegatives[i] - (cosine + y[place * d + last]) / temperature
      // miss = e^gap / (1 + e^gap), and −log(1 − miss), without overflow on either side.
      const tail = Math.exp(-Math.abs(gap))
      const miss = gap > 0 ? 1 / (1 + tail) : tail / (1 + tail)
      loss += weights[i] * (Math.max(0, gap) + Math.log1p(tail))
      mass += weights[i] * miss
      const g = (-weights[i] * miss) / temperature
      const scale = length === 0 ? 0 : g / length
      const alpha = length === 0 ? 0 : scale * (1 + (cosine * a) / length)
      const beta = length === 0 ? 0 : (-scale * cosine) / length
      sumOfS += beta
      for (let k = 0; k < last; k++) total[k] += alpha * y[place * d + k]
      pulls.push({ place, a, ofSum: scale - a * beta, ofPlace: -a * (scale + alpha), ofBias: g })
    }
    for (let k = 0; k < last; k++) total[k] += sumOfS * sums[i * d + k]
    for (const { place, a, ofSum, ofPlace, ofBias } of pulls) {
      const o = place * d
      for (let k = 0; k < last; k++)
        gradY[o + k] += ofSum * sums[i * d + k] + ofPlace * y[o + k] + a * total[k]
      gradY[o + last] += ofBias
    }
    losses[i] = loss
    masses[i] = mass
  })
}
