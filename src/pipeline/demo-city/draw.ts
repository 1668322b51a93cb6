// Draws that the demo city needs beyond math/random.ts: chances, ranges, samples, repeated weighted choice.
// Leaves the generator itself to math/random.ts.
import type { Random } from '../../math/random.ts'

export function chance(random: Random, probability: number): boolean {
  return random.next() < probability
}

export function between(random: Random, from: number, to: number): number {
  return from + (to - from) * random.next()
}

/** A whole number from `from` to `to`, both included. */
export function integerBetween(random: Random, from: number, to: number): number {
  return from + random.integer(to - from + 1)
}

/** Up to `count` different entries, in random order. */
export function pickSome<T>(random: Random, list: readonly T[], count: number): T[] {
  const left = [...list]
  const picked: T[] = []
  while (picked.length < count && left.length > 0) {
    const index = random.integer(left.length)
    picked.push(left[index])
    left[index] = left[left.length - 1]
    left.pop()
  }
  return picked
}

/** Running sums of weights (≥ 0), for `pickCumulative`. */
export function cumulate(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length)
  let total = 0
  for (let i = 0; i < weights.length; i++) sums[i] = total += weights[i]
  return sums
}

/** An index in proportion to the weights behind `sums`, of which one is above 0. O(log n) */
export function pickCumulative(random: Random, sums: Float64Array): number {
  const target = random.next() * sums[sums.length - 1]
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle] > target) high = middle
    else low = middle + 1
  }
  return low
}
