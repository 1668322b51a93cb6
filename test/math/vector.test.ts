import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { dot, dots, normalize, weightedMean } from '../../src/math/vector.ts'

describe('single vectors', () => {
  it('have an inner product that keeps small numbers beside large ones', () => {
    expect(dot(Float32Array.of(1e8, 1, -1e8), Float32Array.of(1, 1, 1))).toBe(1)
    expect(dot(new Float32Array(0), new Float32Array(0))).toBe(0)
  })

  it.each([0, 1, 3, 17])('have the inner product of a naive loop at length %i', (length) => {
    const random = createRandom(length)
    const [a, b] = [0, 1].map(() => Float32Array.from({ length }, () => random.normal()))
    const expected = [...a].reduce((sum, value, i) => sum + value * b[i], 0)
    expect(dot(a, b)).toBeCloseTo(expected, 12)
    const unit = normalize(a.slice())
    const norm = Math.hypot(...a)
    expect([...unit]).toEqual([...a].map((value) => expect.closeTo(value / norm, 6)))
    const sums = [...a].map((value, i) => 2 * value - 3 * b[i])
    const mean = weightedMean([a, b], [2, -3])
    if (length === 0) expect(mean).toBeUndefined()
    else expect([...mean!]).toEqual(sums.map((sum) => expect.closeTo(sum / Math.hypot(...sums), 5)))
  })

  it.each([0, 1, 3, 4, 5, 9])('have, %i at once, the inner products of each alone to the bit', (count) => {
    const random = createRandom(count)
    const vector = () => Float32Array.from({ length: 33 }, () => random.normal())
    const query = vector()
    const others = Array.from({ length: count }, vector)
    const out = new Float64Array(count)
    dots(query, others, 33, out)
    expect([...out]).toEqual(others.map((other) => dot(query, other)))
    dots(query, others, 32, out)
    expect([...out]).toEqual(others.map((other) => dot(query.subarray(0, 32), other)))
  })

  it('are normalised in place; zeros stay zeros', () => {
    const vector = Float32Array.of(3, 4)
    expect(normalize(vector)).toBe(vector)
    expect(dot(vector, vector)).toBeCloseTo(1, 6)
    expect([...normalize(new Float32Array(2))]).toEqual([0, 0])
  })

  it('have a weighted mean of length 1, and none where they cancel out', () => {
    const [x, y] = [Float32Array.of(1, 0), Float32Array.of(0, 1)]
    const mean = weightedMean([x, y], [3, 4])!
    expect(mean[0]).toBeCloseTo(0.6, 6)
    expect(mean[1]).toBeCloseTo(0.8, 6)
    expect(weightedMean([x, x], [1, -1])).toBeUndefined()
    expect(weightedMean([], [])).toBeUndefined()
  })
})
