import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { multiplySparseAdd, transpose } from '../../src/math/sparse.ts'
import { sparseOf } from '../graph/sparse.ts'

const matrix = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))
  .chain(([rows, columns]) =>
    fc
      .array(fc.oneof(fc.constant(0), fc.integer({ min: -4, max: 4 })), {
        minLength: rows * columns,
        maxLength: rows * columns,
      })
      .map((dense) => ({ rows, columns, dense })),
  )

describe('a sparse matrix', () => {
  it('transposes as a dense one does, columns ascending within a row', () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, dense }) => {
        const turned = Array.from(
          { length: rows * columns },
          (_, at) => dense[(at % rows) * columns + Math.floor(at / rows)],
        )
        expect(transpose(sparseOf(dense, rows, columns))).toEqual(sparseOf(turned, columns, rows))
      }),
    )
  })

  it('multiplies as a dense one does, on top of what is there', () => {
    fc.assert(
      fc.property(matrix, fc.integer({ min: 1, max: 4 }), fc.integer({ min: -2, max: 2 }), (m, d, scale) => {
        const { rows, columns, dense } = m
        const x = Float32Array.from({ length: columns * d }, (_, index) => (index % 7) - 3)
        const out = new Float32Array(rows * d).fill(1)
        multiplySparseAdd(sparseOf(dense, rows, columns), x, out, d, scale)
        const expected = Float32Array.from({ length: rows * d }, (_, at) => {
          const [row, k] = [Math.floor(at / d), at % d]
          let sum = 0
          for (let column = 0; column < columns; column++)
            sum += dense[row * columns + column] * x[column * d + k]
          return 1 + scale * sum
        })
        expect(out).toEqual(expected)
      }),
    )
  })
})
