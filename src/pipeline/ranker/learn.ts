// Learns the ranker of a model: a model of the past, and what users chose after it. Leaves the fit to fit.ts.
// Vectors that were trained on a choice would know it: so the evidence comes from a training of its own.
import type { RankerReport } from '../../graph/model.ts'
import type { TrainInput } from '../../graph/parameters.ts'
import type { Trained } from '../../graph/train.ts'
import { createRandom, type Random } from '../../math/random.ts'
import { MIN_CHOICES } from '../../recommend/ranking/ranker.ts'
import type { Interaction } from '../../graph/interactions.ts'
import { collectChoices, fitRanker, splitLate } from './fit.ts'
import { CHOSEN_STRENGTH } from '../../recommend/movements.ts'
import { createWorld, type Places } from './world.ts'

/** Share of a budget for the model of the past; the rest is for the one that is used. */
export const PAST_SHARE = 0.4
/** Actions that it is learnt from at most: those of a sample of users. A weight needs thousands of choices, not millions. */
const MAX_EVENTS = 1_000_000

/** Undefined where there is too little to learn from. */
export async function learnRanker(
  input: TrainInput,
  places: Places,
  seed: number,
  trainPast: (input: TrainInput) => Promise<Pick<Trained, 'places' | 'dim'>>,
): Promise<RankerReport | undefined> {
  const random = createRandom(seed).fork('ranker')
  const { before, late } = splitLate(ofSomeUsers(input.events, random.fork('users')))
  if (firstChoices(before, late) < MIN_CHOICES) return undefined
  const trained = await trainPast({ ...input, events: before })
  const choices = collectChoices(createWorld(places, before, trained), late, random.fork('choices'))
  return choices.sizes.length < MIN_CHOICES ? undefined : fitRanker(choices)
}

/** How often a user chooses a place for the first time among late actions. */
function firstChoices(before: readonly Interaction[], late: readonly Interaction[]): number {
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
