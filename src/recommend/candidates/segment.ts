// Candidates that users of the same segment choose more than others do, for whom little is known of: of an area's most
// popular places. Leaves segments to graph/segments.ts, their weight to the ranker.
import { nearestSegment } from '../../graph/model.ts'
import type { Live } from '../live.ts'
import { segmentLifts } from '../ranking/segment-lifts.ts'
import type { UserContext } from '../user-context.ts'
import type { Candidate } from './candidate.ts'

/** Of a stranger's list; the share falls with what is known of a user. */
const PLACES = 60
/** A history of so many places leans on its segment by half. */
const HALF_HISTORY = 10

/**
 * `scores.segment`: the place's lift in the user's segment (ranking/segment-lifts.ts), above 0. None for whom no action is
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
  return popular
    .map(({ id }) => ({ id, scores: { segment: lifts[model.placeRow(id) ?? -1] ?? 0 } }))
    .filter(({ scores }) => scores.segment > 0)
    .sort((a, b) => b.scores.segment - a.scores.segment || (a.id < b.id ? -1 : 1))
    .slice(0, count)
}
