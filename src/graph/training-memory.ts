// What the threads of a training share: the graph, the parameters with their gradients and moments, and the buffers of a
// step. Leaves what is done with them to training-phases.ts and trainer.ts.
import type { AdamState } from '../math/adam.ts'
import { PULL_WIDTH } from '../math/contrastive.ts'
import { inKernels, type Kernels } from '../math/kernels.ts'
import { panelsLength } from '../math/matrix.ts'
import { graphMatrices, type TrainingGraph } from './interactions.ts'
import type { Hyperparameters, Parameters, TrainInput } from './parameters.ts'

export type Plan = Hyperparameters & { readonly dim: number }

/** Data only: it can be cloned to other threads, and its arrays stay shared. */
export type TrainingMemory = ReturnType<typeof createTrainingMemory>

/** @param threads each gets a copy of the negatives, packed for its products */
export function createTrainingMemory(
  kernels: Kernels,
  input: Pick<TrainInput, 'textVectors' | 'textDim'>,
  graph: TrainingGraph,
  parameters: Parameters,
  plan: Plan,
  threads: number,
) {
  const { dim, residualDecay } = plan
  const { textDim, textVectors } = input
  const { rows: users, columns: places } = graph.weights
  const { floats } = kernels
  const copied = (values: Float32Array) => {
    const array = floats(values.length)
    array.set(values)
    return array
  }
  const adam = (values: Float32Array, d: number, decay: number): AdamState => ({
    parameters: copied(values),
    gradient: floats(values.length),
    first: floats(values.length),
    second: floats(values.length),
    d,
    decay,
  })
  const { start, normAdj, normAdjTransposed } = graphMatrices(graph.weights)
  const featureLayer = adam(parameters.featureLayer, dim, 0)
  const residual = adam(parameters.residual, dim, residualDecay)
  const bias = adam(parameters.bias, 1, 0)
  const batchUsers = Math.min(plan.batchUsers, users)
  const negatives = Math.min(plan.negatives, places)
  const entries = mostEntries(graph, batchUsers)
  return {
    plan,
    textDim,
    matrices: {
      start: inKernels(kernels, start),
      normAdj: inKernels(kernels, normAdj),
      normAdjTransposed: inKernels(kernels, normAdjTransposed),
    },
    /** A value counts as so many negatives. */
    dislikes: inKernels(kernels, { ...graph.dislikes, values: graph.dislikes.values.map(dislikeWeight) }),
    adam: { featureLayer, residual, bias },
    text: copied(textVectors),
    /** T·W `[places, dim]` */
    fromText: floats(places * dim),
    /** H `[places, dim]` */
    hops: floats(places * dim),
    hopBuffers: { onUsers: floats(users * dim), onPlaces: floats(places * dim) },
    /** y `[places, dim]` and the lengths of E before normalisation. */
    places: floats(places * dim),
    lengths: floats(places),
    /** x `[users, dim]` of a whole pass, and the lengths of S. */
    users: floats(users * dim),
    userLengths: floats(users),
    everyUser: everyRow(kernels, users),
    everyPlace: everyRow(kernels, places),
    everyFeature: everyRow(kernels, textDim),
    /** Gradients of E0 summed since W last moved. */
    gradSinceFeature: floats(textDim === 0 ? 0 : places * dim),
    /** Numbers of the next piece of work that a thread takes. */
    tickets: kernels.indices(1),
    /** By thread: the rows of the negatives, and their panels. */
    packed: Array.from({ length: threads }, () => ({
      rows: floats(negatives * dim),
      panels: floats(panelsLength(negatives, dim)),
    })),
    batch: {
      users: kernels.indices(batchUsers),
      negatives: kernels.indices(negatives),
      /** Where the entries of each user begin: their places, then what they dislike. */
      offsets: kernels.indices(batchUsers + 1),
      entryUsers: kernels.indices(entries),
      /** Places that the step reaches, the negatives first, and their entries by place. */
      rows: kernels.indices(places),
      rowStarts: kernels.indices(places + 1),
      rowEntries: kernels.indices(entries),
      sums: floats(batchUsers * dim),
      lengths: floats(batchUsers),
      x: floats(batchUsers * dim),
      totals: floats(batchUsers * dim),
      gradX: floats(batchUsers * dim),
      scores: floats(batchUsers * negatives),
      gradNegatives: floats(negatives * dim),
      maxima: floats(batchUsers),
      exponentials: floats(batchUsers),
      logNegatives: floats(batchUsers),
      weights: floats(batchUsers),
      losses: floats(batchUsers),
      masses: floats(batchUsers),
      pulls: floats(entries * PULL_WIDTH),
    },
    /** Where a place stands among the negatives of the step, from 1; 0 for the others. */
    negativeAt: kernels.indices(places),
  }
}

/** A dislike of the usual strength (domain/event.ts) weighs as much as this many sampled negatives. */
const DISLIKE_NEGATIVES = 20
const USUAL_DISLIKE = 5

function dislikeWeight(strength: number): number {
  return (DISLIKE_NEGATIVES * Math.log1p(strength)) / Math.log1p(USUAL_DISLIKE)
}

/** Entries of the users with the most of them: what a batch may have to hold. */
function mostEntries({ weights, dislikes }: TrainingGraph, batchUsers: number): number {
  const counts = Uint32Array.from(
    { length: weights.rows },
    (_, user) =>
      weights.starts[user + 1] - weights.starts[user] + dislikes.starts[user + 1] - dislikes.starts[user],
  ).sort()
  return counts.subarray(Math.max(0, counts.length - batchUsers)).reduce((sum, count) => sum + count, 0)
}

function everyRow(kernels: Kernels, count: number): Uint32Array {
  const rows = kernels.indices(count)
  for (let row = 0; row < count; row++) rows[row] = row
  return rows
}
