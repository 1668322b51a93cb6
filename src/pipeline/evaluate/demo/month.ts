// A month of clicks: people of the demo city look at a list a day and click by position and what a place is worth to them then.
// Leaves who makes the lists to the policy, and what the lists are worth otherwise to lists.ts.
import type { Event } from '../../../domain/event.ts'
import type { Recommendation } from '../../../domain/recommendation.ts'
import type { Random } from '../../../math/random.ts'
import { gain, K } from './lists.ts'

/** Four weeks. */
const WEEKS = 4
const DAYS = WEEKS * 7
const DAY_MS = 86_400_000
/** What was clicked before is worth half as much again: people look for something new. */
const AGAIN = 0.5

export interface Visitor {
  readonly userId: string
  /** When they look at their first list, milliseconds since 1970; at the same hour of every day after. */
  readonly at: number
  /** Ids of all that might be shown to them. */
  readonly possible: Iterable<string>
  /** What a place is worth to them at a time, 0 to 1. @param at milliseconds since 1970 */
  utility(placeId: string, at: number): number
}

export interface DayList {
  readonly recommendationId: string
  readonly ids: readonly string[]
  /** What the list says of chance, in step with `ids`; empty where it says nothing. */
  readonly items: readonly Pick<Recommendation['items'][number], 'propensity' | 'choice'>[]
}

/** Makes the day's list of a user, and learns from what came of it. */
export interface Policy {
  list(userId: string, now: number): Promise<DayList>
  learn(events: readonly Event[]): Promise<void>
  /** Between two weeks: what is trained, is trained again. @param now milliseconds since 1970 */
  train?(now: number): Promise<void>
}

export interface MonthReport {
  /** Σ over lists of what the best list would have been worth beyond this one, a list. */
  readonly regret: number
  /** The same by week: what learning brings. */
  readonly weeks: readonly number[]
  readonly clicksPerList: number
}

export async function simulateMonth(
  policy: Policy,
  visitors: readonly Visitor[],
  random: Random,
): Promise<MonthReport> {
  const clicked = new Map<string, Set<string>>(visitors.map(({ userId }) => [userId, new Set()]))
  const regrets: number[][] = []
  let clicks = 0
  for (let day = 0; day < DAYS; day++) {
    if (day > 0 && day % 7 === 0) await policy.train?.(visitors[0].at + day * DAY_MS)
    const regretsOfDay: number[] = []
    const events: Event[] = []
    for (const { userId, at, possible, utility } of visitors) {
      const now = at + day * DAY_MS
      const before = clicked.get(userId)!
      const utilities = new Map(
        Array.from(possible, (id) => [id, utility(id, now) * (before.has(id) ? AGAIN : 1)] as const),
      )
      const worth = (id: string) => utilities.get(id) ?? 0
      const { ids, recommendationId, items } = await policy.list(userId, now)
      const ideal = [...utilities.values()].sort((a, b) => b - a).slice(0, K)
      regretsOfDay.push(gain(ideal) - gain(ids.slice(0, K).map(worth)))
      ids.slice(0, K).forEach((placeId, position) => {
        const base = { userId, placeId, recommendationId, position }
        const { propensity, choice } = items[position] ?? {}
        events.push({
          ...base,
          ...(propensity !== undefined && { propensity }),
          ...(choice !== undefined && { choice }),
          id: `${recommendationId} ${placeId} seen`,
          type: 'impression',
          at: now,
        })
        // Position bias: the first is always looked at, the tenth by three in ten.
        if (random.next() >= worth(placeId) / Math.log2(position + 2)) return
        clicks++
        before.add(placeId)
        events.push({ ...base, id: `${recommendationId} ${placeId} click`, type: 'click', at: now + 60_000 })
      })
    }
    await policy.learn(events)
    regrets.push(regretsOfDay)
  }
  const meanOf = (days: readonly number[][]) => {
    const values = days.flat()
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  return {
    regret: meanOf(regrets),
    weeks: Array.from({ length: WEEKS }, (_, week) => meanOf(regrets.slice(7 * week, 7 * week + 7))),
    clicksPerList: clicks / (DAYS * visitors.length),
  }
}
