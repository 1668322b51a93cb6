// Item-item lists against similarities of dense rows, and the scores of users over them.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWasmKernels } from '../../src/math/wasm-kernels.ts'
import {
  countPairs,
  itemLists,
  itemMatrix,
  listScorer,
  shrunkCosine,
  turboSimilarity,
} from '../../src/graph/item-lists.ts'
import { randomGraph } from './random-graph.ts'

const graphs = fc.integer({ min: 1, max: 1e6 }).map((seed) => randomGraph(seed, 14, 11))

/** R̃ᵀR̃ to the power, by the definition. */
function densePBar(dense: readonly (readonly number[])[], alpha: number, power: number): number[][] {
  const users = dense.length
  const places = dense[0].length
  const ofUser = dense.map((row) => row.reduce((sum, x) => sum + x, 0))
  const ofPlace = dense[0].map((_, place) => dense.reduce((sum, row) => sum + row[place], 0))
  const scaled = dense.map((row, user) =>
    row.map((x, place) => (x === 0 ? 0 : ofUser[user] ** -alpha * x * ofPlace[place] ** (alpha - 1))),
  )
  return Array.from({ length: places }, (_, i) =>
    Array.from({ length: places }, (__, j) => {
      let sum = 0
      for (let u = 0; u < users; u++) sum += scaled[u][i] * scaled[u][j]
      return sum === 0 ? 0 : sum ** power
    }),
  )
}

function rowOf(matrix: ReturnType<typeof itemMatrix>, row: number): number[] {
  const values = Array.from({ length: matrix.columns }, () => 0)
  for (let e = matrix.starts[row]; e < matrix.starts[row + 1]; e++)
    values[matrix.indices[e]] = matrix.values[e]
  return values
}

describe('the matrix of all pairs', () => {
  it('is the element power of R̃ᵀR̃', () => {
    fc.assert(
      fc.property(graphs, ({ matrix, dense }) => {
        const pBar = itemMatrix(matrix, turboSimilarity(0.6, 0.7), countPairs(matrix))
        const expected = densePBar(dense, 0.6, 0.7)
        expected.forEach((row, place) => {
          row.forEach((value, other) => expect(rowOf(pBar, place)[other]).toBeCloseTo(value, 5))
        })
        expect(pBar.indices.length).toBe(expected.flat().filter((value) => value > 0).length)
      }),
      { numRuns: 30 },
    )
  })
})

describe('the lists of places', () => {
  it('hold the nearest by shrunk cosine, without the place itself, by ascending index', () => {
    fc.assert(
      fc.property(graphs, ({ matrix, dense }) => {
        const size = 3
        const lists = itemLists(matrix, shrunkCosine(2), size)
        const column = (place: number) => dense.map((row) => row[place])
        for (let place = 0; place < matrix.columns; place++) {
          const similarities = Array.from({ length: matrix.columns }, (_, other) => {
            const [a, b] = [column(place), column(other)]
            const shared = a.reduce((sum, x, user) => sum + x * b[user], 0)
            const users = (c: number[]) => c.reduce((sum, x) => sum + x, 0)
            return other === place || shared === 0 ? 0 : shared / (Math.sqrt(users(a) * users(b)) + 2)
          })
          const expected = similarities
            .map((similarity, other) => ({ similarity, other }))
            .filter(({ similarity }) => similarity > 0)
            .sort((a, b) => b.similarity - a.similarity || a.other - b.other)
            .slice(0, size)
            .sort((a, b) => a.other - b.other)
          const kept = Array.from(lists.indices.subarray(lists.starts[place], lists.starts[place + 1]))
          expect(kept).toEqual(expected.map(({ other }) => other))
          expected.forEach(({ similarity, other }) => {
            expect(rowOf(lists, place)[other]).toBeCloseTo(similarity, 5)
          })
        }
      }),
      { numRuns: 30 },
    )
  })

  it('score a place by the sum over the places of a user, each times their share', () => {
    const { matrix, dense } = randomGraph(7, 9, 8)
    const lists = itemLists(matrix, shrunkCosine(0), 4)
    const kernels = createWasmKernels()
    const scores = kernels.floats(matrix.rows * matrix.columns)
    const users = Uint32Array.from(dense, (_, user) => user)
    listScorer(lists, matrix, (degree) => 1 / degree).open(kernels)(users, 0, matrix.columns, scores)
    dense.forEach((row, user) => {
      const degree = row.reduce((sum, x) => sum + x, 0)
      for (let place = 0; place < matrix.columns; place++) {
        const expected = row.reduce((sum, x, own) => sum + (x * rowOf(lists, own)[place]) / degree, 0)
        expect(scores[user * matrix.columns + place]).toBeCloseTo(expected, 5)
      }
    })
  })
})
