// The model in training and its step: forward, loss, gradients, Adam. The reference kernels make it the specification,
// the WebAssembly ones make it fast.
//
//   T  [places, textDim]  text vectors            W  [textDim, dim]  feature layer (learnt)
//   R  [places, dim]      residual (learnt)       E0 [places, dim]   = T·W + R
//   H  [places, dim]      = hopWeight · Σ_{k=1..layers} Qᵏ E0, Q = D_i^-½ Aᵀ D_u⁻¹ A D_i^-½: LightGCN's way from place
//                         to place (He et al., SIGIR 2020, Eq. 7-8, with a weight for its layers)
//   b  [places]           bias: how popular, whoever asks (learnt)
//   y = [E / |E|, b]      E = E0 + H
//   x = [S / |S|, 1]      S = Σ over the user's places of share · y: users have no table of their own
//
// H is computed once an epoch and held constant between (five times faster than in every step, at the same quality).
// Loss: each positive of a user, scored by the user without it, against negatives that the step shares (InfoNCE, van den
// Oord et al. 2018, Eq. 4): Σ_u Σ_p |P_u|^-½ / B · ( −s_p + log( e^{s_p} + Σ_n e^{s_un} ) ), s = x·y / temperature.
// The last of the dim coordinates is the bias's (model.ts): W, R, E0 and H are zero there.
// Leaves the graph to interactions.ts, the start to start.ts, epochs and their choice to train.ts.
import type { AdamState } from '../math/adam.ts'
import type { Kernels } from '../math/kernels.ts'
import type { Random } from '../math/random.ts'
import type { SparseMatrix } from '../math/sparse.ts'
import { graphMatrices, type GraphMatrices } from './interactions.ts'
import { setLastColumn } from './model.ts'
import type { Hyperparameters, Parameters, TrainInput } from './parameters.ts'

/** Unit vectors with the bias, `[users, dim]` and `[places, dim]`. */
export interface Embeddings {
  readonly users: Float32Array
  readonly places: Float32Array
}

/** Users of a step, and the places that serve them all as negatives; a user's own places are left out for that user. */
export interface Batch {
  readonly users: Uint32Array
  readonly negatives: Uint32Array
}

/** W moves every so many steps, with the gradients of all of them: T·W is the dearest product of a step. */
const FEATURE_INTERVAL = 4
const WARM_UP_STEPS = 20
/** The bias is in units of cosine × temperature: it moves slower than coordinates do. */
const BIAS_RATE = 0.3
/** Users whose scores are worked on at once: they stay in the second-level cache. */
const BLOCK = 128

export class Trainer {
  /** In the memory of the kernels; what a caller changes here counts from the next pass on. */
  readonly parameters: Parameters
  readonly #kernels: Kernels
  readonly #plan: Hyperparameters & { readonly dim: number }
  readonly #random: Random
  readonly #matrices: GraphMatrices
  readonly #text: Float32Array
  readonly #textDim: number
  /** T·W, recomputed when W moves. */
  readonly #fromText: Float32Array
  readonly #hops: Float32Array
  readonly #places: Float32Array
  readonly #lengths: Float32Array
  readonly #gradPlaces: Float32Array
  readonly #featureAdam: AdamState
  readonly #residualAdam: AdamState
  readonly #biasAdam: AdamState
  /** Gradients of E0 summed since W last moved. */
  readonly #gradSinceFeature: Float32Array
  readonly #touched: TouchedRows
  readonly #buffers: ReturnType<typeof createBuffers>
  /** Where a place stands among the negatives of the step, or −1. */
  readonly #negativeAt: Int32Array
  #steps = 0
  #featureSteps = 0

