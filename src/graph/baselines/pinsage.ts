// PinSage-style: a place is its own vector and what random walks find around it, pooled by how often they come there.
// Leaves epochs to early-stop.ts.
//
//   M [places, places]  visits of random walks place → user → place, the NEIGHBOURS most visited, rows sum to 1  (§ 3.2)
//   N = M · ReLU(Z Q + q)               Z [places, dim] (learnt), Q, W1, W2, G [dim, dim] (learnt)         (Algorithm 1)
//   C = ReLU(Z W1 + N W2 + w)           [Z, N] of the paper's concatenation, one block of W each
//   Y = V / |V|, V = C G
// Ying, He, Chen, Eksombatchai, Hamilton, Leskovec: Graph Convolutional Neural Networks for Web-Scale Recommender Systems,
// KDD 2018. One convolution of the paper's two, and vectors where it has pictures and words. Trained on pairs of places of a
// user, against places that the batch shares; the softmax of the house's trainer stands for the paper's margin.
// As there, a user has no vector of their own: they are the mean of their places.
import type { AdamState } from '../../math/adam.ts'
import type { Kernels } from '../../math/kernels.ts'
import { panelsLength } from '../../math/matrix.ts'
import type { Random } from '../../math/random.ts'
import { transpose, type SparseMatrix } from '../../math/sparse.ts'
import { TopK } from '../../math/top-k.ts'
import { createWasmKernels } from '../../math/wasm-kernels.ts'
import { embeddingScorer, type Scorer } from '../ranking.ts'
import type { Embeddings } from '../trainer.ts'
import { holdOut } from '../validation.ts'
import type { Baseline, FitContext } from './baseline.ts'
import { inKernels } from './bpr.ts'
import { trainUntilWorse } from './early-stop.ts'
import { vectorLimit } from './memory.ts'

interface Settings {
  readonly learningRate: number
  readonly temperature: number
  /** Pairs of a step, and the places against them all. */
  readonly batch: number
  readonly negatives: number
  readonly stepsPerEpoch: number
  readonly epochs: number
}

/** Walks from a place, and how many of the visited places count (the paper's T = 50 costs twice the time). */
const WALKS = 200
const NEIGHBOURS = 20
const START = 0.1

export const pinSage: Baseline<Settings> = {
  paper:
    'Ying, He, Chen, Eksombatchai, Hamilton, Leskovec: Graph Convolutional Neural Networks for Web-Scale Recommender Systems, KDD 2018',
  settings: [
    { learningRate: 0.01, temperature: 0.1, batch: 4096, negatives: 1000, stepsPerEpoch: 20, epochs: 50 },
  ],
  limit: (train) => vectorLimit(train, 16),
  fit: fitPinSage,
}

function fitPinSage(train: SparseMatrix, settings: Settings, context: FitContext): Scorer {
  return embeddingScorer(embeddingsOf(train, settings, context), context.dim)
}

/** `[places, dim]`, each of length 1: for questions about places alone. */
export function pinSagePlaces(train: SparseMatrix, context: FitContext): Float32Array {
  return embeddingsOf(train, pinSage.settings[0], context).places
}

function embeddingsOf(train: SparseMatrix, settings: Settings, context: FitContext): Embeddings {
  const { dim, random, budgetSeconds, signal } = context
  const held = holdOut(train, random.fork('validation'))
  // Of a small graph a step takes each link once on average, not many times.
  const sized = { ...settings, batch: Math.max(1, Math.min(settings.batch, held.train.indices.length)) }
  const training = new PinSageTraining(createWasmKernels(), held.train, sized, dim, random.fork('pinsage'))
  const limits = {
    held,
    dim,
    epochs: settings.epochs,
    scoreEvery: 1,
    budgetSeconds,
    ...(signal && { signal }),
  }
  return trainUntilWorse(training, limits)
}

/** Pairs (query, positive) of places that a user has both of, and the places against them. */
export interface Pairs {
  readonly queries: Uint32Array
  readonly positives: Uint32Array
  readonly negatives: Uint32Array
}

/** Names and shapes of what is learnt. */
const LAYERS = ['toPool', 'fromSelf', 'fromPool', 'out'] as const
const BIASES = ['poolBias', 'bias'] as const
type Parameter = 'places' | (typeof LAYERS)[number] | (typeof BIASES)[number]

