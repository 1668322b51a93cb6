// InfoNCE over a batch of users: every positive of a user against negatives that the batch shares.
// Leaves sampling to train.ts and normalisation to math/matrix.ts.
import { multiplyAdd, multiplyTransposed, transposedMultiplyAdd } from '../math/matrix.ts'

export interface InfoNceBatch {
  /** `[B]` user rows. */
  readonly users: Uint32Array
  /** `[C]` place rows that serve as negatives for all users of the batch: in-batch positives and uniform samples. */
  readonly negatives: Uint32Array
  /** The user's places, ascending; they are no negatives of that user. */
  positives(user: number): Uint32Array
}

export interface InfoNceBuffers {
  readonly userRows: Float32Array
  readonly negativeRows: Float32Array
  readonly logits: Float32Array
  readonly gradUserRows: Float32Array
  readonly gradNegativeRows: Float32Array
}

export function createInfoNceBuffers(users: number, negatives: number, dim: number): InfoNceBuffers {
  return {
    userRows: new Float32Array(users * dim),
    negativeRows: new Float32Array(negatives * dim),
    logits: new Float32Array(users * negatives),
    gradUserRows: new Float32Array(users * dim),
    gradNegativeRows: new Float32Array(negatives * dim),
  }
}

/**
 * Loss and gradients at unit rows x (users `[·, dim]`) and y (places `[·, dim]`):
 *
 *   L = 1/B Σ_u Σ_{p ∈ P_u} |P_u|^-½ · ( −s_up + log( e^{s_up} + Σ_{n ∉ P_u} e^{s_un} ) ),   s = x·y / temperature
 *
 * (van den Oord et al., "Representation learning with contrastive predictive coding", 2018, Eq. 4, with the negatives
 * of a step shared.) The weight |P_u|^-½ keeps active users from deciding alone. Adds to gradX and gradY; returns L.
 */
export function infoNce(
  { users, negatives, positives }: InfoNceBatch,
  x: Float32Array,
  y: Float32Array,
  gradX: Float32Array,
  gradY: Float32Array,
  buffers: InfoNceBuffers,
  temperature: number,
  dim: number,
): number {
  const { userRows, negativeRows, logits, gradUserRows, gradNegativeRows } = buffers
  const [B, C] = [users.length, negatives.length]
  gatherRows(x, users, userRows, dim)
  gatherRows(y, negatives, negativeRows, dim)
  multiplyTransposed(userRows, negativeRows, logits, B, C, dim)
  gradUserRows.fill(0)
  gradNegativeRows.fill(0)

  let loss = 0
  for (let b = 0; b < B; b++) {
    const own = positives(users[b])
    const row = logits.subarray(b * C, (b + 1) * C)
    // Log of the sum over negatives, from the largest logit so that nothing overflows.
    let max = -Infinity
    for (let c = 0; c < C; c++) {
      row[c] = includes(own, negatives[c]) ? -Infinity : row[c] / temperature
      if (row[c] > max) max = row[c]
    }
    let sum = 0
    for (let c = 0; c < C; c++) sum += row[c] === -Infinity ? 0 : Math.exp(row[c] - max)
    const logNegatives = sum === 0 ? -Infinity : max + Math.log(sum)

    const weight = 1 / (B * Math.sqrt(own.length))
    let negativeMass = 0
    for (const place of own) {
      let score = 0
      for (let k = 0, u = b * dim, p = place * dim; k < dim; k++) score += userRows[u + k] * y[p + k]
      score /= temperature
      // 1 − softmax of the positive, and −log of it, without overflow on either side.
      const gap = logNegatives - score
      const miss = gap > 0 ? 1 / (1 + Math.exp(-gap)) : Math.exp(gap) / (1 + Math.exp(gap))
      loss += weight * (gap > 0 ? gap + Math.log1p(Math.exp(-gap)) : Math.log1p(Math.exp(gap)))
      negativeMass += weight * miss
      const pull = (-weight * miss) / temperature
      for (let k = 0, u = b * dim, p = place * dim; k < dim; k++) {
        gradUserRows[u + k] += pull * y[p + k]
        gradY[p + k] += pull * userRows[u + k]
      }
    }
    // From here on `row` holds dL/ds / temperature of the negatives.
    for (let c = 0; c < C; c++) {
      row[c] = row[c] === -Infinity ? 0 : (negativeMass * Math.exp(row[c] - logNegatives)) / temperature
    }
  }
  multiplyAdd(logits, negativeRows, gradUserRows, B, C, dim)
  transposedMultiplyAdd(logits, userRows, gradNegativeRows, B, C, dim)
  scatterAddRows(gradUserRows, users, gradX, dim)
  scatterAddRows(gradNegativeRows, negatives, gradY, dim)
  return loss
}

function gatherRows(from: Float32Array, rows: Uint32Array, out: Float32Array, dim: number): void {
  rows.forEach((row, at) => out.set(from.subarray(row * dim, (row + 1) * dim), at * dim))
}

function scatterAddRows(from: Float32Array, rows: Uint32Array, out: Float32Array, dim: number): void {
  rows.forEach((row, at) => {
    for (let k = 0; k < dim; k++) out[row * dim + k] += from[at * dim + k]
  })
}

/** Binary search in an ascending list. */
function includes(sorted: Uint32Array, value: number): boolean {
  let low = 0
  let high = sorted.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (sorted[middle] === value) return true
    if (sorted[middle] < value) low = middle + 1
    else high = middle - 1
  }
  return false
}
