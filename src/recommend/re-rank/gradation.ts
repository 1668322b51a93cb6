// Gradation: the list ring by ring around the asked point, nearest ring first; within a ring the order is kept.
// Leaves how wide the first ring is to reach.ts.
import { ringOf } from '../context/reach.ts'
import type { Ranked } from '../ranking/rank.ts'
import type { Step, StepContext } from './step.ts'

export const gradation: Step = (list, context) => rings(list, context).flat()

/** The list cut into its rings; one piece where the question has none. */
export function rings(
  list: readonly Ranked[],
  { firstRingMeters, inRings }: Pick<StepContext, 'firstRingMeters' | 'inRings'>,
): Ranked[][] {
  if (firstRingMeters === undefined || !inRings) return [[...list]]
  const pieces: Ranked[][] = []
  for (const entry of list) (pieces[ringOf(entry.distanceMeters!, firstRingMeters)] ??= []).push(entry)
  return pieces.filter((ring) => ring !== undefined)
}
