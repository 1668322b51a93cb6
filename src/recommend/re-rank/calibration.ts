// The list's mix of categories follows the user's (Steck, "Calibrated recommendations", RecSys 2018).
import type { Ranked } from '../rank.ts'
import type { StartCriterion } from './step.ts'

/** Steck's α: the list's share of a category is smoothed by so much of the user's own. */
const SMOOTHING = 0.01
/** Fewer places acted on say too little of a mix. */
const MIN_ACTED = 5

/**
 * The cost of an entry is KL(p ‖ q̃) of the list with it: p is the user's share of each kind of place among the kinds that
 * can come, q̃ = (1 − α) q + α p the list's. A kind is the topmost category: what lies below is a matter of taste.
 */
export const calibration: StartCriterion = ({ context }, pool) => {
  if (context.acted.length < MIN_ACTED) return undefined
  const offered = new Set<string>()
  for (const { place } of pool) for (const code of place.categories) offered.add(topmost(code))
  const shares = new Map<string, number>()
  let mass = 0
  for (const [code, share] of context.categoryShares) {
    const kind = topmost(code)
    if (!offered.has(kind)) continue
    shares.set(kind, (shares.get(kind) ?? 0) + share)
    mass += share
  }
  if (shares.size < 2) return undefined // One kind, or none that the user knows: any list has the same mix.

  const kinds = [...shares.keys()]
  const p = kinds.map((kind) => shares.get(kind)! / mass)
  const counts = kinds.map(() => 0)
  let length = 0
  const indexesOf = new Map<Ranked, readonly number[]>()
  const indexes = (entry: Ranked) => {
    let known = indexesOf.get(entry)
    if (known === undefined) {
      known = kindsOf(entry.place.categories).map((kind) => kinds.indexOf(kind))
      indexesOf.set(entry, known)
    }
    return known
  }
  const term = (k: number, count: number) =>
    p[k] * Math.log(p[k] / (((1 - SMOOTHING) * count) / (length + 1) + SMOOTHING * p[k]))
  /** Each kind's part of the divergence of a list one longer without it, and all of them. */
  let terms = p.map((_, k) => term(k, 0))
  let total = terms.reduce((sum, value) => sum + value, 0)

  return {
    cost(entry) {
      let divergence = total
      const own = indexes(entry)
      for (const k of own) if (k >= 0) divergence += term(k, counts[k] + 1 / own.length) - terms[k]
      return Math.max(0, divergence)
    },
    picked(entry) {
      const own = indexes(entry)
      for (const k of own) if (k >= 0) counts[k] += 1 / own.length
      length++
      terms = p.map((_, k) => term(k, counts[k]))
      total = terms.reduce((sum, value) => sum + value, 0)
    },
  }
}

function kindsOf(categories: readonly string[]): string[] {
  return [...new Set(categories.map(topmost))]
}

function topmost(code: string): string {
  const end = code.indexOf('/')
  return end < 0 ? code : code.slice(0, end)
}
