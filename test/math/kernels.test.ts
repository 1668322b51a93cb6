// The WebAssembly kernels against the reference, over odd sizes.
import { describe, expect, it } from 'vitest'
import { REFERENCE_KERNELS, type Kernels } from '../../src/math/kernels.ts'
import { panelsLength } from '../../src/math/matrix.ts'
import { createRandom } from '../../src/math/random.ts'
import type { SparseMatrix } from '../../src/math/sparse.ts'
import { createWasmKernels } from '../../src/math/wasm-kernels.ts'

const SIZES = [
  [0, 3, 2],
  [1, 1, 1],
  [3, 5, 7],
  [4, 8, 8],
  [13, 17, 33],
  [130, 300, 64],
] as const

/** Runs the same work on both and gives the largest difference of what it returns, relative to 1 + |value|. */
function difference(
  work: (kernels: Kernels, make: (values: ArrayLike<number>) => Float32Array) => Float32Array[],
): number {
  const results = [REFERENCE_KERNELS, createWasmKernels()].map((kernels) =>
    work(kernels, (values) => {
      const array = kernels.floats(values.length)
      array.set(values)
      return array
    }),
  )
  let most = 0
  results[0].forEach((expected, which) => {
    const actual = results[1][which]
    expect(actual.length).toBe(expected.length)
    expected.forEach((value, index) => {
      const apart = Math.abs(value - actual[index]) / (1 + Math.abs(value))
      most = Math.max(most, Number.isNaN(apart) ? Infinity : apart)
    })
  })
  return most
}

const normals = (seed: number, size: number) => {
  const random = createRandom(seed)
  return Float32Array.from({ length: size }, () => random.normal())
}

/** A sparse matrix in the kernels' memory; some rows are empty, and row 0 has one entry. */
function sparse(kernels: Kernels, rows: number, columns: number, seed = 5): SparseMatrix {
  const random = createRandom(seed)
  const [starts, columnsOf, valuesOf]: [number[], number[], number[]] = [[0], [], []]
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const wanted = row === 0 ? column === columns - 1 : row % 5 !== 3 && random.next() < 0.3
      if (!wanted) continue
      columnsOf.push(column)
      valuesOf.push(0.1 + random.next())
    }
    starts.push(columnsOf.length)
  }
  const [startsArray, indices, values] = [
    kernels.indices(starts.length),
    kernels.indices(columnsOf.length),
    kernels.floats(valuesOf.length),
  ]
  startsArray.set(starts)
  indices.set(columnsOf)
  values.set(valuesOf)
  return { rows, columns, starts: startsArray, indices, values }
}

function rowsOf(kernels: Kernels, rows: readonly number[]): Uint32Array {
  const array = kernels.indices(rows.length)
  array.set(rows)
  return array
}

