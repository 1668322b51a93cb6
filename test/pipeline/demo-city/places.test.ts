// The places of the demo city: where they stand, what they are, and that their words agree with their facts.
import { beforeAll, describe, expect, it } from 'vitest'
import { categoryWithAncestors } from '../../../src/domain/category.ts'
import { parsePlaceInput } from '../../../src/domain/place.ts'
import { isOpenAt, weeklyOpenMinutes } from '../../../src/geo/opening-hours.ts'
import { compileArea } from '../../../src/geo/polygon.ts'
import { generateDemoCity, type DemoCity } from '../../../src/pipeline/demo-city/city.ts'

const NOW = Date.parse('2026-05-20T15:00:00+09:00')
const DAY_MINUTES = 24 * 60

let city: DemoCity
beforeAll(() => {
  city = generateDemoCity({ seed: 1, now: NOW })
})

const share = (test: (place: DemoCity['places'][number]) => boolean) =>
  city.places.filter(test).length / city.places.length
const isOfKind = (code: string) => (place: DemoCity['places'][number]) =>
  place.categories!.some((own) => categoryWithAncestors(own).includes(code))

describe('the places of the demo city', () => {
  it('are five thousand valid places with ids and names of their own in both languages', () => {
    expect(city.places).toHaveLength(5000)
    for (const place of city.places) {
      expect(parsePlaceInput(place)).toBe(place)
      expect(place.names!.ko).toMatch(/[가-힣]/)
      expect(place.names!.en).not.toMatch(/[가-힣]/)
    }
    expect(new Set(city.places.map(({ id }) => id)).size).toBe(5000)
    expect(new Set(city.places.map(({ name }) => name)).size).toBe(5000)
  })

  it('lie in exactly one dong and in its district and city, and in no water', () => {
    const areas = city.regions.map((region) => ({ ...region, area: compileArea(region.geometry!) }))
    const river = compileArea(city.river)
    for (const place of city.places) {
      const around = areas.filter(({ area }) => area.contains(place))
      expect(around.map(({ code }) => code.length)).toEqual([2, 5, 7])
      const [, district, dong] = around
      expect(dong.parent).toBe(district.code)
      expect(place.address).toContain(`${district.name} `)
      expect(place.address).toContain(`(${dong.name})`)
      expect(river.contains(place)).toBe(false)
    }
  })

  it('crowd in the spots, and leave no dong empty', () => {
    const empty: string[] = []
    for (const { code, geometry } of city.regions) {
      if (code.length !== 7) continue
      const area = compileArea(geometry!)
      if (city.places.filter((place) => area.contains(place)).length < 20) empty.push(code)
    }
    expect(empty).toEqual([])
    const outlines = city.spots.flatMap(({ geometry }) =>
      geometry === undefined ? [] : [compileArea(geometry)],
    )
    expect(share((place) => outlines.some((outline) => outline.contains(place)))).toBeGreaterThan(0.25)
  })

  it('carry known categories, every one of which has places', () => {
    const known = new Set(city.categories.map(({ code }) => code))
    const used = new Map<string, number>()
    for (const { categories } of city.places) {
      for (const code of categories!.flatMap(categoryWithAncestors)) used.set(code, (used.get(code) ?? 0) + 1)
    }
    expect([...used.keys()].filter((code) => !known.has(code))).toEqual([])
    expect([...known].filter((code) => (used.get(code) ?? 0) < 10)).toEqual([])
  })

  it('are mixed as in a Korean city: most are for eating, then cafés', () => {
    expect(share(isOfKind('food'))).toBeGreaterThan(0.3)
    expect(share(isOfKind('food'))).toBeLessThan(0.45)
    expect(share(isOfKind('cafe'))).toBeGreaterThan(0.12)
    expect(share(isOfKind('bar'))).toBeGreaterThan(0.05)
    expect(share(isOfKind('outdoor'))).toBeGreaterThan(0.03)
    expect(share(({ closed }) => closed === true)).toBeGreaterThan(0.005)
    expect(share(({ closed }) => closed === true)).toBeLessThan(0.02)
    expect(share(({ name }) => name.startsWith('온새미커피'))).toBeGreaterThan(0.005)
  })

  it('have varied hours: late bars, Mondays off, always open', () => {
    const texts = new Set(city.places.map(({ openingHours }) => openingHours!))
    expect(texts.size).toBeGreaterThan(100)
    expect([...texts].filter((text) => weeklyOpenMinutes(text) === undefined)).toEqual([])
    const isOpen = (text: string, minute: number) => isOpenAt(weeklyOpenMinutes(text)!, minute)
    const saturday1am = 5 * DAY_MINUTES + 60
    const mondayNoon = 12 * 60 + 30
    const lateBars = city.places.filter(isOfKind('bar')).filter((p) => isOpen(p.openingHours!, saturday1am))
    expect(lateBars.length).toBeGreaterThan(100)
    expect(share(({ openingHours }) => openingHours === '24/7')).toBeGreaterThan(0.03)
    const museums = city.places.filter(isOfKind('culture'))
    expect(museums.filter((p) => !isOpen(p.openingHours!, mondayNoon)).length).toBeGreaterThan(100)
  })
})

