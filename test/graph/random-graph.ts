// Small random graphs for tests, sparse and dense.
import { createRandom } from '../../src/math/random.ts'
import type { SparseMatrix } from '../../src/math/sparse.ts'
import { sparseOf } from './sparse.ts'

/** A user has each place with probability ⅓, and one at least. */
export function randomGraph(
  seed: number,
  users: number,
  places: number,
): { readonly matrix: SparseMatrix; readonly dense: readonly (readonly number[])[] } {
  const random = createRandom(seed)
  const dense = Array.from({ length: users }, () => {
    const row: number[] = Array.from({ length: places }, () => (random.next() < 1 / 3 ? 1 : 0))
    row[random.integer(places)] = 1
    return row
  })
  return { matrix: sparseOf(dense.flat(), users, places), dense }
}
