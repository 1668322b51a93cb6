// How likely a position of a list is looked at, from logged lists: the propensities of position bias.
// Leaves what they weigh to impressions.ts.
//
// A click takes a look and a liking: P(click on d at k) = e_k · r_d (the examination hypothesis; Joachims, Swaminathan,
// Schnabel: Unbiased learning-to-rank with biased feedback, WSDM 2017, section 5). r is one number a user and place; where the
// same place was shown to the same user at several positions, their clicks compare the positions and nothing else
// (intervention harvesting; Agarwal et al., WSDM 2019). Maximum likelihood of Poisson counts, by turns:
//
//   r_d = Σ_k clicks_dk / Σ_k e_k n_dk          e_k = (Σ_d clicks_dk + m · usual_k) / (Σ_d r_d n_dk + m)
import type { LoggedList } from './logged-lists.ts'

/** Positions that are told apart; further down is looked at as often as the last of them. */
export const POSITIONS = 50
/** So many expected clicks weigh as much as what is usual. */
const PRIOR_CLICKS = 20
const ROUNDS = 50

/** Before anything was seen: the discount of DCG (Järvelin and Kekäläinen, TOIS 2002). */
export const usualExamination = (position: number): number => 1 / Math.log2(position + 2)

/** A place as one user was shown it: at which positions, a number each time, and at which of them they chose it. */
interface Showings {
  readonly positions: number[]
  readonly chosenAt: number[]
}

/** `[POSITIONS]`: against the first position, which is 1; never more further down. O(rounds · impressions). */
export function examination(lists: readonly LoggedList[]): Float64Array {
  // Whom one position alone speaks of fits any curve, and without a click r is 0.
  const telling = showings(lists).filter(
    ({ positions, chosenAt }) => chosenAt.length > 0 && positions.some((k) => k !== positions[0]),
  )
  const clicks = new Float64Array(POSITIONS)
  for (const { chosenAt } of telling) for (const k of chosenAt) clicks[k]++
  let curve = Float64Array.from({ length: POSITIONS }, (_, k) => usualExamination(k))
  const usual = curve
  for (let round = 0; round < ROUNDS; round++) {
    const expected = new Float64Array(POSITIONS)
    for (const { positions, chosenAt } of telling) {
      let looks = 0
      for (const k of positions) looks += curve[k]
      for (const k of positions) expected[k] += chosenAt.length / looks
    }
    const next = usual.map((prior, k) => (clicks[k] + PRIOR_CLICKS * prior) / (expected[k] + PRIOR_CLICKS))
    curve = next.map((value) => value / next[0])
  }
  for (let k = 1; k < POSITIONS; k++) curve[k] = Math.min(curve[k], curve[k - 1])
  return curve
}

function showings(lists: readonly LoggedList[]): Showings[] {
  const byPair = new Map<string, Showings>()
  for (const { userId, shown } of lists) {
    for (const { placeId, position, chosen } of shown) {
      const key = `${userId}\n${placeId}`
      let pair = byPair.get(key)
      if (pair === undefined) byPair.set(key, (pair = { positions: [], chosenAt: [] }))
      const k = Math.min(position, POSITIONS - 1)
      pair.positions.push(k)
      if (chosen) pair.chosenAt.push(k)
    }
  }
  return [...byPair.values()]
}
