// How far "nearby" is around a point: as near as there are enough places, then ring by ring further out.
// Leaves the order by rings to re-rank/gradation.ts.
import type { Candidate } from '../candidates/candidate.ts'

/** Some seven minutes on foot; every further ring is twice as wide. */
const FIRST_METERS = 500
/** People walk so far for a place (a quarter of an hour); what lies further has to be said. */
export const WALK_METERS = 1000
/** Enough to choose from: two pages of the usual ten. It does not follow `limit`, which may change from page to page. */
const ENOUGH_PLACES = 20

export interface Reach {
  /** Of the first ring: 500 m · 2^n. */
  readonly radiusMeters: number
  /** How many places lie within WALK_METERS. */
  readonly walkable: number
  readonly nearestMeters: number
}

/**
 * The smallest ring that holds enough places, or all of them. Undefined where there is none at all.
 * @param nearest the nearest places, by their distance
 */
export function firstReach(nearest: readonly Candidate[]): Reach | undefined {
  const meters = nearest.map(({ scores }) => -scores.nearest!)
  if (meters.length === 0) return undefined
  const ring = ringOf(meters[Math.min(ENOUGH_PLACES, meters.length) - 1], FIRST_METERS)
  return {
    radiusMeters: FIRST_METERS * 2 ** ring,
    walkable: meters.filter((distance) => distance <= WALK_METERS).length,
    nearestMeters: meters[0],
  }
}

/** 0 for the first ring, then one more for each doubling of the radius. */
export function ringOf(meters: number, firstMeters: number): number {
  return Math.max(0, Math.ceil(Math.log2(meters / firstMeters)))
}
