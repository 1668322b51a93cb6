// The gradients of the trained baselines against finite differences.
import { describe, expect, it } from 'vitest'
import { BprTraining } from '../../../src/graph/baselines/bpr.ts'
import { PinSageTraining } from '../../../src/graph/baselines/pinsage.ts'
import { createRandom } from '../../../src/math/random.ts'
import { createWasmKernels } from '../../../src/math/wasm-kernels.ts'
import { randomGraph } from '../random-graph.ts'

const DIM = 4
const { matrix } = randomGraph(3, 12, 10)

/**
 * The worst difference to central differences, at every third coordinate, relative to the largest gradient. Longer steps
 * cross the bends of ReLU, shorter ones drown in float32.
 */
function deviation(parameters: Float32Array, gradient: Float32Array, loss: () => number): number {
  const step = 1e-3
  let worst = 0
  for (let i = 0; i < parameters.length; i += 3) {
    const value = parameters[i]
    parameters[i] = value + step
    const above = loss()
    parameters[i] = value - step
    const below = loss()
    parameters[i] = value
    worst = Math.max(worst, Math.abs((above - below) / (2 * step) - gradient[i]))
  }
  return worst / Math.max(...gradient.map(Math.abs))
}

describe('the gradient', () => {
  it.each([
    ['of matrix factorisation', 0],
    ['of LightGCN', 3],
  ])('%s is that of its loss', (_, layers) => {
    const settings = { layers, learningRate: 0.01, decay: 0, batch: 8, epochs: 1, scoreEvery: 1 }
    const training = new BprTraining(createWasmKernels(), matrix, settings, DIM, createRandom(1))
    const triples = {
      users: Uint32Array.of(0, 1, 2, 2),
      positives: Uint32Array.of(3, 1, 4, 0),
      negatives: Uint32Array.of(5, 9, 2, 8),
    }
    const { gradient } = training.lossAndGradient(triples)
    expect(
      deviation(training.parameters, gradient, () => training.lossAndGradient(triples).loss),
    ).toBeLessThan(0.02)
  })

  it('of PinSage is that of its loss, for every parameter', () => {
    const settings = {
      learningRate: 0.01,
      temperature: 0.5,
      batch: 3,
      negatives: 4,
      stepsPerEpoch: 1,
      epochs: 1,
    }
    const training = new PinSageTraining(createWasmKernels(), matrix, settings, DIM, createRandom(2))
    const pairs = {
      queries: Uint32Array.of(1, 2, 7),
      positives: Uint32Array.of(3, 5, 0),
      negatives: Uint32Array.of(4, 6, 8, 9),
    }
    const { gradients } = training.lossAndGradients(pairs)
    for (const name of Object.keys(gradients) as (keyof typeof gradients)[]) {
      const of = training.parameters[name]
      const worst = deviation(of, gradients[name], () => training.lossAndGradients(pairs).loss)
      expect(worst, name).toBeLessThan(0.02)
    }
  })
})
