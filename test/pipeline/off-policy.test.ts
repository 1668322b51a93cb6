// Off-policy estimates against an oracle: a made-up world in which the value of every policy can be computed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRandom, type Random } from '../../src/math/random.ts'
import {
  always,
  estimate,
  greedy,
  uniform,
  type Estimates,
  type LoggedChoice,
  type Policy,
} from '../../src/pipeline/evaluate/off-policy.ts'
import { evaluateOffPolicy } from '../../src/pipeline/evaluate/off-policy-task.ts'

const ARMS = ['a', 'b', 'c']
/** Chance of a reward by arm and context: the best arm depends on the context. */
const rewardOf = (x: number, arm: number) => [0.1 + 0.5 * x, 0.4, 0.5 - 0.4 * x][arm]
const policyLogged = (x: number) => (x < 0.5 ? [0.6, 0.3, 0.1] : [0.1, 0.2, 0.7])
const CONTEXTS = [0, 0.25, 0.5, 0.75, 1]

/** The value of a policy, by adding up. */
const trueValue = (policy: Policy) =>
  CONTEXTS.reduce(
    (sum, x) => sum + policy([1, x]).reduce((inner, p, arm) => inner + p * rewardOf(x, arm), 0),
    0,
  ) / CONTEXTS.length

function logged(rows: number, random: Random): LoggedChoice[] {
  return Array.from({ length: rows }, (_, index) => {
    const x = random.pick(CONTEXTS)
    const probabilities = policyLogged(x)
    const arm = random.weighted(probabilities)
    const reward = random.next() < rewardOf(x, arm) ? 1 : 0
    return { unit: `u${index}`, context: [1, x], arm: ARMS[arm], propensity: probabilities[arm], reward }
  })
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

describe('off-policy estimates', () => {
  const policies: [string, Policy][] = [
    ['always a', always(0, 3)],
    ['always c', always(2, 3)],
    ['uniform', uniform(3)],
  ]

  it.each(policies)('of %s are right on average, and their intervals hold the truth', (_, policy) => {
    const truth = trueValue(policy)
    const runs: Estimates[] = []
    for (let run = 0; run < 60; run++) {
      const random = createRandom(run)
      runs.push(estimate(logged(400, random), ARMS, () => policy, random.fork('bootstrap')))
    }
    for (const name of ['ips', 'snips', 'dr'] as const) {
      const values = runs.map((run) => run[name].value)
      const spread = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
      // Four standard errors of the mean of the runs.
      expect(Math.abs(mean(values) - truth)).toBeLessThan((4 * spread) / Math.sqrt(runs.length) + 1e-3)
      const held = runs.filter((run) => run[name].interval[0] <= truth && truth <= run[name].interval[1])
      expect(held.length / runs.length).toBeGreaterThan(0.8)
    }
  })

  it('by DR vary less than by IPS', () => {
    const spreads = (name: 'ips' | 'dr') => {
      const values = Array.from({ length: 40 }, (_, run) => {
        const random = createRandom(100 + run)
        return estimate(logged(400, random), ARMS, () => always(2, 3), random)[name].value
      })
      return mean(values.map((value) => (value - mean(values)) ** 2))
    }
    expect(spreads('dr')).toBeLessThan(spreads('ips'))
  })

  it('do not see a policy that learns from the rows it is judged by', () => {
    // Rewards are noise: a policy that learnt from its own rows would seem better than chance.
    const values = Array.from({ length: 40 }, (_, run) => {
      const random = createRandom(run)
      const rows = logged(300, random).map((row) => ({ ...row, reward: random.next() < 0.3 ? 1 : 0 }))
      return estimate(rows, ARMS, greedy(3), random).dr.value
    })
    expect(Math.abs(mean(values) - 0.3)).toBeLessThan(0.03)
  })

  it('of the policy that logged are what it earned', () => {
    const rows = logged(2000, createRandom(1))
    const { ips, snips, effectiveRows } = estimate(
      rows,
      ARMS,
      () =>
        ([, x]) =>
          policyLogged(x),
      createRandom(2),
    )
    const earned = mean(rows.map(({ reward }) => reward))
    expect([ips.value, snips.value]).toEqual([expect.closeTo(earned, 10), expect.closeTo(earned, 10)])
    expect(effectiveRows).toBeCloseTo(2000, 6)
  })
})

describe('the off-policy task', () => {
  async function fileOf(lines: readonly object[]): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'dongne-log-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'log.ndjson')
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    return path
  }

  it('finds the better arm in a file of logged rows, and what each arm of an experiment earned', async () => {
    const rows = logged(4000, createRandom(7)).map(({ unit, arm, context, propensity, reward }, index) => ({
      userId: unit,
      recommendationId: `r${index}`,
      placeId: 'p',
      position: 0,
      propensity,
      choice: { bandit: 'first-card', arm, context, propensity },
      experiments: [`mix:${index % 2 === 0 ? 'on' : 'off'}`],
      reward,
    }))
    const report = await evaluateOffPolicy(await fileOf(rows), 1)
    expect(report).toMatchObject({ rows: 4000, choices: 4000 })
    expect(Object.keys(report.policies)).toEqual(['always a', 'always b', 'always c', 'uniform', 'greedy'])
    for (const [index, arm] of ARMS.entries()) {
      const { dr } = report.policies[`always ${arm}`]
      const truth = trueValue(always(index, 3))
      expect(Math.abs(dr.value - truth)).toBeLessThan(0.05)
    }
    expect(report.policies['greedy'].dr.value).toBeGreaterThan(report.policies['uniform'].dr.value)
    expect(report.experiments['mix:on']).toEqual({ impressions: 2000, reward: expect.any(Number) })
  })

  it('names the line that is no row, and says where too little was logged', async () => {
    await expect(
      evaluateOffPolicy(await fileOf([{ reward: 1 }, { reward: 'yes' }]), 1),
    ).rejects.toMatchObject({
      code: 'invalid-dataset',
      message: expect.stringContaining('line 2'),
    })
    expect((await evaluateOffPolicy(await fileOf([{ reward: 1 }]), 1)).policies).toEqual({})
  })
})
