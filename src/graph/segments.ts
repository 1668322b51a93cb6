// Segments of users: clusters of alike tastes, and how many of each go to which place. For whom little is known of yet.
// Leaves whose segment somebody is in at a request to recommend/.
import { nearestSegment, type Segments } from './model.ts'
import { createRandom } from '../math/random.ts'
import type { SparseMatrix } from '../math/sparse.ts'

/** One segment for so many users: fewer say little of what a segment has in common. */
const USERS_A_SEGMENT = 100
const MAX_SEGMENTS = 32
/** Users that centroids are worked out from; all users are assigned afterwards. */
const SAMPLED_USERS = 20_000
const ROUNDS = 12

/**
 * Spherical k-means (Dhillon and Modha, Machine Learning 2001) on users' directions, then counts. Undefined below two
 * segments' users. O(rounds · sample · count · dim + users · count · dim); deterministic.
 * @param users `[users, dim]` as model.ts has them, in the order of the rows of `weights`
 * @param weights `[users, places]`
 */
export function userSegments(users: Float32Array, dim: number, weights: SparseMatrix): Segments | undefined {
  const total = weights.rows
  const count = Math.min(MAX_SEGMENTS, Math.floor(total / USERS_A_SEGMENT))
  if (count < 2) return undefined
  const random = createRandom(total).fork('segments')
  const sample = random.shuffle(Uint32Array.from({ length: total }, (_, u) => u)).subarray(0, SAMPLED_USERS)
  const centroids = new Float32Array(count * dim)
  // Users drawn at random start: of thousands in one half-space, k-means++ chose outliers first.
  for (let s = 0; s < count; s++) {
    centroids.set(users.subarray(sample[s] * dim, sample[s] * dim + dim - 1), s * dim)
  }
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float32Array(count * dim)
    for (const user of sample) {
      const s = nearestSegment({ count, dim, centroids }, users, user * dim)
      for (let k = 0; k < dim - 1; k++) sums[s * dim + k] += users[user * dim + k]
    }
    for (let s = 0; s < count; s++) {
      const sum = sums.subarray(s * dim, (s + 1) * dim)
      const length = Math.hypot(...sum)
      // Whom nobody is nearest to stays where it is.
      if (length > 0) for (let k = 0; k < dim; k++) centroids[s * dim + k] = sum[k] / length
    }
  }
  return { count, dim, centroids, places: countBySegment({ count, dim, centroids }, users, weights) }
}

function countBySegment(
  segments: Pick<Segments, 'count' | 'dim' | 'centroids'>,
  users: Float32Array,
  { rows, columns, starts, indices }: SparseMatrix,
): SparseMatrix {
  const { count, dim } = segments
  const counts = Array.from({ length: count }, () => new Map<number, number>())
  for (let user = 0; user < rows; user++) {
    const own = counts[nearestSegment(segments, users, user * dim)]
    for (let e = starts[user]; e < starts[user + 1]; e++) own.set(indices[e], (own.get(indices[e]) ?? 0) + 1)
  }
  const sizes = counts.map(({ size }) => size)
  const outStarts = new Uint32Array(count + 1)
  sizes.forEach((size, s) => (outStarts[s + 1] = outStarts[s] + size))
  const outIndices = new Uint32Array(outStarts[count])
  const values = new Float32Array(outStarts[count])
  counts.forEach((own, s) => {
    const sorted = [...own].sort(([a], [b]) => a - b)
    sorted.forEach(([place, number], i) => {
      outIndices[outStarts[s] + i] = place
      values[outStarts[s] + i] = number
    })
  })
  return { rows: count, columns, starts: outStarts, indices: outIndices, values }
}
