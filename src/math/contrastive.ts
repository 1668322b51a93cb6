// The kernels of a contrastive loss over users who are sums of their places: readable, sums in float64.
// Leaves the loss itself to graph/trainer.ts and general matrices to matrix.ts.
import type { SparseMatrix } from './sparse.ts'

/**
 * rows[count, columns] ← e^(scale · row − max) for a scale above 0, with the maximum of scale · row and the sum of the results by row.
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

/** The rows of x that `rows` names, one after the other. */
export function gatherRows(x: Float32Array, rows: Uint32Array, out: Float32Array, d: number): void {
  rows.forEach((row, i) => out.set(x.subarray(row * d, (row + 1) * d), i * d))
}

/** Adds the named rows of x to those of `out`. */
export function addRows(x: Float32Array, rows: Uint32Array, out: Float32Array, d: number): void {
  for (const row of rows) for (let k = row * d; k < (row + 1) * d; k++) out[k] += x[k]
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

/** Numbers an entry of `pulls`. */
export const PULL_WIDTH = 4

/** What `pullPositives` reads and writes; `count` users, rows of A in `rows`. */
export interface PullPositives {
  /** Users × places; a value is the share a of the place in the sum of its user. */
  readonly matrix: SparseMatrix
  readonly rows: Uint32Array
  /** S `[count, d]`: the users' sums; the last column is not read. */
  readonly sums: Float32Array
  /** y `[places, d]`: unit directions, the bias in the last column. */
  readonly y: Float32Array
  /** `[count]`: log Σ e^s over the user's negatives. */
  readonly logNegatives: Float32Array
  /** `[count]`: what each positive of the user weighs. */
  readonly weights: Float32Array
  readonly temperature: number
  /** Whether a positive is scored by its user without it; else by the user as is. */
  readonly leaveOneOut: boolean
  /** κ ≥ 0: how much more the positives count that the model understands; 0 for all alike. */
  readonly sharpness: number
  /** `[count]`, written: the user's loss, and Σ w_p · (1 − softmax of the positive). */
  readonly losses: Float32Array
  readonly masses: Float32Array
  /** V `[count, d]`, written: dL/dS as far as the positives go; the last column is 0. */
  readonly totals: Float32Array
  /** `[count]`: where the user's entries begin in `pulls`. */
  readonly offsets: Uint32Array
  /** `[entries, 4]`, written: what S, V, y and the bias weigh in dL/dy of an entry's place (`collectPulls`). */
  readonly pulls: Float32Array
  readonly d: number
}

/**
 * The positives of an InfoNCE loss where each is scored by its user without it, or the model would learn to copy:
 *
 *   u₋p = (S − a_p y_p) / |S − a_p y_p|     s_p = (u₋p · y_p + b_p) / temperature
 *   ℓ_p = −s_p + log( e^{s_p} + Z ),   Z = Σ e^s over the negatives, held constant here
 *   L   = −w n / κ · log( 1/n Σ_p e^{−κ ℓ_p} ) over the user's n positives; Σ_p w ℓ_p where κ = 0
 *
 * The second line is the positive side of the bilateral softmax loss (Wu et al., ICDE 2024): a positive that the model
 * cannot understand may be noise, so it weighs less, w_p = dL/dℓ_p = w n softmax_p(−κ ℓ).
 * With g = dL/d(temperature · s_p) and l = |S − a_p y_p| the gradient of the sum is V = Σ α y + β S, α = g/l (1 + a cos / l),
 * β = −g cos / l², and that of y_p is (g/l − a β) S − a (g/l + α) y_p + a V; without leaving one out a is 0 but in a V. A positive that is all of its user has no
 * direction (l = 0): only its bias learns.
 */
export function pullPositives(task: PullPositives): void {
  const { matrix, rows, sums, y, logNegatives, weights, temperature, sharpness, losses, masses, d } = task
  const { totals, offsets, pulls, leaveOneOut } = task
  const { starts, indices, values } = matrix
  const last = d - 1
  const product = (a: Float32Array, i: number, b: Float32Array, j: number) => {
    let sum = 0
    for (let k = 0; k < last; k++) sum += a[i * d + k] * b[j * d + k]
    return sum
  }
  rows.forEach((row, i) => {
    const squares = product(sums, i, sums, i)
    const positives = Array.from({ length: starts[row + 1] - starts[row] }, (_, offset) => {
      const [place, share] = [indices[starts[row] + offset], values[starts[row] + offset]]
      const a = leaveOneOut ? share : 0
      const along = product(sums, i, y, place)
      const own = product(y, place, y, place)
      const left = squares - 2 * a * along + a * a * own
      const length = left > 1e-6 * squares ? Math.sqrt(left) : 0
      const cosine = length === 0 ? 0 : (along - a * own) / length
      const gap = logNegatives[i] - (cosine + y[place * d + last]) / temperature
      // miss = e^gap / (1 + e^gap), and ℓ = −log(1 − miss), without overflow on either side.
      const tail = Math.exp(-Math.abs(gap))
      const miss = gap > 0 ? 1 / (1 + tail) : tail / (1 + tail)
      return { place, share, a, length, cosine, miss, loss: Math.max(0, gap) + Math.log1p(tail) }
    })
    const n = positives.length
    const shares = positives.map(({ loss }) => Math.exp(-sharpness * loss))
    const shareSum = shares.reduce((sum, share) => sum + share, 0)
    const total = new Float64Array(d)
    let at = offsets[i] * PULL_WIDTH
    let [mass, sumOfS] = [0, 0]
    positives.forEach(({ place, share, a, length, cosine, miss }, index) => {
      const weight = (weights[i] * n * shares[index]) / shareSum
      mass += weight * miss
      const g = (-weight * miss) / temperature
      const scale = length === 0 ? 0 : g / length
      const alpha = length === 0 ? 0 : scale * (1 + (cosine * a) / length)
      const beta = length === 0 ? 0 : (-scale * cosine) / length
      sumOfS += beta
      for (let k = 0; k < last; k++) total[k] += alpha * y[place * d + k]
      pulls.set([scale - a * beta, share, -a * (scale + alpha), g], at)
      at += PULL_WIDTH
    })
    for (let k = 0; k < last; k++) totals[i * d + k] = total[k] + sumOfS * sums[i * d + k]
    totals[i * d + last] = 0
    losses[i] =
      sharpness === 0
        ? weights[i] * positives.reduce((sum, { loss }) => sum + loss, 0)
        : n === 0
          ? 0
          : ((-weights[i] * n) / sharpness) * Math.log(shareSum / n)
    masses[i] = mass
  })
}

/** What `collectPulls` reads and writes for the places in `rows`. */
export interface CollectPulls {
  readonly rows: Uint32Array
  /** `[rows + 1]`: the entries of place i are entries[starts[i]] … entries[starts[i + 1] − 1]. */
  readonly starts: Uint32Array
  readonly entries: Uint32Array
  /** User of an entry, as a row of S and V. */
  readonly entryUsers: Uint32Array
  /** `[entries, 4]` of `pullPositives`. */
  readonly pulls: Float32Array
  readonly sums: Float32Array
  readonly totals: Float32Array
  /** `[negatives, d]`: what the negatives' side adds to the first of the rows, in step. */
  readonly fromNegatives: Float32Array
  readonly negatives: number
  readonly y: Float32Array
  /** `[places]` length of E before it became the direction of y. */
  readonly lengths: Float32Array
  /** `[places, d]`, written at the rows: dL/dE, its last column 0. */
  readonly gradient: Float32Array
  /** `[places]`, written at the rows: dL/db. */
  readonly gradBias: Float32Array
  readonly d: number
}

/**
 * dL/dy of each place, collected from its entries in the users of a batch and taken back through y = E / |E|. Collecting
 * by place, in the order of the entries, makes the sum the same however many threads share the places.
 */
export function collectPulls(task: CollectPulls): void {
  const { rows, starts, entries, entryUsers, pulls, sums, totals, fromNegatives, negatives, y, d } = task
  const { lengths, gradient, gradBias } = task
  const last = d - 1
  rows.forEach((row, i) => {
    const out = new Float64Array(d)
    if (i < negatives) out.set(fromNegatives.subarray(i * d, (i + 1) * d))
    let ofPlace = 0
    for (let e = starts[i]; e < starts[i + 1]; e++) {
      const user = entryUsers[entries[e]] * d
      const [ofSum, ofTotal, ofY, ofBias] = pulls.subarray(
        entries[e] * PULL_WIDTH,
        (entries[e] + 1) * PULL_WIDTH,
      )
      for (let k = 0; k < last; k++) out[k] += ofSum * sums[user + k] + ofTotal * totals[user + k]
      out[last] += ofBias
      ofPlace += ofY
    }
    gradBias[row] = out[last]
    let along = 0
    for (let k = 0; k < last; k++) {
      out[k] += ofPlace * y[row * d + k]
      along += out[k] * y[row * d + k]
    }
    const scale = lengths[row] === 0 ? 0 : 1 / lengths[row]
    for (let k = 0; k < last; k++) gradient[row * d + k] = (out[k] - along * y[row * d + k]) * scale
    gradient[row * d + last] = 0
  })
}
