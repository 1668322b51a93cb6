// Kin of disliked places step back. Leaves hiding the disliked places themselves to the filter.
import { likeness } from '../../graph/model.ts'
import type { Demotion } from './step.ts'

/** Kin start at this cosine; at 1 the whole weight is lost. */
const KIN_COSINE = 0.6

/** By the cosine with the nearest disliked place, above KIN_COSINE. */
export const kin: Demotion = ({ disliked }) => {
  const vectors = disliked.flatMap(({ vector }) => vector ?? [])
  if (vectors.length === 0) return undefined
  return (entry) => {
    let nearest = KIN_COSINE
    for (const vector of vectors) nearest = Math.max(nearest, likeness(vector, entry.vector))
    return Math.min(1, (nearest - KIN_COSINE) / (1 - KIN_COSINE))
  }
}
