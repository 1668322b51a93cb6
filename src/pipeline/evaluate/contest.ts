// Ranking one place among candidates, for several contenders at once: hits and reciprocal ranks, averaged by slices.
// Leaves who scores what to the tasks.

/** Places of a list that count as shown. */
export const SHOWN = 10

export interface PlaceScores {
  /** Share of the moments whose place is among the first ten. */
  readonly 'recall@10': number
  /** Mean of 1 / rank over all moments. */
  readonly mrr: number
}

/**
 * Hit and reciprocal rank of the candidate at `target`, higher scores first. What scores the same shares its ranks: the
 * expectation over all orders of the tied, so that neither the order of candidates nor luck decides.
 */
export function rankOf(
  scores: ArrayLike<number>,
  count: number,
  target: number,
): { hit: number; rr: number } {
  const own = scores[target]
  let above = 0
  let tied = 0
  for (let i = 0; i < count; i++) {
    if (scores[i] > own) above++
    else if (scores[i] === own) tied++
  }
  let rr = 0
  for (let place = 1; place <= tied; place++) rr += 1 / (above + place)
  return { hit: Math.max(0, Math.min(1, (SHOWN - above) / tied)), rr: rr / tied }
}

/** What every contender got at every moment; contenders are numbered. */
export class Contest {
  readonly #hits: readonly number[][]
  readonly #rrs: readonly number[][]

  constructor(contenders: number) {
    this.#hits = Array.from({ length: contenders }, () => [])
    this.#rrs = Array.from({ length: contenders }, () => [])
  }

  /** The next moment of a contender. @param scores of the candidates, the first `count` */
  add(contender: number, scores: ArrayLike<number>, count: number, target: number): void {
    const { hit, rr } = rankOf(scores, count, target)
    this.#hits[contender].push(hit)
    this.#rrs[contender].push(rr)
  }

  /** The scores of each contender over the moments of a slice; 0 where it is empty. */
  scores(inSlice: (moment: number) => boolean = () => true): PlaceScores[] {
    const mean = (values: readonly number[]) => {
      const kept = values.filter((_, moment) => inSlice(moment))
      return kept.length === 0 ? 0 : kept.reduce((sum, value) => sum + value, 0) / kept.length
    }
    return this.#hits.map((hits, contender) => ({
      'recall@10': mean(hits),
      mrr: mean(this.#rrs[contender]),
    }))
  }
}