export class PinSageTraining {
  readonly parameters: Readonly<Record<Parameter, Float32Array>>
  readonly #kernels: Kernels
  readonly #train: SparseMatrix
  readonly #settings: Settings
  readonly #dim: number
  readonly #random: Random
  readonly #walks: SparseMatrix
  readonly #walksTransposed: SparseMatrix
  readonly #states: readonly AdamState[]
  readonly #gradients: Readonly<Record<Parameter, Float32Array>>
  readonly #buffers: ReturnType<typeof createBuffers>
  #steps = 0

  constructor(kernels: Kernels, train: SparseMatrix, settings: Settings, dim: number, random: Random) {
    this.#kernels = kernels
    this.#train = train
    this.#settings = settings
    this.#dim = dim
    this.#random = random
    const walks = walkNeighbours(train, random.fork('walks'))
    this.#walks = inKernels(kernels, walks)
    this.#walksTransposed = inKernels(kernels, transpose(walks))
    const normal = (length: number, deviation: number) => {
      const values = kernels.floats(length)
      for (let i = 0; i < length; i++) values[i] = deviation * random.normal()
      return values
    }
    const layer = () => normal(dim * dim, Math.sqrt(2 / dim)) // He et al., ICCV 2015, for ReLU
    this.parameters = {
      places: normal(train.columns * dim, START),
      toPool: layer(),
      fromSelf: layer(),
      fromPool: layer(),
      out: layer(),
      poolBias: kernels.floats(dim),
      bias: kernels.floats(dim),
    }
    this.#states = Object.values(this.parameters).map((values) => ({
      parameters: values,
      gradient: kernels.floats(values.length),
      first: kernels.floats(values.length),
      second: kernels.floats(values.length),
      d: dim,
      decay: 0,
    }))
    this.#gradients = Object.fromEntries(
      Object.keys(this.parameters).map((name, i) => [name, this.#states[i].gradient]),
    ) as Record<Parameter, Float32Array>
    this.#buffers = createBuffers(kernels, train.columns, dim, settings)
  }

  embeddings(): Embeddings {
    const { rows, starts, indices } = this.#train
    const dim = this.#dim
    this.#forward()
    const places = this.#buffers.y
    const users = new Float32Array(rows * dim)
    for (let user = 0; user < rows; user++) {
      for (let e = starts[user]; e < starts[user + 1]; e++) {
        for (let k = 0; k < dim; k++) users[user * dim + k] += places[indices[e] * dim + k]
      }
    }
    return { users, places }
  }

  epoch(outOfTime: () => boolean): void {
    for (let step = 0; step < this.#settings.stepsPerEpoch && !outOfTime(); step++) {
      this.#backward(this.#pairs())
      this.#steps++
      for (const state of this.#states) {
        const rows = this.#buffers.everyRow.subarray(0, state.parameters.length / this.#dim)
        this.#kernels.adamRows(state, rows, this.#settings.learningRate, this.#steps)
      }
    }
  }

  /** out[n, m] = a[n, dim] · b[m, dim]ᵀ */
  #timesTransposed(a: Float32Array, b: Float32Array, out: Float32Array, n: number, m: number): void {
    const panels = this.#buffers.panels.subarray(0, panelsLength(m, this.#dim))
    this.#kernels.packPanels(b, panels, m, this.#dim)
    this.#kernels.multiplyPanels(a, panels, out, n, m, this.#dim)
  }

  /** Mean loss of the pairs, and its gradients. */
  lossAndGradients(pairs: Pairs): { loss: number; gradients: Record<Parameter, Float32Array> } {
    const loss = this.#backward(pairs)
    const gradients = Object.fromEntries(
      Object.entries(this.#gradients).map(([name, values]) => [name, values.slice()]),
    ) as Record<Parameter, Float32Array>
    for (const { gradient } of this.#states) gradient.fill(0)
    return { loss, gradients }
  }

  #pairs(): Pairs {
    const { rows, columns, starts, indices } = this.#train
    const { batch, negatives } = this.#settings
    const random = this.#random
    const [queries, positives] = [new Uint32Array(batch), new Uint32Array(batch)]
    for (let i = 0; i < batch; i++) {
      let user: number
      do user = random.integer(rows)
      while (starts[user + 1] === starts[user])
      const degree = starts[user + 1] - starts[user]
      const first = random.integer(degree)
      // Another place of theirs, where they have one: a pair of one place with itself teaches nothing.
      const second = degree === 1 ? first : (first + 1 + random.integer(degree - 1)) % degree
      queries[i] = indices[starts[user] + first]
      positives[i] = indices[starts[user] + second]
    }
    const others = Uint32Array.from({ length: Math.min(negatives, columns) }, () => random.integer(columns))
    return { queries, positives, negatives: others }
  }

  #forward(): void {
    const kernels = this.#kernels
    const dim = this.#dim
    const { places, toPool, fromSelf, fromPool, out, poolBias, bias } = this.parameters
    const { a, n, c, v, y, lengths } = this.#buffers
    const count = lengths.length
    fillRows(a, poolBias)
    kernels.multiplyAdd(places, toPool, a, count, dim, dim)
    clampAtZero(a)
    n.fill(0)
    kernels.multiplySparseAdd(this.#walks, a, n, dim)
    fillRows(c, bias)
    kernels.multiplyAdd(places, fromSelf, c, count, dim, dim)
    kernels.multiplyAdd(n, fromPool, c, count, dim, dim)
    clampAtZero(c)
    v.fill(0)
    kernels.multiplyAdd(c, out, v, count, dim, dim)
    kernels.normalizeRows(v, y, lengths, dim)
  }

  /** Leaves the gradients of the mean loss; returns it. */
  #backward(pairs: Pairs): number {
    this.#forward()
    const { gradY, y, lengths, gradV, gradC, gradN, gradA, c, n, a } = this.#buffers
    const loss = this.#softmax(pairs)
    const kernels = this.#kernels
    const dim = this.#dim
    const count = lengths.length
    const { places, toPool, fromSelf, fromPool, out } = this.parameters
    const gradients = this.#gradients
    kernels.normalizeRowsBackward(y, lengths, gradY, gradV, dim)
    kernels.transposedMultiplyAdd(c, gradV, gradients.out, count, dim, dim)
    this.#timesTransposed(gradV, out, gradC, count, dim)
    keepWherePositive(gradC, c)
    addColumns(gradC, gradients.bias)
    kernels.transposedMultiplyAdd(places, gradC, gradients.fromSelf, count, dim, dim)
    kernels.transposedMultiplyAdd(n, gradC, gradients.fromPool, count, dim, dim)
    this.#timesTransposed(gradC, fromSelf, gradients.places, count, dim)
    this.#timesTransposed(gradC, fromPool, gradN, count, dim)
    gradA.fill(0)
    kernels.multiplySparseAdd(this.#walksTransposed, gradN, gradA, dim)
    keepWherePositive(gradA, a)
    addColumns(gradA, gradients.poolBias)
    kernels.transposedMultiplyAdd(places, gradA, gradients.toPool, count, dim, dim)
    this.#timesTransposed(gradA, toPool, gradN, count, dim)
    for (let i = 0; i < gradN.length; i++) gradients.places[i] += gradN[i]
    return loss
  }

  /** dL/dY of the pairs, L = mean of −s_p + log(e^{s_p} + Σ_n e^{s_n}), s = cosine / temperature. */
  #softmax({ queries, positives, negatives }: Pairs): number {
    const kernels = this.#kernels
    const dim = this.#dim
    const { y, gradY, q, p, scores, maxima, sums, gradQ, rows, negativeRows, gradNegatives } = this.#buffers
    const [size, count] = [queries.length, negatives.length]
    const { temperature } = this.#settings
    const named = (at: number, values: Uint32Array) => {
      const array = rows[at].subarray(0, values.length)
      array.set(values)
      return array
    }
    const [ofQueries, ofPositives, ofNegatives] = [
      named(0, queries),
      named(1, positives),
      named(2, negatives),
    ]
    gradY.fill(0)
    kernels.gatherRows(y, ofQueries, q, dim)
    kernels.gatherRows(y, ofPositives, p, dim)
    kernels.gatherRows(y, ofNegatives, negativeRows, dim)
    const table = scores.subarray(0, size * count)
    this.#timesTransposed(q, negativeRows, table, size, count)
    kernels.expRows(table, size, count, 1 / temperature, maxima, sums)
    let loss = 0
    const scale = 1 / (size * temperature)
    for (let i = 0; i < size; i++) {
      let positive = 0
      for (let k = i * dim; k < (i + 1) * dim; k++) positive += q[k] * p[k]
      const most = Math.max(maxima[i], positive / temperature)
      const ofPositive = Math.exp(positive / temperature - most)
      const ofOthers = sums[i] * Math.exp(maxima[i] - most)
      const miss = ofOthers / (ofPositive + ofOthers)
      loss -= Math.log(ofPositive / (ofPositive + ofOthers)) / size
      sums[i] = (scale * miss) / sums[i]
      for (let k = i * dim; k < (i + 1) * dim; k++) {
        gradQ[k] = -scale * miss * p[k]
        p[k] = -scale * miss * q[k]
      }
    }
    kernels.scaleRows(table, sums, size, count)
    kernels.multiplyAdd(table, negativeRows, gradQ, size, count, dim)
    gradNegatives.fill(0)
    kernels.transposedMultiplyAdd(table, q, gradNegatives, size, count, dim)
    addRows(gradQ, queries, gradY, dim)
    addRows(p, positives, gradY, dim)
    addRows(gradNegatives, negatives, gradY, dim)
    return loss
  }
}

