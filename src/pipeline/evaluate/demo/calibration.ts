// How far the categories of a list are from those of its user. Leaves bringing them together to recommend/re-rank/.
import { wideCategory } from '../../../recommend/re-rank/calibration.ts'

/** Steck's α: keeps the divergence finite where a category is missing on the list. */
const SMOOTHING = 0.01

/** KL(p ‖ (1 − α) q + α p) of widest categories. @param taste shares, sum 1 */
export function calibrationError(
  categories: readonly (string | undefined)[],
  taste: ReadonlyMap<string, number>,
): number {
  const counts = new Map<string, number>()
  for (const code of categories) {
    const name = wideCategory(code)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  let sum = 0
  for (const [name, p] of taste) {
    const q = (counts.get(name) ?? 0) / Math.max(1, categories.length)
    sum += p * Math.log(p / ((1 - SMOOTHING) * q + SMOOTHING * p))
  }
  return sum
}
