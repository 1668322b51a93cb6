// Regions and spots of points, on a small plan; real boundaries are in korea-regions.test.ts.
import { describe, expect, it } from 'vitest'
import type { PlaceInput } from '../../src/domain/place.ts'
import type { Region } from '../../src/domain/region.ts'
import { destination } from '../../src/geo/distance.ts'
import { createLocator, SNAP_METERS } from '../../src/geo/locate.ts'

const square = (west: number, south: number, size: number): Region['geometry'] => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [west + size, south],
      [west + size, south + size],
      [west, south + size],
      [west, south],
    ],
  ],
})
const at = (lng: number, lat: number, more: Partial<PlaceInput> = {}): PlaceInput => ({
  id: 'p',
  name: '가게',
  lng,
  lat,
  ...more,
})

describe('a locator', () => {
  const regions: Region[] = [
    { code: '11', name: '시', geometry: square(127, 37, 1) },
    { code: '11010', name: '구', parent: '11', geometry: square(127, 37, 0.5) },
    { code: '1101051', name: '동', parent: '11010', geometry: square(127, 37, 0.25) },
    { code: 'named', name: '이름만', parent: '11' },
  ]
  const spots = [
    { id: 'alley', name: '골목', circle: { lng: 127.1, lat: 37.1, radiusMeters: 300 } },
    { id: 'market', name: '시장' },
  ]
  const { locate } = createLocator({ regions, spots })

  it('gives a place its geohash, regions of every level and spots', () => {
    expect(locate(at(127.1, 37.1))).toEqual({
      ...at(127.1, 37.1),
      categories: [],
      geohash: expect.stringMatching(/^wyd.{9}$/),
      regions: ['11', '11010', '1101051'],
      spots: ['alley'],
    })
    expect(locate(at(127.7, 37.7)).regions).toEqual(['11'])
    expect(locate(at(100, 10))).toMatchObject({ regions: [], spots: [] })
  })

  it('believes the source about regions and spots without a boundary, and no others', () => {
    const place = locate(at(100, 10, { regions: ['named', '11010'], spots: ['alley', { id: 'market' }] }))
    expect(place).toMatchObject({ regions: ['11', 'named'], spots: ['market'] })
  })

  it('snaps a point just outside to the nearest finest region, with its parents', () => {
    const shore = destination({ lng: 127, lat: 37.1 }, 270, SNAP_METERS - 10)
    const sea = destination({ lng: 127, lat: 37.1 }, 270, SNAP_METERS + 10)
    expect(locate(at(shore.lng, shore.lat)).regions).toEqual(['11', '11010', '1101051'])
    expect(locate(at(sea.lng, sea.lat)).regions).toEqual([])
  })
})
