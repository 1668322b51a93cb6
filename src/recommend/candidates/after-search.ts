// Candidates that people went on to from searches like the user's, inside the asked area.
// Leaves counting to feedback/search-clicks.ts.
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live/live.ts'
import type { Candidate } from './candidate.ts'

/** Places that the filter is asked of. */
const ASKED = 300
const PLACES = 50

/** `scores['after-search']` in (0, 1): how often people who searched like this chose it among what they were shown. */
export async function afterSearchCandidates(
  live: Pick<Live, 'feedback' | 'index'>,
  queries: readonly string[],
  filter: Filter,
): Promise<Candidate[]> {
  const scores = new Map<string, number>()
  for (const query of queries) {
    for (const [id, score] of live.feedback.searches.after(query, ASKED)) {
      if (score > (scores.get(id) ?? 0)) scores.set(id, score)
    }
  }
  if (scores.size === 0) return []
  const found = await live.index.matching([...scores.keys()], filter)
  return found
    .map((id) => ({ id, scores: { 'after-search': scores.get(id)! } }))
    .sort((a, b) => b.scores['after-search'] - a.scores['after-search'] || (a.id < b.id ? -1 : 1))
    .slice(0, PLACES)
}
