// Candidates that users of the same segment choose more than others do, for whom little is known of: of an area's most
// popular places. Leaves segments to graph/segments.ts, their weight to the ranker.
import { nearestSegment } from '../../graph/model.ts'
import { TopK } from '../../math/top-k.ts'
import type { Live } from '../live/live.ts'
import { segmentLifts } from '../live/segment-lifts.ts'
import type { UserContext } from '../context/user-context.ts'
import { toCandidates, type Candidate } from './candidate.ts'

/** Of a stranger's list; the share falls with what is known of a user. */
const PLACES = 60
/** A history of so many places leans on its segment by half. */
const HALF_HISTORY = 10

/**
 * `scores.segment`: the place's lift in the user's segment (segment-lifts.ts), above 0. None for whom no action is
 * known: they are in no segment; and fewer, the longer the history is.
 * @param popular of the area, more than the pool of `popular` holds
 */
export function segmentCandidates(
  { encoder: { model } }: Pick<Live, 'encoder'>,
  { vector, past }: Pick<UserContext, 'vector' | 'past'>,
  popular: readonly Candidate[],
): Candidate[] {
  const segments = model.extras?.segments
  if (segments === undefined || vector === undefined) return []
  const lifts = segmentLifts(segments, nearestSegment(segments, vector))
  const count = Math.round((PLACES * HALF_HISTORY) / (HALF_HISTORY + past.visits.size))
  const top = new TopK<string>(count)
  for (const { id } of popular) {
    const lift = lifts[model.placeRow(id) ?? -1] ?? 0
    if (lift > 0) top.offer(lift, id)
  }
  return toCandidates('segment', top.sorted())
}
