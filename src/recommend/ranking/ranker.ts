// The ranker: one weight a feature, documented defaults or fitted by `train`. Leaves features to features.ts.
import type { RankerReport } from '../../graph/model.ts'
import { FEATURE_NAMES, WIDTH, type FeatureName } from './features.ts'

export interface Ranker {
  /** What the weights are: learnt, or the defaults. */
  readonly learnt: boolean
  /** Utility: ln of the odds of being chosen, up to a constant of the list. @param rows `[·, WIDTH]` */
  utility(rows: Float32Array, offset: number): number
}

/** Fewer choices than this leave the defaults: standard errors would be as large as the weights. */
export const MIN_CHOICES = 200

/** Rounded from a fit on check-ins in New York (docs/evaluate.md): what a city without a history of its own starts with. */
export const DEFAULT_WEIGHTS: { readonly [F in FeatureName]?: number } = {
  users: 0.95,
  unseen: 0.85,
  age: -0.25,
  slot: 0.55,
  hour: 0.85,
  kind: 0.15,
  wideKind: 0.3,
  kindAfter: 0.15,
  wideKindAfter: 0.2,
  after: 0.2,
  lists: 0.6,
  listsThin: 0.5,
  taste: 1.7,
  session: 0.9,
  metersNow: -1.65,
  metersSoon: -0.85,
  metersToday: -0.4,
  metersBefore: -0.3,
  streets: 0.5,
  quarter: -0.3,
  stride: 0.25,
  // The check-ins have no ratings: by the demo city.
  rating: 0.1,
}

/** `[WIDTH]`: those of the report where it rests on enough, else the defaults. */
export function rankerWeights(report: RankerReport | undefined): Float64Array {
  const learnt = isLearnt(report) ? report.weights : undefined
  return Float64Array.from(FEATURE_NAMES, (name) =>
    learnt === undefined ? (DEFAULT_WEIGHTS[name] ?? 0) : (learnt[name]?.weight ?? 0),
  )
}

/** The same by name. */
export function namedRankerWeights(report: RankerReport | undefined): Record<FeatureName, number> {
  return named(rankerWeights(report), 0)
}

/** A row of features, or of weights, by name. */
export function named(rows: ArrayLike<number>, offset: number): Record<FeatureName, number> {
  const entries = FEATURE_NAMES.map((name, f) => [name, rows[offset + f]])
  return Object.fromEntries(entries) as Record<FeatureName, number>
}

function isLearnt(report: RankerReport | undefined): report is RankerReport {
  return report !== undefined && report.choices >= MIN_CHOICES
}

/** Kept as long as the report is. */
export function createRanker(report: RankerReport = NO_REPORT): Ranker {
  let ranker = rankers.get(report)
  if (ranker === undefined) rankers.set(report, (ranker = rankerOf(report)))
  return ranker
}

const NO_REPORT: RankerReport = { choices: 0, logLikelihood: 0, guess: 0, weights: {} }
const rankers = new WeakMap<RankerReport, Ranker>()

function rankerOf(report: RankerReport): Ranker {
  const weights = rankerWeights(report)
  return {
    learnt: isLearnt(report),
    utility(rows, offset) {
      let sum = 0
      for (let f = 0; f < WIDTH; f++) sum += weights[f] * rows[offset + f]
      return sum
    },
  }
}
