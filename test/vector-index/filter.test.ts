import { describe, expect, it } from 'vitest'
import { compileFilter, filterFrom, type Filter } from '../../src/vector-index/filter.ts'
import type { IndexRow } from '../../src/vector-index/port.ts'

const cafe: IndexRow = {
  id: 'cafe',
  vector: Float32Array.of(1, 0),
  lng: 127.05,
  lat: 37.54,
  geohash: 'wydmd3n1kq2v',
  regions: ['11', '11200', '1120065'],
  spots: ['seongsu'],
  categories: ['food/cafe', 'food'],
  tags: ['조용한', 'Wifi'],
  priceLevel: 2,
  rating: 4.3,
  closed: false,
  openMinutes: [[540, 1320]], // Monday 09:00 to 22:00
  timeZone: 'Asia/Seoul',
  popularity: 3,
}
const { priceLevel: _price, rating: _rating, openMinutes: _open, ...unknown } = cafe

const matches = (filter: Filter, row: IndexRow = cafe) => compileFilter(filter)(row)

describe('a filter', () => {
  it('without keys lets everything but closed places through', () => {
    expect(matches({})).toBe(true)
    expect(matches({}, { ...cafe, closed: true })).toBe(false)
    expect(matches({ includeClosed: true }, { ...cafe, closed: true })).toBe(true)
  })

  it('by regions and categories needs a whole code, of any level', () => {
    expect(matches({ regions: ['11'] })).toBe(true)
    expect(matches({ regions: ['26', '1120065'] })).toBe(true)
    expect(matches({ regions: ['112'] })).toBe(false)
    expect(matches({ categories: ['food'] })).toBe(true)
    expect(matches({ categories: ['foo'] })).toBe(false)
    expect(matches({ excludeCategories: ['food'] })).toBe(false)
    expect(matches({ excludeCategories: ['shop'] })).toBe(true)
  })

  it('by geohashes goes by prefixes', () => {
    expect(matches({ geohashes: ['xn', 'wydm'] })).toBe(true)
    expect(matches({ geohashes: ['wydmd3n1kq2v'] })).toBe(true)
    expect(matches({ geohashes: ['ydm'] })).toBe(false)
  })

  it('by tags and spots needs one of them, spelt alike', () => {
    expect(matches({ tags: ['데이트', '조용한'] })).toBe(true)
    expect(matches({ tags: ['wifi'] })).toBe(false)
    expect(matches({ spots: ['seongsu', 'yeonnam'] })).toBe(true)
    expect(matches({ spots: ['yeonnam'] })).toBe(false)
  })

  it('by place keeps what lies on a border', () => {
    expect(matches({ bbox: [127.05, 37, 128, 37.54] })).toBe(true)
    expect(matches({ bbox: [127.050001, 37, 128, 38] })).toBe(false)
    expect(matches({ circle: { lng: 127.05, lat: 37.54, radiusMeters: 0.001 } })).toBe(true)
    expect(matches({ circle: { lng: 127.05, lat: 37.55, radiusMeters: 1111 } })).toBe(false) // 1,112 m away
    expect(matches({ circle: { lng: 127.05, lat: 37.55, radiusMeters: 1113 } })).toBe(true)
    const triangle = (tip: number) => ({
      type: 'Polygon' as const,
      coordinates: [
        [
          [127, 37.5],
          [127.1, 37.5],
          [127.05, tip],
          [127, 37.5],
        ],
      ],
    })
    expect(matches({ polygon: triangle(37.54) })).toBe(true)
    expect(matches({ polygon: triangle(37.539) })).toBe(false)
  })

  it('by hours keeps only places known to be open, in their own time zone', () => {
    const monday = (time: string) => ({ openAt: Date.parse(`2026-05-04T${time}+09:00`) })
    expect(matches(monday('09:00'))).toBe(true)
    expect(matches(monday('21:59'))).toBe(true)
    expect(matches(monday('22:00'))).toBe(false)
    expect(matches(monday('09:00'), { ...cafe, timeZone: 'Europe/Paris' })).toBe(false)
    expect(matches(monday('09:00'), unknown)).toBe(false)
    expect(matches(monday('09:00'), { ...cafe, openMinutes: [] })).toBe(false)
  })

  it('by price and rating drops places without one', () => {
    expect(matches({ priceLevels: [1, 2] })).toBe(true)
    expect(matches({ priceLevels: [3] })).toBe(false)
    expect(matches({ priceLevels: [1, 2, 3, 4] }, unknown)).toBe(false)
    expect(matches({ minRating: 4.3 })).toBe(true)
    expect(matches({ minRating: 4.31 })).toBe(false)
    expect(matches({ minRating: 0 }, unknown)).toBe(false)
  })

  it('by excluded ids drops those places', () => {
    expect(matches({ excludeIds: ['bar', 'cafe'] })).toBe(false)
    expect(matches({ excludeIds: ['bar'] })).toBe(true)
  })

  it('with several keys needs all of them', () => {
    expect(matches({ regions: ['11'], tags: ['조용한'], minRating: 4 })).toBe(true)
    expect(matches({ regions: ['11'], tags: ['조용한'], minRating: 5 })).toBe(false)
  })
})

describe('the filter of a request', () => {
  it('holds everything that the request asks, under the names of the index', () => {
    const where = { regions: ['11'], circle: { lng: 127, lat: 37.5, radiusMeters: 500 } }
    const what = {
      tags: ['조용한'],
      priceLevels: [1],
      minRating: 4,
      excludePlaceIds: ['bar'],
      includeClosed: true,
    }
    expect(filterFrom(where, what, 0)).toEqual({
      ...where,
      tags: ['조용한'],
      priceLevels: [1],
      minRating: 4,
      excludeIds: ['bar'],
      includeClosed: true,
    })
    expect(filterFrom({}, {}, 0)).toEqual({})
  })

  it('takes "now" and instants with any offset', () => {
    expect(filterFrom({}, { openAt: 'now' }, 1234)).toEqual({ openAt: 1234 })
    expect(filterFrom({}, { openAt: '1970-01-01T09:00:01+09:00' }, 1234)).toEqual({ openAt: 1000 })
    expect(() => filterFrom({}, { openAt: '2026-02-30T09:00:00Z' }, 0)).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    )
  })
})
