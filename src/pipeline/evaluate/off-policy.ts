// What another policy would have earned, from choices that were logged with their propensities.
//
//   IPS    mean of w r,  w = π(a|x) / p                                      (Horvitz and Thompson, JASA 1952)
//   SNIPS  Σ w r / Σ w                                        (Swaminathan and Joachims, NIPS 2015)
//   DR     mean of Σ_b π(b|x) q(x, b) + w (r − q(x, a))                       (Dudík, Langford, Li, ICML 2011)
//
// q is a ridge regression of the reward an arm, fitted on the half of the log that the row is not in (cross-fitting), so
// that DR is unbiased as IPS is. Intervals: percentile bootstrap over users, whose rows belong together.
// Leaves where rows come from to logged-rows.ts, what is printed to off-policy-task.ts.
import { solveRidge } from '../../math/cholesky.ts'
import type { Random } from '../../math/random.ts'

export interface LoggedChoice {
  /** Rows of one unit are drawn together; a user. */
  readonly unit: string
  readonly context: readonly number[]
  readonly arm: string
  /** Of the arm, in (0, 1]. */
  readonly propensity: number
  readonly reward: number
}

/** The probability of each arm in a context, in the order of the arms. */
export type Policy = (context: readonly number[]) => readonly number[]

export interface Estimate {
  readonly value: number
  /** 95 %. */
  readonly interval: readonly [low: number, high: number]
}

export interface Estimates {
  readonly ips: Estimate
  readonly snips: Estimate
  readonly dr: Estimate
  /** (Σ w)² / Σ w²: so many rows would say as much if they had been logged by the policy itself. */
  readonly effectiveRows: number
}

export type RewardModel = (context: readonly number[], arm: number) => number

const RESAMPLES = 1000
const RIDGE = 1

/** Ridge regressions of the reward, one an arm; an arm without rows is worth the mean of all. */
export function fitRewards(rows: readonly LoggedChoice[], arms: readonly string[]): RewardModel {
  const dim = rows[0]?.context.length ?? 0
  const mean = rows.reduce((sum, { reward }) => sum + reward, 0) / Math.max(1, rows.length)
  const models = arms.map((arm) => {
    const own = rows.filter((row) => row.arm === arm)
    if (own.length === 0) return undefined
    const gram = new Float64Array(dim * dim)
    const weights = new Float64Array(dim)
    for (const { context, reward } of own) {
      for (let i = 0; i < dim; i++) {
        weights[i] += context[i] * (reward - mean)
        for (let j = 0; j < dim; j++) gram[i * dim + j] += context[i] * context[j]
      }
    }
    solveRidge(gram, weights, dim, 1, RIDGE)
    return weights
  })
  return (context, arm) => {
    const weights = models[arm]
    return weights === undefined ? mean : context.reduce((sum, x, i) => sum + x * weights[i], mean)
  }
}

/**
 * @param policies by name, each given the reward model of the half that a row is not in, so that a policy may learn
 */
export function estimate(
  rows: readonly LoggedChoice[],
  arms: readonly string[],
  policyOf: (model: RewardModel) => Policy,
  random: Random,
): Estimates {
  const units = new Map<string, number>()
  for (const { unit } of rows) if (!units.has(unit)) units.set(unit, units.size)
  const half = (row: LoggedChoice) => units.get(row.unit)! % 2
  const models = [0, 1].map((own) =>
    fitRewards(
      rows.filter((row) => half(row) !== own),
      arms,
    ),
  )
  const policies = models.map(policyOf)
  const numbers = new Map(arms.map((arm, index) => [arm, index]))
  // Sums of a unit: rows, w, w r, and the terms of DR.
  const sums = Array.from(units, () => ({ rows: 0, w: 0, wr: 0, dr: 0 }))
  let squares = 0
  for (const row of rows) {
    const [model, policy] = [models[half(row)], policies[half(row)]]
    const probabilities = policy(row.context)
    const arm = numbers.get(row.arm)!
    const w = probabilities[arm] / row.propensity
    const expected = probabilities.reduce((sum, p, b) => (p === 0 ? sum : sum + p * model(row.context, b)), 0)
    const sum = sums[units.get(row.unit)!]
    sum.rows++
    sum.w += w
    sum.wr += w * row.reward
    sum.dr += expected + w * (row.reward - model(row.context, arm))
    squares += w * w
  }
  const valuesOf = (drawn: readonly (typeof sums)[number][]) => {
    const total = { rows: 0, w: 0, wr: 0, dr: 0 }
    for (const sum of drawn) {
      total.rows += sum.rows
      total.w += sum.w
      total.wr += sum.wr
      total.dr += sum.dr
    }
    return [total.wr / total.rows, total.w === 0 ? 0 : total.wr / total.w, total.dr / total.rows]
  }
  const values = valuesOf(sums)
  const resampled = Array.from({ length: RESAMPLES }, () =>
    valuesOf(sums.map(() => sums[random.integer(sums.length)])),
  )
  const [ips, snips, dr] = values.map((value, at): Estimate => {
    const sorted = resampled.map((of) => of[at]).sort((a, b) => a - b)
    return { value, interval: [sorted[Math.floor(0.025 * RESAMPLES)], sorted[Math.floor(0.975 * RESAMPLES)]] }
  })
  const weight = sums.reduce((sum, { w }) => sum + w, 0)
  return { ips, snips, dr, effectiveRows: squares === 0 ? 0 : weight ** 2 / squares }
}

/** Always the same arm. */
export const always =
  (arm: number, arms: number): Policy =>
  () =>
    Array.from({ length: arms }, (_, index) => (index === arm ? 1 : 0))

export const uniform =
  (arms: number): Policy =>
  () =>
    Array.from({ length: arms }, () => 1 / arms)

/** The arm that the model values most. */
export const greedy =
  (arms: number) =>
  (model: RewardModel): Policy =>
  (context) => {
    const values = Array.from({ length: arms }, (_, arm) => model(context, arm))
    const best = values.indexOf(Math.max(...values))
    return values.map((_, arm) => (arm === best ? 1 : 0))
  }
