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
// Leaves the graph to interactions.ts, the start to start.ts, files to snapshot.ts.
import { DongneError } from '../errors.ts'
import { normalizeRows, normalizeRowsBackward, transposedMultiplyAdd } from '../math/matrix.ts'
import { createRandom, type Random } from '../math/random.ts'
import { multiplySparseAdd, type SparseMatrix } from '../math/sparse.ts'
import { createAdam, type Adam } from './adam.ts'
import { createInfoNceBuffers, infoNce, type InfoNceBatch } from './info-nce.ts'
import { buildGraph, graphMatrices, type GraphMatrices, type Interaction } from './interactions.ts'
import { createEmbeddings, propagate, type Embeddings, type PropagationBuffers } from './propagate.ts'
import { applyFeatureLayer, fitFeatureLayer, spectralStart } from './start.ts'
import { scoreRanking } from './ranking.ts'

export interface TrainInput {
  readonly placeIds: readonly string[]
  /** `[places, textDim]`; empty with textDim 0 where there is no text. */
  readonly textVectors: Float32Array
  readonly textDim: number
  /** The embedding model behind the text vectors, '' without text. */
  readonly textModelId: string
  readonly events: readonly Interaction[]
  /** See ModelInfo.lastSeq. */
  readonly lastSeq: number
}

export interface TrainProgress {
  readonly epoch: number
  readonly epochs: number
  readonly loss: number
  /** NDCG@20 on the validation slice, of the last epoch that was scored. */
  readonly validation?: number
  /** How much of the planned work is done, in [0, 1]. */
  readonly fraction: number
}

export interface Hyperparameters {
  /** Propagation layers K; the layer mean runs over 0..K. */
  readonly layers: number
  readonly temperature: number
  readonly learningRate: number
  /** Users a step. */
  readonly batchUsers: number
  /** Uniform negatives a step, shared by its users; the batch's own places come on top. */
  readonly negatives: number
  /** Weight decay of the residual: what text can say, text shall say. */
  readonly residualDecay: number
  /** Passes over the users at most; the validation slice stops earlier. */
  readonly epochs: number
}

/** Set on the validation slice of foursquare-nyc's train part (docs/evaluate.md). */
export const DEFAULTS: Hyperparameters = {
  layers: 2,
  temperature: 0.3,
  learningRate: 0.02,
  batchUsers: 256,
  negatives: 1024,
  residualDecay: 0.01,
  epochs: 20,
}

export interface TrainOptions extends Partial<Hyperparameters> {
  readonly dim: number
  readonly seed: number
  /** Longest training time; a run that it cuts short depends on the machine's speed, others do not. */
  readonly budgetSeconds?: number
  readonly onProgress?: (progress: TrainProgress) => void
  readonly signal?: AbortSignal
}

export interface Trained {
  readonly dim: number
  readonly textDim: number
  readonly textModelId: string
  readonly seed: number
  readonly lastSeq: number
  readonly placeIds: readonly string[]
  readonly userIds: readonly string[]
  /** `[places, dim]` as model.ts has them; the direction is zero for a place without text and without actions. */
  readonly places: Float32Array
  /** `[users, dim]` as model.ts has them. */
  readonly users: Float32Array
  /** `[users]` sum of the weights of the user's actions. */
  readonly userWeights: Float32Array
  /** `[textDim, dim]` */
  readonly featureLayer: Float32Array
  /** The median bias of places with actions: what a place without any is given. */
  readonly usualBias: number
  readonly report: TrainReport
}

export interface TrainReport {
  readonly epochs: number
  readonly loss: number
  /** NDCG@20 by epoch on the validation slice; empty where there was too little to hold out. */
  readonly validation: readonly { readonly epoch: number; readonly ndcg: number }[]
  /** Whether the budget ended training before the plan did. */
  readonly cutShort: boolean
}

/** W moves every so many steps, with the gradients of all of them: T·W is the dearest product of a step. */
const FEATURE_INTERVAL = 4
/** Of each user with at least MIN_HELD_FROM places, one is held out with this probability, to choose the epoch on. */
const HOLD_OUT = 0.5
const MIN_HELD_FROM = 5
const MAX_VALIDATION_USERS = 1000
/** Below so many users the slice says nothing. */
const MIN_VALIDATION_USERS = 20
const SCORE_EVERY = 2
const PATIENCE = 3
const WARM_UP_STEPS = 20
/** The bias is in units of cosine × temperature: it moves slower than coordinates do. */
const BIAS_RATE = 0.3

