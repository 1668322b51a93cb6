// The map of the demo city: valid boundaries that nest and tile the land, water left out, spots that can be used.
import { describe, expect, it } from 'vitest'
import type { Area, Circle, LngLat, Ring } from '../../../src/domain/position.ts'
import { parseRegion, type Region } from '../../../src/domain/region.ts'
import { parseSpot } from '../../../src/domain/spot.ts'
import { compileArea } from '../../../src/geo/polygon.ts'
import { timeZoneAt } from '../../../src/geo/time-zone.ts'
import { createRandom } from '../../../src/math/random.ts'
import { createCityMap } from '../../../src/pipeline/demo-city/regions.ts'
import { createSpots } from '../../../src/pipeline/demo-city/spots.ts'

const SEEDS = [1, 2, 3, 20_261]

function ringsOf(area: Area): readonly Ring[] {
  return area.type === 'Polygon' ? area.coordinates : area.coordinates.flat()
}

/** Square degrees; holes run clockwise and count negative. */
function areaOf(area: Area): number {
  let sum = 0
  for (const ring of ringsOf(area)) {
    for (let i = 1; i < ring.length; i++)
      sum += (ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1]) / 2
  }
  return sum
}

/** Four points on a circle. */
function around({ lng, lat, radiusMeters }: Circle): LngLat[] {
  const degrees = radiusMeters / 111_195
  return [1, -1].flatMap((side) => [
    { lng: lng + (side * degrees) / Math.cos((lat * Math.PI) / 180), lat },
    { lng, lat: lat + side * degrees },
  ])
}

describe.each(SEEDS)('the map of seed %i', (seed) => {
  const random = createRandom(seed)
  const { regions, dongs, river } = createCityMap(random)
  const level = (digits: number) => regions.filter(({ code }) => code.length === digits)
  const children = (parent: Region) => regions.filter((region) => region.parent === parent.code)

  it('has closed boundaries that do not cross themselves', () => {
    for (const region of regions) expect(parseRegion(region)).toEqual(region)
  })

  it('has one city, five districts and twenty-eight dongs whose codes nest by prefix', () => {
    expect([2, 5, 7].map((digits) => level(digits).length)).toEqual([1, 5, 28])
    const misplaced = regions.filter(({ code, parent = '' }) => !code.startsWith(parent))
    expect(misplaced).toEqual([])
    expect(regions.filter(({ parent }) => parent === undefined)).toHaveLength(1)
    expect(new Set(regions.map(({ code }) => code)).size).toBe(regions.length)
    expect(new Set(regions.map(({ name }) => name)).size).toBe(regions.length)
  })

  it('tiles every region with the regions below it, without gaps and overlaps', () => {
    for (const parent of [...level(2), ...level(5)]) {
      const sum = children(parent).reduce((total, child) => total + areaOf(child.geometry!), 0)
      expect(sum / areaOf(parent.geometry!)).toBeCloseTo(1, 9)
    }
    // Equal sums could still hide a gap beside an overlap: no point of the city may lie in none or two.
    const compiled = dongs.map(({ area }) => compileArea(area))
    const city = compileArea(level(2)[0].geometry!)
    const water = compileArea(river)
    const [west, south, east, north] = city.bounds
    let inCity = 0
    let inRiver = 0
    for (let sample = 0; sample < 3000; sample++) {
      const point: LngLat = {
        lng: west + (east - west) * random.next(),
        lat: south + (north - south) * random.next(),
      }
      const around = compiled.filter((area) => area.contains(point)).length
      expect(around).toBe(city.contains(point) ? 1 : 0)
      inCity += around
      const isWet = water.contains(point)
      expect(isWet && around > 0).toBe(false)
      inRiver += Number(isWet)
    }
    expect(inCity).toBeGreaterThan(1500)
    expect(inRiver).toBeGreaterThan(50)
  })

  it('has an island, so that a district is of several parts', () => {
    const parts = level(5).map(({ geometry }) => geometry!.type)
    expect(parts).toContain('MultiPolygon')
  })

  it('has spots with valid outlines around land in Korea', () => {
    const spots = createSpots(dongs, random)
    const city = compileArea(level(2)[0].geometry!)
    expect(spots.length).toBeGreaterThanOrEqual(14)
    expect(new Set(spots.map(({ spot }) => spot.id)).size).toBe(spots.length)
    for (const { spot } of spots) {
      expect(parseSpot(spot)).toEqual(spot)
      expect(spot.names?.en).toMatch(/^[A-Z][A-Za-zé’' ]+$/)
      expect(spot.aliases!.length).toBeGreaterThan(0)
      const points =
        spot.circle === undefined
          ? ringsOf(spot.geometry!)[0].map(([lng, lat]) => ({ lng, lat }))
          : around(spot.circle)
      expect(points.some((point) => city.contains(point))).toBe(true)
      expect(timeZoneAt(points[0])).toBe('Asia/Seoul')
    }
  })
})
