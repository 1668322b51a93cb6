// The reference trainer, in plain TypeScript: the specification for faster engines.
//
//   T  [places, textDim]  text vectors            W  [textDim, dim]  feature layer (learnt)
//   R  [places, dim]      residual (learnt)       E0 [places, dim]   = T·W + R
//   P  [users, places]    rows of weights         U0 [users, dim]    = P·E0 (inductive: no table of users)
//   U, E                  = propagate(U0, E0)     b  [places]        bias: how popular, whoever asks (learnt)
//   x = [U / |U|, 1]      y = [E / |E|, b]
//
// Loss: InfoNCE(x, y). W, R and b are trained by Adam; everything between is linear but the normalisation. The last of
// the dim coordinates is the bias's (model.ts): W, R and E are zero there.
// Leaves the graph to interactions.ts, the start to start.ts, epochs and their choice to train.ts.
import { normalizeRows, normalizeRowsBackward, transposedMultiplyAdd } from '../math/matrix.ts'
import type { Random } from '../math/random.ts'
import { multiplySparseAdd, type SparseMatrix } from '../math/sparse.ts'
import { createAdam, type Adam } from './adam.ts'
import { createInfoNceBuffers, infoNce, type InfoNceBatch } from './info-nce.ts'
import { graphMatrices, type GraphMatrices } from './interactions.ts'
import { setLastColumn } from './model.ts'
import type { Hyperparameters, Parameters, TrainInput } from './parameters.ts'
import { createEmbeddings, propagate, type Embeddings, type PropagationBuffers } from './propagate.ts'
import { applyFeatureLayer } from './start.ts'

/** W moves every so many steps, with the gradients of all of them: T·W is the dearest product of a step. */
const FEATURE_INTERVAL = 4
const WARM_UP_STEPS = 20
/** The bias is in units of cosine × temperature: it moves slower than coordinates do. */
const BIAS_RATE = 0.3

/** The forward and backward pass over one graph, with all buffers allocated once. */
export class Trainer {
  readonly #input: TrainInput
  readonly #parameters: Parameters
  readonly #plan: Hyperparameters & { readonly dim: number }
  readonly #random: Random
  readonly #weights: SparseMatrix
  readonly #matrices: GraphMatrices
  readonly #ego: Embeddings
  readonly #final: Embeddings
  readonly #unit: Embeddings
  readonly #grad: Embeddings
  readonly #gradEgo: Embeddings
  readonly #buffers: PropagationBuffers
  readonly #lengths: { users: Float32Array; places: Float32Array }
  /** T·W, recomputed when W moves. */
  readonly #fromText: Float32Array
  readonly #gradFeature: Float32Array
  /** Gradients of E0 summed since W last moved. */
  readonly #gradSinceFeature: Float32Array
  #featureStale = true
  #steps = 0
  readonly #gradBias: Float32Array
  readonly #adamFeature: Adam
  readonly #adamResidual: Adam
  readonly #adamBias: Adam

  constructor(
    input: TrainInput,
    weights: SparseMatrix,
    parameters: Parameters,
    plan: Hyperparameters & { readonly dim: number },
    random: Random,
  ) {
    const [users, places, { dim }] = [weights.rows, weights.columns, plan]
    const empty = () => createEmbeddings(users, places, dim)
    this.#input = input
    this.#weights = weights
    this.#matrices = graphMatrices(weights)
    this.#parameters = parameters
    this.#plan = plan
    this.#random = random
    this.#ego = empty()
    this.#final = empty()
    this.#unit = empty()
    this.#grad = empty()
    this.#gradEgo = empty()
    this.#buffers = { from: empty(), to: empty() }
    this.#lengths = { users: new Float32Array(users), places: new Float32Array(places) }
    this.#fromText = new Float32Array(places * dim)
    this.#gradFeature = new Float32Array(parameters.featureLayer.length)
    this.#gradSinceFeature = new Float32Array(places * dim)
    this.#adamFeature = createAdam(parameters.featureLayer)
    this.#adamResidual = createAdam(parameters.residual, plan.residualDecay)
    this.#gradBias = new Float32Array(places)
    this.#adamBias = createAdam(parameters.bias)
  }

