// The kernels in WebAssembly (assembly/kernels.ts): an instance with a memory of its own, filled from the bottom.
// Leaves their meaning to kernels.ts.
import { readFileSync } from 'node:fs'
import { DongneError } from '../errors.ts'
import { biasCorrections } from './adam.ts'
import type { Arithmetic, Kernels } from './kernels.ts'
import type { SparseMatrix } from './sparse.ts'

const PAGE = 65_536
/** 4 GB: what 32-bit addresses reach. */
const MAX_PAGES = 65_536
/** Arrays begin on cache lines. */
const ALIGNMENT = 64

type Functions = Record<string, (...args: number[]) => void>

let module: WebAssembly.Module | undefined

/** Kernels with the memory that their arrays are in, for other threads to attach to. */
export interface WasmKernels extends Kernels {
  readonly memory: WebAssembly.Memory
  /** Gives the memory out anew: no array from before may be used any more, on any thread. */
  clear(): void
}

/**
 * New kernels with an empty memory; it is freed with them. Throws unsupported-capability where arrays would need more than 4 GB.
 * An array of another memory is refused.
 */
export function createWasmKernels(): WasmKernels {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true })
  const exports = instantiate(memory)
  const bottom = Math.ceil((exports['FREE_FROM'] as WebAssembly.Global).value / ALIGNMENT) * ALIGNMENT
  let top = bottom
  /** Below it may stand numbers from before `clear`. */
  let used = bottom

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
    if (address < used) new Uint8Array(memory.buffer, address, Math.min(used, end) - address).fill(0)
    top = end
    return address
  }

  return {
    memory,
    clear() {
      used = Math.max(used, top)
      top = bottom
    },
    floats(length) {
      const address = allocate(4 * length) // first: it may replace memory.buffer
      return new Float32Array(memory.buffer, address, length)
    },
    indices(length) {
      const address = allocate(4 * length)
      return new Uint32Array(memory.buffer, address, length)
    },
    ...arithmeticOf(exports),
  }
}

/** The kernels for another thread's arrays in a memory of `createWasmKernels`; it allocates none. */
export function attachWasmKernels(memory: WebAssembly.Memory): Arithmetic {
  return arithmeticOf(instantiate(memory))
}

function instantiate(memory: WebAssembly.Memory): WebAssembly.Exports {
  module ??= new WebAssembly.Module(readFileSync(new URL('./kernels.wasm', import.meta.url)))
  return new WebAssembly.Instance(module, { env: { memory } }).exports
}

function arithmeticOf(exports: WebAssembly.Exports): Arithmetic {
  const wasm = exports as unknown as Functions
  function at(array: Float32Array | Uint32Array): number {
    // A shared memory that grows gets a new buffer object over the same bytes: compare what cannot be copied.
    if (array.length > 0 && !(array.buffer instanceof SharedArrayBuffer)) {
      throw new TypeError('The array is not in the memory of these kernels.')
    }
    return array.byteOffset
  }
  const csr = ({ starts, indices, values }: SparseMatrix) => [at(starts), at(indices), at(values)] as const

  return {
    packPanels(b, out, m, d) {
      wasm['packPanels'](at(b), at(out), m, d)
    },
    multiplyPanels(a, panels, out, n, m, d) {
      wasm['multiplyPanels'](at(a), at(panels), at(out), n, m, d)
    },
    multiplyAdd(a, b, out, n, m, d) {
      wasm['multiplyAdd'](at(a), at(b), at(out), n, m, d)
    },
    transposedMultiplyAdd(a, b, out, n, m, d, from = 0, to = m) {
      wasm['transposedMultiplyAdd'](at(a), at(b), at(out), n, m, d, from, to)
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
    unitSums(rows, [a, b, c], last, out, lengths, d) {
      wasm['unitSums'](at(rows), rows.length, at(a), at(b), at(c), at(last), at(out), at(lengths), d)
    },
    gatherRows(x, rows, out, d) {
      wasm['gatherRows'](at(x), at(rows), rows.length, at(out), d)
    },
    addRows(x, rows, out, d) {
      wasm['addRows'](at(x), at(rows), rows.length, at(out), d)
    },
    adamRows({ parameters, gradient, first, second, d, decay }, rows, learningRate, step) {
      const correction = biasCorrections(step)
      const state = [at(parameters), at(gradient), at(first), at(second)] as const
      const rates = [learningRate, decay, correction.first, correction.second] as const
      wasm['adamRows'](...state, at(rows), rows.length, d, ...rates)
    },
    pullPositives(task) {
      const { matrix, rows, sums, y, logNegatives, weights, temperature, leaveOneOut, sharpness, d } = task
      const { losses, masses, totals, offsets, pulls } = task
      const given = [...csr(matrix), at(sums), at(y), at(logNegatives), at(weights)] as const
      const results = [at(losses), at(masses), at(totals), at(offsets), at(pulls)] as const
      wasm['pullPositives'](
        at(rows),
        rows.length,
        ...given,
        temperature,
        leaveOneOut ? 1 : 0,
        sharpness,
        ...results,
        d,
      )
    },
    collectPulls(task) {
      const { rows, starts, entries, entryUsers, pulls, sums, totals, fromNegatives, negatives, y, d } = task
      const { lengths, gradient, gradBias } = task
      const lists = [at(starts), at(entries), at(entryUsers), at(pulls), at(sums), at(totals)] as const
      const results = [at(lengths), at(gradient), at(gradBias)] as const
      const side = [at(fromNegatives), Math.min(negatives, rows.length), at(y)] as const
      wasm['collectPulls'](at(rows), rows.length, ...lists, ...side, ...results, d)
    },
  }
}
