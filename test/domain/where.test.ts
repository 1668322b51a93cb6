import type { DongneError } from '../../src/errors.ts'
import { describe, expect, it } from 'vitest'
import { parseArea } from '../../src/domain/area.ts'
import { parseEvent, parseInstant, eventStrength } from '../../src/domain/event.ts'
import { parsePlaceInput } from '../../src/domain/place.ts'
import {
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
} from '../../src/domain/recommendation.ts'
import { parseRegion } from '../../src/domain/region.ts'
import { parseReviewInput } from '../../src/domain/review.ts'
import { parseSpot } from '../../src/domain/spot.ts'
import { parseWhere } from '../../src/domain/where.ts'
import { categorySlug, categoryWithAncestors } from '../../src/domain/category.ts'

const square = (west: number, south: number, size = 1) => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
]

const invalid = (code: string, pointer: string, detail?: string) =>
  expect.objectContaining({
    code,
    errors: expect.arrayContaining([
      { pointer, detail: detail === undefined ? expect.any(String) : expect.stringContaining(detail) },
    ]),
  })

describe('an area', () => {
  it('takes polygons with holes and multipolygons', () => {
    const polygon = { type: 'Polygon', coordinates: [square(127, 37, 2), square(127.5, 37.5)] }
    expect(parseArea(polygon)).toEqual(polygon)
    const multi = { type: 'MultiPolygon', coordinates: [[square(127, 37)], [square(129, 35)]] }
    expect(parseArea(multi)).toEqual(multi)
  })

  it('takes a ring over the antimeridian', () => {
    const coordinates = [
      [
        [179, 0],
        [-179, 0],
        [-179, 1],
        [179, 1],
        [179, 0],
      ],
    ]
    expect(parseArea({ type: 'Polygon', coordinates }).coordinates).toEqual(coordinates)
  })

  it.each([
    [
      'an open ring',
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
      'not closed',
    ],
    [
      'a ring of three positions',
      [
        [0, 0],
        [1, 0],
        [0, 0],
      ],
      '3 positions',
    ],
    [
      'a bow tie',
      [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      'crosses itself',
    ],
    [
      'a latitude beyond the pole',
      [
        [0, 0],
        [1, 0],
        [1, 91],
        [0, 0],
      ],
      'out of range',
    ],
  ])('refuses %s', (_, ring, detail) => {
    expect(() => parseArea({ type: 'Polygon', coordinates: [ring] }, '/polygon')).toThrow(
      invalid('invalid-geometry', '/polygon/coordinates/0', detail),
    )
  })

  it('refuses other GeoJSON types by name', () => {
    expect(() => parseArea({ type: 'Point', coordinates: [1, 2] })).toThrow(
      invalid('invalid-geometry', '/type', 'Polygon'),
    )
  })
})

describe('a request', () => {
  it('fills in defaults', () => {
    expect(parseNearbyRequest({}, 7)).toEqual({
      where: {},
      what: {},
      who: {},
      limit: 10,
      locale: 'ko',
      at: 7,
    })
  })

  it('answers in the language of the user unless another one is asked', () => {
    expect(parseNearbyRequest({ who: { locale: 'en' } }).locale).toBe('en')
    expect(parseNearbyRequest({ locale: 'ko', who: { locale: 'en' } }).locale).toBe('ko')
  })

  it.each([
    [
      'a radius of 0',
      { where: { circle: { lng: 127, lat: 37, radiusMeters: 0 } } },
      '/where/circle/radiusMeters',
    ],
    ['a limit of 0', { limit: 0 }, '/limit'],
    ['a limit of 101', { limit: 101 }, '/limit'],
    ['a latitude of 91', { near: { lng: 0, lat: 91 } }, '/near/lat'],
    ['NaN', { near: { lng: NaN, lat: 0 } }, '/near/lng'],
    ['an unknown key', { wher: {} }, '/wher'],
    ['a geohash with a letter that geohashes lack', { where: { geohashes: ['wyda'] } }, '/where/geohashes/0'],
    ['an empty list of regions', { where: { regions: [] } }, '/where/regions'],
    ['an impossible day', { what: { openAt: '2026-02-30T10:00:00+09:00' } }, '/what/openAt'],
    ['an instant without offset', { at: '2026-02-03T10:00:00' }, '/at'],
  ])('refuses %s', (_, body, pointer) => {
    expect(() => parseNearbyRequest(body)).toThrow(invalid('invalid-request', pointer))
  })

  it('names the box that has too many or too few numbers', () => {
    for (const bbox of [[1, 2, 3, 4, 5], [1, 2, 3], []]) {
      expect(() => parseWhere({ bbox })).toThrow(
        expect.objectContaining({
          errors: [{ pointer: '/bbox', detail: expect.stringContaining(`(got ${JSON.stringify(bbox)})`) }],
        }),
      )
    }
  })

  it('tells of a polygon only what is wrong for its type', () => {
    const errorsOf = (polygon: unknown) => {
      try {
        parseWhere({ polygon })
      } catch (error) {
        return (error as DongneError).errors
      }
      return []
    }
    expect(errorsOf({ type: 'Polygon', coordinates: [] })).toEqual([
      { pointer: '/polygon/coordinates', detail: expect.stringContaining('fewer than 1') },
    ])
    expect(
      errorsOf({
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [1, 2],
              ['x', 3],
            ],
          ],
        ],
      }),
    ).toEqual([
      { pointer: '/polygon/coordinates/0/0/1/0', detail: expect.stringContaining('must be number') },
    ])
    expect(errorsOf({ type: 'Point', coordinates: [1, 2] })).toEqual([
      { pointer: '/polygon/type', detail: 'must be one of "Polygon", "MultiPolygon" (got "Point")' },
    ])
    expect(errorsOf(7)).toEqual([{ pointer: '/polygon', detail: 'must be object (got 7)' }])
  })

  it('takes a polygon with a repeated position, and refuses one without area or with a hole outside', () => {
    const square = [
      [0, 0],
      [4, 0],
      [4, 4],
      [4, 4],
      [0, 4],
      [0, 0],
    ]
    const polygon = (...coordinates: number[][][]) =>
      parseWhere({ polygon: { type: 'Polygon', coordinates } })
    const detailOf = (...coordinates: number[][][]) => {
      try {
        polygon(...coordinates)
      } catch (error) {
        return (error as DongneError).errors
      }
      return []
    }
    const shifted = (by: number) =>
      [
        [1, 1],
        [2, 1],
        [2, 2],
        [1, 1],
      ].map(([x, y]) => [x + by, y])
    expect(polygon(square, shifted(0)).polygon?.coordinates).toEqual([square, shifted(0)])
    const flat = { pointer: '/polygon/coordinates/0', detail: expect.stringContaining('encloses nothing') }
    expect(
      detailOf([
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 0],
      ]),
    ).toEqual([flat])
    expect(
      detailOf([
        [5, 5],
        [5, 5],
        [5, 5],
        [5, 5],
      ]),
    ).toEqual([flat])
    expect(detailOf(square, shifted(9))).toEqual([
      { pointer: '/polygon/coordinates/1', detail: 'is a hole that leaves its polygon at [10, 1]' },
    ])
  })

  it('points into the body at a bad polygon and an upside-down box', () => {
    const polygon = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ],
    }
    expect(() => parseNearbyRequest({ where: { polygon } })).toThrow(
      invalid('invalid-geometry', '/where/polygon/coordinates/0'),
    )
    expect(() => parseWhere({ bbox: [0, 2, 1, 1] })).toThrow(invalid('invalid-geometry', '/bbox'))
  })

  it('needs places to be similar to, and words to search for', () => {
    expect(() => parseSimilarRequest({})).toThrow(invalid('invalid-request', '/placeIds'))
    expect(() => parseSearchRequest({ query: '' })).toThrow(invalid('invalid-request', '/query'))
  })
})

