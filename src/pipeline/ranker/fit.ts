// Fits the ranker on what users chose among what was around, in the last part of their histories.
// Leaves the model of choice to math/, features to recommend/ranking/.
import { fitConditionalLogit, type ChoiceModel, type Choices } from '../../math/conditional-logit.ts'
import type { Random } from '../../math/random.ts'
import type { Interaction } from '../../graph/interactions.ts'
import { FEATURE_NAMES, WIDTH, type FeatureName } from '../../recommend/ranking/features.ts'
import type { RankerReport } from '../../graph/model.ts'
import { CHOSEN_STRENGTH, CITY_METERS } from '../../recommend/live/movements.ts'
import { OUTING_GAP_MS } from '../../recommend/ranking/outings.ts'
import type { Person, Visit, World } from './world.ts'

/** The share of each user's actions, the latest, that the ranker learns from. */
const LATE_SHARE = 0.2
/** Places of a choice beside the chosen one: a uniform sample of what was around. */
const SAMPLED = 60
/** Choices used at most: standard errors fall with the root of their number, memory grows with it (6 kB each). */
export const MAX_CHOICES = 40_000

export interface TimeSplit {
  readonly before: readonly Interaction[]
  readonly late: readonly Interaction[]
}

/** Each user's actions by time: what the ranker's evidence is made from, and the last fifth, which it learns from. */
export function splitLate(events: readonly Interaction[]): TimeSplit {
  const byUser = new Map<string, Interaction[]>()
  for (const event of events) {
    const own = byUser.get(event.userId)
    if (own === undefined) byUser.set(event.userId, [event])
    else own.push(event)
  }
  const before: Interaction[] = []
  const late: Interaction[] = []
  for (const own of byUser.values()) {
    own.sort((a, b) => a.at - b.at)
    const kept = Math.ceil((1 - LATE_SHARE) * own.length)
    before.push(...own.slice(0, kept))
    late.push(...own.slice(kept))
  }
  return { before, late }
}

/** A user goes somewhere. */
export interface Going {
  readonly userId: string
  /** As of just before. */
  readonly person: Person
  readonly target: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Which goings are asked about, and what could have been chosen. */
export interface Question {
  isAsked(world: World, going: Going): boolean
  /** The target among them, ascending. */
  candidates(world: World, going: Going): Uint32Array
}

/** What lies within this distance of what was chosen could have been chosen. */
const AROUND_METERS = 2000

/** Someone goes to a place that is new to them: everything around it that is new to them, in its region. */
export const NEW_AROUND: Question = {
  isAsked: (_, { person, target }) => !person.has(target),
  candidates: (world, { person, target }) =>
    world.around(target, AROUND_METERS).filter((place) => !person.has(place)),
}

/** Someone goes on to another place within an outing: everything in the city. */
export const NEXT_IN_OUTING: Question = {
  isAsked(world, { person, target, at }) {
    const last = person.visits.at(-1)
    if (last === undefined || last.place === target || at - last.at > OUTING_GAP_MS) return false
    return world.meters(last.place, target) <= CITY_METERS
  },
  candidates(world, { person }) {
    const last = person.visits.at(-1)!.place
    return world.around(last, CITY_METERS, 'any-region').filter((place) => place !== last)
  },
}

/** Calls for each going that is asked about among later actions, user by user (by id) and in order of time. */
export function forEachGoing(
  world: World,
  later: readonly { readonly userId: string; readonly placeId: string; readonly at: number }[],
  question: Question,
  visit: (going: Going) => void,
): void {
  const byUser = new Map<string, Visit[]>()
  for (const { userId, placeId, at } of later) {
    const place = world.index(placeId)
    if (place === undefined) continue
    const own = byUser.get(userId)
    if (own === undefined) byUser.set(userId, [{ place, at }])
    else own.push({ place, at })
  }
  for (const userId of [...byUser.keys()].sort()) {
    const person = world.open(world.visitsOf.get(userId) ?? [])
    for (const next of byUser.get(userId)!.sort((a, b) => a.at - b.at)) {
      const going = { userId, person, target: next.place, at: next.at }
      if (question.isAsked(world, going)) visit(going)
      person.add(next)
    }
  }
}

/**
 * The choices of later actions: a row of features for the chosen place and a sample of those that were there.
 * @param most of them, those of the first users by id
 */
export function collectChoices(
  world: World,
  late: readonly Interaction[],
  random: Random,
  question: Question = NEW_AROUND,
  most = MAX_CHOICES,
): Choices {
  const chosen = late.filter(({ strength }) => strength >= CHOSEN_STRENGTH)
  const groups: Float32Array[] = []
  forEachGoing(world, chosen, question, (going) => {
    if (groups.length >= most) return
    const { person, target, at } = going
    const others = Array.from(question.candidates(world, going)).filter((place) => place !== target)
    if (others.length === 0) return
    const drawn = sample(others, SAMPLED, random)
    const rows = new Float32Array((drawn.length + 1) * WIDTH)
    person.features(at, target, [target, ...drawn], rows)
    groups.push(rows)
  })
  const rows = new Float32Array(groups.reduce((sum, group) => sum + group.length, 0))
  let at = 0
  for (const group of groups) {
    rows.set(group, at)
    at += group.length
  }
  return { width: WIDTH, rows, sizes: Uint32Array.from(groups, (group) => group.length / WIDTH) }
}

/** Weights from choices; the features in `without` are held at 0. */
export function fitRanker(choices: Choices, without: readonly FeatureName[] = []): RankerReport {
  const model = fitConditionalLogit(choices, new Set(without.map((name) => FEATURE_NAMES.indexOf(name))))
  return reportOf(choices, model)
}

function reportOf({ sizes }: Choices, { weights, standardErrors, logLikelihood }: ChoiceModel): RankerReport {
  const guess = sizes.length === 0 ? 0 : -sizes.reduce((sum, size) => sum + Math.log(size), 0) / sizes.length
  return {
    choices: sizes.length,
    logLikelihood,
    guess,
    weights: Object.fromEntries(
      FEATURE_NAMES.map((name, f) => [name, { weight: weights[f], standardError: standardErrors[f] }]),
    ),
  }
}

/** `count` of a list, which is reordered, or all of it. */
function sample(list: number[], count: number, random: Random): number[] {
  if (list.length <= count) return list
  for (let i = 0; i < count; i++) {
    const j = i + random.integer(list.length - i)
    const held = list[i]
    list[i] = list[j]
    list[j] = held
  }
  return list.slice(0, count)
}
