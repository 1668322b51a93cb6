// Dislikes, by company: what people who dislike the same places also dislike steps back.
// Leaves the model of dislikes to feedback/disliked-company.ts.
import { lowered, type Step } from './step.ts'

/** Of a place that is always disliked together with one of the user's; as much as the nearest kin loses. */
const WEIGHT = 0.2

export const company: Step = (list, { user, feedback }) => {
  if (user.dislikes.size === 0) return [...list]
  const scores = feedback.company.of([...user.dislikes])
  if (scores.size === 0) return [...list]
  return lowered(list, ({ place }) => WEIGHT * Math.min(1, scores.get(place.id) ?? 0))
}