describe.each(SIZES)('WebAssembly with %i, %i and %i', (n, m, d) => {
  it('multiplies', () => {
    const apart = difference((kernels, make) => {
      const [a, b, c] = [make(normals(1, n * d)), make(normals(2, m * d)), make(normals(3, n * m))]
      const [products, sums, transposed] = [
        kernels.floats(n * m),
        make(normals(4, n * d)),
        make(normals(5, m * d)),
      ]
      const panels = kernels.floats(panelsLength(m, d))
      kernels.packPanels(b, panels, m, d)
      kernels.multiplyPanels(a, panels, products, n, m, d)
      kernels.multiplyAdd(c, b, sums, n, m, d)
      kernels.transposedMultiplyAdd(c, a, transposed, n, m, d)
      // A piece of the rows, as threads share them.
      const piece = make(normals(5, m * d))
      kernels.transposedMultiplyAdd(c, a, piece, n, m, d, Math.min(4, m), m)
      return [panels, products, sums, transposed, piece]
    })
    expect(apart).toBeLessThan(1e-4)
  })

  it('normalises, forth and back, also in place', () => {
    const apart = difference((kernels, make) => {
      const values = normals(1, n * d)
      values.fill(0, 0, d) // a zero row
      const [x, gradient] = [make(values), make(normals(2, n * d))]
      const lengths = kernels.floats(n)
      kernels.normalizeRows(x, x, lengths, d)
      kernels.normalizeRowsBackward(x, lengths, gradient, gradient, d)
      return [x, lengths, gradient]
    })
    expect(apart).toBeLessThan(1e-4)
  })

  it('takes exponentials, with −Infinity and large numbers', () => {
    const apart = difference((kernels, make) => {
      const values = normals(1, n * m).map((value) => 30 * value)
      values.fill(-Infinity, 0, Math.min(n * m, m + 1)) // the first row, and one more
      const [rows, maxima, sums] = [make(values), kernels.floats(n), kernels.floats(n)]
      kernels.expRows(rows, n, m, 1.7, maxima, sums)
      kernels.scaleRows(rows, sums, n, m)
      return [rows, maxima, sums]
    })
    expect(apart).toBeLessThan(1e-5)
  })

  it('adds up three matrices to unit rows', () => {
    const apart = difference((kernels, make) => {
      const zeroRow = normals(1, m * d).fill(0, 0, d)
      const [a, b, c] = [make(zeroRow), make(zeroRow), make(normals(3, m * d).fill(0, 0, d))]
      const [last, out, lengths] = [make(normals(4, m)), make(normals(5, m * d)), kernels.floats(m)]
      const rows = rowsOf(
        kernels,
        Array.from({ length: m }, (_, row) => row).filter((row) => row % 3 !== 2),
      )
      kernels.unitSums(rows, [a, b, c], last, out, lengths, d)
      return [out, lengths]
    })
    expect(apart).toBeLessThan(1e-5)
  })

  it('finds the largest of each run', () => {
    const apart = difference((kernels, make) => {
      const x = make(normals(1, n * m))
      const out = kernels.floats(Math.ceil((n * m) / d))
      kernels.maxima(x, d, out)
      return [out]
    })
    expect(apart).toBe(0)
  })

  it('adds up sparse rows, and gathers', () => {
    const apart = difference((kernels, make) => {
      const matrix = sparse(kernels, n, m)
      const chosen = rowsOf(
        kernels,
        Array.from({ length: n }, (_, row) => row).filter((row) => row % 2 === 0),
      )
      const x = make(normals(1, m * d))
      const sums = kernels.floats(chosen.length * d)
      const [all, more] = [make(normals(3, n * d)), make(normals(4, n * d))]
      const gathered = kernels.floats(chosen.length * d)
      kernels.sumSparseRows(matrix, chosen, x, sums, d)
      kernels.multiplySparseAdd(matrix, x, all, d, -0.5)
      kernels.gatherRows(all, chosen, gathered, d)
      kernels.addRows(all, chosen, more, d)
      return [sums, all, gathered, more]
    })
    expect(apart).toBeLessThan(1e-4)
  })

  it.each([
    [0, true],
    [0.3, true],
    [0.3, false],
  ])(
    'pulls positives with sharpness %f and one left out %s, and collects the pulls by place',
    (sharpness, leaveOneOut) => {
      if (d < 2) return
      const apart = difference((kernels, make) => {
        const matrix = sparse(kernels, n, m)
        const rows = rowsOf(
          kernels,
          Array.from({ length: n }, (_, row) => n - 1 - row),
        )
        const directions = make(normals(1, m * d))
        for (let at = d - 1; at < directions.length; at += d) directions[at] = 0
        const [y, lengths] = [kernels.floats(m * d), kernels.floats(m)]
        kernels.normalizeRows(directions, y, lengths, d)
        for (let at = d - 1; at < y.length; at += d) y[at] = 0.1
        const sums = kernels.floats(n * d)
        kernels.sumSparseRows(matrix, rows, y, sums, d)
        for (let at = d - 1; at < sums.length; at += d) sums[at] = 0
        const [losses, masses, totals] = [kernels.floats(n), kernels.floats(n), kernels.floats(n * d)]
        const logNegatives = make(normals(3, n).map((value) => 8 + 3 * value))
        const weights = make(normals(4, n).map(Math.abs))
        // Entries of the users one after the other, and those of each place.
        const entries = [...rows].flatMap((row, i) =>
          Array.from(matrix.indices.subarray(matrix.starts[row], matrix.starts[row + 1]), (place) => ({
            i,
            place,
          })),
        )
        const offsets = rowsOf(
          kernels,
          Array.from({ length: n }, (_, user) => entries.filter(({ i }) => i < user).length),
        )
        const pulls = kernels.floats(4 * entries.length)
        const task = {
          matrix,
          rows,
          sums,
          y,
          logNegatives,
          weights,
          temperature: 0.2,
          leaveOneOut,
          sharpness,
          d,
        }
        kernels.pullPositives({ ...task, losses, masses, totals, offsets, pulls })
        const places = Array.from({ length: m }, (_, place) => m - 1 - place)
        const byPlace = places.map((place) =>
          entries.flatMap((entry, at) => (entry.place === place ? at : [])),
        )
        const [gradient, gradBias] = [kernels.floats(m * d), kernels.floats(m)]
        const negatives = Math.min(3, m)
        kernels.collectPulls({
          rows: rowsOf(kernels, places),
          starts: rowsOf(
            kernels,
            [...byPlace, []].map((_, index) => byPlace.slice(0, index).flat().length),
          ),
          entries: rowsOf(kernels, byPlace.flat()),
          entryUsers: rowsOf(
            kernels,
            entries.map(({ i }) => i),
          ),
          pulls,
          sums,
          totals,
          fromNegatives: make(normals(6, negatives * d)),
          negatives,
          y,
          lengths,
          gradient,
          gradBias,
          d,
        })
        return [losses, masses, totals, gradient, gradBias]
      })
      expect(apart).toBeLessThan(2e-4)
    },
  )

  it('steps as Adam does, on the rows that are named', () => {
    const apart = difference((kernels, make) => {
      const state = {
        parameters: make(normals(1, m * d)),
        gradient: make(normals(2, m * d)),
        first: make(normals(3, m * d)),
        second: make(normals(4, m * d).map(Math.abs)),
        d,
        decay: 0.1,
      }
      const rows = rowsOf(
        kernels,
        Array.from({ length: m }, (_, row) => row).filter((row) => row % 3 !== 1),
      )
      kernels.adamRows(state, rows, 0.01, 3)
      return [state.parameters, state.gradient, state.first, state.second]
    })
    expect(apart).toBeLessThan(1e-5)
  })
})

