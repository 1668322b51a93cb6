// Exposure fatigue: places that a user was shown often and did nothing with step back.
// Leaves counting to feedback/exposures.ts.
import { lowered, type Step } from './step.ts'

/** What a place loses that was shown and shown again; it nears this, and forgets as exposures do. */
const WEIGHT = 0.15
/** Being shown once or twice is no reason; after so many more exposures half of the weight is lost. */
const FREE_EXPOSURES = 2
const HALF_EXPOSURES = 4

export const fatigue: Step = (list, { userId, feedback, now }) => {
  if (userId === undefined) return [...list]
  const exposures = feedback.exposures.of(userId, now)
  if (exposures === undefined) return [...list]
  return lowered(list, ({ place }) => {
    const above = exposures(place.id) - FREE_EXPOSURES
    return above <= 0 ? 0 : (WEIGHT * above) / (above + HALF_EXPOSURES)
  })
}
