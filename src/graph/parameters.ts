// What training takes, its settings, and what it learns. Leaves their meaning in formulas to trainer.ts.
import type { SparseMatrix } from '../math/sparse.ts'
import type { Interaction } from './interactions.ts'

export interface TrainInput {
  readonly placeIds: readonly string[]
  /** `[places, textDim]`; empty with textDim 0 where there is no text. */
  readonly textVectors: Float32Array
  readonly textDim: number
  /** The embedding model behind the text vectors, '' without text. */
  readonly textModelId: string
  /** `[places, 2]` lng, lat, where they are known: they help to place what has no actions. */
  readonly positions?: Float64Array
  readonly events: readonly Interaction[]
  /** See ModelInfo.lastSeq. */
  readonly lastSeq: number
}

export interface Hyperparameters {
  /** Where residuals start: at the spectrum of the graph (start.ts), or anywhere. */
  readonly start: 'spectral' | 'random'
  /** Whether a positive is scored by its user without it. */
  readonly leaveOneOut: boolean
  /** Whether places learn how popular they are; else every bias is 0. */
  readonly biased: boolean
  /** Hops from place to place over the graph that are added to a place; 0 for none. */
  readonly layers: number
  /** What the hops weigh against the place itself. */
  readonly hopWeight: number
  readonly temperature: number
  /** How much more the positives count that the model understands already (math/contrastive.ts); 0 for all alike. */
  readonly sharpness: number
  readonly learningRate: number
  /** What the bias learns at, relative to `learningRate`: it is in units of cosine × temperature. */
  readonly biasRate: number
  /** Users a step. */
  readonly batchUsers: number
  /** Uniform negatives a step, shared by its users. */
  readonly negatives: number
  /** Weight decay of the residual: what text can say, text shall say. */
  readonly residualDecay: number
  /** Passes over the users at most; the validation slice stops earlier. */
  readonly epochs: number
}

/** How far a bias can get in training, in units of the logarithm of popularity that it starts from half of. */
const BIAS_REACH = 4.3

/**
 * Defaults for a graph. Constant, but for what depends on how much there is to learn from. Fewer users know less about a
 * place, which a softer softmax allows for, and say less of which positives are understood. They need smaller steps and more
 * epochs to make enough of them. The residual is to shrink equally over however many steps there are, and the bias to get as
 * far: with a hundred users popularity is most of what can be known. In a dense graph every place is a hop from every other,
 * so that hops blur. Chosen on slices of the train parts of gowalla, foursquare-vldb17 and foursquare-nyc (docs/evaluate.md).
 */
export function defaultsFor({ rows: users, columns: places, indices }: SparseMatrix): Hyperparameters {
  const density = indices.length / Math.max(1, users * places)
  const batchUsers = clamp(Math.round(users / 12), 64, 512)
  const stepsPerEpoch = Math.ceil(Math.max(1, users) / batchUsers)
  // Few links are learnt by heart sooner, and many take fewer passes.
  const mostEpochs = clamp(Math.round(24 + indices.length / 2000), 24, 48)
  const epochs = clamp(Math.round(1900 / stepsPerEpoch), Math.min(32, mostEpochs), mostEpochs)
  const steps = epochs * stepsPerEpoch
  const scarcity = (30_000 / Math.max(1, users)) ** 0.25
  const temperature = clamp(0.09 * scarcity, 0.08, 0.3)
  const learningRate = 0.0125
  return {
    start: 'spectral',
    leaveOneOut: true,
    biased: true,
    layers: 1,
    hopWeight: clamp(0.02 / density, 0, 32),
    temperature,
    sharpness: clamp(0.25 / scarcity, 0.05, 0.3),
    learningRate,
    // Adam moves by about the rate a step, and the cosine halves the sum of the rates.
    biasRate: Math.max(0.3, (BIAS_REACH * temperature) / (0.5 * learningRate * steps)),
    batchUsers,
    // Not a power of two: rows of scores would fall on the same cache lines.
    negatives: 4080,
    residualDecay: clamp(4250 / steps, 0.5, 5),
    epochs,
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}

export interface Parameters {
  /** W, `[textDim, dim]` */
  readonly featureLayer: Float32Array
  /** R, `[places, dim]` */
  readonly residual: Float32Array
  /** b, `[places]` */
  readonly bias: Float32Array
}
