// Greedy selection under criteria: who comes next is who loses least. Deterministic; scores stay what they were.
import type { Ranked } from '../rank.ts'
import type { Criterion } from './step.ts'

/** Only so many of the best of each ring are chosen from: what scores far lower has no business at the top. */
const HEAD = 60

export interface Weighted {
  readonly criterion: Criterion
  readonly weight: number
}

/**
 * The lists one after the other, each by greatest score − Σ weight · cost, up to `needed` entries in all; whoever is not
 * chosen by then follows in the given order. The first n do not depend on `needed`. O(needed · HEAD) costs.
 */
export function chooseGreedily(
  lists: readonly (readonly Ranked[])[],
  criteria: readonly Weighted[],
  needed: number,
): Ranked[] {
  const chosen: Ranked[] = []
  for (const list of lists) {
    if (chosen.length >= needed || criteria.length === 0) {
      chosen.push(...list)
      continue
    }
    const rest = list.slice(0, HEAD)
    while (rest.length > 0 && chosen.length < needed) {
      let best = 0
      let most = -Infinity
      for (let i = 0; i < rest.length; i++) {
        // Costs are not negative, and the list is by score: nobody further down can do better.
        if (rest[i].score <= most) break
        let value = rest[i].score
        for (const { criterion, weight } of criteria) value -= weight * criterion.cost(rest[i])
        if (value > most) [best, most] = [i, value]
      }
      const [next] = rest.splice(best, 1)
      for (const { criterion } of criteria) criterion.picked(next)
      chosen.push(next)
    }
    chosen.push(...rest, ...list.slice(HEAD))
  }
  return chosen
}
