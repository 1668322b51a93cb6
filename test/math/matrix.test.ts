// Kernels against the definitions in float64, over odd sizes; backward passes against finite differences.
import { describe, expect, it } from 'vitest'
import {
  maxima,
  multiplyAdd,
  multiplyPanels,
  normalizeRows,
  normalizeRowsBackward,
  packPanels,
  panelsLength,
  transposedMultiplyAdd,
} from '../../src/math/matrix.ts'
import { createRandom } from '../../src/math/random.ts'

const random = createRandom(3)
const normals = (size: number) => Float32Array.from({ length: size }, () => random.normal())
const SIZES = [
  [0, 3, 2],
  [1, 1, 1],
  [2, 3, 0],
  [3, 5, 7],
  [17, 4, 33],
] as const

/** out[i, j] = Σ_k left(i, k) · right(k, j) */
function product(
  rows: number,
  columns: number,
  inner: number,
  left: (i: number, k: number) => number,
  right: (k: number, j: number) => number,
): number[] {
  return Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns]
    let sum = 0
    for (let k = 0; k < inner; k++) sum += left(i, k) * right(k, j)
    return sum
  })
}

/** The largest difference; Infinity where the lengths differ. */
function difference(actual: Float32Array, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity
  return expected.reduce((most, value, index) => Math.max(most, Math.abs(value - actual[index])), 0)
}

describe.each(SIZES)('products of %i, %i and %i', (n, m, d) => {
  it('a · bᵀ', () => {
    const [a, b, out] = [normals(n * d), normals(m * d), normals(n * m)]
    const panels = new Float32Array(panelsLength(m, d))
    packPanels(b, panels, m, d)
    multiplyPanels(a, panels, out, n, m, d)
    expect(
      difference(
        out,
        product(
          n,
          m,
          d,
          (i, k) => a[i * d + k],
          (k, j) => b[j * d + k],
        ),
      ),
    ).toBeLessThan(1e-4)
  })

  it('a · b, on top of what is there', () => {
    const [a, b, out] = [normals(n * m), normals(m * d), normals(n * d)]
    const before = out.slice()
    multiplyAdd(a, b, out, n, m, d)
    const sums = product(
      n,
      d,
      m,
      (i, k) => a[i * m + k],
      (k, j) => b[k * d + j],
    )
    expect(
      difference(
        out,
        sums.map((sum, index) => sum + before[index]),
      ),
    ).toBeLessThan(1e-4)
  })

  it('aᵀ · b, on top of what is there', () => {
    const [a, b, out] = [normals(n * m), normals(n * d), normals(m * d)]
    const before = out.slice()
    transposedMultiplyAdd(a, b, out, n, m, d)
    const sums = product(
      m,
      d,
      n,
      (i, k) => a[k * m + i],
      (k, j) => b[k * d + j],
    )
    expect(
      difference(
        out,
        sums.map((sum, index) => sum + before[index]),
      ),
    ).toBeLessThan(1e-4)
  })
})

describe('the maxima of runs', () => {
  it.each([
    [0, 3],
    [1, 3],
    [17, 1],
    [17, 3],
    [17, 20],
  ])('of %i numbers in runs of %i are those of each slice', (length, size) => {
    const x = normals(length)
    const out = new Float32Array(Math.ceil(length / size))
    maxima(x, size, out)
    expect([...out]).toEqual(Array.from(out, (_, run) => Math.max(...x.slice(run * size, (run + 1) * size))))
  })
})

describe('normalised rows', () => {
  it('have unit length, also in place; zero rows stay', () => {
    const x = Float32Array.of(3, 4, 0, 0, -5, 12)
    const lengths = new Float32Array(3)
    normalizeRows(x, x, lengths, 2)
    expect([...lengths]).toEqual([5, 0, 13])
    expect(difference(x, [0.6, 0.8, 0, 0, -5 / 13, 12 / 13])).toBeLessThan(1e-4)
  })

  it('have the gradient that finite differences give', () => {
    const [rows, d] = [4, 5]
    const x = normals(rows * d).fill(0, 5, 10)
    const weights = normals(rows * d)
    const value = (at: Float64Array) => {
      let sum = 0
      for (let row = 0; row < rows; row++) {
        const length = Math.hypot(...at.subarray(row * d, (row + 1) * d))
        if (length > 0) for (let k = row * d; k < (row + 1) * d; k++) sum += (weights[k] * at[k]) / length
      }
      return sum
    }
    const [unit, lengths, gradient] = [new Float32Array(rows * d), new Float32Array(rows), weights.slice()]
    normalizeRows(x, unit, lengths, d)
    normalizeRowsBackward(unit, lengths, gradient, gradient, d)
    for (let i = 0; i < x.length; i++) {
      if (i >= 5 && i < 10) {
        expect(Math.abs(gradient[i])).toBe(0)
        continue
      }
      const step = (by: number) => value(Float64Array.from(x, (v, index) => (index === i ? v + by : v)))
      expect(gradient[i]).toBeCloseTo((step(1e-5) - step(-1e-5)) / 2e-5, 4)
    }
  })
})
