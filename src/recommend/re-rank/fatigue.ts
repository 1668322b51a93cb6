// Fatigue: places that a user was shown often and did nothing with step back, and so does what they have only just acted on:
// they know it by now. Leaves counting exposures to feedback/exposures.ts.
import { SESSION_WINDOW_MS } from '../ranking/past.ts'
import { lowered, type Step } from './step.ts'

/** What a place loses that was shown and shown again; it nears this, and forgets as exposures do. */
const WEIGHT = 0.15
/** Being shown once or twice is no reason; after so many more exposures half of the weight is lost. */
const FREE_EXPOSURES = 2
const HALF_EXPOSURES = 4
/** What a place loses that was acted on this moment: enough to put it behind most of a list. Half of it an hour later. */
const ACTED = 0.5
const ACTED_HALF_LIFE_MS = 60 * 60_000

export const fatigue: Step = (list, { user, userId, feedback, now }) => {
  const exposures = userId === undefined ? undefined : feedback.exposures.of(userId, now)
  const acted = new Map(
    user.acted.flatMap(({ placeId, at }) => (now - at < SESSION_WINDOW_MS ? [[placeId, at] as const] : [])),
  )
  if (exposures === undefined && acted.size === 0) return [...list]
  return lowered(list, ({ place }) => {
    const at = acted.get(place.id)
    if (at !== undefined) return ACTED * 0.5 ** (Math.max(0, now - at) / ACTED_HALF_LIFE_MS)
    const above = (exposures?.(place.id) ?? 0) - FREE_EXPOSURES
    return above <= 0 ? 0 : (WEIGHT * above) / (above + HALF_EXPOSURES)
  })
}