describe('an event', () => {
  it('of the future is refused, a clock that runs ahead by hours is not', () => {
    const now = Date.parse('2026-11-25T00:00:00Z')
    const at = (text: string) => parseEvent({ userId: 'u', type: 'click', placeId: 'p', at: text }, now).at
    expect(at('2026-11-25T14:00:00Z')).toBe(now + 14 * 3_600_000)
    expect(() => at('2026-11-26T00:00:01Z')).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        errors: [
          { pointer: '/at', detail: expect.stringContaining('in the future (got "2026-11-26T00:00:01Z")') },
        ],
      }),
    )
  })

  it('gets an id and the time where it has none', () => {
    const event = parseEvent({ userId: 'u', type: 'click', placeId: 'p' }, 99)
    expect(event).toMatchObject({ userId: 'u', at: 99 })
    expect(event.id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('reads instants in any offset', () => {
    expect(parseInstant('2026-05-01T00:30:00+09:00', '')).toBe(Date.UTC(2026, 3, 30, 15, 30))
  })

  it('suggests the type that was meant', () => {
    expect(() => parseEvent({ userId: 'u', type: 'visits', placeId: 'p' })).toThrow(
      invalid('invalid-request', '/type', 'Did you mean "visit"'),
    )
  })

  it('weighs a review by its stars', () => {
    expect([1, 2.5, 5].map((rating) => eventStrength({ type: 'review', rating }))).toEqual([-3, 0, 5])
    expect(eventStrength({ type: 'review' })).toBe(1)
  })
})

describe('places, regions and spots', () => {
  it('takes back a place as it was answered', () => {
    const view = {
      id: 'a',
      name: '가게',
      categories: ['food'],
      lng: 127,
      lat: 37,
      geohash: 'wydm9qwj7',
      regions: [{ code: '11', name: '서울' }],
      spots: [{ id: 's', name: '역' }],
    }
    expect(parsePlaceInput(view)).toBe(view)
  })

  it('composes texts, and leaves ids and codes as they were sent', () => {
    const apart = (text: string) => text.normalize('NFD')
    const id = apart('가게')
    const texts = {
      name: '가게',
      address: '서울',
      description: '조용한 곳',
      tags: ['조용한'],
      reviews: ['좋아요'],
    }
    const sent = {
      id,
      categories: [apart('음식')],
      lng: 127,
      lat: 37,
      names: { ko: apart('가게'), en: apart('Café') },
      name: apart(texts.name),
      address: apart(texts.address),
      description: apart(texts.description),
      tags: texts.tags.map(apart),
      reviews: texts.reviews.map(apart),
    }
    expect(parsePlaceInput(sent)).toEqual({ ...sent, ...texts, names: { ko: '가게', en: 'Café' } })
    expect(parseReviewInput({ placeId: id, text: apart('좋아요') })).toEqual({ placeId: id, text: '좋아요' })
    expect(parseRegion({ code: '11', name: apart('서울') }).name).toBe('서울')
    expect(parseSpot({ id: 's', name: apart('역'), aliases: [apart('역앞')] })).toMatchObject({
      name: '역',
      aliases: ['역앞'],
    })
    expect(parseSearchRequest({ query: apart('조용한'), what: { tags: [apart('주차')] } })).toMatchObject({
      query: '조용한',
      what: { tags: ['주차'] },
    })
    expect(parseTasteRequest({ intent: apart('조용한') }).intent).toBe('조용한')
  })

  it('refuses coordinates out of range and prices that do not exist', () => {
    expect(() => parsePlaceInput({ id: 'a', name: 'b', lng: 181, lat: 0, priceLevel: 5 })).toThrow(
      expect.objectContaining({
        errors: [
          expect.objectContaining({ pointer: '/lng' }),
          expect.objectContaining({ pointer: '/priceLevel' }),
        ],
      }),
    )
  })

  it('checks boundaries', () => {
    const open = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1],
        ],
      ],
    }
    expect(() => parseRegion({ code: '1', name: 'a', geometry: open })).toThrow(
      invalid('invalid-geometry', '/geometry/coordinates/0'),
    )
    expect(() => parseSpot({ id: '1', name: 'a', circle: { lng: 0, lat: 0, radiusMeters: -1 } })).toThrow(
      invalid('invalid-request', '/circle/radiusMeters'),
    )
  })

  it('knows the ancestors of a category', () => {
    expect(categoryWithAncestors('food/korean/noodles')).toEqual([
      'food/korean/noodles',
      'food/korean',
      'food',
    ])
    expect(categorySlug(' Nightlife Spot ')).toBe('nightlife-spot')
  })
})

