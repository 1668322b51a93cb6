// A small share of answers shows one cold place in view, so that it gets its chance: disjoint LinUCB chooses which.
// Leaves learning to bandits.ts, drawing to draw.ts.
import { COLD_POSITION, contextOf } from '../bandits.ts'
import type { Ranked } from '../rank.ts'
import { circumstances } from './draw.ts'
import { explored } from './exploration.ts'
import type { Asked, Outcome } from './step.ts'

/** Cold is what was shown here so seldom, and what is done less often than at a tenth of the list's places. */
const COLD_SHOWINGS = 100
const COLD_RANK = 0.1
/** The best of them by the ranker, from this far down the list. */
const ARMS = 10
const DEPTH = 200

/** @param share of answers with a cold place, among those that have one further down and nothing cold above it */
export function coldShareOutcomes(list: readonly Ranked[], asked: Asked, share: number): Outcome[] {
  const stay: Outcome = { arm: '', probability: 1, from: 0, to: 0 }
  const { activity, feedback } = asked.live
  const head = list.slice(0, DEPTH)
  const totals = head.map(({ place }) => activity.total(place.id)).sort((a, b) => a - b)
  const few = totals[Math.floor(totals.length * COLD_RANK)] ?? 0
  const most = totals[totals.length - 1] ?? 0
  const isCold = ({ place }: Ranked) => {
    const total = activity.total(place.id)
    return total <= few && total < most / 10 && feedback.bandits.coldPlaces.shown(place.id) < COLD_SHOWINGS
  }
  if (head.slice(0, COLD_POSITION + 1).some(isCold)) return [stay]
  const from = new Map<string, number>()
  for (let index = COLD_POSITION + 1; index < head.length && from.size < ARMS; index++) {
    if (isCold(head[index])) from.set(head[index].place.id, index)
  }
  if (from.size === 0) return [stay]
  const x = contextOf(circumstances(asked, list))
  const probabilities = explored([...from.keys()], feedback.bandits.coldPlaces, x)
  return [
    { ...stay, probability: 1 - share },
    ...[...from].map(([arm, index]) => ({
      arm,
      probability: share * probabilities.get(arm)!,
      from: index,
      to: COLD_POSITION,
    })),
  ]
}
