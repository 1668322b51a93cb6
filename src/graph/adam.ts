// Adam (Kingma and Ba, ICLR 2015, Algorithm 1) with decoupled weight decay (Loshchilov and Hutter, ICLR 2019).

export interface Adam {
  /** One step on all parameters; `gradient` is read only. */
  step(gradient: Float32Array, learningRate: number): void
}

const BETA1 = 0.9
/** Below the usual .999: a few hundred steps are all there are (measured: guide to training). */
const BETA2 = 0.99
const EPSILON = 1e-8

/** Updates `parameters` in place. `decay` shrinks them by learningRate · decay a step. */
export function createAdam(parameters: Float32Array, decay = 0): Adam {
  const first = new Float32Array(parameters.length)
  const second = new Float32Array(parameters.length)
  let steps = 0
  return {
    step(gradient, learningRate) {
      steps++
      const firstScale = 1 / (1 - BETA1 ** steps)
      const secondScale = 1 / (1 - BETA2 ** steps)
      for (let i = 0; i < parameters.length; i++) {
        const g = gradient[i]
        first[i] = BETA1 * first[i] + (1 - BETA1) * g
        second[i] = BETA2 * second[i] + (1 - BETA2) * g * g
        const update = (first[i] * firstScale) / (Math.sqrt(second[i] * secondScale) + EPSILON)
        parameters[i] -= learningRate * (update + decay * parameters[i])
      }
    },
  }
}
