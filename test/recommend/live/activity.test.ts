import { describe, expect, it } from 'vitest'
import { Activity, slotAt } from '../../../src/recommend/live/activity.ts'

const KST = 9 * 60
const DAY = 86_400_000
/** Local wall clock in Korea. */
const korea = (text: string) => Date.parse(`${text}+09:00`)

describe('a slot', () => {
  it.each([
    ['2026-11-24T08:00', 'morning', false], // a Tuesday
    ['2026-11-24T12:30', 'lunch', false],
    ['2026-11-28T15:00', 'afternoon', true], // a Saturday
    ['2026-11-27T19:00', 'evening', true], // Friday evening goes with the weekend
    ['2026-11-28T02:00', 'night', true], // the small hours of Friday night
    ['2026-11-29T20:00', 'evening', false], // Sunday evening goes with the week
    ['2026-11-30T03:00', 'night', false],
  ])('at %s is %s, weekend %s', (at, part, weekend) => {
    expect(slotAt(korea(`${at}:00`), KST)).toMatchObject({ part, weekend })
  })

  it('covers each hour of the week exactly once over all slots, in any time zone', () => {
    for (const offset of [KST, 0, -480, 345]) {
      const seen = new Map<string, readonly number[]>()
      for (let hour = 0; hour < 168; hour++) {
        const slot = slotAt(hour * 3_600_000, offset)
        seen.set(`${slot.part} ${slot.weekend}`, slot.buckets)
      }
      const buckets = [...seen.values()].flat().sort((a, b) => a - b)
      expect(buckets).toEqual(Array.from({ length: 84 }, (_, bucket) => bucket))
    }
  })
})

describe('activity', () => {
  const at = korea('2026-11-28T15:00:00')
  const visit = (placeId: string, when: number) => ({ placeId, type: 'visit' as const, at: when })

  it('counts an event in its slot and not in others', () => {
    const activity = new Activity(() => at + 1000 * DAY)
    activity.add(visit('a', at))
    expect(activity.inSlot('a', slotAt(at, KST))).toBe(5)
    expect(activity.inSlot('a', slotAt(at + 6 * 3_600_000, KST))).toBe(0)
    expect(activity.total('b')).toBe(0)
  })

  it('halves what is a half-life old, but for a twentieth that lasts, whatever came first', () => {
    for (const order of [
      [0, 60],
      [60, 0],
    ]) {
      const activity = new Activity(() => at + 1000 * DAY)
      for (const days of order) activity.add(visit(String(days), at - days * DAY))
      expect(activity.total('60') / activity.total('0')).toBeCloseTo(0.95 / 2 + 0.05, 10)
    }
  })

  it('does not let the first click after years hide what was done before', () => {
    const activity = new Activity(() => at + 5000 * DAY)
    for (let visits = 0; visits < 100; visits++) activity.add(visit('famous', at))
    for (let visits = 0; visits < 10; visits++) activity.add(visit('known', at))
    activity.add({ placeId: 'clicked', type: 'click', at: at + 4700 * DAY })
    const [famous, known, clicked] = ['famous', 'known', 'clicked'].map(
      (id) => activity.total(id) / activity.total('clicked'),
    )
    expect([famous, known, clicked]).toEqual([expect.closeTo(25, 5), expect.closeTo(2.5, 5), 1])
    expect(activity.mostActive(3)).toEqual(['famous', 'known', 'clicked'])
    const slot = slotAt(at, KST)
    expect(activity.inSlot('famous', slot)).toBeCloseTo(activity.total('famous'), 5)
    expect(activity.everIn(activity.of('known'), slot)).toBe(50)
    expect(activity.visitsPerStrength() * activity.total('clicked')).toBeCloseTo(1 / 5, 10)
  })

  it('counts the last seven days by type and forgets older ones', () => {
    const activity = new Activity(() => at + 1000 * DAY)
    for (const days of [0, 1, 6, 7, 30]) activity.add(visit('a', at - days * DAY))
    activity.add({ placeId: 'a', type: 'save', at })
    expect(activity.recentCount('a', 'visit', at)).toBe(3)
    expect(activity.recentCount('a', 'save', at)).toBe(1)
    expect(activity.recentCount('a', 'visit', at + 5 * DAY)).toBe(2)
    expect(activity.recentCount('a', 'visit', at + 100 * DAY)).toBe(0)
    activity.add(visit('a', at + 3 * DAY))
    expect(activity.recentCount('a', 'visit', at + 3 * DAY)).toBe(3)
  })

  it('takes an event back', () => {
    const activity = new Activity(() => at + 1000 * DAY)
    activity.add(visit('a', at))
    activity.add(visit('a', at + DAY))
    activity.remove(visit('a', at))
    activity.remove(visit('a', at + DAY))
    expect(activity.total('a')).toBeCloseTo(0, 10)
    expect(activity.recentCount('a', 'visit', at)).toBe(0)
  })

  it('counts an event of the future as one of now, and takes it back whole', () => {
    let now = at
    const activity = new Activity(() => now)
    activity.add(visit('a', at))
    const ahead = visit('b', Date.parse('9999-12-31T00:00:00Z'))
    activity.add(ahead)
    expect(activity.total('b')).toBe(activity.total('a'))
    expect(activity.recentCount('b', 'visit', at)).toBe(1)
    now += 3 * DAY
    activity.remove(ahead)
    expect(activity.total('b')).toBe(0)
    expect(activity.inSlot('b', slotAt(at, KST))).toBe(0)
    expect(activity.total('a')).toBe(5)
  })

  it('counts in the same slot again once its unit has moved on by years', () => {
    const slot = slotAt(at, KST)
    const activity = new Activity(() => at + 5000 * DAY)
    activity.add(visit('old', at))
    const before = activity.inSlot('old', slot)
    expect(before).toBe(activity.total('old'))
    activity.add(visit('new', at + 4900 * DAY))
    expect(activity.inSlot('old', slot)).toBeCloseTo(activity.total('old'), 10)
    expect(activity.inSlot('old', slot)).toBeLessThan(before)
  })

  it('stays finite over any span of years', () => {
    const activity = new Activity(() => at)
    for (const [id, when] of [
      ['ancient', Date.parse('0001-01-01T00:00:00Z')],
      ['old', at - 60 * DAY],
      ['new', at],
    ] as const) {
      activity.add(visit(id, when))
    }
    expect(activity.total('old') / activity.total('new')).toBeCloseTo(0.95 / 2 + 0.05, 10)
    expect(activity.total('ancient') / activity.total('new')).toBeCloseTo(0.05, 10)
    for (const id of ['ancient', 'old', 'new']) expect(activity.total(id)).toBeLessThan(Infinity)
  })

  it('ignores dislikes and impressions', () => {
    const activity = new Activity(() => at + 1000 * DAY)
    activity.add({ placeId: 'a', type: 'dislike', at })
    activity.add({ placeId: 'a', type: 'impression', at })
    expect(activity.total('a')).toBe(0)
  })
})

describe('the most active places', () => {
  it('come by strength, equal ones by id, without those whose actions were all taken back', () => {
    const activity = new Activity()
    const at = korea('2026-11-28T15:00:00')
    for (const placeId of ['b', 'c', 'a', 'c', 'gone']) activity.add({ placeId, type: 'visit', at })
    activity.remove({ placeId: 'gone', type: 'visit', at })
    expect(activity.mostActive(10)).toEqual(['c', 'a', 'b'])
    expect(activity.mostActive(2)).toEqual(['c', 'a'])
  })
})
