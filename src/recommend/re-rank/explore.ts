// The choice of a bandit: mostly the best upper bound, now and then any arm, with the probability of what was chosen.
// Leaves values to feedback/lin-ucb.ts.
import type { LinUcb } from '../feedback/lin-ucb.ts'
import { chance } from './chance.ts'

/** Share of choices among all arms alike: it gives every arm a propensity that estimates can divide by. */
export const EXPLORED_SHARE = 0.1

export interface Arm {
  readonly name: string
  /** `[dim]`, rounded as logged: what is learnt from is what was decided by. */
  readonly context: readonly number[]
}

/** The chosen arm with the probability that each had, in order. @param seed decides what chance does */
export function choose(
  bandit: LinUcb,
  arms: readonly Arm[],
  seed: string,
): { chosen: number; propensities: number[] } {
  let best = 0
  let bestValue = -Infinity
  arms.forEach(({ name, context }, index) => {
    const value = bandit.value(name, context)
    // The first of equals: an order of arms is an order of preference.
    if (value > bestValue + 1e-12) [best, bestValue] = [index, value]
  })
  const explored = EXPLORED_SHARE / arms.length
  const propensities = arms.map((_, index) => explored + (index === best ? 1 - EXPLORED_SHARE : 0))
  const draw = chance(seed)
  return { chosen: draw < EXPLORED_SHARE ? Math.floor(draw / explored) : best, propensities }
}

export const rounded = (value: number): number => Math.round(value * 1000) / 1000
