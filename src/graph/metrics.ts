// Ranking metrics at k, averaged over users.

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
  let [recall, ndcg, hit, mrr, users] = [0, 0, 0, 0, 0]
  const shown = new Set<number>()
  lists.forEach((list, user) => {
    for (const place of list) shown.add(place)
    const wanted = new Set(relevant[user])
    if (wanted.size === 0) return
    users++
    let gain = 0
    let hits = 0
    list.forEach((place, index) => {
      if (!wanted.has(place)) return
      if (hits++ === 0) mrr += 1 / (index + 1)
      gain += 1 / Math.log2(index + 2)
    })
    let best = 0
    for (let index = 0; index < Math.min(k, wanted.size); index++) best += 1 / Math.log2(index + 2)
    recall += hits / wanted.size
    ndcg += gain / best
    hit += hits > 0 ? 1 : 0
  })
  const mean = (sum: number) => (users === 0 ? 0 : sum / users)
  return {
    recall: mean(recall),
    ndcg: mean(ndcg),
    hit: mean(hit),
    mrr: mean(mrr),
    coverage: places === 0 ? 0 : shown.size / places,
    users,
  }
}
