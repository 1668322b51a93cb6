// Candidates that go with what the user did last, inside the asked area: by who visits both, and by where people went next.
// Leaves the weight of either to the ranker.
import type { Model } from '../../graph/model.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { Live } from '../live/live.ts'
import { listValues } from '../ranking/utilities.ts'
import type { UserContext } from '../context/user-context.ts'
import type { Candidate } from './candidate.ts'

/** Latest places that are looked at: older ones speak through taste. */
const LATEST = 5

/** `scores['click-to-click']`: likeness to the latest places by who visits both, plus steps from them. */
export async function clickToClickCandidates(
  live: Live,
  { acted }: Pick<UserContext, 'acted'>,
  filter: Filter,
): Promise<Candidate[]> {
  const { movements } = live
  const latest = acted.slice(0, LATEST).map(({ placeId }) => placeId)
  const alike = likeLatest(live, acted, latest)
  const steps = latest.map((id) => movements.visits.next(id)).filter(({ size }) => size > 0)
  const ids = new Set(alike.keys())
  for (const next of steps) for (const id of next.keys()) ids.add(id)
  if (ids.size === 0) return []
  // Most of them lie elsewhere: what they score is worked out for those that do not.
  const found = await live.index.matching([...ids], filter)
  return found
    .map((id) => {
      let score = alike.get(id) ?? 0
      for (const next of steps) score += next.get(id) ?? 0
      return { id, scores: { 'click-to-click': score } }
    })
    .sort((a, b) => b.scores['click-to-click'] - a.scores['click-to-click'] || (a.id < b.id ? -1 : 1))
    .slice(0, live.poolSize)
}

const known = new WeakMap<object, { readonly model: Model; readonly values: ReadonlyMap<string, number> }>()

/** What the lists of the latest places give, by place; kept as long as the user's history is. */
function likeLatest(
  live: Live,
  acted: UserContext['acted'],
  latest: readonly string[],
): ReadonlyMap<string, number> {
  const { model } = live.encoder
  const kept = known.get(acted)
  if (kept?.model === model) return kept.values
  const values = new Map([...listValues(live, latest)].map(([row, value]) => [model.placeId(row), value]))
  known.set(acted, { model, values })
  return values
}
