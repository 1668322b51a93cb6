// The arithmetic that training is made of, as a port: plain TypeScript, or WebAssembly with SIMD (wasm-kernels.ts).
// Leaves what is computed to graph/.
import { adamRows, type AdamState } from './adam.ts'
import {
  expRows,
  gatherRows,
  pullPositives,
  scaleRows,
  scatterAddRows,
  scatterSparseRows,
  sumSparseRows,
  unitSums,
  type PullPositives,
} from './contrastive.ts'
import {
  maxima,
  multiplyAdd,
  multiplyTransposed,
  normalizeRows,
  normalizeRowsBackward,
  transposedMultiplyAdd,
} from './matrix.ts'
import { multiplySparseAdd } from './sparse.ts'

/**
 * Every array that a kernel is given comes from `floats` or `indices` of the same kernels. Results of two kernels agree up
 * to float32 rounding; one of them gives the same bytes for the same input.
 */
export interface Kernels {
  /** Zeros. */
  floats(length: number): Float32Array
  indices(length: number): Uint32Array
  readonly multiplyTransposed: typeof multiplyTransposed
  readonly multiplyAdd: typeof multiplyAdd
  readonly transposedMultiplyAdd: typeof transposedMultiplyAdd
  readonly multiplySparseAdd: typeof multiplySparseAdd
  readonly normalizeRows: typeof normalizeRows
  readonly normalizeRowsBackward: typeof normalizeRowsBackward
  readonly expRows: typeof expRows
  readonly scaleRows: typeof scaleRows
  readonly maxima: typeof maxima
  readonly sumSparseRows: typeof sumSparseRows
  readonly scatterSparseRows: typeof scatterSparseRows
  readonly unitSums: typeof unitSums
  readonly gatherRows: typeof gatherRows
  readonly scatterAddRows: typeof scatterAddRows
  readonly adamRows: (state: AdamState, rows: Uint32Array, learningRate: number, step: number) => void
  readonly pullPositives: (task: PullPositives) => void
}

/** The specification of the others: float64 sums, no tricks. */
export const REFERENCE_KERNELS: Kernels = {
  floats: (length) => new Float32Array(length),
  indices: (length) => new Uint32Array(length),
  multiplyTransposed,
  multiplyAdd,
  transposedMultiplyAdd,
  multiplySparseAdd,
  normalizeRows,
  normalizeRowsBackward,
  expRows,
  scaleRows,
  maxima,
  sumSparseRows,
  scatterSparseRows,
  unitSums,
  gatherRows,
  scatterAddRows,
  adamRows,
  pullPositives,
}
