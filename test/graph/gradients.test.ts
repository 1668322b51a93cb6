// The training loss and its gradients, against a dump made with PyTorch and against finite differences.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultsFor, type Parameters } from '../../src/graph/parameters.ts'
import { createPlainTrainer, createTrainer, type Trainer } from '../../src/graph/trainer.ts'
import { REFERENCE_KERNELS, type Kernels } from '../../src/math/kernels.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { createWasmKernels } from '../../src/math/wasm-kernels.ts'
import { sparseOf } from './sparse.ts'
import type { SparseMatrix } from '../../src/math/sparse.ts'

interface Golden {
  users: number
  places: number
  textDim: number
  dim: number
  layers: number
  hopWeight: number
  temperature: number
  sharpness: number
  weights: number[]
  dislikes: number[]
  batchUsers: number[]
  negatives: number[]
  text: number[]
  featureLayer: number[]
  residual: number[]
  bias: number[]
  loss: number
  unitUsers: number[]
  unitPlaces: number[]
  gradients: { featureLayer: number[]; residual: number[]; bias: number[] }
}

const golden = JSON.parse(readFileSync(new URL('../golden/training.json', import.meta.url), 'utf8')) as Golden

const { dim, layers, hopWeight, temperature, sharpness } = golden
const goldenPlan: Plan = { dim, layers, hopWeight, temperature, sharpness }

interface Plan {
  readonly dim: number
  readonly layers: number
  readonly hopWeight: number
  readonly temperature: number
  readonly sharpness: number
  readonly leaveOneOut?: boolean
}

function trainerOf(
  kernels: Kernels,
  weights: SparseMatrix,
  text: Float32Array,
  textDim: number,
  parameters: Parameters,
  plan: Plan,
  dislikes = sparseOf(Array(weights.rows * weights.columns).fill(0), weights.rows, weights.columns),
): Promise<Trainer> {
  return createPlainTrainer(kernels, {
    input: { textVectors: text, textDim },
    graph: { weights, dislikes },
    parameters,
    plan: { ...defaultsFor(weights), ...plan },
    random: createRandom(1),
  })
}

const batchOf = (users: readonly number[], negatives: readonly number[]) => ({
  users: Uint32Array.from(users),
  negatives: Uint32Array.from(negatives),
})

const KERNELS = [
  ['the reference', () => REFERENCE_KERNELS],
  ['WebAssembly', createWasmKernels],
] as const