/** M: the places that walks from a place come to, without itself, by share of the visits. */
function walkNeighbours(train: SparseMatrix, random: Random): SparseMatrix {
  const { columns, starts, indices } = train
  const byPlace = transpose(train)
  const outStarts = new Uint32Array(columns + 1)
  const outIndices: number[] = []
  const outValues: number[] = []
  for (let place = 0; place < columns; place++) {
    const visits = new Map<number, number>()
    const degree = byPlace.starts[place + 1] - byPlace.starts[place]
    const walks = degree === 0 ? 0 : WALKS
    for (let walk = 0; walk < walks; walk++) {
      const user = byPlace.indices[byPlace.starts[place] + random.integer(degree)]
      const next = indices[starts[user] + random.integer(starts[user + 1] - starts[user])]
      if (next !== place) visits.set(next, (visits.get(next) ?? 0) + 1)
    }
    const best = new TopK<number>(NEIGHBOURS)
    for (const [other, count] of visits) best.offer(count, other)
    const kept = best.sorted().sort((a, b) => a.id - b.id)
    const total = kept.reduce((sum, { score }) => sum + score, 0)
    for (const { id, score } of kept) {
      outIndices.push(id)
      outValues.push(score / total)
    }
    outStarts[place + 1] = outIndices.length
  }
  return {
    rows: columns,
    columns,
    starts: outStarts,
    indices: Uint32Array.from(outIndices),
    values: Float32Array.from(outValues),
  }
}

