// The kernels in WebAssembly (assembly/kernels.ts): an instance with a memory of its own, filled from the bottom.
// Leaves their meaning to kernels.ts.
import { readFileSync } from 'node:fs'
import { DongneError } from '../errors.ts'
import { biasCorrections } from './adam.ts'
import type { Kernels } from './kernels.ts'
import type { SparseMatrix } from './sparse.ts'

const PAGE = 65_536
/** 4 GB: what 32-bit addresses reach. */
const MAX_PAGES = 65_536
/** Arrays begin on cache lines. */
const ALIGNMENT = 64

type Exports = Record<string, (...args: number[]) => void>

let module: WebAssembly.Module | undefined

/**
 * New kernels with an empty memory; it is freed with them. Throws unsupported-capability where arrays would need more than 4 GB.
 * An array of another memory is refused.
 */
export function createWasmKernels(): Kernels {
  module ??= new WebAssembly.Module(readFileSync(new URL('./kernels.wasm', import.meta.url)))
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true })
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const wasm = exports as unknown as Exports
  let top = Math.ceil((exports['FREE_FROM'] as WebAssembly.Global).value / ALIGNMENT) * ALIGNMENT

  function allocate(bytes: number): number {
    const address = top
    const end = Math.ceil((top + bytes) / ALIGNMENT) * ALIGNMENT
    const pages = Math.ceil(end / PAGE)
    if (pages > MAX_PAGES) {
      throw new DongneError(
        'unsupported-capability',
        'Training needs more than the 4 GB that WebAssembly reaches: about a million places in 64 dimensions.',
      )
    }
    const missing = pages - memory.buffer.byteLength / PAGE
    if (missing > 0) memory.grow(missing)
    top = end
    return address
  }
  /** Scratch that grows with the largest task. */
  let scratch = { address: 0, floats: 0 }
  function scratchOf(floats: number): number {
    if (floats > scratch.floats) scratch = { address: allocate(4 * floats), floats }
    return scratch.address
  }
  function at(array: Float32Array | Uint32Array): number {
    // A shared memory that grows gets a new buffer object over the same bytes: compare what cannot be copied.
    if (array.length > 0 && !(array.buffer instanceof SharedArrayBuffer)) {
      throw new TypeError('The array is not in the memory of these kernels.')
    }
    return array.byteOffset
  }
  const csr = ({ starts, indices, values }: SparseMatrix) => [at(starts), at(indices), at(values)] as const

  return {
    floats(length) {
      const address = allocate(4 * length) // first: it may replace memory.buffer
      return new Float32Array(memory.buffer, address, length)
    },
    indices(length) {
      const address = allocate(4 * length)
      return new Uint32Array(memory.buffer, address, length)
    },
    multiplyTransposed(a, b, out, n, m, d) {
      wasm['multiplyTransposed'](at(a), at(b), at(out), n, m, d, scratchOf((m + 8) * d))
    },
    multiplyAdd(a, b, out, n, m, d) {
      wasm['multiplyAdd'](at(a), at(b), at(out), n, m, d)
    },
    transposedMultiplyAdd(a, b, out, n, m, d) {
      wasm['transposedMultiplyAdd'](at(a), at(b), at(out), n, m, d)
    },
    multiplySparseAdd(matrix, x, out, d, scale = 1) {
      wasm['multiplySparseAdd'](matrix.rows, ...csr(matrix), at(x), at(out), d, scale)
    },
    normalizeRows(x, out, lengths, d) {
      wasm['normalizeRows'](at(x), at(out), at(lengths), lengths.length, d)
    },
    normalizeRowsBackward(unit, lengths, gradUnit, out, d) {
      wasm['normalizeRowsBackward'](at(unit), at(lengths), at(gradUnit), at(out), lengths.length, d)
    },
    expRows(rows, count, columns, scale, maxima, sums) {
      wasm['expRows'](at(rows), count, columns, scale, at(maxima), at(sums))
    },
    scaleRows(x, scales, count, d) {
      wasm['scaleRows'](at(x), at(scales), count, d)
    },
    maxima(x, size, out) {
      wasm['maxima'](at(x), x.length, size, at(out))
    },
    sumSparseRows(matrix, rows, x, out, d) {
      wasm['sumSparseRows'](at(rows), rows.length, ...csr(matrix), at(x), at(out), d)
    },
    scatterSparseRows(matrix, rows, gradient, out, d) {
      wasm['scatterSparseRows'](at(rows), rows.length, ...csr(matrix), at(gradient), at(out), d)
    },
    unitSums(rows, [a, b, c], last, out, lengths, d) {
      wasm['unitSums'](at(rows), rows.length, at(a), at(b), at(c), at(last), at(out), at(lengths), d)
    },
    gatherRows(x, rows, out, d) {
      wasm['gatherRows'](at(x), at(rows), rows.length, at(out), d)
    },
    scatterAddRows(x, rows, out, d) {
      wasm['scatterAddRows'](at(x), at(rows), rows.length, at(out), d)
    },
    adamRows({ parameters, gradient, first, second, d, decay }, rows, learningRate, step) {
      const correction = biasCorrections(step)
      const state = [at(parameters), at(gradient), at(first), at(second)] as const
      const rates = [learningRate, decay, correction.first, correction.second] as const
      wasm['adamRows'](...state, at(rows), rows.length, d, ...rates)
    },
    pullPositives(task) {
      const { matrix, rows, sums, y, gradY, logNegatives, weights, temperature, losses, masses, d } = task
      let longest = 0
      for (const row of rows) longest = Math.max(longest, matrix.starts[row + 1] - matrix.starts[row])
      const given = [...csr(matrix), at(sums), at(y), at(gradY), at(logNegatives), at(weights)] as const
      const results = [at(losses), at(masses)] as const
      wasm['pullPositives'](
        at(rows),
        rows.length,
        ...given,
        temperature,
        ...results,
        d,
        scratchOf(d + 3 * longest),
      )
    },
  }
}
