// Vectors of their own for users and places, trained on triples by BPR; with layers, spread over the graph as LightGCN's.
// Leaves epochs to early-stop.ts.
//
//   E0 [users + places, dim] (learnt)     E = 1/(L+1) Σ_{l=0..L} Âˡ E0, Â = D^-½ A D^-½   (He et al., SIGIR 2020, Eq. 7-8)
//   L = mean over triples (u, i, j) of −log σ(E_u · (E_i − E_j)), i of the user, j not     (Rendle et al., UAI 2009)
// Â is symmetric: the gradient of E0 is that of E, spread in the same way.
import type { AdamState } from '../../math/adam.ts'
import type { Kernels } from '../../math/kernels.ts'
import type { Random } from '../../math/random.ts'
import type { SparseMatrix } from '../../math/sparse.ts'
import { createWasmKernels } from '../../math/wasm-kernels.ts'
import { graphMatrices } from '../interactions.ts'
import { embeddingScorer, type Scorer } from '../ranking.ts'
import type { Embeddings } from '../trainer.ts'
import { holdOut } from '../validation.ts'
import type { FitContext } from './baseline.ts'
import { trainUntilWorse } from './early-stop.ts'

export interface BprSettings {
  readonly layers: number
  readonly learningRate: number
  /** Vectors shrink by learning rate · decay a step. */
  readonly decay: number
  /** Triples a step. */
  readonly batch: number
  readonly epochs: number
  readonly scoreEvery: number
}

/** Standard deviation of the start. */
const START = 0.1

/** Trained on all but the validation slice, which chooses the epoch. */
export function fitBpr(train: SparseMatrix, settings: BprSettings, context: FitContext): Scorer {
  const { dim, random, budgetSeconds, signal } = context
  const held = holdOut(train, random.fork('validation'))
  const training = new BprTraining(createWasmKernels(), held.train, settings, dim, random.fork('bpr'))
  const { epochs, scoreEvery } = settings
  const limits = { held, dim, epochs, scoreEvery, budgetSeconds, ...(signal && { signal }) }
  return embeddingScorer(trainUntilWorse(training, limits), dim)
}

/** A user, a place of theirs, and a place that is not. */
export interface Triples {
  readonly users: Uint32Array
  readonly positives: Uint32Array
  readonly negatives: Uint32Array
}

export class BprTraining {
  /** E0, users first; in the memory of the kernels. */
  readonly parameters: Float32Array
  readonly #kernels: Kernels
  readonly #train: SparseMatrix
  readonly #settings: BprSettings
  readonly #dim: number
  readonly #random: Random
  readonly #adjacency: { readonly normAdj: SparseMatrix; readonly normAdjTransposed: SparseMatrix }
  readonly #final: Float32Array
  readonly #gradFinal: Float32Array
  readonly #hop: readonly [Float32Array, Float32Array]
  readonly #adam: AdamState
  readonly #everyRow: Uint32Array
  readonly #rows: Uint32Array
  readonly #lastTouched: Uint32Array
  #steps = 0

