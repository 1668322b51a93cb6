// A small share of lists shows one place that hardly anybody has acted on, so that it can be found: a bandit picks which.
import type { Ranked } from '../ranking/rank.ts'
import { chance } from './chance.ts'
import { choose, rounded } from './explore.ts'
import { rings } from './gradation.ts'
import type { Step } from './step.ts'

/** One list in ten, one place of ten on it: 1 % of what is shown. */
const SHARE = 0.1
/** Fifth: people see it, and what they came for stands above. */
const POSITION = 4
/** A place with fewer actions than this is cold. */
const COLD_ACTIONS = 10
/** The best of the cold ones: exploration among what fits. */
const POOL = 50

/** Only for users, whose impressions can be logged. The place and its place on the list are logged by `choice`. */
export const coldShare: Step = (list, context) => {
  const { userId, seed, feedback } = context
  if (userId === undefined) return [...list]
  const [first = [], ...further] = rings(list, context)
  const pool: Ranked[] = []
  for (let i = POSITION; i < first.length && pool.length < POOL; i++) {
    if (first[i].actions < COLD_ACTIONS) pool.push(first[i])
  }
  // Where what stands there is cold anyway there is nothing to explore.
  if (pool.length === 0 || pool[0] === first[POSITION]) return [...list]
  const others = [...first]
  if (chance(`${seed} cold-share`) >= SHARE) {
    others[POSITION] = { ...others[POSITION], propensity: 1 - SHARE }
    return [...others, ...further.flat()]
  }
  const arms = pool.map(({ place, features }) => ({
    name: place.id,
    context: [1, rounded(features.taste), rounded(features.closeness)],
  }))
  const { chosen, propensities } = choose(feedback.bandits.of('cold-share'), arms, `${seed} cold-place`)
  const entry: Ranked = {
    ...pool[chosen],
    propensity: SHARE * propensities[chosen],
    choice: {
      bandit: 'cold-share',
      arm: arms[chosen].name,
      context: arms[chosen].context,
      propensity: SHARE * propensities[chosen],
    },
  }
  others.splice(others.indexOf(pool[chosen]), 1)
  others.splice(POSITION, 0, entry)
  return [...others, ...further.flat()]
}
