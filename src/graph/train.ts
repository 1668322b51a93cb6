// Training: start, epochs, the choice of one on a validation slice, checkpoints, the final vectors.
// Leaves the model and its step to trainer.ts, the graph to interactions.ts, files to snapshot.ts and checkpoint.ts.
import { createHash } from 'node:crypto'
import { DongneError } from '../errors.ts'
import { createRandom } from '../math/random.ts'
import type { SparseMatrix } from '../math/sparse.ts'
import { createWasmKernels, type WasmKernels } from '../math/wasm-kernels.ts'
import { alignment, drift, rotate, type Drift } from './alignment.ts'
import type { Checkpoint, CheckpointStore, EpochRecord } from './checkpoint.ts'
import { actionWeight, buildGraph, graphMatrices, placeShare, type InteractionGraph } from './interactions.ts'
import { setLastColumn } from './model.ts'
import { defaultsFor, type Hyperparameters, type Parameters, type TrainInput } from './parameters.ts'
import { userMeasures } from './metrics.ts'
import { createNewPlaces } from './new-places.ts'
import { createRanker, embeddingScorer } from './ranking.ts'
import { continuedParameters, startParameters, type PreviousModel } from './start.ts'
import { createTrainer, type Embeddings } from './trainer.ts'
import type { Plan } from './training-memory.ts'
import { holdOut, type HeldOut } from './validation.ts'

export interface TrainProgress extends EpochRecord {
  readonly epochs: number
  /** How much of the planned work is done, in [0, 1]. */
  readonly fraction: number
  readonly secondsLeft: number
}

export interface TrainOptions extends Partial<Hyperparameters> {
  readonly dim: number
  readonly seed: number
  /** The bytes do not depend on it. */
  readonly threads?: number
  /** Longest training time; a run that it cuts short depends on the machine's speed, others do not. */
  readonly budgetSeconds?: number
  /** Goes on from this model, in its space, instead of from the graph's spectrum. */
  readonly previous?: PreviousModel
  /** Where to keep what an interrupted run needs; removed when the run ends. */
  readonly checkpoints?: CheckpointStore
  /** Goes on from the checkpoint, if there is one. */
  readonly resume?: boolean
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
  /** `[places]` users with actions on each. */
  readonly placeUsers: Uint32Array
  /** `[places, 2]` lng, lat, or empty. */
  readonly positions: Float64Array
  /** What the next training may go on from; its feature layer `[textDim, dim]` places new places. */
  readonly parameters: Parameters
  /** The median bias of places with actions: what a place without any is given. */
  readonly usualBias: number
  /** The validation slice, and the vectors of the chosen epoch without its places: what else is to be chosen, is on it. */
  readonly slice: { readonly held: HeldOut; readonly vectors: Embeddings }
  readonly report: TrainReport
}

export interface TrainReport {
  readonly epochs: number
  readonly loss: number
  readonly curve: readonly EpochRecord[]
  /** The epoch whose parameters were taken; 0 is the start. */
  readonly chosen: number
  /** Whether the budget ended training before the plan did. */
  readonly cutShort: boolean
  /** Where a previous model was gone on from: how far its places moved. */
  readonly drift?: Drift
}

/** Of the validation slice's NDCG. */
const K = 20
/** Epochs between scores of the validation slice. */
const SCORE_EVERY = 3
/** From this share of the plan on training may end early: before, the learning rate is high and a dip says little. */
const SETTLING = 0.75
/** Epochs without a score as good as the best that end training. */
const PATIENCE = 6
/** The last validation and the final vectors need the rest of the budget. */
const TRAINING_SHARE = 0.93
/** Going on from a model takes fewer and smaller steps than finding one. */
const CONTINUED = { epochs: 1 / 3, learningRate: 0.5 }

/**
 * Trains a model. The same input, options and seed give the same bytes on any number of threads, and whether or not the run
 * was interrupted, unless the budget cuts it short.
 * Throws no-places, non-finite-vector for NaN or Infinity in the input or the result, checkpoint-unusable, worker-failed,
 * and AbortError.
 */
