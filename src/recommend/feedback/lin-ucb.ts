// Disjoint LinUCB (Li, Chu, Langford, Schapire: A contextual-bandit approach to personalized news article
// recommendation, WWW 2010, Algorithm 1): a ridge regression of the reward an arm, and the width of its confidence.
//
//   A = I + Σ x xᵀ,  b = Σ r x,  value(x) = bᵀ A⁻¹ x + α √(xᵀ A⁻¹ x)
//
// Leaves what arms, contexts and rewards are to who asks. O(d²) an observation: A⁻¹ is updated by Sherman and Morrison.

/** Of the confidence; 1 + √(ln(2/δ)/2) holds with probability 1 − δ in theory, less explores less (their Fig. 2). */
const ALPHA = 0.5

interface Arm {
  /** A⁻¹ `[dim, dim]`. */
  readonly inverse: Float64Array
  /** b `[dim]`. */
  readonly rewards: Float64Array
}

export class LinUcb {
  readonly dim: number
  readonly #arms = new Map<string, Arm>()

  constructor(dim: number) {
    this.dim = dim
  }

  /** The upper bound of what an arm is worth in a context `[dim]`; an arm never seen has α |x|. */
  value(name: string, x: readonly number[]): number {
    const arm = this.#arms.get(name)
    if (arm === undefined) return ALPHA * Math.hypot(...x)
    const ax = this.#product(arm, x)
    let mean = 0
    let variance = 0
    for (let i = 0; i < this.dim; i++) {
      mean += arm.rewards[i] * ax[i]
      variance += x[i] * ax[i]
    }
    return mean + ALPHA * Math.sqrt(Math.max(0, variance))
  }

  /** The arm was chosen in this context; −1 takes it back. */
  observe(name: string, x: readonly number[], sign: 1 | -1 = 1): void {
    let arm = this.#arms.get(name)
    if (arm === undefined) {
      arm = { inverse: new Float64Array(this.dim ** 2), rewards: new Float64Array(this.dim) }
      for (let i = 0; i < this.dim; i++) arm.inverse[i * this.dim + i] = 1
      this.#arms.set(name, arm)
    }
    const ax = this.#product(arm, x)
    let denominator = 1
    for (let i = 0; i < this.dim; i++) denominator += sign * x[i] * ax[i]
    for (let i = 0; i < this.dim; i++) {
      for (let j = 0; j < this.dim; j++) arm.inverse[i * this.dim + j] -= (sign * ax[i] * ax[j]) / denominator
    }
  }

  /** What came of a choice observed before; below 0 takes it back. */
  reward(name: string, x: readonly number[], amount: number): void {
    const arm = this.#arms.get(name)
    if (arm === undefined) return
    for (let i = 0; i < this.dim; i++) arm.rewards[i] += amount * x[i]
  }

  #product({ inverse }: Arm, x: readonly number[]): Float64Array {
    const product = new Float64Array(this.dim)
    for (let i = 0; i < this.dim; i++) {
      for (let j = 0; j < this.dim; j++) product[i] += inverse[i * this.dim + j] * x[j]
    }
    return product
  }
}
