// What makes people choose one of several things: the conditional logit, fitted by Newton's method in float64.
// Leaves what the things and their features are to the caller.
//
//   P(i | group) = exp(w · x_i) / Σ_j exp(w · x_j)                              (McFadden 1974, Eq. 12)
//   maximised: Σ_groups c_g · log P(chosen | group) − λ/2 · Σ_f ((w_f − m_f) s_f)²   s_f: spread of feature f within groups
//
// m is what was known before, 0 where nothing was; a feature that says nothing here keeps it.
//
// A feature that is the same for all of a group says nothing about the choice, so there is no intercept. Groups may hold a
// uniform sample of what was not chosen: the estimate stays consistent (McFadden 1978, "uniform conditioning").
import { solveRidge } from './cholesky.ts'

export interface Choices {
  /** Features a row. */
  readonly width: number
  /** `[rows, width]`, group after group; the first row of a group is what was chosen. */
  readonly rows: Float32Array
  /** `[groups]` rows of each. */
  readonly sizes: Uint32Array
  /** `[groups]` what each counts, above 0; 1 where absent. */
  readonly counts?: Float64Array
}

export interface ChoiceModel {
  /** `[width]`, in units of the features; what was known (0) for a feature that never differs within a group. */
  readonly weights: Float64Array
  /** `[width]`, from the inverse of the penalised information; 0 where the weight is held at 0. */
  readonly standardErrors: Float64Array
  /** Mean log probability of what was chosen, weighted; −log(group size) on average for a model that knows nothing. */
  readonly logLikelihood: number
}

/** Penalty λ: the prior variance of a weight in units of its feature's spread is 1 / λ. A few choices move it, hundreds decide. */
const RIDGE = 1
const MAX_STEPS = 30
/** Newton converges quadratically: past this step the weights are exact to float32's digits. */
const CONVERGED = 1e-6
/** A spread below this is rounding. */
const NO_SPREAD = 1e-6

/**
 * The features in `held` keep the weight 0. O(steps · rows · width²). Deterministic.
 * @param known `[width]` m: the weights that little evidence leaves as they are
 */
export function fitConditionalLogit(
  choices: Choices,
  held: ReadonlySet<number> = new Set(),
  known: ArrayLike<number> = new Float64Array(choices.width),
): ChoiceModel {
  const { width } = choices
  const spreads = spreadsWithin(choices)
  const free = Array.from(spreads.keys()).filter((f) => spreads[f] > NO_SPREAD && !held.has(f))
  const n = free.length
  const scales = Float64Array.from(free, (f) => 1 / spreads[f])
  const centre = Float64Array.from(free, (f) => known[f] * spreads[f])
  const evaluate = (at: Float64Array) => evaluateAt(choices, free, scales, at, centre)
  let scaled = centre.slice()
  let at = evaluate(scaled)
  let inverse = invert(at.information, n)
  for (let step = 0; step < MAX_STEPS; step++) {
    const move = new Float64Array(n)
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) move[a] += inverse[a * n + b] * at.gradient[b]
    // The objective is concave: a full step can overshoot, a short enough one cannot.
    let next = at
    let length = 1
    let moved = scaled
    for (; length > 1e-6; length /= 2) {
      moved = scaled.map((value, a) => value + length * move[a])
      next = evaluate(moved)
      if (next.objective >= at.objective) break
    }
    if (next.objective < at.objective) break
    scaled = moved
    at = next
    inverse = invert(at.information, n)
    if (length * Math.max(0, ...move.map(Math.abs)) < CONVERGED) break
  }
  const weights = Float64Array.from({ length: width }, (_, f) => (held.has(f) ? 0 : known[f]))
  const standardErrors = new Float64Array(width)
  free.forEach((f, a) => {
    weights[f] = scaled[a] * scales[a]
    standardErrors[f] = Math.sqrt(inverse[a * n + a]) * scales[a]
  })
  return { weights, standardErrors, logLikelihood: at.logLikelihood }
}

interface Evaluation {
  readonly objective: number
  readonly logLikelihood: number
  /** `[n]` */
  readonly gradient: Float64Array
  /** `[n, n]`, the negative Hessian, the penalty included. */
  readonly information: Float64Array
}

/** @param weights and @param centre `[n]`, in units of the features' spreads */
function evaluateAt(
  { width, rows, sizes, counts }: Choices,
  free: readonly number[],
  scales: Float64Array,
  weights: Float64Array,
  centre: Float64Array,
): Evaluation {
  const n = free.length
  const gradient = new Float64Array(n)
  const information = new Float64Array(n * n)
  const mean = new Float64Array(n)
  const x = new Float64Array(n)
  let probabilities = new Float64Array(0)
  let likelihood = 0
  let total = 0
  let row = 0
  sizes.forEach((size, group) => {
    if (size === 0) return
    const count = counts?.[group] ?? 1
    if (probabilities.length < size) probabilities = new Float64Array(size)
    const read = (r: number) => {
      for (let a = 0; a < n; a++) x[a] = rows[(row + r) * width + free[a]] * scales[a]
    }
    let most = -Infinity
    for (let r = 0; r < size; r++) {
      read(r)
      let score = 0
      for (let a = 0; a < n; a++) score += weights[a] * x[a]
      probabilities[r] = score
      most = Math.max(most, score)
    }
    const chosen = probabilities[0] - most
    let sum = 0
    for (let r = 0; r < size; r++) sum += probabilities[r] = Math.exp(probabilities[r] - most)
    likelihood += count * (chosen - Math.log(sum))
    total += count
    mean.fill(0)
    for (let r = 0; r < size; r++) {
      const probability = (count * probabilities[r]) / sum
      read(r)
      for (let a = 0; a < n; a++) {
        const part = probability * x[a]
        mean[a] += part
        for (let b = 0; b <= a; b++) information[a * n + b] += part * x[b]
      }
    }
    read(0)
    for (let a = 0; a < n; a++) {
      gradient[a] += count * x[a] - mean[a]
      for (let b = 0; b <= a; b++) information[a * n + b] -= (mean[a] * mean[b]) / count
    }
    row += size
  })
  let penalty = 0
  for (let a = 0; a < n; a++) {
    const moved = weights[a] - centre[a]
    penalty += (RIDGE * moved ** 2) / 2
    gradient[a] -= RIDGE * moved
    information[a * n + a] += RIDGE
    for (let b = 0; b < a; b++) information[b * n + a] = information[a * n + b]
  }
  return {
    objective: likelihood - penalty,
    logLikelihood: total === 0 ? 0 : likelihood / total,
    gradient,
    information,
  }
}

/** `[width]`: the standard deviation of each feature around its group's mean. */
function spreadsWithin({ width, rows, sizes }: Choices): Float64Array {
  const squares = new Float64Array(width)
  let row = 0
  let counted = 0
  for (const size of sizes) {
    for (let f = 0; f < width; f++) {
      let mean = 0
      for (let r = 0; r < size; r++) mean += rows[(row + r) * width + f] / size
      for (let r = 0; r < size; r++) squares[f] += (rows[(row + r) * width + f] - mean) ** 2
    }
    row += size
    counted += size
  }
  return squares.map((sum) => Math.sqrt(sum / Math.max(1, counted)))
}

function invert(matrix: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n)
  for (let a = 0; a < n; a++) inverse[a * n + a] = 1
  solveRidge(matrix.slice(), inverse, n, n, 0)
  return inverse
}