describe('the memory of the WebAssembly kernels', () => {
  it('grows without moving what is there', () => {
    const kernels = createWasmKernels()
    const first = kernels.floats(3)
    first.set([1, 2, 3])
    const big = kernels.floats(10_000_000)
    expect(big.every((value) => value === 0)).toBe(true)
    const lengths = kernels.floats(1)
    kernels.normalizeRows(first, first, lengths, 3)
    expect(lengths[0]).toBeCloseTo(Math.sqrt(14), 5)
  })

  it('is given out anew after clearing, as zeros', () => {
    const kernels = createWasmKernels()
    const before = kernels.floats(1000)
    before.fill(7)
    const { byteLength } = kernels.memory.buffer
    kernels.clear()
    const [first, second] = [kernels.floats(600), kernels.floats(600)]
    expect(first.byteOffset).toBe(before.byteOffset)
    expect([...first, ...second].every((value) => value === 0)).toBe(true)
    expect(kernels.memory.buffer.byteLength).toBe(byteLength)
  })

  it('says so where it would have to be larger than it can be', () => {
    const kernels = createWasmKernels()
    expect(() => kernels.floats(2 ** 30)).toThrow(expect.objectContaining({ code: 'unsupported-capability' }))
    expect(kernels.floats(3)).toHaveLength(3)
  })

  it('refuses arrays that are not in it', () => {
    expect(() => createWasmKernels().scaleRows(new Float32Array(2), new Float32Array(1), 1, 2)).toThrow(
      TypeError,
    )
  })
})