export async function trainModel(input: TrainInput, options: TrainOptions): Promise<Trained> {
  checkInput(input)
  const random = createRandom(options.seed)
  const graph = buildGraph(input.events, input.placeIds)
  const plan = planFor(graph, options)
  // One memory for the whole run: what WebAssembly has grown to, it keeps.
  const kernels = createWasmKernels()
  const run = await trainEpochs(kernels, input, graph, plan, options)
  kernels.clear()
  // The epoch is chosen; the vectors themselves come from the whole graph, held-out places included.
  const full = await createTrainer(
    kernels,
    { input, graph, parameters: run.best.parameters, plan, random },
    options.threads ?? 1,
  )
  let vectors
  try {
    vectors = await full.forward()
  } finally {
    await full.close()
  }
  const { places, users, parameters, drift } = inSpaceOf(options.previous, input, plan, {
    places: vectors.places.slice(),
    users: vectors.users.slice(),
    parameters: run.best.parameters,
  })
  const degrees = placeDegrees(graph.weights)
  const usualBias = median(parameters.bias.filter((_, place) => degrees[place] > 0))
  // As a negative only, a bias learns nothing but to fall.
  setLastColumn(places, plan.dim, (place) => (degrees[place] > 0 ? parameters.bias[place] : usualBias))
  const positions = input.positions ?? new Float64Array(0)
  placeUnseen(places, plan.dim, positions, degrees)
  checkFinite(users, 'user')
  checkFinite(places, 'place')
  await options.checkpoints?.remove()
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
    userWeights: userWeights(graph.weights, degrees),
    placeUsers: degrees,
    positions,
    parameters,
    usualBias,
    slice: run.slice,
    report: { ...run.report, ...(drift && { drift }) },
  }
}

/** Places without actions as a new place would be placed. */
function placeUnseen(places: Float32Array, dim: number, positions: Float64Array, degrees: Uint32Array): void {
  const rows = Array.from(degrees.keys())
  const newPlace = createNewPlaces({
    dim,
    vectors: places,
    positions,
    rows: rows.filter((row) => degrees[row] > 0),
  })
  for (const row of rows) {
    if (degrees[row] > 0 || positions.length === 0) continue
    const at = { lng: positions[2 * row], lat: positions[2 * row + 1] }
    places.set(newPlace(places.slice(row * dim, (row + 1) * dim), at), row * dim)
  }
}

function planFor(graph: InteractionGraph, options: TrainOptions): Plan {
  const defaults = defaultsFor(graph.weights)
  const { dim, previous } = options
  const continued = previous && {
    epochs: Math.ceil(CONTINUED.epochs * defaults.epochs),
    learningRate: CONTINUED.learningRate * defaults.learningRate,
  }
  const keys = Object.keys(defaults) as (keyof Hyperparameters)[]
  const given = keys.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]] as const]))
  return { ...defaults, ...continued, ...Object.fromEntries(given), dim }
}

/** The epochs on the graph without its validation slice, and the best of them. */
async function trainEpochs(
  kernels: WasmKernels,
  input: TrainInput,
  graph: InteractionGraph,
  plan: Plan,
  options: TrainOptions,
) {
  let started = performance.now()
  const { checkpoints, signal } = options
  const random = createRandom(options.seed)
  const held = holdOut(graph.weights, random.fork('validation'), graph.firstAt)
  const fingerprint = fingerprintOf(input, graph, plan, options)
  const saved = options.resume ? await checkpoints?.load() : undefined
  if (saved !== undefined && saved.fingerprint !== fingerprint) {
    throw new DongneError(
      'checkpoint-unusable',
      'The interrupted training was on other data or with other options than this one.',
    )
  }
  const matrices = graphMatrices(held.train)
  const start =
    saved?.best.parameters ??
    (options.previous
      ? continuedParameters(input, options.previous, plan.dim)
      : startParameters(kernels, input, matrices, plan, random.fork('start')))
  kernels.clear()
  const rankingKernels = createWasmKernels()
  const trainer = await createTrainer(
    kernels,
    {
      input,
      graph: { weights: held.train, dislikes: graph.dislikes },
      parameters: start,
      plan,
      random: random.fork('steps'),
    },
    options.threads ?? 1,
  )
  try {
    const curve: EpochRecord[] = [...(saved?.curve ?? [])]
    let best: Checkpoint['best'] = saved?.best ?? { epoch: 0, ndcg: -1, parameters: start }
    let peak: Checkpoint['peak'] = saved?.peak ?? { ndcg: -1, error: 0 }
    let epoch = saved?.epoch ?? 0
    let epochs = saved?.epochs ?? (graph.userIds.length === 0 ? 0 : plan.epochs)
    const validate = async (): Promise<number | undefined> => {
      if (held.users.length === 0) {
        best = { epoch, ndcg: 0, parameters: copy(trainer.parameters) }
        return undefined
      }
      rankingKernels.clear()
      const vectors = await trainer.forward()
      const rank = createRanker(embeddingScorer(vectors, plan.dim), held.train, K, rankingKernels)
      const measured = meanAndError(userMeasures(rank(held.users), held.relevant, K).ndcg)
      if (measured.ndcg > peak.ndcg) peak = measured
      // The latest epoch within one standard error of the best (Breiman et al. 1984, § 3.4.3): the end of the learning
      // rate is worth more than a lucky slice.
      if (measured.ndcg >= peak.ndcg - peak.error) {
        best = { epoch, ndcg: measured.ndcg, parameters: copy(trainer.parameters) }
      }
      return measured.ndcg
    }
    if (saved === undefined) await validate()
    else {
      trainer.restore(saved.trainer)
      started = performance.now() - saved.elapsedMs
    }
    const elapsed = () => performance.now() - started
    const budgetMs = (options.budgetSeconds ?? Infinity) * 1000 * TRAINING_SHARE
    const outOfTime = () => elapsed() > budgetMs
    let savedAt = -Infinity
    while (epoch < epochs) {
      signal?.throwIfAborted()
      const epochStarted = performance.now()
      const loss = await trainer.epoch(epoch, epochs, outOfTime)
      epoch++
      const scored = epoch % SCORE_EVERY === 0 || epoch === epochs || outOfTime()
      const ndcg = scored ? await validate() : undefined
      curve.push({ epoch, loss, ...(ndcg !== undefined && { ndcg }) })
      // The learning rate has to reach its end within the budget: how many epochs fit is known after the first.
      if (epoch === 1) {
        const fit = Math.floor((budgetMs - elapsed()) / (performance.now() - epochStarted))
        epochs = Math.min(epochs, 1 + Math.max(0, fit))
      }
      const secondsLeft = ((elapsed() / epoch) * (epochs - epoch)) / 1000
      options.onProgress?.({ ...curve[curve.length - 1], epochs, fraction: epoch / epochs, secondsLeft })
      if (outOfTime() || epoch - Math.max(best.epoch, SETTLING * epochs) >= PATIENCE) break
      if (checkpoints !== undefined && performance.now() - savedAt >= checkpoints.everyMs) {
        const elapsedMs = elapsed()
        await checkpoints.save({
          fingerprint,
          epoch,
          epochs,
          elapsedMs,
          curve,
          peak,
          best,
          trainer: trainer.state(),
        })
        savedAt = performance.now()
      }
    }
    const cutShort = epochs < plan.epochs || outOfTime()
    const loss = curve.at(-1)?.loss ?? NaN
    for (const key of ['featureLayer', 'residual', 'bias'] as const) {
      trainer.parameters[key].set(best.parameters[key])
    }
    const { users, places } = await trainer.forward()
    const slice = { held, vectors: { users: users.slice(), places: places.slice() } }
    return { best, slice, report: { epochs: epoch, loss, curve, chosen: best.epoch, cutShort } }
  } finally {
    await trainer.close()
  }
}