/** Largest difference, relative to the largest expected number. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0
  let scale = 0
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]))
    scale = Math.max(scale, Math.abs(expected[i]))
  }
  return worst / scale
}

describe.each(KERNELS)('%s against the PyTorch dump', async (_, kernels) => {
  const weights = sparseOf(golden.weights, golden.users, golden.places)
  const parameters = {
    featureLayer: Float32Array.from(golden.featureLayer),
    residual: Float32Array.from(golden.residual),
    bias: Float32Array.from(golden.bias),
  }
  const text = Float32Array.from(golden.text)
  const dislikes = sparseOf(golden.dislikes, golden.users, golden.places)
  const trainer = await trainerOf(kernels(), weights, text, golden.textDim, parameters, goldenPlan, dislikes)

  it('has the same vectors', async () => {
    const { users, places } = await trainer.forward()
    const isDirection = (_: number, index: number) => index % golden.dim !== golden.dim - 1
    expect(difference(users.filter(isDirection), golden.unitUsers.filter(isDirection))).toBeLessThan(1e-6)
    expect(difference(places.filter(isDirection), golden.unitPlaces.filter(isDirection))).toBeLessThan(1e-6)
    const biases = places.filter((_, index) => index % golden.dim === golden.dim - 1)
    expect(Array.from(biases)).toEqual(Array.from(parameters.bias))
  })

  it('has the same loss and gradients', async () => {
    await trainer.forward()
    const { loss, gradients } = await trainer.lossAndGradients(batchOf(golden.batchUsers, golden.negatives))
    expect(loss).toBeCloseTo(golden.loss, 5)
    expect(difference(gradients.featureLayer, golden.gradients.featureLayer)).toBeLessThan(1e-5)
    expect(difference(gradients.residual, golden.gradients.residual)).toBeLessThan(1e-5)
    expect(difference(gradients.bias, golden.gradients.bias)).toBeLessThan(1e-5)
  })
})

describe('against finite differences', () => {
  it.each([
    { users: 5, places: 9, textDim: 6, dim: 5, layers: 2, sharpness: 0.4 },
    { users: 3, places: 4, textDim: 3, dim: 3, layers: 3, sharpness: 0 },
    { users: 6, places: 8, textDim: 0, dim: 4, layers: 1, sharpness: 0.1 },
    { users: 1, places: 3, textDim: 2, dim: 2, layers: 0, sharpness: 1 },
    { users: 4, places: 7, textDim: 3, dim: 4, layers: 1, sharpness: 0.1, leaveOneOut: false },
  ])(
    'every gradient holds for %o',
    async ({ users, places, textDim, dim, layers, sharpness, leaveOneOut = true }) => {
      const random = createRandom(users * 100 + places)
      const dense = Array.from({ length: users * places }, (_, cell) =>
        cell % places === Math.floor(cell / places) % places || random.next() < 0.4
          ? 1 + random.integer(5)
          : 0,
      )
      const weights = sparseOf(dense, users, places)
      const parameters = randomParameters(random, places, textDim, dim)
      const text = Float32Array.from({ length: places * textDim }, () => random.normal())
      const everything = (count: number) => Array.from({ length: count }, (_, index) => index)
      const batch = batchOf(everything(users), everything(places))
      const plan = { dim, layers, hopWeight: 1, temperature: 0.5, sharpness, leaveOneOut }
      const disliked = Array.from({ length: users * places }, (_, cell) =>
        dense[cell] === 0 && cell % 3 === 0 ? 2 : 0,
      )
      const dislikes = sparseOf(disliked, users, places)
      const trainer = await trainerOf(REFERENCE_KERNELS, weights, text, textDim, parameters, plan, dislikes)
      await trainer.forward()
      const { gradients } = await trainer.lossAndGradients(batch)

      for (const name of ['featureLayer', 'residual', 'bias'] as const) {
        const moving = trainer.parameters[name]
        const numeric = new Float64Array(moving.length)
        for (const [index, value] of parameters[name].entries()) {
          // The bias's coordinate is no parameter of W and R.
          if (name !== 'bias' && index % dim === dim - 1) continue
          const step = 1e-2
          const at = async (moved: number) => {
            moving[index] = moved
            const { loss } = await trainer.lossAndGradients(batch)
            moving[index] = value
            return loss
          }
          // Four points: the error falls with the fourth power of the step, which keeps float32's noise small beside it.
          const near = (await at(value + step)) - (await at(value - step))
          const far = (await at(value + 2 * step)) - (await at(value - 2 * step))
          numeric[index] = (8 * near - far) / (12 * step)
        }
        if (numeric.some((value) => Math.abs(value) > 1e-4)) {
          expect(difference(gradients[name], numeric), name).toBeLessThan(2e-3)
        } else expect(gradients[name].every((value) => Math.abs(value) < 1e-3)).toBe(true)
      }
    },
  )
})

describe('WebAssembly against the reference', () => {
  it('takes the same steps over a whole epoch, and the same bytes on any number of threads', async () => {
    const random = createRandom(5)
    const [users, places, textDim, dim] = [150, 90, 12, 16]
    const dense = Array.from({ length: users * places }, () =>
      random.next() < 0.1 ? 1 + random.integer(4) : 0,
    )
    for (let user = 0; user < users; user++) dense[user * places + (user % places)] = 1
    const graph = {
      weights: sparseOf(dense, users, places),
      dislikes: sparseOf(
        dense.map((weight, cell) => (weight === 0 && cell % 50 === 0 ? 5 : 0)),
        users,
        places,
      ),
    }
    const parameters = randomParameters(random, places, textDim, dim)
    const textVectors = Float32Array.from({ length: places * textDim }, () => random.normal())
    const options = {
      input: { textVectors, textDim },
      graph,
      parameters,
      plan: { ...defaultsFor(graph.weights), dim, layers: 1, hopWeight: 2, temperature: 0.2, sharpness: 0.1 },
      random: createRandom(1),
    }
    const run = async (trainer: Trainer) => {
      const losses: number[] = []
      for (const epoch of [0, 1, 2]) losses.push(await trainer.epoch(epoch, 3, () => false))
      const vectors = await trainer.forward()
      await trainer.close()
      return { losses, places: vectors.places.slice(), users: vectors.users.slice() }
    }
    const reference = await run(await createPlainTrainer(REFERENCE_KERNELS, options))
    const wasm = await run(await createTrainer(createWasmKernels(), options, 1))
    expect(difference(wasm.losses, reference.losses)).toBeLessThan(1e-4)
    // Adam divides by small roots: rounding grows with the steps.
    expect(difference(wasm.places, reference.places)).toBeLessThan(1e-2)
    expect(difference(wasm.users, reference.users)).toBeLessThan(1e-2)
    for (const threads of [2, 3]) {
      expect(await run(await createTrainer(createWasmKernels(), options, threads))).toEqual(wasm)
    }
  })
})

function randomParameters(random: Random, places: number, textDim: number, dim: number): Parameters {
  const fill = (rows: number) =>
    Float32Array.from({ length: rows * dim }, (_, index) => (index % dim === dim - 1 ? 0 : random.normal()))
  return {
    featureLayer: fill(textDim),
    residual: fill(places),
    bias: Float32Array.from({ length: places }, () => 0.3 * random.normal()),
  }
}