  constructor(
    kernels: Kernels,
    input: Pick<TrainInput, 'textVectors' | 'textDim'>,
    weights: SparseMatrix,
    parameters: Parameters,
    plan: Hyperparameters & { readonly dim: number },
    random: Random,
  ) {
    const { dim, residualDecay } = plan
    const places = weights.columns
    const copied = (values: Float32Array) => {
      const array = kernels.floats(values.length)
      array.set(values)
      return array
    }
    const adam = (values: Float32Array, d: number, decay: number): AdamState => ({
      parameters: values,
      gradient: kernels.floats(values.length),
      first: kernels.floats(values.length),
      second: kernels.floats(values.length),
      d,
      decay,
    })
    this.#kernels = kernels
    this.#plan = plan
    this.#random = random
    this.#matrices = inKernels(kernels, graphMatrices(weights))
    this.parameters = {
      featureLayer: copied(parameters.featureLayer),
      residual: copied(parameters.residual),
      bias: copied(parameters.bias),
    }
    this.#text = copied(input.textVectors)
    this.#textDim = input.textDim
    this.#fromText = kernels.floats(places * dim)
    this.#hops = kernels.floats(places * dim)
    this.#places = kernels.floats(places * dim)
    this.#lengths = kernels.floats(places)
    this.#gradPlaces = kernels.floats(places * dim)
    this.#featureAdam = adam(this.parameters.featureLayer, dim, 0)
    this.#residualAdam = adam(this.parameters.residual, dim, residualDecay)
    this.#biasAdam = adam(this.parameters.bias, 1, 0)
    this.#gradSinceFeature = kernels.floats(input.textDim === 0 ? 0 : places * dim)
    this.#touched = createTouchedRows(places)
    this.#buffers = createBuffers(kernels, weights, {
      negatives: plan.negatives,
      textDim: input.textDim,
      dim,
    })
    this.#negativeAt = new Int32Array(places).fill(-1)
    this.#applyFeatureLayer()
    this.#updatePlaces()
  }

  /** Unit user and place vectors, with fresh hops. The returned arrays are reused by the next pass. */
  forward(): Embeddings {
    const { dim } = this.#plan
    const { users } = this.#buffers
    this.#applyFeatureLayer()
    this.#updateHops()
    this.#updatePlaces()
    this.#kernels.sumSparseRows(this.#matrices.start, users.rows, this.#places, users.vectors, dim)
    setLastColumn(users.vectors, dim, () => 0)
    this.#kernels.normalizeRows(users.vectors, users.vectors, users.lengths, dim)
    setLastColumn(users.vectors, dim, () => 1)
    return { users: users.vectors, places: this.#places }
  }

  /** Loss of a batch, and its gradients with respect to each parameter, in their shapes; hops as of the last `forward`. */
  lossAndGradients(batch: Batch): { loss: number; gradients: Parameters } {
    this.#applyFeatureLayer()
    this.#updatePlaces()
    const loss = this.#backward(batch)
    const { gradient } = this.#featureAdam
    this.#featureGradient(this.#residualAdam.gradient, gradient)
    const gradients = {
      featureLayer: gradient.slice(),
      residual: this.#residualAdam.gradient.slice(),
      bias: this.#biasAdam.gradient.slice(),
    }
    for (const state of [this.#featureAdam, this.#residualAdam, this.#biasAdam]) state.gradient.fill(0)
    this.#gradSinceFeature.fill(0)
    return { loss, gradients }
  }

  /**
   * One pass over the users in random order; returns the mean loss. Stops early once `outOfTime`.
   * @param epoch from 0
   * @param epochs after which the learning rate has fallen to 0, by a cosine
   */
  epoch(epoch: number, epochs: number, outOfTime: () => boolean): number {
    const { batchUsers, learningRate } = this.#plan
    const users = this.#matrices.start.rows
    const order = this.#random.shuffle(Uint32Array.from({ length: users }, (_, user) => user))
    const stepsPerEpoch = Math.ceil(users / batchUsers)
    this.#updateHops()
    this.#updatePlaces()
    let loss = 0
    let steps = 0
    for (let from = 0; from < users; from += batchUsers) {
      if (steps > 0 && outOfTime()) break
      const done = (epoch * stepsPerEpoch + steps) / (epochs * stepsPerEpoch)
      const warmUp = Math.min(1, (this.#steps + 1) / WARM_UP_STEPS)
      const rate = learningRate * warmUp * 0.5 * (1 + Math.cos(Math.PI * done))
      loss += this.#step(this.#batch(order.subarray(from, from + batchUsers)), rate)
      steps++
    }
    return loss / steps
  }

  #step(batch: Batch, learningRate: number): number {
    const loss = this.#backward(batch)
    this.#steps++
    const rows = this.#touchedRows()
    this.#kernels.adamRows(this.#residualAdam, rows, learningRate, this.#steps)
    this.#kernels.adamRows(this.#biasAdam, rows, BIAS_RATE * learningRate, this.#steps)
    if (this.#textDim > 0 && this.#steps % FEATURE_INTERVAL === 0) {
      this.#featureGradient(this.#gradSinceFeature, this.#featureAdam.gradient)
      this.#gradSinceFeature.fill(0)
      this.#kernels.adamRows(this.#featureAdam, this.#buffers.features, learningRate, ++this.#featureSteps)
      this.#applyFeatureLayer()
      this.#updatePlaces()
    } else this.#updatePlaces(rows)
    return loss
  }

  /** Leaves dL/dE0 and dL/db in the gradients of residual and bias, and returns L. */
  #backward({ users, negatives }: Batch): number {
    const kernels = this.#kernels
    const { dim, temperature } = this.#plan
    const { start } = this.#matrices
    const { negativeRows, gradNegatives, block } = this.#buffers
    const count = negatives.length
    const negativeIndices = this.#buffers.negatives.subarray(0, count)
    negativeIndices.set(negatives)
    kernels.gatherRows(this.#places, negativeIndices, negativeRows, dim)
    gradNegatives.fill(0)
    for (let c = 0; c < count; c++) this.#negativeAt[negatives[c]] = c

    let loss = 0
    for (let from = 0; from < users.length; from += BLOCK) {
      const size = Math.min(BLOCK, users.length - from)
      const rows = block.rows.subarray(0, size)
      rows.set(users.subarray(from, from + size))
      const [sums, x] = [block.sums.subarray(0, size * dim), block.x.subarray(0, size * dim)]
      const lengths = block.lengths.subarray(0, size)
      kernels.sumSparseRows(start, rows, this.#places, sums, dim)
      setLastColumn(sums, dim, () => 0)
      kernels.normalizeRows(sums, x, lengths, dim)
      setLastColumn(x, dim, () => 1)

      const scores = block.scores.subarray(0, size * count)
      kernels.multiplyTransposed(x, negativeRows, scores, size, count, dim)
      this.#leaveOutPositives(rows, scores, count)
      kernels.expRows(scores, size, count, 1 / temperature, block.maxima, block.exponentials)
      for (let i = 0; i < size; i++) {
        block.logNegatives[i] =
          block.exponentials[i] === 0 ? -Infinity : block.maxima[i] + Math.log(block.exponentials[i])
        const degree = start.starts[rows[i] + 1] - start.starts[rows[i]]
        block.weights[i] = 1 / (users.length * Math.sqrt(degree))
      }
      kernels.pullPositives({
        matrix: start,
        rows,
        sums,
        y: this.#places,
        gradY: this.#gradPlaces,
        logNegatives: block.logNegatives,
        weights: block.weights,
        temperature,
        losses: block.losses,
        masses: block.masses,
        d: dim,
      })
      // From here on `scores` holds dL/d(x·y) of the negatives.
      for (let i = 0; i < size; i++) {
        loss += block.losses[i]
        const sum = block.exponentials[i]
        block.weights[i] = sum === 0 ? 0 : block.masses[i] / (sum * temperature)
      }
      kernels.scaleRows(scores, block.weights, size, count)
      const gradX = block.gradX.subarray(0, size * dim).fill(0)
      kernels.multiplyAdd(scores, negativeRows, gradX, size, count, dim)
      kernels.transposedMultiplyAdd(scores, x, gradNegatives, size, count, dim)
      // A user's last coordinate is always 1.
      setLastColumn(gradX, dim, () => 0)
      setLastColumn(x, dim, () => 0)
      kernels.normalizeRowsBackward(x, lengths, gradX, gradX, dim)
      kernels.scatterSparseRows(start, rows, gradX, this.#gradPlaces, dim)
    }
    kernels.scatterAddRows(gradNegatives, negativeIndices, this.#gradPlaces, dim)
    for (let c = 0; c < count; c++) this.#negativeAt[negatives[c]] = -1
    this.#touch(users, negatives)
    this.#throughNormalisation()
    return loss
  }

  /** A user's own places are no negatives of theirs. */
  #leaveOutPositives(rows: Uint32Array, scores: Float32Array, count: number): void {
    const { starts, indices } = this.#matrices.start
    rows.forEach((row, i) => {
      for (let e = starts[row]; e < starts[row + 1]; e++) {
        const c = this.#negativeAt[indices[e]]
        if (c >= 0) scores[i * count + c] = -Infinity
      }
    })
  }

  /** Takes the gradients of unit vectors back to E0 and b, for the touched rows; leaves `#gradPlaces` zero. */
  #throughNormalisation(): void {
    const { dim } = this.#plan
    const kernels = this.#kernels
    const rows = this.#touchedRows()
    const { unit, gradUnit, lengths } = this.#buffers.touched
    const [y, g] = [unit.subarray(0, rows.length * dim), gradUnit.subarray(0, rows.length * dim)]
    const l = lengths.subarray(0, rows.length)
    kernels.gatherRows(this.#places, rows, y, dim)
    kernels.gatherRows(this.#gradPlaces, rows, g, dim)
    rows.forEach((row, i) => {
      l[i] = this.#lengths[row]
      this.#biasAdam.gradient[row] = g[(i + 1) * dim - 1]
      this.#gradPlaces.fill(0, row * dim, (row + 1) * dim)
    })
    setLastColumn(y, dim, () => 0)
    setLastColumn(g, dim, () => 0)
    kernels.normalizeRowsBackward(y, l, g, g, dim)
    kernels.scatterAddRows(g, rows, this.#residualAdam.gradient, dim)
    if (this.#textDim > 0) kernels.scatterAddRows(g, rows, this.#gradSinceFeature, dim)
  }

  /** Notes the rows whose gradients a batch reaches: its negatives, and the places of its users. */
  #touch(users: Uint32Array, negatives: Uint32Array): void {
    const { starts, indices } = this.#matrices.start
    this.#touched.clear()
    for (const place of negatives) this.#touched.add(place)
    for (const user of users)
      for (let e = starts[user]; e < starts[user + 1]; e++) this.#touched.add(indices[e])
  }

  #touchedRows(): Uint32Array {
    const { count, rows } = this.#touched.list()
    const inMemory = this.#buffers.touched.rows.subarray(0, count)
    inMemory.set(rows.subarray(0, count))
    return inMemory
  }

  /** out += Tᵀ · gradE0 */
  #featureGradient(gradE0: Float32Array, out: Float32Array): void {
    if (this.#textDim === 0) return
    const places = this.#lengths.length
    this.#kernels.transposedMultiplyAdd(this.#text, gradE0, out, places, this.#textDim, this.#plan.dim)
  }

  #applyFeatureLayer(): void {
    if (this.#textDim === 0) return
    const { featureLayer } = this.parameters
    this.#fromText.fill(0)
    const places = this.#lengths.length
    this.#kernels.multiplyAdd(this.#text, featureLayer, this.#fromText, places, this.#textDim, this.#plan.dim)
  }

  /** H from E0. O(layers · edges · dim). */
  #updateHops(): void {
    const { dim, layers, hopWeight } = this.#plan
    if (layers === 0) return
    const { normAdj, normAdjTransposed } = this.#matrices
    const { onUsers, onPlaces } = this.#buffers.hops
    const { residual } = this.parameters
    for (let i = 0; i < residual.length; i++) onPlaces[i] = this.#fromText[i] + residual[i]
    this.#hops.fill(0)
    for (let layer = 1; layer <= layers; layer++) {
      onUsers.fill(0)
      this.#kernels.multiplySparseAdd(normAdj, onPlaces, onUsers, dim)
      onPlaces.fill(0)
      this.#kernels.multiplySparseAdd(normAdjTransposed, onUsers, onPlaces, dim)
      for (let i = 0; i < onPlaces.length; i++) this.#hops[i] += hopWeight * onPlaces[i]
    }
  }

  /** y of the given rows. */
  #updatePlaces(rows: Uint32Array = this.#buffers.places): void {
    const { residual, bias } = this.parameters
    const sum = [this.#fromText, residual, this.#hops] as const
    this.#kernels.unitSums(rows, sum, bias, this.#places, this.#lengths, this.#plan.dim)
  }

  /** Uniform negatives, each place once. */
  #batch(users: Uint32Array): Batch {
    const places = this.#lengths.length
    const negatives = new Set<number>()
    const wanted = Math.min(places, this.#plan.negatives)
    while (negatives.size < wanted) negatives.add(this.#random.integer(places))
    return { users, negatives: Uint32Array.from(negatives) }
  }
}

/** A set of rows that is emptied every step, in order of arrival. */
interface TouchedRows {
  clear(): void
  add(row: number): void
  list(): { readonly count: number; readonly rows: Uint32Array }
}

function createTouchedRows(places: number): TouchedRows {
  const seen = new Uint32Array(places)
  const rows = new Uint32Array(places)
  let round = 0
  let count = 0
  return {
    clear() {
      round++
      count = 0
    },
    add(row) {
      if (seen[row] === round) return
      seen[row] = round
      rows[count++] = row
    },
    list: () => ({ count, rows }),
  }
}

function inKernels(kernels: Kernels, matrices: GraphMatrices): GraphMatrices {
  const moved = (matrix: SparseMatrix): SparseMatrix => {
    const indices = (from: Uint32Array) => {
      const array = kernels.indices(from.length)
      array.set(from)
      return array
    }
    const values = kernels.floats(matrix.values.length)
    values.set(matrix.values)
    return { ...matrix, starts: indices(matrix.starts), indices: indices(matrix.indices), values }
  }
  return {
    start: moved(matrices.start),
    normAdj: moved(matrices.normAdj),
    normAdjTransposed: moved(matrices.normAdjTransposed),
  }
}

/** What a pass works with, allocated once. */
function createBuffers(
  kernels: Kernels,
  { rows: users, columns: places }: SparseMatrix,
  { negatives, textDim, dim }: { readonly negatives: number; readonly textDim: number; readonly dim: number },
) {
  const everyRow = (count: number) => {
    const rows = kernels.indices(count)
    rows.forEach((_, row) => (rows[row] = row))
    return rows
  }
  const size = Math.min(BLOCK, users)
  const atMost = Math.min(negatives, places)
  return {
    users: { rows: everyRow(users), vectors: kernels.floats(users * dim), lengths: kernels.floats(users) },
    places: everyRow(places),
    features: everyRow(textDim),
    negatives: kernels.indices(atMost),
    negativeRows: kernels.floats(atMost * dim),
    gradNegatives: kernels.floats(atMost * dim),
    hops: { onUsers: kernels.floats(users * dim), onPlaces: kernels.floats(places * dim) },
    touched: {
      rows: kernels.indices(places),
      unit: kernels.floats(places * dim),
      gradUnit: kernels.floats(places * dim),
      lengths: kernels.floats(places),
    },
    block: {
      rows: kernels.indices(size),
      sums: kernels.floats(size * dim),
      x: kernels.floats(size * dim),
      gradX: kernels.floats(size * dim),
      lengths: kernels.floats(size),
      scores: kernels.floats(size * atMost),
      maxima: kernels.floats(size),
      exponentials: kernels.floats(size),
      logNegatives: kernels.floats(size),
      weights: kernels.floats(size),
      losses: kernels.floats(size),
      masses: kernels.floats(size),
    },
  }
}
