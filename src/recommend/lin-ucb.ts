// Disjoint LinUCB (Li, Chu, Langford, Schapire, "A contextual-bandit approach to personalized news article
// recommendation", WWW 2010, algorithm 1): a ridge regression an arm, and a bonus for what is not known yet.
// Leaves what arms and contexts are to bandits.ts.
import { solveRidge } from '../math/cholesky.ts'

interface Arm {
  /** Σ x xᵀ `[d, d]` over the times it was shown. */
  readonly a: Float64Array
  /** Σ r x `[d]` over the rewards. */
  readonly b: Float64Array
  shown: number
}

/** Contexts of whole numbers are counted exactly: what is taken back leaves no trace, in any order. */
export class LinUcb {
  readonly #dim: number
  readonly #arms = new Map<string, Arm>()

  constructor(dim: number) {
    this.#dim = dim
  }

  /** How often an arm was shown. */
  shown(arm: string): number {
    return this.#arms.get(arm)?.shown ?? 0
  }

  /** Counts a showing; `sign` −1 takes one back. */
  show(arm: string, x: readonly number[], sign: 1 | -1 = 1): void {
    const { a } = this.#arm(arm)
    for (let i = 0; i < this.#dim; i++) {
      for (let j = 0; j < this.#dim; j++) a[i * this.#dim + j] += sign * x[i] * x[j]
    }
    const entry = this.#arms.get(arm)!
    entry.shown += sign
    if (entry.shown <= 0) this.#arms.delete(arm)
  }

  /** Counts a reward of 1 for a showing counted before; `sign` −1 takes one back. */
  reward(arm: string, x: readonly number[], sign: 1 | -1 = 1): void {
    const { b } = this.#arm(arm)
    for (let i = 0; i < this.#dim; i++) b[i] += sign * x[i]
  }

  /** θᵀx + α √(xᵀ (A + I)⁻¹ x): the expected reward and how far it may lie above. An arm never shown has α |x|. */
  score(arm: string, x: readonly number[], alpha: number): number {
    const d = this.#dim
    const known = this.#arms.get(arm)
    const a = known === undefined ? new Float64Array(d * d) : known.a.slice()
    /** Columns: θ's right-hand side b, and x. */
    const right = new Float64Array(2 * d)
    for (let i = 0; i < d; i++) {
      right[2 * i] = known?.b[i] ?? 0
      right[2 * i + 1] = x[i]
    }
    solveRidge(a, right, d, 2, 1)
    let mean = 0
    let variance = 0
    for (let i = 0; i < d; i++) {
      mean += right[2 * i] * x[i]
      variance += right[2 * i + 1] * x[i]
    }
    return mean + alpha * Math.sqrt(variance)
  }

  #arm(arm: string): Arm {
    let entry = this.#arms.get(arm)
    if (entry === undefined) {
      entry = { a: new Float64Array(this.#dim ** 2), b: new Float64Array(this.#dim), shown: 0 }
      this.#arms.set(arm, entry)
    }
    return entry
  }
}
