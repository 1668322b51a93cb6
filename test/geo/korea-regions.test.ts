// Real boundaries: known points, and the index against a test of every boundary.
import { readFile } from 'node:fs/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Region } from '../../src/domain/region.ts'
import { createAreaIndex } from '../../src/geo/area-index.ts'
import { createLocator } from '../../src/geo/locate.ts'
import { areaContains } from '../../src/geo/polygon.ts'
import { isReject, readFeatures, toRegions } from '../../src/import/areas.ts'
import { openSource } from '../../src/import/source.ts'
import { createRandom } from '../../src/math/random.ts'
import { isAbsent, sharedData } from '../shared-data.ts'

const LEVELS = ['sido', 'sigungu', 'eupmyeondong']

async function readRegions(): Promise<Region[]> {
  const files = LEVELS.map(async (level) => {
    return readFeatures(await openSource(sharedData(`korea-regions/${level}.topo.json`)))
  })
  return toRegions((await Promise.all(files)).flat()).flatMap((row) => (isReject(row) ? [] : row))
}

describe('the regions of Korea', async () => {
  const absent = isAbsent('korea-regions')
  const regions = absent ? [] : await readRegions()
  beforeEach((context) => context.skip(absent, 'the data set ../shared/data/korea-regions is absent'))

  it.each([
    ['Seoul City Hall', 126.978, 37.5665, ['서울특별시', '중구', '명동'], '1102055'],
    ['Busan City Hall', 129.0756, 35.1796, ['부산광역시', '연제구', '연산5동'], '2113059'],
    ['Jeju airport', 126.4934, 33.5071, ['제주특별자치도', '제주시', '용담2동'], '3901058'],
    ['Ulleungdo', 130.9057, 37.4845, ['경상북도', '울릉군', '울릉읍'], '3743011'],
  ])('have %s', (_, lng, lat, names, code) => {
    const nameOf = new Map(regions.map(({ code, name }) => [code, name]))
    const { locate } = createLocator({ regions, spots: [] })
    const place = locate({ id: 'p', name: 'p', lng, lat })
    expect(place.regions.map((code) => nameOf.get(code))).toEqual(names)
    // Codes of the statistics office nest by their first 2, 5 and 7 digits.
    expect(place.regions).toEqual([code.slice(0, 2), code.slice(0, 5), code])
  })

  it('have every place of Jeju: 81 of 3,316 on piers and beaches by snapping', async (context) => {
    context.skip(isAbsent('jeju'), 'the data set ../shared/data/jeju is absent')
    const lines = (await readFile(sharedData('jeju/places.ndjson'), 'utf8')).trim().split('\n')
    const places = lines
      .map((line) => JSON.parse(line) as { lat: number; lon: number })
      .filter(({ lat }) => lat !== 0) // four have no coordinates
    const index = createAreaIndex(regions.map(({ code, geometry }) => ({ id: code, geometry })))
    const { locate } = createLocator({ regions, spots: [] })
    // The levels are simplified apart: the finest one decides.
    const outside = places.filter(
      ({ lon, lat }) => !index.containing({ lng: lon, lat }).some((code) => code.length === 7),
    )
    expect([outside.length, places.length]).toEqual([81, 3316])
    for (const { lon, lat } of outside) {
      expect(locate({ id: 'p', name: 'p', lng: lon, lat }).regions).toEqual([
        '39',
        expect.stringMatching(/^390[12]0$/),
        expect.stringMatching(/^390[12]0\d\d$/),
      ])
    }
  })

  it('are found by the index as by a test of every boundary', () => {
    const random = createRandom(1)
    const index = createAreaIndex(regions.map(({ code, geometry }) => ({ id: code, geometry })))
    let found = 0
    for (let i = 0; i < 200; i++) {
      const probe = { lng: 126 + 3.5 * random.next(), lat: 34 + 4.5 * random.next() }
      const expected = regions.filter(
        ({ geometry }) => geometry !== undefined && areaContains(geometry, probe),
      )
      expect(index.containing(probe)).toEqual(expected.map(({ code }) => code))
      found += expected.length
    }
    expect(found).toBeGreaterThan(200)
  })
})