/**
 * Trains a model. Deterministic for input, options and seed unless the budget cuts it short.
 * Throws no-places, non-finite-vector for NaN or Infinity in the input or the result, and AbortError.
 */
export function trainModel(input: TrainInput, options: TrainOptions): Trained {
  const plan = { ...DEFAULTS, ...options }
  checkInput(input)
  const started = performance.now()
  const random = createRandom(options.seed)
  const graph = buildGraph(input.events, input.placeIds)
  const held = holdOut(graph.weights, random.fork('validation'))
  const parameters = startParameters(input, graphMatrices(held.train), plan, random.fork('start'))
  const trainer = new Trainer(input, held.train, parameters, plan, random.fork('steps'))

  let best = { epoch: 0, ndcg: -1, parameters: copy(parameters) }
  const validation: { epoch: number; ndcg: number }[] = []
  const validate = (epoch: number) => {
    if (held.users.length < MIN_VALIDATION_USERS) {
      best = { epoch, ndcg: 0, parameters }
      return
    }
    const ndcg = scoreRanking(trainer.forward(), held, plan.dim).ndcg
    validation.push({ epoch, ndcg })
    if (ndcg > best.ndcg) best = { epoch, ndcg, parameters: copy(parameters) }
  }
  validate(0)
  let loss = NaN
  let epoch = 0
  let cutShort = false
  const outOfTime = () =>
    performance.now() - started > (plan.budgetSeconds ?? Infinity) * 1000 * TRAINING_SHARE
  while (epoch < plan.epochs && graph.userIds.length > 0 && !cutShort) {
    loss = trainer.epoch(epoch, outOfTime)
    options.signal?.throwIfAborted()
    cutShort = outOfTime()
    epoch++
    if (epoch % SCORE_EVERY === 0 || epoch === plan.epochs || cutShort) validate(epoch)
    options.onProgress?.({
      epoch,
      epochs: plan.epochs,
      loss,
      ...(validation.length > 0 && { validation: validation[validation.length - 1].ndcg }),
      fraction: epoch / plan.epochs,
    })
    if (epoch - best.epoch >= PATIENCE * SCORE_EVERY) break
  }
  // The epoch is chosen; the vectors themselves come from the whole graph, held-out places included.
  const full = new Trainer(input, graph.weights, best.parameters, plan, random)
  const { users, places } = full.forward()
  const degrees = placeDegrees(graph.weights)
  const usualBias = median(best.parameters.bias.filter((_, place) => degrees[place] > 0))
  // As a negative only, a bias learns nothing but to fall.
  setColumn(places, plan.dim, (place) => (degrees[place] > 0 ? best.parameters.bias[place] : usualBias))
  checkFinite(users, 'user')
  checkFinite(places, 'place')
  return {
    dim: plan.dim,
    textDim: input.textDim,
    textModelId: input.textModelId,
    seed: options.seed,
    lastSeq: input.lastSeq,
    placeIds: input.placeIds,
    userIds: graph.userIds,
    places,
    users,
    userWeights: rowSums(graph.weights),
    featureLayer: best.parameters.featureLayer,
    usualBias,
    report: { epochs: epoch, loss, validation, cutShort },
  }
}

/** The last validation and the final vectors need the rest of the budget. */
const TRAINING_SHARE = 0.95

