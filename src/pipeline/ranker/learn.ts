// Learns the ranker of a model: a model of the past, and what users chose after it. Leaves the fit to fit.ts.
// Where users were shown lists and chose from enough of them, those say more (impressions.ts). Vectors that were trained on a choice would know it: so the evidence comes from a training of its own.
import type { RankerReport } from '../../graph/model.ts'
import type { TrainInput } from '../../graph/parameters.ts'
import type { Trained } from '../../graph/train.ts'
import { createRandom, type Random } from '../../math/random.ts'
import { MIN_CHOICES } from '../../recommend/ranking/ranker.ts'
import type { Interaction } from '../../graph/interactions.ts'
import { collectChoices, fitRanker, MAX_CHOICES, NEW_AROUND, splitLate, type TimeSplit } from './fit.ts'
import { ENOUGH_CLICKS, learnFromImpressions } from './impressions.ts'
import type { LoggedList } from './logged-lists.ts'
import { CHOSEN_STRENGTH } from '../../recommend/live/movements.ts'
import { createWorld, type Places } from './world.ts'

/** Share of a budget for the model of the past; the rest is for the one that is used. */
export const PAST_SHARE = 0.4
/** Actions that it is learnt from at most: those of a sample of users. A weight needs thousands of choices, not millions. */
const MAX_EVENTS = 1_000_000

/**
 * The ranker of what people chose among what was around, or the one of what they chose on lists where that is better.
 * Undefined where there is too little to learn either from.
 * @param lists in order of time
 * @param mostChoices among what was around, by who was shown no list
 */
export async function learnRanker(
  input: TrainInput,
  places: Places,
  seed: number,
  trainPast: (input: TrainInput) => Promise<Pick<Trained, 'places' | 'dim'>>,
  lists: readonly LoggedList[] = [],
  mostChoices = MAX_CHOICES,
): Promise<RankerReport | undefined> {
  const random = createRandom(seed).fork('ranker')
  const split = splitLate(ofSomeUsers(input.events, random.fork('users')))
  const clicks = lists.reduce((sum, { shown }) => sum + shown.filter(({ chosen }) => chosen).length, 0)
  if (firstChoices(split) < MIN_CHOICES && clicks < ENOUGH_CLICKS) return undefined
  const trained = await trainPast({ ...input, events: split.before })
  const world = createWorld(places, split.before, trained)
  const choices = collectChoices(world, split.late, random.fork('choices'), NEW_AROUND, mostChoices)
  const known = choices.sizes.length < MIN_CHOICES ? undefined : fitRanker(choices)
  const learnt = learnFromImpressions(world, split, lists, random.fork('lists'))
  return learnt?.ranker ?? (known && { ...known, ...(learnt && { impressions: learnt.report }) })
}

/** How often a user chooses a place for the first time among late actions. */
function firstChoices({ before, late }: TimeSplit): number {
  const known = new Set(before.map(({ userId, placeId }) => `${userId}\n${placeId}`))
  let count = 0
  for (const { userId, placeId, strength } of late) {
    const pair = `${userId}\n${placeId}`
    if (strength < CHOSEN_STRENGTH || known.has(pair)) continue
    known.add(pair)
    count++
  }
  return count
}

function ofSomeUsers(events: readonly Interaction[], random: Random): readonly Interaction[] {
  if (events.length <= MAX_EVENTS) return events
  const users = random.shuffle([...new Set(events.map(({ userId }) => userId))].sort())
  const drawn = new Set(users.slice(0, Math.floor((users.length * MAX_EVENTS) / events.length)))
  return events.filter(({ userId }) => drawn.has(userId))
}
