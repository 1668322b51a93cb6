// Where training starts: places at their spectral position in the graph, the feature layer fitted to it.
// Leaves improving on it to trainer.ts.
import { DongneError } from '../errors.ts'
import { orthonormalizer, solveRidge } from '../math/cholesky.ts'
import { multiplyAdd } from '../math/matrix.ts'
import type { Random } from '../math/random.ts'
import { inKernels, type Kernels } from '../math/kernels.ts'
import type { GraphMatrices } from './interactions.ts'
import { setLastColumn } from './model.ts'
import type { Hyperparameters, Parameters, TrainInput } from './parameters.ts'

/** Rounds of subspace iteration: the leading directions of a graph settle in three. */
const ITERATIONS = 3
/** Ridge of the text fit, relative to the mean of the diagonal. */
const RIDGE = 0.1

/**
 * The leading `dim` right singular vectors of the normalised adjacency, scaled by the square roots of their singular
 * values, `[places, dim]`, with rows of unit length on average; by randomised subspace iteration (Halko, Martinsson,
 * Tropp, SIAM Review 2011, Algorithm 4.4). The last column is zero, as are the
 * rows of places without edges.
 */
export function spectralStart(
  kernels: Kernels,
  matrices: Pick<GraphMatrices, 'normAdj' | 'normAdjTransposed'>,
  dim: number,
  random: Random,
): Float32Array {
  const [normAdj, normAdjTransposed] = [matrices.normAdj, matrices.normAdjTransposed].map((matrix) =>
    inKernels(kernels, matrix),
  )
  const [users, places] = [normAdj.rows, normAdj.columns]
  const basis = kernels.floats(places * dim)
  for (let i = 0; i < basis.length; i++) basis[i] = random.normal()
  const onUsers = kernels.floats(users * dim)
  const onPlaces = kernels.floats(places * dim)
  const gram = kernels.floats(dim * dim)
  const mix = kernels.floats(dim * dim)
  /** onPlaces → basis with orthonormal columns. */
  const orthonormalize = () => {
    kernels.transposedMultiplyAdd(onPlaces, onPlaces, gram.fill(0), places, dim, dim)
    const { matrix, lengths } = orthonormalizer(Float64Array.from(gram), dim)
    mix.set(matrix)
    kernels.multiplyAdd(onPlaces, mix, basis.fill(0), places, dim, dim)
    return lengths
  }
  onPlaces.set(basis)
  let scales = orthonormalize()
  for (let round = 0; round < ITERATIONS; round++) {
    kernels.multiplySparseAdd(normAdj, basis, onUsers.fill(0), dim)
    kernels.multiplySparseAdd(normAdjTransposed, onUsers, onPlaces.fill(0), dim)
    // The lengths left after orthogonalisation estimate the squared singular values.
    scales = orthonormalize()
  }
  let squares = 0
  for (let i = 0; i < places; i++) {
    for (let k = 0; k < dim; k++) {
      basis[i * dim + k] *= scales[k] ** 0.25
      squares += basis[i * dim + k] ** 2
    }
  }
  const scale = squares === 0 ? 0 : Math.sqrt(places / squares)
  for (let i = 0; i < basis.length; i++) basis[i] *= scale
  for (let i = dim - 1; i < basis.length; i += dim) basis[i] = 0
  return basis.slice()
}

/**
 * The feature layer W `[textDim, dim]` that brings text nearest to `target` `[places, dim]` over the given rows, by
 * ridge regression.
 */
export function fitFeatureLayer(
  text: Float32Array,
  target: Float32Array,
  rows: readonly number[],
  textDim: number,
  dim: number,
): Float32Array {
  const gram = new Float64Array(textDim * textDim)
  const moment = new Float64Array(textDim * dim)
  for (const row of rows) {
    const x = row * textDim
    for (let i = 0; i < textDim; i++) {
      const value = text[x + i]
      if (value === 0) continue
      for (let j = 0; j <= i; j++) gram[i * textDim + j] += value * text[x + j]
      for (let k = 0; k < dim; k++) moment[i * dim + k] += value * target[row * dim + k]
    }
  }
  let trace = 0
  for (let i = 0; i < textDim; i++) trace += gram[i * textDim + i]
  if (trace === 0) return new Float32Array(textDim * dim)
  solveRidge(gram, moment, textDim, dim, (RIDGE * trace) / textDim)
  return Float32Array.from(moment)
}

