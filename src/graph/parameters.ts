// What training takes, its settings, and what it learns. Leaves their meaning in formulas to trainer.ts.
import type { Interaction } from './interactions.ts'

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

export interface Parameters {
  /** W, `[textDim, dim]` */
  readonly featureLayer: Float32Array
  /** R, `[places, dim]` */
  readonly residual: Float32Array
  /** b, `[places]` */
  readonly bias: Float32Array
}