/** Vectors and parameters turned into the previous model's space, and how far its places moved. */
function inSpaceOf(
  previous: PreviousModel | undefined,
  input: TrainInput,
  { dim }: Plan,
  made: { places: Float32Array; users: Float32Array; parameters: Parameters },
): typeof made & { drift?: Drift } {
  if (previous === undefined) return made
  const rows = input.placeIds.flatMap((id, row) => (previous.placeVector(id) === undefined ? [] : row))
  const before = new Float32Array(rows.length * dim)
  const after = new Float32Array(rows.length * dim)
  rows.forEach((row, index) => {
    before.set(previous.placeVector(input.placeIds[row])!, index * dim)
    after.set(made.places.subarray(row * dim, (row + 1) * dim), index * dim)
  })
  const rotation = alignment({ before, after, dim })
  const turned = (vectors: Float32Array) => rotate(vectors, rotation, dim)
  const { featureLayer, residual, bias } = made.parameters
  return {
    places: turned(made.places),
    users: turned(made.users),
    parameters: { featureLayer: turned(featureLayer), residual: turned(residual), bias },
    drift: drift({ before, after: turned(after), dim }),
  }
}

function fingerprintOf(
  { placeIds, textVectors, textDim }: TrainInput,
  { userIds, weights, dislikes, firstAt }: InteractionGraph,
  plan: Plan,
  { seed, budgetSeconds, previous }: TrainOptions,
): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify({ plan, seed, budgetSeconds, textDim, previous: previous?.version }))
  hash.update(JSON.stringify([placeIds, userIds]))
  const matrices = [weights, dislikes].flatMap(({ starts, indices, values }) => [starts, indices, values])
  for (const { buffer, byteOffset, byteLength } of [textVectors, firstAt, ...matrices]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return hash.digest('hex')
}

function meanAndError(values: Float64Array): { ndcg: number; error: number } {
  const ndcg = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - ndcg) ** 2, 0) / values.length
  return { ndcg, error: Math.sqrt(variance / values.length) }
}

function copy({ featureLayer, residual, bias }: Parameters): Parameters {
  return { featureLayer: featureLayer.slice(), residual: residual.slice(), bias: bias.slice() }
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

function userWeights({ rows, starts, indices, values }: SparseMatrix, placeUsers: Uint32Array): Float32Array {
  return Float32Array.from({ length: rows }, (_, user) => {
    let sum = 0
    for (let e = starts[user]; e < starts[user + 1]; e++)
      sum += actionWeight(values[e], placeShare(placeUsers[indices[e]]))
    return sum
  })
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
