// The arithmetic that training is made of, as a port: plain TypeScript, or WebAssembly with SIMD (wasm-kernels.ts).
// Leaves what is computed to graph/.
import { adamRows, type AdamState } from './adam.ts'
import {
  addRows,
  collectPulls,
  expRows,
  gatherRows,
  pullPositives,
  scaleRows,
  sumSparseRows,
  unitSums,
  type CollectPulls,
  type PullPositives,
} from './contrastive.ts'
import {
  maxima,
  multiplyAdd,
  multiplyPanels,
  normalizeRows,
  normalizeRowsBackward,
  packPanels,
  transposedMultiplyAdd,
} from './matrix.ts'
import { multiplySparseAdd, type SparseMatrix } from './sparse.ts'

/**
 * Every array that a kernel is given comes from `floats` or `indices` of the same kernels. Results of two kernels agree up
 * to float32 rounding; one of them gives the same bytes for the same input.
 */
export interface Kernels extends Arithmetic {
  /** Zeros. */
  floats(length: number): Float32Array
  indices(length: number): Uint32Array
}

export interface Arithmetic {
  readonly packPanels: typeof packPanels
  readonly multiplyPanels: typeof multiplyPanels
  readonly multiplyAdd: typeof multiplyAdd
  readonly transposedMultiplyAdd: typeof transposedMultiplyAdd
  readonly multiplySparseAdd: typeof multiplySparseAdd
  readonly normalizeRows: typeof normalizeRows
  readonly normalizeRowsBackward: typeof normalizeRowsBackward
  readonly expRows: typeof expRows
  readonly scaleRows: typeof scaleRows
  readonly maxima: typeof maxima
  readonly sumSparseRows: typeof sumSparseRows
  readonly unitSums: typeof unitSums
  readonly gatherRows: typeof gatherRows
  readonly addRows: typeof addRows
  readonly adamRows: (state: AdamState, rows: Uint32Array, learningRate: number, step: number) => void
  readonly pullPositives: (task: PullPositives) => void
  readonly collectPulls: (task: CollectPulls) => void
}

/** The specification of the others: float64 sums, no tricks. */
export const REFERENCE_KERNELS: Kernels = {
  floats: (length) => new Float32Array(length),
  indices: (length) => new Uint32Array(length),
  packPanels,
  multiplyPanels,
  multiplyAdd,
  transposedMultiplyAdd,
  multiplySparseAdd,
  normalizeRows,
  normalizeRowsBackward,
  expRows,
  scaleRows,
  maxima,
  sumSparseRows,
  unitSums,
  gatherRows,
  addRows,
  adamRows,
  pullPositives,
  collectPulls,
}

/** A sparse matrix in the memory of the kernels. */
export function inKernels(kernels: Kernels, matrix: SparseMatrix): SparseMatrix {
  const indices = (from: Uint32Array) => {
    const array = kernels.indices(from.length)
    array.set(from)
    return array
  }
  const values = kernels.floats(matrix.values.length)
  values.set(matrix.values)
  return { ...matrix, starts: indices(matrix.starts), indices: indices(matrix.indices), values }
}
