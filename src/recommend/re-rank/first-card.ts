// LinUCB picks the source of the first card, not the place: its best one among those at the top is moved up.
// Leaves learning to bandits.ts, drawing to draw.ts.
import { COLD_POSITION, contextOf } from '../bandits.ts'
import { FIRST_CARD_ARMS, type FirstCardArm } from '../recommendation-id.ts'
import type { Ranked } from '../rank.ts'
import type { Asked, Outcome } from './step.ts'
import { circumstances } from './draw.ts'
import { explored } from './exploration.ts'

/** A source's best is looked for down to where a cold place can be: further down the ranker has good reasons against it. */
const DEPTH = COLD_POSITION + 1

/**
 * Every source with a place among the first ones is an arm, and the ranker's own first place is one.
 * @param share of answers whose first card LinUCB decides; the others have the ranker's
 */
export function firstCardOutcomes(
  list: readonly Ranked[],
  asked: Asked,
  share: number,
): Outcome<FirstCardArm>[] {
  const head = list.slice(0, DEPTH)
  const from = new Map<FirstCardArm, number>([['ranker', 0]])
  for (const arm of FIRST_CARD_ARMS) {
    if (arm === 'ranker') continue
    let best = -1
    head.forEach(({ candidate: { scores } }, index) => {
      const score = scores[arm]
      if (score !== undefined && (best < 0 || score > head[best].candidate.scores[arm]!)) best = index
    })
    if (best >= 0) from.set(arm, best)
  }
  const x = contextOf(circumstances(asked, list))
  const probabilities = explored([...from.keys()], asked.live.feedback.bandits.firstCards, x)
  return [...from].map(([arm, index]) => ({
    arm,
    probability: share * probabilities.get(arm)! + (arm === 'ranker' ? 1 - share : 0),
    from: index,
    to: 0,
  }))
}
