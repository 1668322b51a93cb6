// Full ranking: scores every place for a user, leaves out what the user was trained on, and measures the head.
// Leaves the measures themselves to metrics.ts.
import { multiplyTransposed } from '../math/matrix.ts'
import type { SparseMatrix } from '../math/sparse.ts'
import { TopK } from '../math/top-k.ts'
import { rankingMetrics, type RankingMetrics } from './metrics.ts'
import type { Embeddings } from './propagate.ts'

interface RankingTask {
  /** Places to leave out, by user. */
  readonly train: SparseMatrix
  readonly users: readonly number[]
  /** What `users` did later, in step, ascending. */
  readonly relevant: readonly Uint32Array[]
}

/** Users scored at once: the block of scores stays in the cache. */
const BLOCK = 32

/** Metrics at k of the inner products users · placesᵀ. */
export function scoreRanking(
  { users, places }: Embeddings,
  task: RankingTask,
  dim: number,
  k = 20,
): RankingMetrics {
  const count = task.train.columns
  const block = new Float32Array(BLOCK * count)
  const rows = new Float32Array(BLOCK * dim)
  return rankBlocks(task, k, BLOCK, (from, size) => {
    for (let b = 0; b < size; b++) {
      const user = task.users[from + b]
      rows.set(users.subarray(user * dim, (user + 1) * dim), b * dim)
    }
    multiplyTransposed(rows, places, block, size, count, dim)
    return block
  })
}

/** Metrics at k of scores that do not depend on the user, such as popularity. */
export function scoreGlobalRanking(scores: Float32Array, task: RankingTask, k = 20): RankingMetrics {
  const block = new Float32Array(scores.length)
  return rankBlocks(task, k, 1, () => {
    block.set(scores)
    return block
  })
}

function rankBlocks(
  { train, users, relevant }: RankingTask,
  k: number,
  blockSize: number,
  scoresOf: (from: number, size: number) => Float32Array,
): RankingMetrics {
  const count = train.columns
  const lists: Uint32Array[] = []
  for (let from = 0; from < users.length; from += blockSize) {
    const size = Math.min(blockSize, users.length - from)
    const scores = scoresOf(from, size)
    for (let b = 0; b < size; b++) {
      const user = users[from + b]
      const row = scores.subarray(b * count, (b + 1) * count)
      for (let e = train.starts[user]; e < train.starts[user + 1]; e++) row[train.indices[e]] = -Infinity
      const best = new TopK<number>(k)
      for (let place = 0; place < count; place++) if (row[place] !== -Infinity) best.offer(row[place], place)
      lists.push(Uint32Array.from(best.sorted(), ({ id }) => id))
    }
  }
  return rankingMetrics(lists, relevant, k, count)
}