  /** Unit user and place vectors of the current parameters. The returned arrays are reused by the next pass. */
  forward(): Embeddings {
    const { dim, layers } = this.#plan
    const { textVectors, textDim } = this.#input
    const places = this.#weights.columns
    if (this.#featureStale) {
      applyFeatureLayer(textVectors, this.#parameters.featureLayer, this.#fromText, places, textDim, dim)
      this.#featureStale = false
    }
    const ego = this.#ego
    const { residual } = this.#parameters
    for (let i = 0; i < ego.places.length; i++) ego.places[i] = this.#fromText[i] + residual[i]
    ego.users.fill(0)
    multiplySparseAdd(this.#matrices.start, ego.places, ego.users, dim)
    propagate(this.#matrices, ego, this.#final, this.#buffers, layers, dim)
    normalizeRows(this.#final.users, this.#unit.users, this.#lengths.users, dim)
    normalizeRows(this.#final.places, this.#unit.places, this.#lengths.places, dim)
    setLastColumn(this.#unit.users, dim, () => 1)
    setLastColumn(this.#unit.places, dim, (place) => this.#parameters.bias[place])
    return this.#unit
  }

  /** Loss of a batch, and its gradients with respect to each parameter, in their shapes. */
  lossAndGradients(batch: InfoNceBatch): { loss: number; gradients: Parameters } {
    const loss = this.#backward(batch)
    const featureLayer = new Float32Array(this.#gradFeature.length)
    this.#featureGradient(this.#gradEgo.places, featureLayer)
    return {
      loss,
      gradients: { featureLayer, residual: this.#gradEgo.places.slice(), bias: this.#gradBias.slice() },
    }
  }

  /** One pass over the users in random order; returns the mean loss. Stops early once `outOfTime`. */
  epoch(epoch: number, outOfTime: () => boolean): number {
    const { batchUsers, epochs, learningRate } = this.#plan
    const users = this.#weights.rows
    const order = this.#random.shuffle(Uint32Array.from({ length: users }, (_, user) => user))
    const stepsPerEpoch = Math.ceil(users / batchUsers)
    let loss = 0
    let steps = 0
    for (let from = 0; from < users; from += batchUsers) {
      if (steps > 0 && outOfTime()) break
      const planned = epochs * stepsPerEpoch
      const done = epoch * stepsPerEpoch + steps
      const warmUp = Math.min(1, (this.#steps + 1) / WARM_UP_STEPS)
      const rate = learningRate * warmUp * 0.5 * (1 + Math.cos((Math.PI * done) / planned))
      loss += this.#step(this.#batch(order.subarray(from, from + batchUsers)), rate)
      steps++
    }
    return loss / steps
  }

  #step(batch: InfoNceBatch, learningRate: number): number {
    const loss = this.#backward(batch)
    this.#adamResidual.step(this.#gradEgo.places, learningRate)
    this.#adamBias.step(this.#gradBias, BIAS_RATE * learningRate)
    const summed = this.#gradSinceFeature
    for (let i = 0; i < summed.length; i++) summed[i] += this.#gradEgo.places[i]
    this.#steps++
    if (this.#steps % FEATURE_INTERVAL === 0 && this.#gradFeature.length > 0) {
      this.#gradFeature.fill(0)
      this.#featureGradient(summed, this.#gradFeature)
      this.#adamFeature.step(this.#gradFeature, learningRate)
      summed.fill(0)
      this.#featureStale = true
    }
    return loss
  }

  /** Leaves dL/dE0 in gradEgo.places and dL/db in gradBias, and returns L. Mirrors `forward` from its end to its start. */
  #backward(batch: InfoNceBatch): number {
    const { dim, layers, temperature } = this.#plan
    const unit = this.forward()
    const grad = this.#grad
    grad.users.fill(0)
    grad.places.fill(0)
    const buffers = createInfoNceBuffers(batch.users.length, batch.negatives.length, dim)
    const loss = infoNce(batch, unit.users, unit.places, grad.users, grad.places, buffers, temperature, dim)
    for (let place = 0; place < this.#gradBias.length; place++) {
      this.#gradBias[place] = grad.places[(place + 1) * dim - 1]
    }
    // Directions and bias part here: the last coordinates are no part of the lengths.
    for (const vectors of [grad.users, grad.places, unit.users, unit.places])
      setLastColumn(vectors, dim, () => 0)
    normalizeRowsBackward(unit.users, this.#lengths.users, grad.users, grad.users, dim)
    normalizeRowsBackward(unit.places, this.#lengths.places, grad.places, grad.places, dim)
    // The propagation is a symmetric matrix: its transpose is itself.
    propagate(this.#matrices, grad, this.#gradEgo, this.#buffers, layers, dim)
    multiplySparseAdd(this.#matrices.startTransposed, this.#gradEgo.users, this.#gradEgo.places, dim)
    return loss
  }

  /** out += Tᵀ · gradEgo */
  #featureGradient(gradEgo: Float32Array, out: Float32Array): void {
    const { textVectors, textDim } = this.#input
    transposedMultiplyAdd(textVectors, gradEgo, out, this.#weights.columns, textDim, this.#plan.dim)
  }

  /** In-batch negatives (one place of each user, drawn by chance) and uniform samples. */
  #batch(users: Uint32Array): InfoNceBatch {
    const { starts, indices, columns } = this.#weights
    const negatives = new Set<number>()
    for (const user of users) {
      negatives.add(indices[starts[user] + this.#random.integer(starts[user + 1] - starts[user])])
    }
    const wanted = Math.min(columns, negatives.size + this.#plan.negatives)
    while (negatives.size < wanted) negatives.add(this.#random.integer(columns))
    return {
      users,
      negatives: Uint32Array.from(negatives),
      positives: (user) => indices.subarray(starts[user], starts[user + 1]),
    }
  }
}
