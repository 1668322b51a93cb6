// Candidates that people go to at this part of the week: of an area's most popular places those with the most visits in it.
// Leaves counting to activity.ts. What is popular at all hours speaks through `popular`.
import type { Slot } from '../live/activity.ts'
import type { Live } from '../live/live.ts'
import { TopK } from '../../math/top-k.ts'
import { toCandidates, type Candidate } from './candidate.ts'

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
  const top = new TopK<string>(PLACES)
  for (const { id } of popular) {
    const visits = perStrength * activity.total(id)
    if (visits === 0) continue
    const inSlot = perStrength * activity.inSlot(id, slot)
    top.offer((visits * (inSlot + PRIOR_VISITS * share)) / (visits + PRIOR_VISITS), id)
  }
  return toCandidates('popular-now', top.sorted())
}
