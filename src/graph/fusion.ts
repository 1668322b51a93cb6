// The embedding's score with a second one from item-item lists: what a vector of 64 numbers has to blur, lists keep.
// Leaves lists to item-lists.ts, vectors to the trainer.
import type { SparseMatrix } from '../math/sparse.ts'
import { itemLists, listScorer, turboSimilarity } from './item-lists.ts'
import { userMeasures } from './metrics.ts'
import { embeddingScorer, rankUsers, type Scorer } from './ranking.ts'
import type { Embeddings } from './trainer.ts'
import type { HeldOut } from './validation.ts'

/** Places of a list: 800 bytes a place. More moved nothing on the slices. */
const LIST_SIZE = 100
/** Turbo-CF's settings that were best on the slices of two of three data sets (docs/evaluate.md). */
const SIMILARITY = turboSimilarity(0.6, 0.5)
/** Places of a list by which a weight is chosen. */
const K = 20
/** In units of cosine, for a list value that is usual; none first. */
const WEIGHTS = [0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2]

/** The second score's lists, scaled so that their values are 1 on average: a weight means the same on any graph. */
export function fusionLists(train: SparseMatrix): SparseMatrix {
  const lists = itemLists(train, SIMILARITY, LIST_SIZE)
  let sum = 0
  for (const value of lists.values) sum += value
  const scale = sum === 0 ? 0 : lists.values.length / sum
  return { ...lists, values: lists.values.map((value) => value * scale) }
}

/** score = user · place + weight · mean of the lists' values of the place over the places that the user has in `train`. */
export function fusedScorer(
  embeddings: Embeddings,
  dim: number,
  lists: SparseMatrix,
  train: SparseMatrix,
  weight: number,
): Scorer {
  return {
    tilePlaces: Infinity,
    open(kernels) {
      const embedding = embeddingScorer(embeddings, dim).open(kernels)
      const second = listScorer(lists, train, (degree) => weight / degree).open(kernels)
      let ofLists = new Float32Array(0)
      return (users, from, to, scores) => {
        if (ofLists.length < scores.length) ofLists = new Float32Array(scores.length)
        embedding(users, from, to, scores)
        second(users, from, to, ofLists.subarray(0, scores.length))
        for (let i = 0; i < scores.length; i++) scores[i] += ofLists[i]
      }
    },
  }
}

/**
 * The weight with the best NDCG@20 on the slice, which the vectors did not see; 0 (none) where that is ahead of none by no more
 * than one standard error of the difference user by user, or where there is no slice: of many weights one looks better on a
 * few hundred users than it is.
 */
export function chooseFusionWeight(vectors: Embeddings, dim: number, held: HeldOut): number {
  if (held.users.length === 0) return 0
  const lists = fusionLists(held.train)
  const tried = WEIGHTS.map((weight) => {
    const scorer = fusedScorer(vectors, dim, lists, held.train, weight)
    const ranked = rankUsers(scorer, held.train, held.users, K)
    return { weight, ndcg: userMeasures(ranked, held.relevant, K).ndcg }
  })
  const best = tried.reduce((best, other) => (sumOf(other.ndcg) > sumOf(best.ndcg) ? other : best))
  return isWithinError(best.ndcg, tried[0].ndcg) ? 0 : best.weight
}

/** Whether the mean of `better` is ahead by no more than one standard error of the differences. */
function isWithinError(better: Float64Array, other: Float64Array): boolean {
  const ahead = better.map((value, user) => value - other[user])
  const mean = sumOf(ahead) / ahead.length
  const variance = sumOf(ahead.map((value) => (value - mean) ** 2)) / ahead.length
  return mean <= Math.sqrt(variance / ahead.length)
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
