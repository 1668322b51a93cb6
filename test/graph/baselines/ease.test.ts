// EASE, on either side, against its definition with a naive float64 inverse.
import { describe, expect, it } from 'vitest'
import { ease, easeByPlaces, easeByUsers } from '../../../src/graph/baselines/ease.ts'
import { createWasmKernels } from '../../../src/math/wasm-kernels.ts'
import { naiveInverse } from '../../math/naive-inverse.ts'
import { randomGraph } from '../random-graph.ts'

const LAMBDA = 3

/** X B with B_ij = −P_ij / P_jj, B_jj = 0, P = (XᵀX + λI)⁻¹ (Steck, WWW 2019, Eq. 8). */
function denseScores(x: readonly (readonly number[])[]): number[][] {
  const places = x[0].length
  const gram = Array.from({ length: places }, (_, i) =>
    Array.from({ length: places }, (__, j) =>
      x.reduce((sum, row) => sum + row[i] * row[j], i === j ? LAMBDA : 0),
    ),
  )
  const p = naiveInverse(gram)
  return x.map((row) =>
    row.map((_, j) => row.reduce((sum, value, i) => sum + (i === j ? 0 : (-value * p[i][j]) / p[j][j]), 0)),
  )
}

describe('EASE', () => {
  it.each([
    ['by users', easeByUsers, 17, 40],
    ['by places', easeByPlaces, 40, 17],
    ['by users where there are more of them', easeByUsers, 40, 17],
  ])('%s scores what the closed form says', (_, scorerOf, users, places) => {
    const { matrix, dense } = randomGraph(5, users, places)
    const kernels = createWasmKernels()
    const scores = kernels.floats(users * places)
    const rows = Uint32Array.from(dense, (__, user) => user)
    scorerOf(matrix, LAMBDA).open(kernels)(rows, 0, places, scores)
    const expected = denseScores(dense)
    const errors = dense.flatMap((row, user) =>
      // What a user has is left out of every ranking, and scored differently.
      row.map((has, place) =>
        has === 0 ? Math.abs(scores[user * places + place] - expected[user][place]) : 0,
      ),
    )
    expect(Math.max(...errors)).toBeLessThan(1e-4)
  })

  it('says where users and places are too many', () => {
    const size = 12_001
    const matrix = {
      rows: size,
      columns: size + 1,
      starts: new Uint32Array(size + 1),
      indices: Uint32Array.of(),
      values: Float32Array.of(),
    }
    expect(ease.limit(matrix)).toContain('12001; 12000 at most')
    expect(ease.limit({ ...matrix, rows: 12_000 })).toBeUndefined()
  })
})
