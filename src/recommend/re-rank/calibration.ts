// Calibration: the category mix of the head follows the user's own.
//
//   pick by pick the place that adds most to  Σ s(i) − λ n KL(p ‖ q),  q = (1 − α) q̂ + α p      (Steck, RecSys 2018)
//   p: the user's shares of the widest categories; q̂: theirs among what is picked.
//
// n, the length so far, is ours: without it the divergence moves less and less with each pick, and the mix is right only
// at the top. The places of one category keep their order, so a pick compares one place of each: O(picks · categories²).
import type { Ranked } from '../ranking/rank.ts'
import { rings } from './gradation.ts'
import { scaleOf, type Step } from './step.ts'

/** The first two pages of ten; further down the order stays. */
const HEAD = 20
/** Places that may come into the head. */
const POOL = 60
/** λ, against scores of about 1. */
const WEIGHT = 0.008
/** Keeps the divergence finite (Steck's α). */
const SMOOTHING = 0.01
/** Fewer places than this say nothing about a mix. */
const MIN_PLACES = 5

export const calibration: Step = (list, context) => {
  const { acted, categoryShares } = context.user
  if (acted.length < MIN_PLACES) return [...list]
  const shares = wideShares(categoryShares)
  return rings(list, context).flatMap((ring) => calibrated(ring, shares))
}

/** The head in calibrated order; scores stay what they were. @param shares by widest category, sum 1 */
export function calibrated(ring: readonly Ranked[], shares: ReadonlyMap<string, number>): Ranked[] {
  const names = [...shares.keys()]
  const p = names.map((name) => shares.get(name)!)
  const queues = new Map<string, Ranked[]>()
  for (const entry of ring.slice(0, POOL)) {
    const name = wideCategory(entry.place.categories[0])
    const queue = queues.get(name)
    if (queue === undefined) queues.set(name, [entry])
    else queue.push(entry)
  }
  const groups = [...queues].map(([name, queue]) => ({ own: names.indexOf(name), queue, next: 0 }))
  const weight = WEIGHT * scaleOf(ring)
  const counts = new Float64Array(names.length)
  const terms = new Float64Array(names.length)
  const termsWithOne = new Float64Array(names.length)
  const head: Ranked[] = []
  while (head.length < HEAD) {
    const length = head.length + 1
    // The terms of the divergence as they are, and with one place more of their category.
    for (let g = 0; g < p.length; g++) {
      terms[g] = term(p[g], counts[g] / length)
      termsWithOne[g] = term(p[g], (counts[g] + 1) / length)
    }
    let best: (typeof groups)[number] | undefined
    let bestGain = -Infinity
    for (const group of groups) {
      if (group.next === group.queue.length) continue
      const entry = group.queue[group.next]
      let divergence = 0
      for (let g = 0; g < p.length; g++) divergence += g === group.own ? termsWithOne[g] : terms[g]
      const gain = entry.score - weight * length * divergence
      const wins = gain > bestGain || (gain === bestGain && entry.place.id < best!.queue[best!.next].place.id)
      if (wins) [best, bestGain] = [group, gain]
    }
    if (best === undefined) break
    head.push(best.queue[best.next++])
    if (best.own >= 0) counts[best.own]++
  }
  const picked = new Set(head)
  return [...head, ...ring.filter((entry) => !picked.has(entry))]
}

/** What a category adds to KL(p ‖ q). @param own p, share the q̂ of the list */
function term(own: number, share: number): number {
  return own * Math.log(own / ((1 - SMOOTHING) * share + SMOOTHING * own))
}

/** Shares by the first step of the category's path, sum 1. */
export function wideShares(shares: ReadonlyMap<string, number>): Map<string, number> {
  const wide = new Map<string, number>()
  let total = 0
  for (const [code, share] of shares) {
    const name = wideCategory(code)
    wide.set(name, (wide.get(name) ?? 0) + share)
    total += share
  }
  for (const [name, share] of wide) wide.set(name, share / total)
  return wide
}

export function wideCategory(code: string | undefined): string {
  if (code === undefined) return ''
  const cut = code.indexOf('/')
  return cut < 0 ? code : code.slice(0, cut)
}
