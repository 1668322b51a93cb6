// Regions, spots and categories as the page uses them: by code, as trees, with their boxes on the map.
// Leaves fetching to api.ts.
import type { BBox } from '../domain/position.ts'
import type { Region } from '../domain/region.ts'
import type { Spot } from '../domain/spot.ts'
import type { CategoryView } from '../recommend/port.ts'
import type { Api } from './api.ts'
import { boundsOf, outerPositions, spotArea } from './geometry.ts'

export interface Vocabulary {
  readonly regions: ReadonlyMap<string, Region>
  readonly spots: ReadonlyMap<string, Spot>
  readonly categories: ReadonlyMap<string, CategoryView>
}

// Boundaries of a whole country are tens of megabytes; beyond this many regions the tiles alone show them.
const MAX_REGIONS_WITH_GEOMETRY = 600

export async function loadVocabulary(api: Api): Promise<Vocabulary> {
  const [plain, spots, categories] = await Promise.all([api.regions(false), api.spots(), api.categories()])
  const regions = plain.length <= MAX_REGIONS_WITH_GEOMETRY ? await api.regions(true) : plain
  return {
    regions: new Map(regions.map((region) => [region.code, region])),
    spots: new Map(spots.map((spot) => [spot.id, spot])),
    categories: new Map(categories.map((category) => [category.code, category])),
  }
}

/** The regions directly below `parent` (undefined: those below none), by name. */
export function childRegions({ regions }: Vocabulary, parent: string | undefined): Region[] {
  return [...regions.values()]
    .filter((region) => (regions.has(region.parent ?? '') ? region.parent : undefined) === parent)
    .sort((a, b) => a.name.localeCompare(b.name, 'ko'))
}

/** The codes from the topmost region down to `code`, itself last; empty for a code that is not known. */
export function regionPath({ regions }: Vocabulary, code: string | undefined): string[] {
  const path: string[] = []
  for (let at = regions.get(code ?? ''); at !== undefined; at = regions.get(at.parent ?? '')) {
    if (path.includes(at.code)) break // parents that go round in a circle
    path.unshift(at.code)
  }
  return path
}

export function regionBounds({ regions }: Vocabulary, code: string): BBox | undefined {
  const geometry = regions.get(code)?.geometry
  return geometry && boundsOf(outerPositions(geometry))
}

export function spotBounds({ spots }: Vocabulary, id: string): BBox | undefined {
  const spot = spots.get(id)
  const area = spot && spotArea(spot)
  return area && boundsOf(outerPositions(area))
}

/** The box around all regions and spots that have an outline. */
export function vocabularyBounds({ regions, spots }: Vocabulary): BBox | undefined {
  const areas = [
    ...[...regions.values()].map((region) => region.geometry),
    ...[...spots.values()].map(spotArea),
  ].filter((area) => area !== undefined)
  return boundsOf(areas.flatMap((area) => [...outerPositions(area)]))
}