  constructor(kernels: Kernels, train: SparseMatrix, settings: BprSettings, dim: number, random: Random) {
    const count = train.rows + train.columns
    const floats = () => kernels.floats(count * dim)
    this.#kernels = kernels
    this.#train = train
    this.#settings = settings
    this.#dim = dim
    this.#random = random
    this.parameters = floats()
    for (let i = 0; i < count * dim; i++) this.parameters[i] = START * random.normal()
    const { normAdj, normAdjTransposed } = graphMatrices(train)
    this.#adjacency = {
      normAdj: inKernels(kernels, normAdj),
      normAdjTransposed: inKernels(kernels, normAdjTransposed),
    }
    this.#gradFinal = floats()
    const plain = settings.layers === 0
    this.#final = plain ? this.parameters : floats()
    this.#hop = plain ? [this.parameters, this.parameters] : [floats(), floats()]
    this.#adam = {
      parameters: this.parameters,
      gradient: plain ? this.#gradFinal : floats(),
      first: floats(),
      second: floats(),
      d: dim,
      decay: settings.decay,
    }
    this.#rows = kernels.indices(count)
    this.#everyRow = kernels.indices(count)
    this.#everyRow.forEach((_, row) => (this.#everyRow[row] = row))
    this.#lastTouched = new Uint32Array(count)
  }

  embeddings(): Embeddings {
    this.#spread(this.parameters, this.#final)
    const split = this.#train.rows * this.#dim
    return { users: this.#final.subarray(0, split), places: this.#final.subarray(split) }
  }

  /** A pass over the pairs of train in random order, each against one place that its user does not have. */
  epoch(outOfTime: () => boolean): void {
    const { rows, columns, starts, indices } = this.#train
    const userOf = new Uint32Array(indices.length)
    for (let user = 0; user < rows; user++) userOf.fill(user, starts[user], starts[user + 1])
    const order = this.#random.shuffle(Uint32Array.from(indices, (_, entry) => entry))
    for (let from = 0; from < order.length && !outOfTime(); from += this.#settings.batch) {
      const entries = order.subarray(from, from + this.#settings.batch)
      this.#step({
        users: entries.map((entry) => userOf[entry]),
        positives: entries.map((entry) => indices[entry]),
        negatives: entries.map((entry) => {
          const place = this.#random.integer(columns)
          // A second draw where the user has the place: two in a row are rare enough to be left.
          return hasPlace(this.#train, userOf[entry], place) ? this.#random.integer(columns) : place
        }),
      })
    }
  }

  /** Loss of the triples and its gradient with respect to E0. */
  lossAndGradient(triples: Triples): { loss: number; gradient: Float32Array } {
    const { loss } = this.#backward(triples)
    const gradient = this.#adam.gradient.slice()
    this.#adam.gradient.fill(0)
    return { loss, gradient }
  }

  #step(triples: Triples): void {
    const { touched } = this.#backward(triples)
    const rows = this.#settings.layers === 0 ? touched : this.#everyRow
    this.#kernels.adamRows(this.#adam, rows, this.#settings.learningRate, this.#steps)
  }

  /** Leaves dL/dE0 in the gradient of Adam; returns L and the rows of the triples. */
  #backward({ users, positives, negatives }: Triples): { loss: number; touched: Uint32Array } {
    const d = this.#dim
    const [final, grad] = [this.#final, this.#gradFinal]
    this.#spread(this.parameters, final)
    this.#steps++
    let loss = 0
    let count = 0
    const touch = (row: number) => {
      if (this.#lastTouched[row] === this.#steps) return
      this.#lastTouched[row] = this.#steps
      this.#rows[count++] = row
    }
    for (let t = 0; t < users.length; t++) {
      const [user, positive, negative] = [
        users[t],
        this.#train.rows + positives[t],
        this.#train.rows + negatives[t],
      ]
      touch(user)
      touch(positive)
      touch(negative)
      const [u, i, j] = [user * d, positive * d, negative * d]
      let margin = 0
      for (let k = 0; k < d; k++) margin += final[u + k] * (final[i + k] - final[j + k])
      loss += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin)
      const g = -1 / ((1 + Math.exp(margin)) * users.length)
      for (let k = 0; k < d; k++) {
        grad[u + k] += g * (final[i + k] - final[j + k])
        grad[i + k] += g * final[u + k]
        grad[j + k] -= g * final[u + k]
      }
    }
    if (this.#settings.layers > 0) {
      this.#spread(grad, this.#adam.gradient)
      grad.fill(0)
    }
    return { loss: loss / users.length, touched: this.#rows.subarray(0, count) }
  }

  /** out = 1/(L+1) Σ Âˡ x. O(layers · edges · dim). */
  #spread(x: Float32Array, out: Float32Array): void {
    const { layers } = this.#settings
    if (layers === 0) return
    const split = this.#train.rows * this.#dim
    out.set(x)
    let [from, to] = this.#hop
    from.set(x)
    for (let layer = 0; layer < layers; layer++) {
      to.fill(0)
      this.#hopTo(from, to, split)
      for (let i = 0; i < out.length; i++) out[i] += to[i]
      ;[from, to] = [to, from]
    }
    for (let i = 0; i < out.length; i++) out[i] /= layers + 1
  }

  #hopTo(from: Float32Array, to: Float32Array, split: number): void {
    const { normAdj, normAdjTransposed } = this.#adjacency
    this.#kernels.multiplySparseAdd(normAdj, from.subarray(split), to.subarray(0, split), this.#dim)
    this.#kernels.multiplySparseAdd(normAdjTransposed, from.subarray(0, split), to.subarray(split), this.#dim)
  }
}

/** Whether a user has a place. O(log degree). */
export function hasPlace({ starts, indices }: SparseMatrix, user: number, place: number): boolean {
  let [low, high] = [starts[user], starts[user + 1]]
  while (low < high) {
    const middle = (low + high) >> 1
    if (indices[middle] < place) low = middle + 1
    else high = middle
  }
  return low < starts[user + 1] && indices[low] === place
}

/** The matrix in the memory of the kernels. */
export function inKernels(kernels: Kernels, matrix: SparseMatrix): SparseMatrix {
  const [starts, indices] = [kernels.indices(matrix.starts.length), kernels.indices(matrix.indices.length)]
  const values = kernels.floats(matrix.values.length)
  starts.set(matrix.starts)
  indices.set(matrix.indices)
  values.set(matrix.values)
  return { ...matrix, starts, indices, values }
}
