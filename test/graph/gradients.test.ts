// The training loss and its gradients, against a dump made with PyTorch and against finite differences.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DEFAULTS, type Parameters } from '../../src/graph/parameters.ts'
import { Trainer } from '../../src/graph/trainer.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { sparseOf } from './sparse.ts'
import type { SparseMatrix } from '../../src/math/sparse.ts'

interface Golden {
  users: number
  places: number
  textDim: number
  dim: number
  layers: number
  temperature: number
  weights: number[]
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

function trainerOf(
  weights: SparseMatrix,
  text: Float32Array,
  textDim: number,
  parameters: Parameters,
  plan: { dim: number; layers: number; temperature: number },
): Trainer {
  const input = {
    placeIds: Array.from({ length: weights.columns }, (_, index) => `p${index}`),
    textVectors: text,
    textDim,
    textModelId: 'test',
    events: [],
    lastSeq: 0,
  }
  return new Trainer(input, weights, parameters, { ...DEFAULTS, ...plan }, createRandom(1))
}

const batchOf = (weights: SparseMatrix, users: readonly number[], negatives: readonly number[]) => ({
  users: Uint32Array.from(users),
  negatives: Uint32Array.from(negatives),
  positives: (user: number) => weights.indices.subarray(weights.starts[user], weights.starts[user + 1]),
})

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

describe('against the PyTorch dump', () => {
  const weights = sparseOf(golden.weights, golden.users, golden.places)
  const parameters = {
    featureLayer: Float32Array.from(golden.featureLayer),
    residual: Float32Array.from(golden.residual),
    bias: Float32Array.from(golden.bias),
  }
  const trainer = trainerOf(weights, Float32Array.from(golden.text), golden.textDim, parameters, golden)

  it('the vectors are the same', () => {
    const { users, places } = trainer.forward()
    const directions = (rows: Float32Array) =>
      rows.filter((_, index) => index % golden.dim !== golden.dim - 1)
    const expected = (rows: number[]) => rows.filter((_, index) => index % golden.dim !== golden.dim - 1)
    expect(difference(directions(users), expected(golden.unitUsers))).toBeLessThan(1e-6)
    expect(difference(directions(places), expected(golden.unitPlaces))).toBeLessThan(1e-6)
    expect(places.filter((_, index) => index % golden.dim === golden.dim - 1)).toEqual(parameters.bias)
  })

  it('the loss and every gradient are the same', () => {
    const { loss, gradients } = trainer.lossAndGradients(
      batchOf(weights, golden.batchUsers, golden.negatives),
    )
    expect(loss).toBeCloseTo(golden.loss, 5)
    expect(difference(gradients.featureLayer, golden.gradients.featureLayer)).toBeLessThan(1e-5)
    expect(difference(gradients.residual, golden.gradients.residual)).toBeLessThan(1e-5)
    expect(difference(gradients.bias, golden.gradients.bias)).toBeLessThan(1e-5)
  })
})

describe('against finite differences', () => {
  it.each([
    { users: 5, places: 9, textDim: 6, dim: 5, layers: 2 },
    { users: 3, places: 4, textDim: 3, dim: 3, layers: 3 },
    { users: 6, places: 8, textDim: 0, dim: 4, layers: 1 },
    { users: 1, places: 3, textDim: 2, dim: 2, layers: 0 },
  ])('every gradient holds for %o', ({ users, places, textDim, dim, layers }) => {
    const random = createRandom(users * 100 + places)
    const dense = Array.from({ length: users * places }, (_, cell) =>
      cell % places === Math.floor(cell / places) % places || random.next() < 0.4 ? 1 + random.integer(5) : 0,
    )
    const weights = sparseOf(dense, users, places)
    const parameters = randomParameters(random, places, textDim, dim)
    const text = Float32Array.from({ length: places * textDim }, () => random.normal())
    const batch = batchOf(
      weights,
      Array.from({ length: users }, (_, user) => user),
      Array.from({ length: places }, (_, place) => place),
    )
    const loss = (changed: Parameters) =>
      trainerOf(weights, text, textDim, changed, { dim, layers, temperature: 0.5 }).lossAndGradients(batch)
        .loss
    const { gradients } = trainerOf(weights, text, textDim, parameters, {
      dim,
      layers,
      temperature: 0.5,
    }).lossAndGradients(batch)

    for (const name of ['featureLayer', 'residual', 'bias'] as const) {
      const numeric = Float64Array.from(parameters[name], (value, index) => {
        // The bias's coordinate is no parameter of W and R.
        if (name !== 'bias' && index % dim === dim - 1) return 0
        const step = 1e-2
        const at = (moved: number) => loss({ ...parameters, [name]: parameters[name].with(index, moved) })
        // Four points: the error falls with the fourth power of the step, which keeps float32's noise small beside it.
        return (
          (8 * (at(value + step) - at(value - step)) - (at(value + 2 * step) - at(value - 2 * step))) /
          (12 * step)
        )
      })
      if (numeric.some((value) => Math.abs(value) > 1e-4)) {
        expect(difference(gradients[name], numeric), name).toBeLessThan(2e-3)
      } else expect(gradients[name].every((value) => Math.abs(value) < 1e-3)).toBe(true)
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
