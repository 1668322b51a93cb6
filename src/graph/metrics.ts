// Ranking metrics at k: by user, averaged, by slices of users, and how sure the averages are.
// Leaves making the lists to ranking.ts.
import type { Random } from '../math/random.ts'

export interface RankingMetrics {
  /** Share of a user's relevant places that are in the list. */
  readonly recall: number
  /** Σ 1/log2(rank + 1) over hits, against the best possible list (Järvelin and Kekäläinen, TOIS 2002). */
  readonly ndcg: number
  /** Share of users with a hit. */
  readonly hit: number
  /** Mean of 1 / rank of the first hit, 0 without one. */
  readonly mrr: number
  /** Share of all places that are in some list. */
  readonly coverage: number
  readonly users: number
}

/** The measures that every user has one of. */
export const USER_MEASURES = ['recall', 'ndcg', 'hit', 'mrr'] as const
export type UserMeasure = (typeof USER_MEASURES)[number]
/** `[users]` each, in step with the lists. */
export type UserMeasures = Readonly<Record<UserMeasure, Float64Array>>

/**
 * @param lists the first k places for each user, best first
 * @param relevant what each user did later, in step with `lists`; users with nothing are not counted
 * @param places how many places there are
 */
export function rankingMetrics(
  lists: readonly Uint32Array[],
  relevant: readonly Uint32Array[],
  k: number,
  places: number,
): RankingMetrics {
  const counted = relevant.flatMap((wanted, user) => (wanted.length > 0 ? user : []))
  const measures = userMeasures(lists, relevant, k)
  const mean = (values: Float64Array) =>
    counted.length === 0 ? 0 : counted.reduce((sum, user) => sum + values[user], 0) / counted.length
  const shown = new Set<number>()
  for (const list of lists) for (const place of list) shown.add(place)
  return {
    recall: mean(measures.recall),
    ndcg: mean(measures.ndcg),
    hit: mean(measures.hit),
    mrr: mean(measures.mrr),
    coverage: places === 0 ? 0 : shown.size / places,
    users: counted.length,
  }
}

/** The measures of each user, 0 for a user with nothing relevant. */
export function userMeasures(
  lists: readonly Uint32Array[],
  relevant: readonly Uint32Array[],
  k: number,
): UserMeasures {
  const zeros = () => new Float64Array(lists.length)
  const measures = { recall: zeros(), ndcg: zeros(), hit: zeros(), mrr: zeros() }
  lists.forEach((list, user) => {
    const wanted = new Set(relevant[user])
    if (wanted.size === 0) return
    let gain = 0
    let hits = 0
    list.forEach((place, index) => {
      if (!wanted.has(place)) return
      if (hits++ === 0) measures.mrr[user] = 1 / (index + 1)
      gain += 1 / Math.log2(index + 2)
    })
    let best = 0
    for (let index = 0; index < Math.min(k, wanted.size); index++) best += 1 / Math.log2(index + 2)
    measures.recall[user] = hits / wanted.size
    measures.ndcg[user] = gain / best
    measures.hit[user] = hits > 0 ? 1 : 0
  })
  return measures
}

export interface DegreeSlice extends RankingMetrics {
  /** Least and most train places of the slice's users; `to` is absent where it has no end. */
  readonly from: number
  readonly to?: number
}

/**
 * Slices by how many places a user has in train. Fixed rather than quantiles: "a user with five places" is the same
 * question on every data set, and the answers can be compared.
 */
const DEGREE_BOUNDS = [5, 10, 20, 50, Infinity]

/** The metrics by slice; a slice without users is left out. @param degrees train places by user, in step with `lists` */
export function degreeSlices(
  lists: readonly Uint32Array[],
  relevant: readonly Uint32Array[],
  degrees: ArrayLike<number>,
  k: number,
  places: number,
): DegreeSlice[] {
  return DEGREE_BOUNDS.flatMap((to, slice) => {
    const from = slice === 0 ? 0 : DEGREE_BOUNDS[slice - 1] + 1
    const inside = (_: unknown, user: number) => degrees[user] >= from && degrees[user] <= to
    const metrics = rankingMetrics(lists.filter(inside), relevant.filter(inside), k, places)
    return metrics.users === 0 ? [] : { from, ...(to < Infinity && { to }), ...metrics }
  })
}

export type Intervals = Readonly<Record<UserMeasure, readonly [low: number, high: number]>>

/** Enough for the ends of a 95 % interval to move by less than a tenth of its width (Efron and Tibshirani 1993, § 14). */
const RESAMPLES = 1000

/**
 * 95 % percentile bootstrap intervals of the means over users (Efron, Annals of Statistics 1979): how far another draw of
 * users from the same city could have moved them. The users of a resample are the same for all measures.
 * O(1000 · users).
 */
export function bootstrapIntervals(measures: UserMeasures, random: Random): Intervals {
  const users = measures.recall.length
  const means = USER_MEASURES.map(() => new Float64Array(RESAMPLES))
  const values = USER_MEASURES.map((name) => measures[name])
  const drawn = new Uint32Array(users)
  for (let round = 0; round < RESAMPLES; round++) {
    for (let i = 0; i < users; i++) drawn[i] = random.integer(users)
    values.forEach((ofUsers, measure) => {
      let sum = 0
      for (let i = 0; i < users; i++) sum += ofUsers[drawn[i]]
      means[measure][round] = users === 0 ? 0 : sum / users
    })
  }
  const interval = (measure: UserMeasure): readonly [number, number] => {
    const sorted = means[USER_MEASURES.indexOf(measure)].toSorted()
    return [sorted[RESAMPLES * 0.025], sorted[RESAMPLES * 0.975 - 1]]
  }
  return {
    recall: interval('recall'),
    ndcg: interval('ndcg'),
    hit: interval('hit'),
    mrr: interval('mrr'),
  }
}