export interface Parameters {
  /** W, `[textDim, dim]` */
  readonly featureLayer: Float32Array
  /** R, `[places, dim]` */
  readonly residual: Float32Array
  /** b, `[places]` */
  readonly bias: Float32Array
}

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
    setColumn(this.#unit.users, dim, () => 1)
    setColumn(this.#unit.places, dim, (place) => this.#parameters.bias[place])
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
    for (const vectors of [grad.users, grad.places, unit.users, unit.places]) setColumn(vectors, dim, () => 0)
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

/** The validation slice: users, their held-out places, and the graph without those. */
export interface HeldOut {
  readonly train: SparseMatrix
  readonly users: readonly number[]
  /** Held-out places of `users`, in step. */
  readonly relevant: readonly Uint32Array[]
}

function holdOut(weights: SparseMatrix, random: Random): HeldOut {
  const { rows, starts, indices, values } = weights
  const heldEntry = new Map<number, number>()
  for (const user of random.shuffle(Array.from({ length: rows }, (_, row) => row))) {
    const degree = starts[user + 1] - starts[user]
    if (degree >= MIN_HELD_FROM && heldEntry.size < MAX_VALIDATION_USERS && random.next() < HOLD_OUT) {
      heldEntry.set(user, starts[user] + random.integer(degree))
    }
  }
  const users = [...heldEntry.keys()].sort((a, b) => a - b)
  if (users.length < MIN_VALIDATION_USERS) return { train: weights, users: [], relevant: [] }
  const kept = new Set(heldEntry.values())
  const newStarts = new Uint32Array(rows + 1)
  for (let row = 0; row < rows; row++) {
    newStarts[row + 1] = newStarts[row] + starts[row + 1] - starts[row] - (heldEntry.has(row) ? 1 : 0)
  }
  return {
    train: {
      ...weights,
      starts: newStarts,
      indices: indices.filter((_, entry) => !kept.has(entry)),
      values: values.filter((_, entry) => !kept.has(entry)),
    },
    users,
    relevant: users.map((user) => Uint32Array.of(indices[heldEntry.get(user)!])),
  }
}

function startParameters(
  { textVectors, textDim, placeIds }: TrainInput,
  matrices: GraphMatrices,
  { dim, temperature }: Pick<Hyperparameters & { dim: number }, 'dim' | 'temperature'>,
  random: Random,
): Parameters {
  const { starts } = matrices.normAdjTransposed
  const degrees = placeIds.map((_, place) => starts[place + 1] - starts[place])
  // With uniform negatives the best bias of a softmax is the logarithm of the popularity; half of it is personal.
  const bias = Float32Array.from(degrees, (degree) => 0.5 * temperature * Math.log1p(degree))
  const residual = spectralStart(matrices, dim, random)
  if (textDim === 0) return { featureLayer: new Float32Array(0), residual, bias }
  const seen = degrees.flatMap((degree, place) => (degree > 0 ? place : []))
  const featureLayer = fitFeatureLayer(textVectors, residual, seen, textDim, dim)
  // Nothing to fit to, or nothing found: a random projection keeps the likeness of texts (Johnson and Lindenstrauss).
  if (featureLayer.every((value) => value === 0)) {
    for (let i = 0; i < featureLayer.length; i++) featureLayer[i] = random.normal() / Math.sqrt(textDim)
    setColumn(featureLayer, dim, () => 0)
  }
  // R takes what the text leaves of the spectral position; a place without actions is where its text says.
  const fromText = new Float32Array(placeIds.length * dim)
  applyFeatureLayer(textVectors, featureLayer, fromText, placeIds.length, textDim, dim)
  for (let i = 0; i < residual.length; i++) {
    residual[i] = degrees[Math.floor(i / dim)] > 0 ? residual[i] - fromText[i] : 0
  }
  return { featureLayer, residual, bias }
}

function copy({ featureLayer, residual, bias }: Parameters): Parameters {
  return { featureLayer: featureLayer.slice(), residual: residual.slice(), bias: bias.slice() }
}

/** Sets the last of the dim numbers of each row. */
function setColumn(rows: Float32Array, dim: number, value: (row: number) => number): void {
  for (let row = 0, at = dim - 1; at < rows.length; row++, at += dim) rows[at] = value(row)
}

function placeDegrees({ columns, indices }: SparseMatrix): Uint32Array {
  const degrees = new Uint32Array(columns)
  for (const place of indices) degrees[place]++
  return degrees
}

/** The lower median; 0 of nothing. */
function median(values: Float32Array): number {
  return values.toSorted()[(values.length - 1) >> 1] ?? 0
}

function rowSums({ rows, starts, values }: SparseMatrix): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) =>
    values.subarray(starts[row], starts[row + 1]).reduce((sum, value) => sum + value, 0),
  )
}

function checkInput({ placeIds, textVectors, textDim }: TrainInput): void {
  if (placeIds.length === 0) throw new DongneError('no-places', 'There are no places to train on.')
  if (textVectors.length !== placeIds.length * textDim) {
    throw new DongneError(
      'dim-mismatch',
      `${placeIds.length} places need text vectors of ${placeIds.length * textDim} numbers, got ${textVectors.length}.`,
    )
  }
  checkFinite(textVectors, 'text')
}

function checkFinite(vectors: Float32Array, what: string): void {
  const bad = vectors.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw new DongneError('non-finite-vector', `A ${what} vector holds ${vectors[bad]} at ${bad}.`)
}
