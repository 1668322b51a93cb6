// What places are for, by the categories of several sources; and what is usual after what, and when.
import { describe, expect, it } from 'vitest'
import { STOP_ROLES } from '../../../src/domain/course.ts'
import { purposeOf, stayMinutes, usualFollow, usualHour } from '../../../src/recommend/courses/roles.ts'
import { createVocabulary } from '../../../src/recommend/live/vocabulary.ts'

const vocabulary = createVocabulary({
  regions: [],
  spots: [],
  categories: [{ code: 'FD6', name: '음식점', names: { ko: '음식점', en: 'Restaurants' } }],
})

describe('the purpose of a place', () => {
  it.each([
    ['food/korean/stew', 'meal'],
    ['food/mexican-restaurant', 'meal'],
    ['food/food-court', 'meal'],
    ['cafe/brunch', 'cafe'],
    ['food/coffee-shop', 'cafe'],
    ['nightlife-spot/bar', 'drink'],
    ['bar/wine', 'drink'],
    ['food/bbq-joint', 'meal'],
    ['shopping/market', 'shop'],
    ['culture/bookshop', 'shop'],
    ['arts-entertainment/art-gallery', 'sight'],
    ['outdoor/park', 'sight'],
    ['play/karaoke', 'play'],
    ['arts-entertainment/theme-park', 'play'],
    ['관광지', 'sight'],
    // By its name, where the code says nothing.
    ['FD6', 'meal'],
    ['unheard-of', 'other'],
  ])('of %s is %s', (code, role) => {
    expect(purposeOf({ categories: [code] }, vocabulary)).toEqual({ role, niche: false })
  })

  it.each([
    'sport/gym',
    'services/bank',
    'travel/train-station',
    'stay/hotel',
    'sport/court',
    'residence/home-(private)',
    'landmarks/structure',
    'travel/road',
    'retail/grocery-store',
  ])('of %s is an errand', (code) => {
    expect(purposeOf({ categories: [code] }, vocabulary)).toEqual({ role: 'other', niche: true })
  })

  it('of what is for children is for those who go there', () => {
    expect(purposeOf({ categories: ['kids/kids-cafe'] }, vocabulary)).toEqual({ role: 'play', niche: true })
    expect(purposeOf({ categories: [] }, vocabulary)).toEqual({ role: 'other', niche: false })
  })
})

describe('a stay', () => {
  it('is as long as the place says, within reason', () => {
    expect(stayMinutes({ attributes: { stayMinutes: 25 } }, 'meal')).toBe(25)
    expect(stayMinutes({ attributes: { stayMinutes: 9999 } }, 'meal')).toBe(60)
    expect(stayMinutes({ attributes: { stayMinutes: 'long' } }, 'cafe')).toBe(50)
    expect(stayMinutes({}, 'play')).toBe(90)
  })
})

describe('what is usual', () => {
  it('is a café after a meal, and no meal after it', () => {
    expect(usualFollow('meal', 'cafe')).toBeGreaterThan(usualFollow('meal', 'shop'))
    expect(usualFollow('meal', 'meal')).toBeLessThan(-2)
  })

  it('is a meal at noon, a drink at night and past midnight, and nothing undefined', () => {
    expect(usualHour('meal', 12)).toBeGreaterThan(usualHour('meal', 15.5))
    expect(usualHour('drink', 1)).toBe(usualHour('drink', 20))
    expect(usualHour('drink', 10)).toBeLessThan(-1)
    for (const role of STOP_ROLES)
      for (let hour = 0; hour < 24; hour += 0.5) expect(usualHour(role, hour)).toSatisfy(Number.isFinite)
  })
})
