// Full ranking: scores every place for a user, leaves out what the user was trained on, and measures the head.
// Leaves the measures themselves to metrics.ts.
import type { SparseMatrix } from '../math/sparse.ts'
import { TopK } from '../math/top-k.ts'
import type { Kernels } from '../math/kernels.ts'
import { panelsLength } from '../math/matrix.ts'
import { createWasmKernels } from '../math/wasm-kernels.ts'
import { rankingMetrics, type RankingMetrics } from './metrics.ts'
import type { Embeddings } from './trainer.ts'

interface RankingTask {
  /** Places to leave out, by user. */
  readonly train: SparseMatrix
  readonly users: readonly number[]
  /** What `users` did later, in step, ascending. */
  readonly relevant: readonly Uint32Array[]
}

/** Users scored at once. */
const BLOCK = 128
/** Scores that are passed over at once where none of them can enter a list. */
const RUN = 64

/** Metrics at k of the inner products users · placesᵀ. */
export function scoreRanking(
  { users, places }: Embeddings,
  task: RankingTask,
  dim: number,
  k = 20,
): RankingMetrics {
  const kernels = createWasmKernels()
  const count = task.train.columns
  const block = kernels.floats(BLOCK * count)
  const rows = kernels.floats(BLOCK * dim)
  const inMemory = kernels.floats(places.length)
  inMemory.set(places)
  const panels = kernels.floats(panelsLength(count, dim))
  kernels.packPanels(inMemory, panels, count, dim)
  return rankBlocks(kernels, task, k, BLOCK, (from, size) => {
    for (let b = 0; b < size; b++) {
      const user = task.users[from + b]
      rows.set(users.subarray(user * dim, (user + 1) * dim), b * dim)
    }
    kernels.multiplyPanels(rows, panels, block, size, count, dim)
    return block
  })
}

/** Metrics at k of scores that do not depend on the user, such as popularity. */
export function scoreGlobalRanking(scores: Float32Array, task: RankingTask, k = 20): RankingMetrics {
  const kernels = createWasmKernels()
  const block = kernels.floats(scores.length)
  return rankBlocks(kernels, task, k, 1, () => {
    block.set(scores)
    return block
  })
}

function rankBlocks(
  kernels: Kernels,
  { train, users, relevant }: RankingTask,
  k: number,
  blockSize: number,
  scoresOf: (from: number, size: number) => Float32Array,
): RankingMetrics {
  const count = train.columns
  const lists: Uint32Array[] = []
  const runMaxima = kernels.floats(Math.ceil(count / RUN))
  for (let from = 0; from < users.length; from += blockSize) {
    const size = Math.min(blockSize, users.length - from)
    const scores = scoresOf(from, size)
    for (let b = 0; b < size; b++) {
      const user = users[from + b]
      const row = scores.subarray(b * count, (b + 1) * count)
      for (let e = train.starts[user]; e < train.starts[user + 1]; e++) row[train.indices[e]] = -Infinity
      kernels.maxima(row, RUN, runMaxima)
      const best = new TopK<number>(k)
      // Of equal scores the smaller index stays, so only what is above the threshold can enter.
      let { threshold } = best
      for (let run = 0; run < runMaxima.length; run++) {
        if (runMaxima[run] <= threshold) continue
        for (let place = run * RUN; place < Math.min(count, (run + 1) * RUN); place++) {
          if (row[place] <= threshold) continue
          best.offer(row[place], place)
          threshold = best.threshold
        }
      }
      lists.push(Uint32Array.from(best.sorted(), ({ id }) => id))
    }
  }
  return rankingMetrics(lists, relevant, k, count)
}
