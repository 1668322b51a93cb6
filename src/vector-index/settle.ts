// The exact best k of a server that sorts by rounded scores and filters with a little slack.
// Leaves requests to the engines.
import type { Hit } from './port.ts'

export interface Found {
  readonly id: string
  /** What the server sorted by, as a score: higher is better. */
  readonly served: number
  /** The exact score; undefined where the row does not match after all. */
  readonly score: number | undefined
}

export interface SettleOptions {
  readonly k: number
  /** The first `size` rows by descending `served`; fewer only where there are no more. */
  fetch(size: number): Promise<readonly Found[]>
  /** How far `served` may be from the exact score. */
  tolerance(served: number): number
  /** Whether the server gives rows of equal `served` by ascending id. */
  readonly ordersTies: boolean
  /** The most rows that the server gives at once. */
  readonly maxSize: number
}

/** Rows asked for beyond k, so that rounding at the cut is seldom worth a second request. */
const MARGIN = 16

/**
 * Fetches until no row that was left out can belong to the best k, or the server gives no more. A run of equal scores at
 * the cut needs no end where the server has it in the order of ids.
 */
export async function settleBest(options: SettleOptions): Promise<Hit[]> {
  const { k, fetch, maxSize } = options
  if (k === 0) return []
  for (let size = Math.min(k + MARGIN, maxSize); ; size = Math.min(size * 4, maxSize)) {
    const found = await fetch(size)
    const hits = found
      .flatMap(({ id, score }) => (score === undefined ? [] : [{ id, score }]))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    const complete = found.length < size || size === maxSize
    if (complete || isSettled(hits, found, options)) return hits.slice(0, k)
  }
}

function isSettled(
  hits: readonly Hit[],
  found: readonly Found[],
  { k, tolerance, ordersTies }: SettleOptions,
): boolean {
  if (hits.length < k) return false
  const { served } = found[found.length - 1]
  const last = hits[k - 1].score
  if (last > served + tolerance(served)) return true
  return (
    ordersTies && found.every((row) => row.score === undefined || row.served > served || row.score === last)
  )
}
