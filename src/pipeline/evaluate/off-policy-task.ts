// The off-policy task: what the first card would earn under other policies, and what each arm of an experiment earned.
// Leaves estimators to off-policy.ts, reading to logged-rows.ts.
import type { CatalogReader } from '../../catalog/port.ts'
import { createRandom } from '../../math/random.ts'
import { loggedRows, rowsOfFile, type LoggedRow } from './logged-rows.ts'
import {
  always,
  estimate,
  greedy,
  uniform,
  type Estimates,
  type LoggedChoice,
  type Policy,
  type RewardModel,
} from './off-policy.ts'

/** The arms of the other bandit are places: too many for a policy to be compared arm by arm. */
const BANDIT = 'first-card'
/** Fewer choices say nothing. */
const MIN_ROWS = 30

export interface OffPolicyReport {
  readonly task: 'off-policy'
  readonly rows: number
  /** Impressions with a choice of the first card, and what they earned as they were logged. */
  readonly choices: number
  readonly logged: number
  readonly policies: Readonly<Record<string, Estimates>>
  /** By experiment:arm: impressions and the share of them that was acted on. Users were assigned by chance. */
  readonly experiments: Readonly<Record<string, { readonly impressions: number; readonly reward: number }>>
}

/** @param source a catalog, or the path of a file of logged rows; throws invalid-dataset */
export async function evaluateOffPolicy(
  source: CatalogReader | string,
  seed: number,
): Promise<OffPolicyReport> {
  const rows: LoggedRow[] = []
  for await (const row of typeof source === 'string' ? rowsOfFile(source) : loggedRows(source)) rows.push(row)
  const choices = rows.flatMap(({ userId, choice, reward }, index): LoggedChoice[] => {
    if (choice?.bandit !== BANDIT) return []
    const { arm, context, propensity } = choice
    return [{ unit: userId ?? `row ${index}`, arm, context, propensity, reward }]
  })
  const report = {
    task: 'off-policy' as const,
    rows: rows.length,
    choices: choices.length,
    logged: mean(choices.map(({ reward }) => reward)),
    experiments: byArm(rows),
  }
  if (choices.length < MIN_ROWS) return { ...report, policies: {} }
  const arms = [...new Set(choices.map(({ arm }) => arm))].sort()
  const policies: [string, (model: RewardModel) => Policy][] = [
    ...arms.map((arm, index): [string, () => Policy] => [`always ${arm}`, () => always(index, arms.length)]),
    ['uniform', () => uniform(arms.length)],
    ['greedy', greedy(arms.length)],
  ]
  const random = createRandom(seed)
  return {
    ...report,
    policies: Object.fromEntries(
      policies.map(([name, policyOf]) => [name, estimate(choices, arms, policyOf, random.fork(name))]),
    ),
  }
}

export function offPolicyLines({ rows, choices, logged, policies, experiments }: OffPolicyReport): string[] {
  const shown = ({ value, interval: [low, high] }: Estimates['ips']) =>
    `${value.toFixed(4)} (${low.toFixed(4)}-${high.toFixed(4)})`
  const lines = Object.entries(policies).map(
    ([name, { ips, snips, dr, effectiveRows }]) =>
      `${name.padEnd(18)} IPS ${shown(ips)}  SNIPS ${shown(snips)}  DR ${shown(dr)}  ${Math.round(effectiveRows)} effective rows`,
  )
  return [
    `${rows} impressions, ${choices} with a choice of the first card, which earned ${logged.toFixed(4)} as logged`,
    ...(lines.length === 0
      ? [`Fewer than ${MIN_ROWS} choices were logged: nothing can be estimated.`]
      : lines),
    ...Object.entries(experiments).map(
      ([arm, { impressions, reward }]) => `${arm}: ${impressions} impressions, ${reward.toFixed(4)} acted on`,
    ),
  ]
}

function byArm(rows: readonly LoggedRow[]): OffPolicyReport['experiments'] {
  const rewards = new Map<string, number[]>()
  for (const { experiments = [], reward } of rows) {
    for (const arm of experiments) {
      const known = rewards.get(arm)
      if (known === undefined) rewards.set(arm, [reward])
      else known.push(reward)
    }
  }
  return Object.fromEntries(
    [...rewards]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([arm, of]) => [arm, { impressions: of.length, reward: mean(of) }]),
  )
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