describe('what is said of a place', () => {
  const facts: readonly (readonly [words: RegExp, attribute: string])[] = [
    [/주차/, 'parking'],
    [/와이파이/, 'wifi'],
    [/조용/, 'quiet'],
    [/반려견|강아지 물그릇/, 'pets'],
    [/유아차|수유실|기저귀/, 'kids'],
    [/테라스/, 'terrace'],
    [/비건 메뉴|채식하는/, 'vegan'],
    [/매운맛/, 'spicy'],
    [/전망이|전망을/, 'view'],
    [/휠체어|경사로/, 'accessible'],
  ]

  it.each(facts)('mentions %s only where the attribute %s is set', (words, attribute) => {
    const telling = city.places.filter(({ description, reviews }) =>
      [description!, ...reviews!].some((text) => words.test(text)),
    )
    expect(telling.length).toBeGreaterThan(20)
    const untrue = telling.filter(({ attributes }) => attributes![attribute] !== true)
    expect(untrue.map(({ description, reviews }) => [description, ...reviews!])).toEqual([])
  })

  it('agrees with the opening hours', () => {
    const says = (words: RegExp) => city.places.filter(({ description }) => words.test(description!))
    const isOpen = (text: string, minute: number) => isOpenAt(weeklyOpenMinutes(text)!, minute)
    const always = says(/24시간/)
    expect(always.length).toBeGreaterThan(50)
    expect(new Set(always.map(({ openingHours }) => openingHours))).toEqual(new Set(['24/7']))
    const offOnMonday = says(/월요일은 쉽니다/)
    expect(offOnMonday.length).toBeGreaterThan(50)
    expect(offOnMonday.filter(({ openingHours }) => isOpen(openingHours!, 13 * 60))).toEqual([])
    const late = says(/새벽 \d+시까지/)
    expect(late.length).toBeGreaterThan(50)
    for (const { description, openingHours } of late) {
      const hour = Number(/새벽 (\d+)시까지/.exec(description!)![1])
      // The night from Saturday to Sunday is among the longest of every such week, unless Saturday is off.
      const nights = [5, 6].map((day) => isOpen(openingHours!, day * DAY_MINUTES + hour * 60 - 1))
      expect(nights).toContain(true)
    }
  })

  it('has no slot left open, and two to six different review lines', () => {
    for (const { name, names, description, reviews, tags } of city.places) {
      const text = [name, names!.en, description, ...reviews!, ...tags!].join(' ')
      expect(text).not.toMatch(/[{}|]|undefined|을\/를|이\/가|은\/는|와\/과/)
      expect(reviews!.length).toBeGreaterThanOrEqual(2)
      expect(reviews!.length).toBeLessThanOrEqual(6)
      expect(new Set(reviews).size).toBe(reviews!.length)
    }
  })

  it('is varied', () => {
    expect(new Set(city.places.map(({ description }) => description)).size).toBeGreaterThan(4500)
    expect(new Set(city.places.flatMap(({ reviews }) => reviews!)).size).toBeGreaterThan(5000)
  })
})
