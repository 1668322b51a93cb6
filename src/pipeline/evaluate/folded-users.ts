// Users as the service places those that the model has not seen: folded in from their places.
// Leaves the arithmetic to graph/model.ts.
import { actionWeight, placeShare } from '../../graph/interactions.ts'
import { foldIn } from '../../graph/model.ts'
import type { Trained } from '../../graph/train.ts'
import type { SparseMatrix } from '../../math/sparse.ts'

/**
 * `[users, dim]`. A user without places has no direction: what is left of every score is the place's bias.
 * @param weights `[users, places]` strengths
 */
export function foldedUsers(
  { places, placeUsers, dim }: Pick<Trained, 'places' | 'placeUsers' | 'dim'>,
  weights: SparseMatrix,
): Float32Array {
  const users = new Float32Array(weights.rows * dim)
  for (let user = 0; user < weights.rows; user++) {
    const actions: { vector: Float32Array; weight: number }[] = []
    for (let e = weights.starts[user]; e < weights.starts[user + 1]; e++) {
      const place = weights.indices[e]
      actions.push({
        vector: places.subarray(place * dim, (place + 1) * dim),
        weight: actionWeight(weights.values[e], placeShare(placeUsers[place])),
      })
    }
    const folded = foldIn(actions)?.vector
    if (folded === undefined) users[(user + 1) * dim - 1] = 1
    else users.set(folded, user * dim)
  }
  return users
}
