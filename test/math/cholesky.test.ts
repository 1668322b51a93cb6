import { describe, expect, it } from 'vitest'
import { orthonormalizer, solveRidge } from '../../src/math/cholesky.ts'
import { createRandom } from '../../src/math/random.ts'

describe('the ridge solver', () => {
  it.each([
    [0, 2],
    [1, 1],
    [3, 0],
    [5, 3],
    [17, 2],
  ])('finds X with (A + ridge I) X = B for %i rows and %i columns', (n, m) => {
    const random = createRandom(n)
    const factor = Array.from({ length: n * n }, () => random.normal())
    // F Fᵀ is symmetric and positive semi-definite.
    const a = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n]
      let sum = 0
      for (let k = 0; k < n; k++) sum += factor[i * n + k] * factor[j * n + k]
      return sum
    })
    const x = Float64Array.from({ length: n * m }, () => random.normal())
    const b = Float64Array.from({ length: n * m }, (_, at) => {
      const [i, c] = [Math.floor(at / m), at % m]
      let sum = 0.1 * x[at]
      for (let k = 0; k < n; k++) sum += a[i * n + k] * x[k * m + c]
      return sum
    })
    solveRidge(a, b, n, m, 0.1)
    b.forEach((value, index) => expect(value).toBeCloseTo(x[index], 6))
  })

  it('refuses a matrix that is not positive definite, naming the row', () => {
    const a = Float64Array.of(1, 2, 2, 1)
    expect(() => solveRidge(a, Float64Array.of(1, 1), 2, 1, 0)).toThrow('row 1')
    expect(() => solveRidge(Float64Array.of(NaN), Float64Array.of(1), 1, 1, 0)).toThrow(RangeError)
  })
})

describe('the orthonormaliser', () => {
  it.each([1, 2, 7, 20])('of %i columns makes them orthonormal, and leaves out a dependent one', (n) => {
    const random = createRandom(n)
    const rows = 40
    const x = Array.from({ length: rows }, () => Array.from({ length: n }, () => random.normal()))
    // The third column is the sum of the first two.
    for (const row of x) if (n > 2) row[2] = row[0] + row[1]
    const gram = (of: readonly (readonly number[])[]) =>
      Float64Array.from({ length: n * n }, (_, at) =>
        of.reduce((sum, row) => sum + row[Math.floor(at / n)] * row[at % n], 0),
      )
    const { matrix, lengths } = orthonormalizer(gram(x), n)
    const made = x.map((row) =>
      row.map((_, c) => row.reduce((sum, value, k) => sum + value * matrix[k * n + c], 0)),
    )
    gram(made).forEach((value, at) => {
      const [i, j] = [Math.floor(at / n), at % n]
      expect(value).toBeCloseTo(i === j && (n <= 2 || i !== 2) ? 1 : 0, 5)
    })
    expect(lengths[0]).toBeCloseTo(Math.sqrt(x.reduce((sum, row) => sum + row[0] ** 2, 0)), 9)
    if (n > 2) expect(lengths[2]).toBe(0)
  })
})
