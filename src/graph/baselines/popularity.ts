// How many users have a place in train: below it, a model has learnt nothing about its users.
import type { SparseMatrix } from '../../math/sparse.ts'
import { globalScorer } from '../ranking.ts'
import type { Baseline } from './baseline.ts'

export const popularity: Baseline<object> = {
  paper: 'None: users with the place in train',
  settings: [{}],
  limit: () => undefined,
  fit: (train) => globalScorer(popularities(train)),
}

/** `[places]`: users of each place. */
export function popularities({ columns, indices }: SparseMatrix): Float32Array {
  const counts = new Float32Array(columns)
  for (const place of indices) counts[place]++
  return counts
}
