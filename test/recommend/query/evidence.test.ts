// Whether a place has what a question asks for, and the words that say so.
import { describe, expect, it } from 'vitest'
import type { Place } from '../../../src/domain/place.ts'
import { hasAttribute, metShare, quoteOf } from '../../../src/recommend/query/evidence.ts'
import type { Understanding } from '../../../src/recommend/query/understand.ts'
import { concepts } from '../../../src/text/concepts.ts'

const attribute = (id: string) => concepts().attributes.find((entry) => entry.id === id)!
const place = (more: Partial<Place> = {}): Place => ({
  id: 'a',
  name: '도담',
  categories: ['food/cafe'],
  lng: 127,
  lat: 37,
  geohash: 'wydm9qwj7abc',
  regions: ['11', '11040'],
  spots: ['street'],
  ...more,
})
const keyword = (text: string, negative?: true) => ({
  id: text,
  name: text,
  count: 1,
  score: 1,
  ...(negative && { negative }),
  quotes: [{ source: 'review' as const, index: 0, start: 0, end: text.length, text }],
})

describe('an attribute', () => {
  it.each<[string, Partial<Place>]>([
    ['parking', { attributes: { parking: true } }],
    ['parking', { tags: ['주차장'] }],
    ['quiet', { keywords: [keyword('조용하고')] }],
    ['quiet', { description: 'A Quiet place' }],
    ['cheap', { priceLevel: 1 }],
    ['late', { openingHours: 'Mo-Su 18:00-02:00' }],
    ['pets', { tags: ['dog friendly'] }],
    ['kids', { tags: ['키즈카페'] }],
  ])('%s is there by %j', (id, more) => {
    expect(hasAttribute(place(more), attribute(id))).toBe(true)
  })

  it.each<[string, Partial<Place>]>([
    ['parking', { attributes: { parking: false }, tags: ['주차'] }],
    ['quiet', { keywords: [keyword('조용하지 않아요', true)] }],
    ['cheap', { priceLevel: 2 }],
    ['late', { openingHours: 'Mo-Su 10:00-20:00' }],
    ['late', { openingHours: 'Fr-Sa 10:00-24:00' }],
    ['pets', { tags: ['petit four'] }],
    ['kids', { tags: ['아이스크림'] }],
    ['view', { description: 'Reviewed by all' }],
  ])('%s is not there by %j', (id, more) => {
    expect(hasAttribute(place(more), attribute(id))).toBe(false)
  })
})

describe('the share of conditions', () => {
  const asked: Understanding = {
    areas: [{ kind: 'region', id: '11040', name: '성동구', words: '성동구' }],
    categories: [{ code: 'food', name: '음식', words: '음식' }],
    attributes: [],
    asked: [attribute('quiet')],
    rest: '도담',
    restWords: ['도담'],
    changed: [],
    name: '',
    words: '',
    mended: '',
    denied: [],
  }

  it('counts an area twice, a category by its levels, and the rest of the words by what the place holds', () => {
    expect(metShare(place({ tags: ['조용한'] }), asked)).toBe(1)
    expect(metShare(place(), asked)).toBe(4 / 5)
    expect(metShare(place({ regions: ['11'] }), asked)).toBe(2 / 5)
    expect(metShare(place({ name: '마루', categories: ['stay'] }), asked)).toBe(2 / 5)
  })

  it('is 0 where a place is, or is called, what is denied', () => {
    const denied = (...words: string[]): Understanding => ({ ...asked, denied: [{ words }] })
    const quiet = place({ tags: ['조용한', '주차장'] })
    expect(metShare(quiet, denied('스타벅스'))).toBe(1)
    expect(metShare(quiet, denied('도담'))).toBe(0)
    expect(metShare(quiet, denied('주차'))).toBe(0)
    expect(metShare(quiet, denied('차'))).toBe(1)
    expect(metShare(quiet, denied('조용', '음악'))).toBe(1)
    const meaning = { areas: [], isShort: false, categories: [], attributes: [] }
    const meant = (more: object): Understanding => ({
      ...asked,
      denied: [{ words: ['x'], meaning: { ...meaning, ...more } }],
    })
    expect(metShare(quiet, meant({ categories: ['food/cafe'] }))).toBe(0)
    expect(metShare(quiet, meant({ categories: ['stay'] }))).toBe(1)
    expect(metShare(quiet, meant({ attributes: [attribute('parking')] }))).toBe(0)
    expect(metShare(quiet, meant({ areas: [{ kind: 'spot', id: 'street' }] }))).toBe(0)
  })

  it('is of the words alone where something is denied and nothing else understood', () => {
    const words = { ...asked, areas: [], categories: [], asked: [], denied: [{ words: ['국밥'] }] }
    expect(metShare(place(), words)).toBe(1)
    expect(metShare(place({ name: '마루' }), words)).toBe(0)
    expect(metShare(place({ tags: ['국밥'] }), words)).toBe(0)
  })

  it('is 0 where nothing was understood', () => {
    expect(metShare(place(), { ...asked, areas: [], categories: [], asked: [] })).toBe(0)
  })
})

describe('the quote', () => {
  const quiet = [attribute('quiet')]
  it('stands verbatim in a tag or the description; reviews are quoted by their lines', () => {
    expect(quoteOf(place({ tags: ['조용한 곳'] }), quiet)).toEqual({ field: 'tag', words: '조용한 곳' })
    expect(quoteOf(place({ keywords: [keyword('조용하고')] }), quiet)).toBeUndefined()
    expect(quoteOf(place({ description: '책이 많다. 늘 조용하다.' }), quiet)).toEqual({
      field: 'description',
      words: '조용',
    })
  })

  it('is none for what hours say', () => {
    expect(quoteOf(place({ openingHours: '24/7' }), [attribute('late')])).toBeUndefined()
  })
})
