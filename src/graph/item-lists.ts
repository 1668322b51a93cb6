// Sparse lists of places that go with a place, from who visits both: a second score beside the embedding.
// Leaves the choice of a similarity to the baselines, combining scores to fusion.ts.
import type { Kernels } from '../math/kernels.ts'
import { transpose, type SparseMatrix } from '../math/sparse.ts'
import { TopK } from '../math/top-k.ts'
import type { Scorer } from './ranking.ts'

/** How alike two places are, from the users they share. */
export interface Similarity {
  /** What a shared user of so many places counts. */
  userWeight(degree: number): number
  /** @param shared Σ userWeight over the shared users, above 0 @param a @param b how many users each place has */
  of(shared: number, a: number, b: number): number
}

/** Cosine of the sets of users, shrunk towards 0 where few are shared (Sarwar et al., WWW 2001; Bell and Koren, ICDM 2007). */
export function shrunkCosine(shrinkage: number): Similarity {
  return { userWeight: () => 1, of: (shared, a, b) => shared / (Math.sqrt(a * b) + shrinkage) }
}

/**
 * Turbo-CF's item-item graph P̄ = (R̃ᵀR̃)^∘power with R̃ = D_U^−α R D_I^(α−1) (Park et al., SIGIR 2024, Eq. 5 and 8).
 */
export function turboSimilarity(alpha: number, power: number): Similarity {
  return {
    userWeight: (degree) => degree ** (-2 * alpha),
    of: (shared, a, b) => (shared * (a * b) ** (alpha - 1)) ** power,
  }
}

/**
 * `[places, places]`: row i holds the `size` places most like i, without i itself, values above 0.
 * O(Σ degree² over users); the result takes 8 · size bytes a place (50: 16 MB on 41 thousand places), the work one dense row.
 */
export function itemLists(train: SparseMatrix, similarity: Similarity, size: number): SparseMatrix {
  const count = train.columns
  const starts = new Uint32Array(count + 1)
  const indices = new Uint32Array(count * size)
  const values = new Float32Array(count * size)
  let end = 0
  forEachPlace(train, similarity, (place, others, sums, degrees) => {
    const best = new TopK<number>(size)
    for (const other of others) {
      if (other !== place) best.offer(similarity.of(sums[other], degrees[place], degrees[other]), other)
    }
    for (const { id, score } of best.sorted().sort((a, b) => a.id - b.id)) {
      indices[end] = id
      values[end++] = score
    }
    starts[place + 1] = end
  })
  return { rows: count, columns: count, starts, indices: indices.slice(0, end), values: values.slice(0, end) }
}

/** How many pairs of places (i, j), i = j included, share a user. O(Σ degree² over users). */
export function countPairs(train: SparseMatrix): number {
  let pairs = 0
  forEachPlace(train, { userWeight: () => 1, of: () => 1 }, (_, others) => (pairs += others.length))
  return pairs
}

/** `[places, places]`: all of them, the diagonal included. 8 bytes a pair. */
export function itemMatrix(train: SparseMatrix, similarity: Similarity, pairs: number): SparseMatrix {
  const starts = new Uint32Array(train.columns + 1)
  const indices = new Uint32Array(pairs)
  const values = new Float32Array(pairs)
  let end = 0
  forEachPlace(train, similarity, (place, others, sums, degrees) => {
    for (const other of others.sort()) {
      indices[end] = other
      values[end++] = similarity.of(sums[other], degrees[place], degrees[other])
    }
    starts[place + 1] = end
  })
  return { rows: train.columns, columns: train.columns, starts, indices, values }
}

/** A user's score of a place: the sum of its value in the lists of the user's places, each times its share. */
export function listScorer(
  lists: SparseMatrix,
  train: SparseMatrix,
  share: (degree: number) => number = () => 1,
): Scorer {
  return {
    tilePlaces: Infinity,
    open: (_: Kernels) => (users, from, to, scores) => {
      const width = to - from
      scores.fill(0)
      users.forEach((user, i) => {
        const row = scores.subarray(i * width, (i + 1) * width)
        const weight = share(train.starts[user + 1] - train.starts[user])
        for (let e = train.starts[user]; e < train.starts[user + 1]; e++) {
          const place = train.indices[e]
          for (let l = lists.starts[place]; l < lists.starts[place + 1]; l++) {
            row[lists.indices[l] - from] += weight * lists.values[l]
          }
        }
      })
    },
  }
}

/**
 * Visits every place with the places that share a user with it, itself included, in no order, and Σ userWeight of the
 * shared users by place; both arrays are reused.
 */
function forEachPlace(
  train: SparseMatrix,
  { userWeight }: Similarity,
  visit: (place: number, others: Uint32Array, sums: Float64Array, degrees: Uint32Array) => void,
): void {
  const { starts, indices, columns } = train
  const byPlace = transpose(train)
  const degrees = Uint32Array.from({ length: columns }, (_, i) => byPlace.starts[i + 1] - byPlace.starts[i])
  const weights = Float64Array.from({ length: train.rows }, (_, u) => userWeight(starts[u + 1] - starts[u]))
  const sums = new Float64Array(columns)
  const touched = new Uint32Array(columns)
  for (let place = 0; place < columns; place++) {
    let count = 0
    for (let v = byPlace.starts[place]; v < byPlace.starts[place + 1]; v++) {
      const user = byPlace.indices[v]
      const weight = weights[user]
      for (let e = starts[user]; e < starts[user + 1]; e++) {
        const other = indices[e]
        if (sums[other] === 0) touched[count++] = other
        sums[other] += weight
      }
    }
    const others = touched.subarray(0, count)
    visit(place, others, sums, degrees)
    for (const other of others) sums[other] = 0
  }
}
