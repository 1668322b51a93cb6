// From the ranker's list to the shown one: the steps of STEP_NAMES in their order, and what each of them did.
// Leaves what a step does to the files beside this one.
import type { Ranked } from '../rank.ts'
import { inRings } from '../reach.ts'
import { newRecommendationId } from '../recommendation-id.ts'
import { calibration } from './calibration.ts'
import { chains } from './chains.ts'
import { coDisliked } from './co-disliked.ts'
import { coldShareOutcomes } from './cold-share.ts'
import { diversity } from './diversity.ts'
import { canDraw, circumstances, draw } from './draw.ts'
import { fatigue } from './fatigue.ts'
import { firstCardOutcomes } from './first-card.ts'
import { chooseGreedily } from './greedy.ts'
import { kin } from './kin.ts'
import { sharedWords } from './shared-words.ts'
import {
  STEP_NAMES,
  type Asked,
  type Demotion,
  type ReRankOptions,
  type StartCriterion,
  type StepName,
} from './step.ts'

const DEMOTIONS = { kin, coDisliked, sharedWords, fatigue } satisfies Partial<Record<StepName, Demotion>>
const CRITERIA = { calibration, diversity, chains } satisfies Partial<Record<StepName, StartCriterion>>

/** So many of the first entries say what a list can offer. */
const POOL = 200

/** Every step left out; the calls name what they take (call-options.ts). */
export const NO_STEPS = Object.fromEntries(STEP_NAMES.map((name) => [name, 0])) as ReRankOptions

export interface ReRanked {
  readonly list: readonly Ranked[]
  /** Says what was drawn; absent where nothing could be. */
  readonly recommendationId?: string
  /** Probability that the draws put the entry at a position of `list` where it is. */
  propensity(position: number): number
}

/**
 * @param ranked by score, best first
 * @param seed of the draws; undefined on later pages, whose lists go on with what the first one's draw left
 * @param onStep told of the list after each step that acted. Steps are then done one by one, each upon those before
 */
export function reRank(
  ranked: readonly Ranked[],
  asked: Asked,
  options: ReRankOptions,
  seed: number | undefined,
  onStep?: (name: StepName, list: readonly Ranked[]) => void,
): ReRanked {
  const demoted = demote(ranked, asked, options, onStep)
  const rings = asked.reach !== undefined && options.rings > 0 ? inRings(demoted, asked.reach) : [demoted]
  if (rings.length > 1) onStep?.('rings', rings.flat())
  const ordered = order(rings, asked, options, onStep)
  if (seed === undefined || !canDraw(asked, ordered)) return { list: ordered, propensity: () => 1 }

  const drawn = draw(
    ordered,
    {
      firstCard: options.firstCard > 0 ? firstCardOutcomes(ordered, asked, options.firstCard) : undefined,
      cold: options.coldShare > 0 ? coldShareOutcomes(ordered, asked, options.coldShare) : undefined,
    },
    seed,
  )
  if (drawn.firstCard !== undefined) onStep?.('firstCard', drawn.withFirstCard)
  if (drawn.cold !== undefined) onStep?.('coldShare', drawn.list)
  return {
    list: drawn.list,
    recommendationId: newRecommendationId({
      ...circumstances(asked, ordered),
      firstCard: drawn.firstCard?.arm ?? 'ranker',
      cold: drawn.cold !== undefined && drawn.cold.from !== drawn.cold.to,
    }),
    propensity: drawn.propensity,
  }
}

/** Scores less what the demotions take, best first, ties by id. */
function demote(
  ranked: readonly Ranked[],
  asked: Asked,
  options: ReRankOptions,
  onStep: ((name: StepName, list: readonly Ranked[]) => void) | undefined,
): readonly Ranked[] {
  const losses = (Object.keys(DEMOTIONS) as (keyof typeof DEMOTIONS)[]).flatMap((name) => {
    const lost = options[name] > 0 ? DEMOTIONS[name](asked) : undefined
    return lost === undefined ? [] : [{ name, weight: options[name], lost }]
  })
  if (onStep === undefined) return withLosses(ranked, losses)
  let list = ranked
  for (const loss of losses) onStep(loss.name, (list = withLosses(list, [loss])))
  return list
}

function withLosses(
  list: readonly Ranked[],
  losses: readonly { readonly weight: number; readonly lost: (entry: Ranked) => number }[],
): readonly Ranked[] {
  if (losses.length === 0) return list
  const less = list.map((entry) => {
    let score = entry.score
    for (const { weight, lost } of losses) score -= weight * lost(entry)
    return score === entry.score ? entry : { ...entry, score }
  })
  return byScore(less)
}

function byScore(list: readonly Ranked[]): Ranked[] {
  return list.toSorted((a, b) => b.score - a.score || (a.place.id < b.place.id ? -1 : 1))
}

function order(
  rings: readonly (readonly Ranked[])[],
  asked: Asked,
  options: ReRankOptions,
  onStep: ((name: StepName, list: readonly Ranked[]) => void) | undefined,
): readonly Ranked[] {
  const pool = rings.flat().slice(0, POOL)
  const names = (Object.keys(CRITERIA) as (keyof typeof CRITERIA)[]).filter((name) => options[name] > 0)
  const under = (some: readonly (keyof typeof CRITERIA)[]) =>
    chooseGreedily(
      rings,
      some.flatMap((name) => {
        const criterion = CRITERIA[name](asked, pool)
        return criterion === undefined ? [] : [{ criterion, weight: options[name] }]
      }),
      asked.needed,
    )
  if (onStep !== undefined) names.forEach((name, index) => onStep(name, under(names.slice(0, index + 1))))
  return under(names)
}
