// The first card: a bandit over sources decides whose best find stands first; the ranker's own first is an arm too.
import { SOURCES } from '../candidates/candidate.ts'
import type { Ranked } from '../ranking/rank.ts'
import { choose, rounded } from './explore.ts'
import { rings } from './gradation.ts'
import type { Step } from './step.ts'

/** Only what the ranker put so high can come first: a page. */
const HEAD = 10
/** So many places acted on make a history of half thickness. */
const HALF_HISTORY = 10

/** Only for users, whose impressions can be logged. */
export const firstCard: Step = (list, context) => {
  const { userId, user, seed, feedback } = context
  const [first = [], ...further] = rings(list, context)
  if (userId === undefined || first.length < 2) return [...list]
  const head = first.slice(0, HEAD)
  const cards = new Map<string, Ranked>([['ranked', head[0]]])
  for (const source of SOURCES) {
    const best = bestOf(head, source)
    if (best !== undefined) cards.set(source, best)
  }
  const sessionShown = user.acted.some(({ at }) => context.now - at < SESSION_MS) ? 1 : 0
  const features = [1, rounded(user.acted.length / (user.acted.length + HALF_HISTORY)), sessionShown]
  const arms = [...cards.keys()].map((name) => ({ name, context: features }))
  const { chosen, propensities } = choose(feedback.bandits.of('first-card'), arms, `${seed} first-card`)
  const card = cards.get(arms[chosen].name)!
  // Sources may agree: a card comes first by any of them.
  const propensity = arms.reduce(
    (sum, { name }, index) => sum + (cards.get(name) === card ? propensities[index] : 0),
    0,
  )
  const entry: Ranked = {
    ...card,
    propensity,
    choice: {
      bandit: 'first-card',
      arm: arms[chosen].name,
      context: features,
      propensity: propensities[chosen],
    },
  }
  return [entry, ...first.filter((other) => other !== card), ...further.flat()]
}

/** What the last minutes say weighs differently from what months say. */
const SESSION_MS = 30 * 60_000

function bestOf(head: readonly Ranked[], source: (typeof SOURCES)[number]): Ranked | undefined {
  let best: Ranked | undefined
  for (const entry of head) {
    const score = entry.candidate.scores[source]
    if (score !== undefined && (best === undefined || score > best.candidate.scores[source]!)) best = entry
  }
  return best
}