/** out[places, dim] = text[places, textDim] · W */
export function applyFeatureLayer(
  text: Float32Array,
  layer: Float32Array,
  out: Float32Array,
  places: number,
  textDim: number,
  dim: number,
): void {
  out.fill(0)
  multiplyAdd(text, layer, out, places, textDim, dim)
}

/** Rows of unit length on average, in no particular direction; the last column is zero. */
function randomStart(places: number, dim: number, random: Random): Float32Array {
  return Float32Array.from({ length: places * dim }, (_, i) =>
    i % dim === dim - 1 ? 0 : random.normal() / Math.sqrt(dim - 1),
  )
}

/** The parameters that training starts from. */
export function startParameters(
  kernels: Kernels,
  { textVectors, textDim, placeIds }: TrainInput,
  matrices: GraphMatrices,
  {
    dim,
    temperature,
    start,
    biased,
  }: Pick<Hyperparameters & { dim: number }, 'dim' | 'temperature' | 'start' | 'biased'>,
  random: Random,
): Parameters {
  const { starts } = matrices.normAdjTransposed
  const degrees = placeIds.map((_, place) => starts[place + 1] - starts[place])
  // With uniform negatives the best bias of a softmax is the logarithm of the popularity; half of it is personal.
  const bias = Float32Array.from(degrees, (degree) => (biased ? 0.5 * temperature * Math.log1p(degree) : 0))
  const residual =
    start === 'spectral'
      ? spectralStart(kernels, matrices, dim, random)
      : randomStart(placeIds.length, dim, random)
  if (textDim === 0) return { featureLayer: new Float32Array(0), residual, bias }
  const seen = degrees.flatMap((degree, place) => (degree > 0 ? place : []))
  const featureLayer = fitFeatureLayer(textVectors, residual, seen, textDim, dim)
  // Nothing to fit to, or nothing found: a random projection keeps the likeness of texts (Johnson and Lindenstrauss).
  if (featureLayer.every((value) => value === 0)) {
    for (let i = 0; i < featureLayer.length; i++) featureLayer[i] = random.normal() / Math.sqrt(textDim)
    setLastColumn(featureLayer, dim, () => 0)
  }
  // R takes what the text leaves of the spectral position; a place without actions is where its text says.
  const fromText = new Float32Array(placeIds.length * dim)
  applyFeatureLayer(textVectors, featureLayer, fromText, placeIds.length, textDim, dim)
  for (let i = 0; i < residual.length; i++) {
    residual[i] = degrees[Math.floor(i / dim)] > 0 ? residual[i] - fromText[i] : 0
  }
  return { featureLayer, residual, bias }
}

/** A model to go on from (model.ts), with the parameters it ended with. */
export interface PreviousModel {
  readonly version: string
  readonly dim: number
  readonly textDim: number
  readonly textModelId: string
  readonly usualBias: number
  /** W `[textDim, dim]` */
  readonly featureLayer: Float32Array
  placeVector(id: string): Float32Array | undefined
  /** R and b of a place the model was trained on. */
  placeParameters(id: string): { readonly residual: Float32Array; readonly bias: number } | undefined
}

/** The parameters of the previous model; a new place starts where its text says. Throws dim-mismatch. */
export function continuedParameters(
  { placeIds, textDim, textModelId }: TrainInput,
  previous: PreviousModel,
  dim: number,
): Parameters {
  if (previous.dim !== dim || previous.textDim !== textDim || previous.textModelId !== textModelId) {
    throw new DongneError(
      'dim-mismatch',
      `Model ${previous.version} has ${previous.dim} dimensions over ${previous.textDim} of ${previous.textModelId}; ` +
        `it cannot go on with ${dim} over ${textDim} of ${textModelId}.`,
    )
  }
  const residual = new Float32Array(placeIds.length * dim)
  const bias = new Float32Array(placeIds.length).fill(previous.usualBias)
  placeIds.forEach((id, place) => {
    const known = previous.placeParameters(id)
    if (known === undefined) return
    residual.set(known.residual, place * dim)
    bias[place] = known.bias
  })
  return { featureLayer: previous.featureLayer.slice(), residual, bias }
}
