// Full ranking by an embedding on several threads. Leaves the ranking itself to ranking.ts: any cut of the users gives the
// same lists, so their number changes the time only.
import type { SparseMatrix } from '../math/sparse.ts'
import { createWorkerPool, type Phases } from '../math/worker-pool.ts'
import { createRanker, embeddingScorer } from './ranking.ts'
import type { Embeddings } from './trainer.ts'

/** Users that a thread takes at once. */
const PIECE = 1024

interface SharedRanking {
  readonly embeddings: Embeddings
  readonly dim: number
  readonly train: SparseMatrix
  readonly users: Uint32Array
  readonly k: number
  /** Number of the next piece. */
  readonly ticket: Uint32Array
  /** `[users, k]`, the first `lengths[i]` of a row. */
  readonly lists: Uint32Array
  readonly lengths: Uint32Array
}

/** As `rankUsers` with the embedding's scores. Throws worker-failed. */
export async function rankUsersOnThreads(
  embeddings: Embeddings,
  dim: number,
  train: SparseMatrix,
  users: ArrayLike<number>,
  k: number,
  threads: number,
): Promise<Uint32Array[]> {
  const zeros = (length: number) => new Uint32Array(new SharedArrayBuffer(4 * length))
  const shared: SharedRanking = {
    embeddings,
    dim,
    train,
    users: Uint32Array.from(users),
    k,
    ticket: zeros(1),
    lists: zeros(users.length * k),
    lengths: zeros(users.length),
  }
  const wanted = Math.max(1, Math.min(threads, Math.ceil(users.length / PIECE)))
  const pool = await createWorkerPool(createPhases(shared), wanted, { url: import.meta.url, shared })
  try {
    await pool.run('rank')
  } finally {
    await pool.close()
  }
  return Array.from(shared.lengths, (length, user) => shared.lists.slice(user * k, user * k + length))
}

/** The phase of every thread (math/worker-thread.ts). */
export function createPhases(shared: SharedRanking): Phases {
  const { embeddings, dim, train, users, k, ticket, lists, lengths } = shared
  return {
    rank() {
      const rank = createRanker(embeddingScorer(embeddings, dim), train, k)
      for (;;) {
        const from = Atomics.add(ticket, 0, 1) * PIECE
        if (from >= users.length) return
        const piece = users.subarray(from, from + PIECE)
        rank(piece).forEach((list, i) => {
          lists.set(list, (from + i) * k)
          lengths[from + i] = list.length
        })
      }
    },
  }
}
