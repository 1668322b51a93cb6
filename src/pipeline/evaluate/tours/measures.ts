// F1 of the places of a tour and of their pairs in order (Chen, Ong and Xie, CIKM 2016, Eq. 6 and 7).
// First and last place are given, and count all the same, as they do there.

export interface TourScores {
  readonly f1: number
  readonly pairsF1: number
}

/** Share of the places that are right, order aside. Both tours have each place once. */
export function placesF1(actual: readonly number[], recommended: readonly number[]): number {
  const wanted = new Set(actual)
  const right = recommended.filter((place) => wanted.has(place)).length
  return harmonicMean(right / recommended.length, right / actual.length)
}

/** The same of ordered pairs: a pair is right where both places are in the actual tour, in this order. */
export function pairsF1(actual: readonly number[], recommended: readonly number[]): number {
  const positions = new Map(actual.map((place, index) => [place, index]))
  let right = 0
  recommended.forEach((first, i) => {
    const at = positions.get(first)
    if (at === undefined) return
    for (const later of recommended.slice(i + 1)) if ((positions.get(later) ?? -1) > at) right++
  })
  return harmonicMean(right / pairs(recommended.length), right / pairs(actual.length))
}

const pairs = (length: number) => (length * (length - 1)) / 2

function harmonicMean(precision: number, recall: number): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}
