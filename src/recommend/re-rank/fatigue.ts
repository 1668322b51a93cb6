// Places shown often and not acted on step back. Leaves counting impressions to exposures.ts.
import type { Demotion } from './step.ts'

/** The first times say nothing: people overlook things. */
const FREE_TIMES = 2
/** So many times more lose 63 % of the weight. */
const SCALE_TIMES = 4

export const fatigue: Demotion = ({ live, userId, now }) => {
  const exposures = userId === undefined ? undefined : live.feedback.exposures.of(userId)
  if (exposures === undefined) return undefined
  return ({ place }) => {
    const times = exposures.unanswered(place.id, now) - FREE_TIMES
    return times <= 0 ? 0 : 1 - Math.exp(-times / SCALE_TIMES)
  }
}
