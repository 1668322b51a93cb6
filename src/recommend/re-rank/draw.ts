// Draws the cards that are left to chance, and says how probable each shown card was where it is.
// Leaves which outcomes there are to first-card.ts and cold-share.ts.
import { createRandom } from '../../math/random.ts'
import type { Decision, FirstCardArm } from '../recommendation-id.ts'
import type { Ranked } from '../rank.ts'
import type { Asked, Outcome } from './step.ts'

/** Fewer than this many first cards seen: nobody sends impressions, and nothing would be learnt from a draw. */
const MIN_IMPRESSIONS = 100
/** Actions on so many places make a history rich. */
const RICH_PLACES = 20

/** What a draw learns by: who asks and when. */
export function circumstances(
  { context, slotOf }: Asked,
  list: readonly Ranked[],
): Omit<Decision, 'firstCard' | 'cold'> {
  const { part, weekend } = slotOf(list[0].place)
  const acted = context.acted.length
  return {
    history: acted === 0 ? 'stranger' : acted < RICH_PLACES ? 'thin' : 'rich',
    late: part === 'evening' || part === 'night',
    weekend,
  }
}

export function canDraw({ live }: Asked, list: readonly Ranked[]): boolean {
  return list.length > 1 && live.feedback.bandits.impressions >= MIN_IMPRESSIONS
}

export interface Drawn {
  readonly list: readonly Ranked[]
  /** With the first card drawn and no cold place yet. */
  readonly withFirstCard: readonly Ranked[]
  readonly firstCard: Outcome<FirstCardArm> | undefined
  readonly cold: Outcome | undefined
  /** Of an entry at a position of `list`, over all draws; in (0, 1]. */
  propensity(position: number): number
}

interface Outcomes {
  readonly firstCard: readonly Outcome<FirstCardArm>[] | undefined
  readonly cold: readonly Outcome[] | undefined
}

/** The first card moves above where the cold place is put in, so each is drawn by itself. */
export function draw(list: readonly Ranked[], { firstCard, cold }: Outcomes, seed: number): Drawn {
  const random = createRandom(seed)
  const drawnFirst = firstCard && pick(firstCard, random.next())
  const drawnCold = cold && pick(cold, random.next())
  const withFirstCard = moved(list, drawnFirst)
  const drawn = moved(withFirstCard, drawnCold)
  /** Every list that could have come, and its probability. */
  const lists = (cold ?? [undefined]).flatMap((chosenCold) =>
    (firstCard ?? [undefined]).map((chosenFirst) => ({
      at: (position: number) => list[sourceOf(chosenFirst, sourceOf(chosenCold, position))],
      probability: (chosenCold?.probability ?? 1) * (chosenFirst?.probability ?? 1),
    })),
  )
  return {
    list: drawn,
    withFirstCard,
    firstCard: drawnFirst,
    cold: drawnCold,
    propensity(position) {
      let sum = 0
      for (const { at, probability } of lists) if (at(position) === drawn[position]) sum += probability
      return Math.min(1, sum)
    },
  }
}

function pick<O extends Outcome>(outcomes: readonly O[], uniform: number): O {
  let left = uniform
  for (const outcome of outcomes) {
    left -= outcome.probability
    if (left < 0) return outcome
  }
  return outcomes[outcomes.length - 1]
}

function moved(list: readonly Ranked[], outcome: Outcome | undefined): readonly Ranked[] {
  if (outcome === undefined || outcome.from === outcome.to) return list
  return list.map((_, position) => list[sourceOf(outcome, position)])
}

/** Where what is at `position` after the move was before it; moves go up the list. */
function sourceOf(outcome: Outcome | undefined, position: number): number {
  if (outcome === undefined) return position
  const { from, to } = outcome
  if (position === to) return from
  return position > to && position <= from ? position - 1 : position
}
