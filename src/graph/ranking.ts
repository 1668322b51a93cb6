// Full ranking: scores every place for a user, leaves out what the user was trained on, and keeps the head.
// Leaves measures to metrics.ts, where scores come from to embeddingScorer and the baselines.
import type { Kernels } from '../math/kernels.ts'
import { panelsLength } from '../math/matrix.ts'
import type { SparseMatrix } from '../math/sparse.ts'
import { TopK } from '../math/top-k.ts'
import { createWasmKernels } from '../math/wasm-kernels.ts'
import { rankingMetrics, type RankingMetrics } from './metrics.ts'
import type { Embeddings } from './trainer.ts'

export interface RankingTask {
  /** `[users, places]`: places to leave out, by user. */
  readonly train: SparseMatrix
  readonly users: ArrayLike<number>
  /** What `users` did later, in step, ascending. */
  readonly relevant: readonly Uint32Array[]
}

/** Anything that scores places for users; higher is better. */
export interface Scorer {
  /** Places a call is asked for at most: small where scores are computed by tiles, Infinity where by whole rows. */
  readonly tilePlaces: number
  /** The scoring function, its own arrays in the memory of `kernels`. */
  open(kernels: Kernels): ScoreTile
}

/** scores[users.length, to − from] ← the scores of places from … to − 1. `scores` is in the memory of the kernels. */
export type ScoreTile = (users: Uint32Array, from: number, to: number, scores: Float32Array) => void

/** Users × places of a tile: 2 MB of scores, what the second-level cache holds (measured: 5.0 s → 3.8 s of products on gowalla). */
const TILE_USERS = 256
const TILE_PLACES = 2048
/** Users of a tile of whole rows. */
const ROW_USERS = 32
/** Scores that are passed over at once where none of them can enter a list. */
const RUN = 64

/** Inner products users · placesᵀ of vectors `[·, dim]`. */
export function embeddingScorer({ users, places }: Embeddings, dim: number): Scorer {
  return {
    tilePlaces: TILE_PLACES,
    open(kernels) {
      const count = places.length / dim
      const inMemory = kernels.floats(places.length)
      inMemory.set(places)
      const panels = kernels.floats(panelsLength(count, dim))
      kernels.packPanels(inMemory, panels, count, dim)
      const rows = kernels.floats(TILE_USERS * dim)
      return (of, from, to, scores) => {
        of.forEach((user, i) => rows.set(users.subarray(user * dim, (user + 1) * dim), i * dim))
        // Tiles begin on panels: their size is a multiple of 8.
        kernels.multiplyPanels(rows, panels.subarray(from * dim), scores, of.length, to - from, dim)
      }
    },
  }
}

/** Scores that do not depend on the user, `[places]`. */
export function globalScorer(ofPlaces: Float32Array): Scorer {
  return {
    tilePlaces: TILE_PLACES,
    open: () => (of, from, to, scores) => {
      for (let i = 0; i < of.length; i++) scores.set(ofPlaces.subarray(from, to), i * (to - from))
    },
  }
}

/**
 * The first k places of each of the users, best first, of equal scores the smaller index; places of `train` left out, and
 * places scored −Infinity. A list is shorter where fewer places are left. Users do not influence each other: any cut of
 * `users` into parts gives the same lists. O(users · places · cost of a score).
 */
export function rankUsers(
  scorer: Scorer,
  train: SparseMatrix,
  users: ArrayLike<number>,
  k: number,
): Uint32Array[] {
  return createRanker(scorer, train, k)(users)
}

/** `rankUsers` for several sets of users in turn: what the scorer prepares is prepared once. */
export function createRanker(
  scorer: Scorer,
  train: SparseMatrix,
  k: number,
): (users: ArrayLike<number>) => Uint32Array[] {
  const kernels = createWasmKernels()
  const tilePlaces = Math.min(scorer.tilePlaces, train.columns)
  const atOnce = scorer.tilePlaces < Infinity ? TILE_USERS : ROW_USERS
  const tile = kernels.floats(atOnce * tilePlaces)
  const runMaxima = kernels.floats(Math.ceil(tilePlaces / RUN))
  const score = scorer.open(kernels)
  return (users) => {
    const lists: Uint32Array[] = []
    for (let first = 0; first < users.length; first += atOnce) {
      const size = Math.min(atOnce, users.length - first)
      const block = Uint32Array.from({ length: size }, (_, i) => users[first + i])
      const heads = Array.from(block, (user) => ({
        best: new TopK<number>(k),
        nextTrain: train.starts[user],
      }))
      for (let from = 0; from < train.columns; from += tilePlaces) {
        const to = Math.min(train.columns, from + tilePlaces)
        const width = to - from
        score(block, from, to, tile.subarray(0, size * width))
        heads.forEach((head, i) => {
          const row = tile.subarray(i * width, (i + 1) * width)
          const end = train.starts[block[i] + 1]
          for (; head.nextTrain < end && train.indices[head.nextTrain] < to; head.nextTrain++) {
            row[train.indices[head.nextTrain] - from] = -Infinity
          }
          kernels.maxima(row, RUN, runMaxima)
          offerRow(head.best, row, from, runMaxima)
        })
      }
      for (const { best } of heads) lists.push(Uint32Array.from(best.sorted(), ({ id }) => id))
    }
    return lists
  }
}

/** Metrics at k of the lists of a task's users. */
export function scoreLists(scorer: Scorer, { train, users, relevant }: RankingTask, k = 20): RankingMetrics {
  return rankingMetrics(rankUsers(scorer, train, users, k), relevant, k, train.columns)
}

/** Metrics at k of the inner products users · placesᵀ. */
export function scoreRanking(embeddings: Embeddings, task: RankingTask, dim: number, k = 20): RankingMetrics {
  return scoreLists(embeddingScorer(embeddings, dim), task, k)
}

/** Offers a row of scores of the places from `first` on, where a run holds one that can enter. */
function offerRow(best: TopK<number>, row: Float32Array, first: number, runMaxima: Float32Array): void {
  // Places come in order of index and of equal scores the smaller index stays: only what is above can enter.
  let { threshold } = best
  for (let run = 0, from = 0; from < row.length; run++, from += RUN) {
    if (runMaxima[run] <= threshold) continue
    const to = Math.min(row.length, from + RUN)
    for (let i = from; i < to; i++) {
      if (row[i] <= threshold) continue
      best.offer(row[i], first + i)
      threshold = best.threshold
    }
  }
}