describe('words and names', () => {
  const errorsOf = (parse: () => unknown) => {
    try {
      parse()
    } catch (error) {
      return (error as DongneError).errors
    }
    return []
  }

  it('may not be blank', () => {
    expect(errorsOf(() => parseSearchRequest({ query: ' \t ' }))).toEqual([
      { pointer: '/query', detail: expect.stringContaining('not blank') },
    ])
    expect(errorsOf(() => parsePlaceInput({ id: 'a', name: '   ', lng: 1, lat: 1 }))).toEqual([
      { pointer: '/name', detail: expect.stringContaining('not blank (got "   ")') },
    ])
  })

  it('may not hold what no UTF-8 text can, wherever they stand', () => {
    expect(errorsOf(() => parseSearchRequest({ query: 'a\ud800' }))).toEqual([
      { pointer: '/query', detail: expect.stringContaining('surrogate') },
    ])
    const place = {
      id: 'a',
      name: 'a\u0000b',
      names: { en: '\udc00' },
      tags: ['ok', '\ud83d'],
      lng: 1,
      lat: 1,
    }
    expect(errorsOf(() => parsePlaceInput(place)).map(({ pointer }) => pointer)).toEqual([
      '/name',
      '/names/en',
      '/tags/1',
    ])
    expect(errorsOf(() => parsePlaceInput({ ...place, name: '😀', names: {}, tags: [] }))).toEqual([])
  })
})
