// The conditional logit against choices drawn from known weights, and against finite differences of its likelihood.
import { describe, expect, it } from 'vitest'
import { fitConditionalLogit, type Choices } from '../../src/math/conditional-logit.ts'
import { createRandom } from '../../src/math/random.ts'

const WIDTH = 3

/** Choices among `size` things each, drawn by the model itself. */
function drawChoices(groups: number, size: number, weights: readonly number[], seed = 1): Choices {
  const random = createRandom(seed)
  const rows = new Float32Array(groups * size * WIDTH)
  for (let group = 0; group < groups; group++) {
    const things = Array.from({ length: size }, () => Array.from({ length: WIDTH }, () => random.normal()))
    const odds = things.map((x) => Math.exp(x.reduce((sum, value, f) => sum + value * weights[f], 0)))
    const chosen = random.weighted(odds)
    const ordered = [things[chosen], ...things.filter((_, index) => index !== chosen)]
    ordered.forEach((x, index) => rows.set(x, (group * size + index) * WIDTH))
  }
  return { width: WIDTH, rows, sizes: new Uint32Array(groups).fill(size) }
}

describe('the conditional logit', () => {
  it('finds the weights that choices were drawn by, within their standard errors', () => {
    const truth = [1, -0.5, 0]
    const { weights, standardErrors } = fitConditionalLogit(drawChoices(2000, 8, truth))
    truth.forEach((value, f) => {
      expect(standardErrors[f]).toBeGreaterThan(0.01)
      expect(standardErrors[f]).toBeLessThan(0.05)
      expect(Math.abs(weights[f] - value)).toBeLessThan(3 * standardErrors[f])
    })
  })

  it('is at a maximum: no small step along a weight gains more than the penalty explains', () => {
    const choices = drawChoices(300, 5, [0.7, 0.2, -1])
    const { weights, logLikelihood } = fitConditionalLogit(choices)
    const likelihood = (w: Float64Array) => {
      let sum = 0
      for (let group = 0; group < 300; group++) {
        const scores = Array.from({ length: 5 }, (_, index) =>
          w.reduce((total, value, f) => total + value * choices.rows[(group * 5 + index) * WIDTH + f], 0),
        )
        sum += scores[0] - Math.log(scores.reduce((total, score) => total + Math.exp(score), 0))
      }
      return sum / 300
    }
    expect(logLikelihood).toBeCloseTo(likelihood(weights), 9)
    for (let f = 0; f < WIDTH; f++) {
      const step = (by: number) => likelihood(weights.map((value, index) => value + (index === f ? by : 0)))
      const slope = (step(1e-4) - step(-1e-4)) / 2e-4
      // The penalty's slope: w · spread² / choices, and five draws spread .8 around their mean.
      expect(slope).toBeCloseTo((0.8 * weights[f]) / 300, 3)
    }
  })

  it('counts a choice that counts twice like two choices', () => {
    const once = drawChoices(50, 4, [1, 0, 0])
    const rows = new Float32Array(2 * once.rows.length)
    rows.set(once.rows)
    rows.set(once.rows, once.rows.length)
    const doubled = fitConditionalLogit({ ...once, rows, sizes: new Uint32Array(100).fill(4) })
    const weighted = fitConditionalLogit({ ...once, counts: new Float64Array(50).fill(2) })
    doubled.weights.forEach((weight, f) => expect(weighted.weights[f]).toBeCloseTo(weight, 6))
  })

  it('holds a feature at 0 that never differs within a group, or that is held', () => {
    const choices = drawChoices(100, 4, [1, 1, 0])
    for (let row = 0; row < 400; row++) choices.rows[row * WIDTH + 2] = Math.floor(row / 4)
    const { weights, standardErrors } = fitConditionalLogit(choices, new Set([1]))
    expect([weights[1], weights[2], standardErrors[2]]).toEqual([0, 0, 0])
    expect(weights[0]).toBeGreaterThan(0.5)
  })

  it('stays finite where one feature tells every choice, and where there is no choice at all', () => {
    const choices = drawChoices(40, 3, [0, 0, 0])
    for (let row = 0; row < 120; row++) choices.rows[row * WIDTH] = row % 3 === 0 ? 1 : 0
    expect(fitConditionalLogit(choices).weights.every(Number.isFinite)).toBe(true)
    const none = { width: WIDTH, rows: new Float32Array(0), sizes: new Uint32Array(0) }
    expect([...fitConditionalLogit(none).weights]).toEqual([0, 0, 0])
  })

  it('stays with what was known where choices say little or nothing', () => {
    const known = [2, -2, 3]
    const few = fitConditionalLogit(drawChoices(2, 3, [0, 0, 0]), new Set(), known)
    const many = fitConditionalLogit(drawChoices(2000, 8, [0, 0, 0]), new Set([1]), known)
    expect(Math.abs(few.weights[0] - 2)).toBeLessThan(1.5)
    expect(Math.abs(many.weights[0])).toBeLessThan(0.15)
    expect(many.weights[1]).toBe(0)
    const choices = drawChoices(100, 4, [1, 0, 0])
    for (let row = 0; row < 400; row++) choices.rows[row * WIDTH + 2] = 5
    expect(fitConditionalLogit(choices, new Set(), known).weights[2]).toBe(3)
  })
})
