// After ranking: the steps of each call, in order, each switchable; and, for who debugs, what each did to each place.
// Leaves one job a file to the steps, and hiding disliked places to the filter.
import type { Ranked } from '../ranking/rank.ts'
import { calibration } from './calibration.ts'
import { chains } from './chains.ts'
import { coldShare } from './cold-share.ts'
import { company } from './company.ts'
import { diversity } from './diversity.ts'
import { fatigue } from './fatigue.ts'
import { firstCard } from './first-card.ts'
import { gradation, rings } from './gradation.ts'
import { keywords } from './keywords.ts'
import { kin } from './kin.ts'
import type { Step, StepContext } from './step.ts'
import { STEP_NAMES, type StepName } from './names.ts'

/** In order: what lowers scores, then what orders, then what explores. */
const STEPS: Readonly<Record<StepName, Step>> = {
  kin,
  company,
  keywords,
  fatigue,
  gradation,
  calibration,
  diversity,
  chains,
  'cold-share': coldShare,
  'first-card': firstCard,
}

/** What a step did to one place. Positions count from 0. */
export interface StepEffect {
  readonly step: StepName
  readonly before: number
  readonly after: number
  readonly scoreChange: number
}

export type StepTrace = Map<string, StepEffect[]>

/** Further down nothing rises to what a page shows: too few above are lowered as far as that. */
const HEAD_ROOM = 150

interface ReRankOptions {
  /** The call's and switched on. */
  readonly steps: ReadonlySet<StepName>
  /** Places that the pages up to this one show; what is far below keeps its order. */
  readonly shown: number
  /** Filled by place id where it is given. */
  readonly trace?: StepTrace | undefined
}

export function reRank(
  ranked: readonly Ranked[],
  context: Omit<StepContext, 'inRings'>,
  { steps, shown, trace }: ReRankOptions,
): Ranked[] {
  const full = { ...context, inRings: steps.has('gradation') }
  const pieces = rings(ranked, full)
  const ordered = pieces.flat()
  let list = ordered.slice(0, shown + HEAD_ROOM)
  if (pieces.length > 1) {
    // By score again, so that the trace tells what gradation did.
    const head = new Set(list)
    list = ranked.filter((entry) => head.has(entry))
  }
  for (const name of STEP_NAMES) {
    if (!steps.has(name)) continue
    const after = STEPS[name](list, full)
    if (trace !== undefined) note(trace, name, list, after)
    list = after
  }
  return [...list, ...ordered.slice(shown + HEAD_ROOM)]
}

function note(trace: StepTrace, step: StepName, before: readonly Ranked[], after: readonly Ranked[]): void {
  const places = new Map(before.map(({ place, score }, position) => [place.id, { position, score }]))
  after.forEach(({ place, score }, position) => {
    const was = places.get(place.id)!
    const effect = { step, before: was.position, after: position, scoreChange: score - was.score }
    const effects = trace.get(place.id)
    if (effects === undefined) trace.set(place.id, [effect])
    else effects.push(effect)
  })
}
