// The regions of the demo city: one city (2 digits), its districts (5) and dongs (7), with boundaries that nest.
// Leaves the shapes to tiling.ts, names to districts.ts.
import type { Area } from '../../domain/position.ts'
import type { Region } from '../../domain/region.ts'
import { CITY, DISTRICTS, type District, type Dong } from './districts.ts'
import type { Random } from '../../math/random.ts'
import type { Point } from './plane.ts'
import { createTerrain } from './terrain.ts'
import { tileLand } from './tiling.ts'

/** A dong with what the other parts of the city need to know about it. */
export interface DongSite extends Dong {
  readonly code: string
  readonly district: District
  readonly centre: Point
  readonly area: Area
}

export interface CityMap {
  /** Largest first. */
  readonly regions: readonly Region[]
  readonly dongs: readonly DongSite[]
  readonly river: Area
}

/** Centres move by up to this much from seed to seed. */
const SHIFT_KM = 0.12
/** KOSTAT numbers the dongs of a district from 51 on. */
const FIRST_DONG = 51

export function createCityMap(random: Random): CityMap {
  const terrain = createTerrain(random)
  const shift = () => SHIFT_KM * (2 * random.next() - 1)
  const sites = DISTRICTS.flatMap((district) =>
    district.dongs.map((dong, index) => {
      const x = dong.x + (dong.fromRiver === 0 ? 0 : shift())
      const y = terrain.riverMiddle(x) + dong.fromRiver + (dong.fromRiver === 0 ? 0 : shift())
      return { ...dong, district, code: `${district.code}${FIRST_DONG + index}`, centre: { x, y } }
    }),
  )
  const tiling = tileLand({ ...terrain, centres: sites.map(({ centre }) => centre), random })
  const dongs = sites.map((site, index) => ({ ...site, area: tiling.area((label) => label === index) }))
  const regions: Region[] = [
    region(
      CITY,
      tiling.area(() => true),
    ),
    ...DISTRICTS.map((district) =>
      region(
        district,
        tiling.area((label) => sites[label].district === district),
        CITY.code,
      ),
    ),
    ...dongs.map((site) => region(site, site.area, site.district.code)),
  ]
  return { regions, dongs, river: tiling.river }
}

function region(
  { code, ko, en }: { readonly code: string; readonly ko: string; readonly en: string },
  geometry: Area,
  parent?: string,
): Region {
  return { code, name: ko, names: { ko, en }, ...(parent !== undefined && { parent }), geometry }
}
