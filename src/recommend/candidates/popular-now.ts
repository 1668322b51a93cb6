// Candidates that people go to at this part of the week: of an area's most popular places those with the most visits in it.
// Leaves counting to activity.ts. What is popular at all hours speaks through `popular`.
import type { Slot } from '../activity.ts'
import type { Live } from '../live.ts'
import type { Candidate } from './candidate.ts'

const PLACES = 50
/** So many visits weigh as much as everybody's share of the slot: three visits by night make no place of the night. */
const PRIOR_VISITS = 5

/**
 * `scores['popular-now']`: visits in the slot, smoothed: those of the place in all × its share of them in the slot, shrunk to
 * everybody's share. A place has no more visits in a slot than in all, so whoever leads in one is among the popular.
 * @param popular of the area, more than the pool of `popular` holds
 */
export function popularNowCandidates(
  { activity }: Pick<Live, 'activity'>,
  popular: readonly Candidate[],
  slot: Slot,
): Candidate[] {
  const share = activity.slotShare(slot)
  const perStrength = activity.visitsPerStrength()
  return popular
    .map(({ id }) => {
      const visits = perStrength * activity.total(id)
      const inSlot = perStrength * activity.inSlot(id, slot)
      const smoothed = (visits * (inSlot + PRIOR_VISITS * share)) / (visits + PRIOR_VISITS)
      return { id, scores: { 'popular-now': smoothed } }
    })
    .filter(({ scores }) => scores['popular-now'] > 0)
    .sort((a, b) => b.scores['popular-now'] - a.scores['popular-now'] || (a.id < b.id ? -1 : 1))
    .slice(0, PLACES)
}
