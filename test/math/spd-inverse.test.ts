// The blocked inverse against a naive one, over sizes around its blocks and tiles.
import { describe, expect, it } from 'vitest'
import type { Kernels } from '../../src/math/kernels.ts'
import { REFERENCE_KERNELS } from '../../src/math/kernels.ts'
import { createRandom } from '../../src/math/random.ts'
import { invertPositiveDefinite } from '../../src/math/spd-inverse.ts'
import { createWasmKernels } from '../../src/math/wasm-kernels.ts'
import { naiveInverse } from './naive-inverse.ts'

function inverseOf(kernels: Kernels, dense: readonly (readonly number[])[]): Float32Array {
  const n = dense.length
  const a = kernels.floats(n * n)
  a.set(dense.flat())
  invertPositiveDefinite(kernels, a, n)
  return a
}

/** XXᵀ + 2I. */
function positiveDefinite(n: number): number[][] {
  const random = createRandom(n)
  const x = Array.from({ length: n }, () => Array.from({ length: 5 }, () => random.normal()))
  return x.map((a, i) => x.map((b, j) => a.reduce((sum, v, k) => sum + v * b[k], i === j ? 2 : 0)))
}

describe('the inverse of a positive definite matrix', () => {
  it.each([1, 7, 128, 129, 300])('is right for %i rows', (n) => {
    const dense = positiveDefinite(n)
    const inverse = inverseOf(createWasmKernels(), dense)
    const expected = naiveInverse(dense).flat()
    let worst = 0
    expected.forEach((value, i) => (worst = Math.max(worst, Math.abs(value - inverse[i]))))
    expect(worst).toBeLessThan(1e-5)
  })

  it('is that of the reference kernels', () => {
    const dense = positiveDefinite(150)
    const [fast, reference] = [inverseOf(createWasmKernels(), dense), inverseOf(REFERENCE_KERNELS, dense)]
    fast.forEach((value, i) => expect(value).toBeCloseTo(reference[i], 5))
  })

  it('refuses a matrix that is not', () => {
    expect(() =>
      inverseOf(createWasmKernels(), [
        [1, 2],
        [2, 1],
      ]),
    ).toThrow('not positive definite at row 1')
  })
})
