// Training: start, epochs of the reference engine, the choice of an epoch on a validation slice, the final vectors.
// Leaves the model and its step to trainer.ts, the graph to interactions.ts, files to snapshot.ts.
import { DongneError } from '../errors.ts'
import { createRandom } from '../math/random.ts'
import type { SparseMatrix } from '../math/sparse.ts'
import { createWasmKernels } from '../math/wasm-kernels.ts'
import { buildGraph, graphMatrices } from './interactions.ts'
import { setLastColumn } from './model.ts'
import { defaultsFor, type Hyperparameters, type Parameters, type TrainInput } from './parameters.ts'
import { scoreRanking } from './ranking.ts'
import { startParameters } from './start.ts'
import { createTrainer, type Embeddings } from './trainer.ts'
import { holdOut, type HeldOut } from './validation.ts'

export interface TrainProgress {
  readonly epoch: number
  readonly epochs: number
  readonly loss: number
  /** NDCG@20 on the validation slice, of the last epoch that was scored. */
  readonly validation?: number
  /** How much of the planned work is done, in [0, 1]. */
  readonly fraction: number
}

export interface TrainOptions extends Partial<Hyperparameters> {
  readonly dim: number
  readonly seed: number
  /** The bytes do not depend on it. */
  readonly threads?: number
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
  /** The validation slice, and the vectors of the chosen epoch without its places: what else is to be chosen, is on it. */
  readonly slice: { readonly held: HeldOut; readonly vectors: Embeddings }
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

/** Epochs between scores of the validation slice, and how many scores without a better one end training. */
const SCORE_EVERY = 3
const PATIENCE = 2

/**
 * Trains a model. Deterministic for input, options and seed unless the budget cuts it short.
 * Throws no-places, non-finite-vector for NaN or Infinity in the input or the result, and AbortError.
 */
export async function trainModel(input: TrainInput, options: TrainOptions): Promise<Trained> {
  checkInput(input)
  const started = performance.now()
  const random = createRandom(options.seed)
  const graph = buildGraph(input.events, input.placeIds)
  const plan = { ...defaultsFor(graph.weights), ...options }
  const held = holdOut(graph.weights, random.fork('validation'))
  const start = startParameters(
    createWasmKernels(),
    input,
    graphMatrices(held.train),
    plan,
    random.fork('start'),
  )
  const threads = options.threads ?? 1
  const trainer = await createTrainer(
    createWasmKernels(),
    {
      input,
      graph: { weights: held.train, dislikes: graph.dislikes },
      parameters: start,
      plan,
      random: random.fork('steps'),
    },
    threads,
  )

  let best = { epoch: 0, ndcg: -1, parameters: start, vectors: copyVectors(await trainer.forward()) }
  const validation: { epoch: number; ndcg: number }[] = []
  const validate = async (epoch: number) => {
    if (held.users.length === 0) {
      best = { epoch, ndcg: 0, parameters: copy(trainer.parameters), vectors: best.vectors }
      return
    }
    const vectors = await trainer.forward()
    const ndcg = scoreRanking(vectors, held, plan.dim).ndcg
    validation.push({ epoch, ndcg })
    if (ndcg > best.ndcg) {
      best = { epoch, ndcg, parameters: copy(trainer.parameters), vectors: copyVectors(vectors) }
    }
  }
  await validate(0)
  let loss = NaN
  let epoch = 0
  let epochs = graph.userIds.length === 0 ? 0 : plan.epochs
  const budgetMs = (plan.budgetSeconds ?? Infinity) * 1000 * TRAINING_SHARE
  const outOfTime = () => performance.now() - started > budgetMs
  while (epoch < epochs) {
    const epochStarted = performance.now()
    loss = await trainer.epoch(epoch, epochs, outOfTime)
    options.signal?.throwIfAborted()
    epoch++
    if (epoch % SCORE_EVERY === 0 || epoch === epochs || outOfTime()) await validate(epoch)
    // The learning rate has to reach its end within the budget: how many epochs fit is known after the first.
    if (epoch === 1) {
      const left = budgetMs - (performance.now() - started)
      epochs = Math.min(epochs, 1 + Math.max(0, Math.floor(left / (performance.now() - epochStarted))))
    }
    options.onProgress?.({
      epoch,
      epochs,
      loss,
      ...(validation.length > 0 && { validation: validation[validation.length - 1].ndcg }),
      fraction: epoch / epochs,
    })
    // The middle of the plan is not its end: while the learning rate is high, a dip says little.
    if (outOfTime() || epoch - Math.max(best.epoch, epochs / 2) >= PATIENCE * SCORE_EVERY) break
  }
  const cutShort = epochs < plan.epochs || outOfTime()
  // The epoch is chosen; the vectors themselves come from the whole graph, held-out places included.
  await trainer.close()
  const full = await createTrainer(
    createWasmKernels(),
    { input, graph, parameters: best.parameters, plan, random },
    1,
  )
  const vectors = await full.forward()
  const [users, places] = [vectors.users.slice(), vectors.places.slice()]
  const degrees = placeDegrees(graph.weights)
  const usualBias = median(best.parameters.bias.filter((_, place) => degrees[place] > 0))
  // As a negative only, a bias learns nothing but to fall.
  setLastColumn(places, plan.dim, (place) => (degrees[place] > 0 ? best.parameters.bias[place] : usualBias))
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
    slice: { held, vectors: best.vectors },
    report: { epochs: epoch, loss, validation, cutShort },
  }
}

/** The last validation and the final vectors need the rest of the budget. */
const TRAINING_SHARE = 0.95

function copy({ featureLayer, residual, bias }: Parameters): Parameters {
  return { featureLayer: featureLayer.slice(), residual: residual.slice(), bias: bias.slice() }
}

function copyVectors({ users, places }: Embeddings): Embeddings {
  return { users: users.slice(), places: places.slice() }
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
