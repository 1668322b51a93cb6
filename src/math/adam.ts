// Adam (Kingma and Ba, ICLR 2015, Algorithm 1) with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), by rows.

const BETA1 = 0.9
/** Below the usual .999: a thousand steps are all there are (measured: guide to training). */
const BETA2 = 0.99
const EPSILON = 1e-8

/** Parameters `[rows, d]` with their gradient and moments, in step. */
export interface AdamState {
  readonly parameters: Float32Array
  readonly gradient: Float32Array
  readonly first: Float32Array
  readonly second: Float32Array
  readonly d: number
  /** Parameters shrink by learning rate · decay a step. */
  readonly decay: number
}

/** What corrects the moments' start at zero, for the step with this number (from 1). */
export function biasCorrections(step: number): { readonly first: number; readonly second: number } {
  return { first: 1 / (1 - BETA1 ** step), second: 1 / (1 - BETA2 ** step) }
}

/**
 * One step on the rows that are named, whose gradients are set to zero. Rows that a step did not touch keep their moments
 * ("lazy" Adam): their gradient is not zero but unknown.
 */
export function adamRows(
  { parameters, gradient, first, second, d, decay }: AdamState,
  rows: Uint32Array,
  learningRate: number,
  step: number,
): void {
  const correction = biasCorrections(step)
  for (const row of rows) {
    for (let i = row * d; i < (row + 1) * d; i++) {
      const g = gradient[i]
      first[i] += (1 - BETA1) * (g - first[i])
      second[i] += (1 - BETA2) * (g * g - second[i])
      gradient[i] = 0
      const update = (first[i] * correction.first) / (Math.sqrt(second[i] * correction.second) + EPSILON)
      parameters[i] -= learningRate * (update + decay * parameters[i])
    }
  }
}
