import { describe, expect, it } from 'vitest'
import { dot, normalize, weightedMean } from '../../src/math/vector.ts'

describe('single vectors', () => {
  it('have an inner product that keeps small numbers beside large ones', () => {
    expect(dot(Float32Array.of(1e8, 1, -1e8), Float32Array.of(1, 1, 1))).toBe(1)
    expect(dot(new Float32Array(0), new Float32Array(0))).toBe(0)
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
