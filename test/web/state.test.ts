import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHash, initialState, MODES, questionKey, toHash, type PageState } from '../../src/web/state.ts'

// What toHash writes: six decimals.
const degrees = (limit: number) =>
  fc.integer({ min: -limit * 1e6, max: limit * 1e6 }).map((millionths) => millionths / 1e6)
const lng = degrees(180)
const lat = degrees(90)
const corner = fc.tuple(lng, lat)
const word = fc.string({ minLength: 1, unit: 'grapheme' })
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const states: fc.Arbitrary<PageState> = fc
  .record({
    mode: fc.constantFrom(...MODES),
    query: fc.string({ unit: 'grapheme' }),
    intent: fc.string({ unit: 'grapheme' }),
    startPlaces: fc.array(word, { maxLength: 3 }),
    userId: optional(word),
    region: optional(word),
    spot: optional(word),
    category: optional(word),
    openNow: fc.boolean(),
    debug: fc.boolean(),
    around: optional(fc.tuple(lng, lat, fc.integer({ min: 1, max: 10_000 }))),
    area: optional(
      fc.oneof(
        fc.record({ kind: fc.constant('box' as const), bbox: fc.tuple(lng, lat, lng, lat) }),
        fc.record({
          kind: fc.constant('polygon' as const),
          corners: fc.array(corner, { minLength: 3, maxLength: 8 }),
        }),
      ),
    ),
    openPlace: optional(word),
    locale: fc.constantFrom('ko' as const, 'en' as const),
    view: optional(fc.record({ lng, lat, zoom: fc.integer({ min: 0, max: 19 }) })),
  })
  .map(({ around, ...rest }) => ({
    ...rest,
    point: around && { lng: around[0], lat: around[1] },
    radiusMeters: around?.[2] ?? initialState('ko').radiusMeters,
  }))

/** −0 and 0 are the same place, but not for toEqual. */
const withoutMinusZero = (state: PageState): unknown =>
  JSON.parse(JSON.stringify(state, (_, value: unknown) => (Object.is(value, -0) ? 0 : value)))

describe('the page state in the URL hash', () => {
  it('comes back from the hash as it went in', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(withoutMinusZero(fromHash(toHash(state), 'ko'))).toEqual(withoutMinusZero(state))
      }),
    )
  })

  it('reads any hash at all as some state', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(MODES).toContain(fromHash(`#${text}`, 'ko').mode)
      }),
    )
  })

  it.for([
    ['#like=%25E0%25A4', { startPlaces: [] }],
    ['#polygon=1,2,3,4', { area: undefined }],
    ['#polygon=1,2,3,4,5,6,7', { area: undefined }],
    ['#box=1,2,3', { area: undefined }],
    ['#around=127,37,-5', { radiusMeters: 1000 }],
    ['#around=127,,5', { point: undefined }],
    ['#mode=teleport', { mode: 'nearby' }],
    ['#lang=fr', { locale: 'ko' }],
  ] as const)('takes what is not usable in %s as absent', ([hash, expected]) => {
    expect(fromHash(hash, 'ko')).toMatchObject(expected)
  })

  it('asks again for a change of the question, not for an opened card or a moved map', () => {
    const state = initialState('ko')
    const key = questionKey(state)
    expect(questionKey({ ...state, openPlace: 'a' })).toBe(key)
    expect(questionKey({ ...state, view: { lng: 1, lat: 2, zoom: 3 } })).toBe(key)
    expect(questionKey({ ...state, openNow: true })).not.toBe(key)
    expect(questionKey({ ...state, locale: 'en' })).not.toBe(key)
  })
})