function createBuffers(kernels: Kernels, places: number, dim: number, { batch, negatives }: Settings) {
  const ofPlaces = () => kernels.floats(places * dim)
  const ofBatch = () => kernels.floats(batch * dim)
  const everyRow = kernels.indices(Math.max(places, dim))
  everyRow.forEach((_, row) => (everyRow[row] = row))
  const [a, n, c, v, y] = [ofPlaces(), ofPlaces(), ofPlaces(), ofPlaces(), ofPlaces()]
  const [gradY, gradV, gradC, gradN, gradA] = [ofPlaces(), ofPlaces(), ofPlaces(), ofPlaces(), ofPlaces()]
  const rows = [kernels.indices(batch), kernels.indices(batch), kernels.indices(negatives)] as const
  return {
    everyRow,
    rows,
    a,
    n,
    c,
    v,
    y,
    gradY,
    gradV,
    gradC,
    gradN,
    gradA,
    lengths: kernels.floats(places),
    panels: kernels.floats(panelsLength(Math.max(negatives, dim), dim)),
    q: ofBatch(),
    p: ofBatch(),
    gradQ: ofBatch(),
    scores: kernels.floats(batch * negatives),
    maxima: kernels.floats(batch),
    sums: kernels.floats(batch),
    negativeRows: kernels.floats(negatives * dim),
    gradNegatives: kernels.floats(negatives * dim),
  }
}

function fillRows(x: Float32Array, row: Float32Array): void {
  for (let from = 0; from < x.length; from += row.length) x.set(row, from)
}

function clampAtZero(x: Float32Array): void {
  for (let i = 0; i < x.length; i++) if (x[i] < 0) x[i] = 0
}

/** ReLU backward. */
function keepWherePositive(gradient: Float32Array, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) if (x[i] <= 0) gradient[i] = 0
}

/** Adds row i of x to row rows[i] of `out`. */
function addRows(x: Float32Array, rows: Uint32Array, out: Float32Array, d: number): void {
  rows.forEach((row, i) => {
    for (let k = 0; k < d; k++) out[row * d + k] += x[i * d + k]
  })
}

/** out[d] += the rows of x. */
function addColumns(x: Float32Array, out: Float32Array): void {
  for (let from = 0; from < x.length; from += out.length) {
    for (let k = 0; k < out.length; k++) out[k] += x[from + k]
  }
}
