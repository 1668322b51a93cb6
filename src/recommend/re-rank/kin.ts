// Dislikes, by likeness: what lies near a disliked place steps back. Leaves hiding the place itself to the filter.
import { likenesses } from '../../graph/model.ts'
import { lowered, type Step } from './step.ts'

/**
 * Weight of the likeness to the nearest disliked place; kin start at this cosine. One hidden place tells little of its
 * neighbours: they step back behind equals and stay on the list (at .8 one of six survived among similar places).
 */
const WEIGHT = 0.2
const KIN_COSINE = 0.6

export const kin: Step = (list, { dislikedVectors }) => {
  if (dislikedVectors.length === 0) return [...list]
  const vectors = list.map(({ vector }) => vector)
  const nearest = new Float64Array(list.length)
  const cosines = new Float64Array(list.length)
  for (const disliked of dislikedVectors) {
    likenesses(disliked, vectors, cosines)
    for (let i = 0; i < cosines.length; i++) if (cosines[i] > nearest[i]) nearest[i] = cosines[i]
  }
  return lowered(list, (_, index) => (WEIGHT * Math.max(0, nearest[index] - KIN_COSINE)) / (1 - KIN_COSINE))
}
