// Dislikes, by likeness: what lies near a disliked place steps back. Leaves hiding the place itself to the filter.
import { likeness } from '../../graph/model.ts'
import { lowered, type Step } from './step.ts'

/**
 * Weight of the likeness to the nearest disliked place; kin start at this cosine. One hidden place tells little of its
 * neighbours: they step back behind equals and stay on the list (at .8 one of six survived among similar places).
 */
const WEIGHT = 0.2
const KIN_COSINE = 0.6

export const kin: Step = (list, { dislikedVectors }) => {
  if (dislikedVectors.length === 0) return [...list]
  return lowered(list, ({ vector }) => {
    let nearest = 0
    for (const disliked of dislikedVectors) nearest = Math.max(nearest, likeness(disliked, vector))
    return (WEIGHT * Math.max(0, nearest - KIN_COSINE)) / (1 - KIN_COSINE)
  })
}
