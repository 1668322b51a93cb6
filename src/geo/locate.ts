// What a place's coordinates imply: its geohash, regions of every level, and spots.
// Leaves storing to the catalog and reading boundaries to whoever calls.
import type { Place, PlaceInput } from '../domain/place.ts'
import type { Region } from '../domain/region.ts'
import type { Spot } from '../domain/spot.ts'
import { createAreaIndex } from './area-index.ts'
import { encodeGeohash } from './geohash.ts'

/**
 * Official boundaries are simplified, so a pier or a beach may lie just outside its region: such a point takes the
 * nearest region of the finest level within this distance. Set by measurement (test/geo/locate.test.ts).
 */
export const SNAP_METERS = 1000

export interface Locator {
  locate(input: PlaceInput): Place
}

/**
 * A locator over the catalog's regions and spots. Those with a boundary contain what lies inside it; those without
 * one (or unknown here) contain the places whose source names them. A region brings its parents.
 */
export function createLocator({
  regions,
  spots,
}: {
  readonly regions: readonly Region[]
  readonly spots: readonly Spot[]
}): Locator {
  // Codes alone: the locator outlives the boundaries, which are large.
  const parentByCode = new Map(regions.map(({ code, parent }) => [code, parent]))
  const parents = new Set(parentByCode.values())
  const bounded = regions.filter(({ geometry }) => geometry !== undefined)
  const isFinest = (code: string) => !parents.has(code)
  const regionIndex = createAreaIndex(bounded.map(({ code, geometry }) => ({ id: code, geometry })))
  const spotIndex = createAreaIndex(spots)
  const boundedCodes = new Set(bounded.map(({ code }) => code))
  const boundedSpots = new Set(
    spots
      .filter(({ geometry, circle }) => geometry !== undefined || circle !== undefined)
      .map(({ id }) => id),
  )

  const withParents = (codes: Iterable<string>): string[] => {
    const all = new Set<string>()
    for (const code of codes) {
      for (let next: string | undefined = code; next !== undefined && !all.has(next);) {
        all.add(next)
        next = parentByCode.get(next)
      }
    }
    return [...all].sort()
  }

  return {
    locate(input) {
      const {
        geohash: _,
        keywords: __,
        regions: namedRegions = [],
        spots: namedSpots = [],
        categories = [],
        ...rest
      } = input
      const found = regionIndex.containing(input)
      if (!found.some(isFinest)) {
        const snapped = regionIndex.nearest(input, SNAP_METERS, isFinest)
        if (snapped !== undefined) found.push(snapped)
      }
      const named = namedRegions.map((region) => (typeof region === 'string' ? region : region.code))
      const spotIds = namedSpots.map((spot) => (typeof spot === 'string' ? spot : spot.id))
      return {
        ...rest,
        categories,
        geohash: encodeGeohash(input),
        regions: withParents([...found, ...named.filter((code) => !boundedCodes.has(code))]),
        spots: [
          ...new Set([...spotIndex.containing(input), ...spotIds.filter((id) => !boundedSpots.has(id))]),
        ],
      }
    },
  }
}
