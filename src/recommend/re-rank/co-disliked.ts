// What people dislike who dislike the same places steps back. Leaves counting to dislikes.ts.
import type { Demotion } from './step.ts'

/** By the weight that EASE on the matrix of dislikes gives an entry for the user's disliked places. */
export const coDisliked: Demotion = ({ live, context }) => {
  const alike = live.feedback.dislikes.alike([...context.dislikes])
  return alike.size === 0 ? undefined : ({ place }) => alike.get(place.id) ?? 0
}
