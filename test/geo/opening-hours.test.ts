import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOpenAt, minuteOfWeek, WEEK_MINUTES, weeklyOpenMinutes } from '../../src/geo/opening-hours.ts'

const DAY = 24 * 60
/** Monday is day 0. */
const at = (day: number, hour: number, minute = 0) => day * DAY + hour * 60 + minute
const everyDay = (from: number, to: number) =>
  Array.from({ length: 7 }, (_, day) => [day * DAY + from * 60, day * DAY + to * 60])

describe('weekly opening hours', () => {
  it.each<[string, number[][]]>([
    ['24/7', [[0, WEEK_MINUTES]]],
    ['10:00-22:00', everyDay(10, 22)],
    ['Mo-Fr 09:00-18:00', everyDay(9, 18).slice(0, 5)],
    [
      'Mo 09:00-12:00,13:30-18:00',
      [
        [at(0, 9), at(0, 12)],
        [at(0, 13, 30), at(0, 18)],
      ],
    ],
    ['Tu off; 10:00-11:00 "every day"', everyDay(10, 11)],
    ['10:00-11:00; Tu off', everyDay(10, 11).filter((_, day) => day !== 1)],
    ['We 22:00-02:00', [[at(2, 22), at(3, 2)]]],
    ['We 22:00-26:00', [[at(2, 22), at(3, 2)]]],
    // Over the end of the week: Sunday night goes on at the start of Monday.
    [
      'Su 22:00-02:00',
      [
        [0, at(0, 2)],
        [at(6, 22), WEEK_MINUTES],
      ],
    ],
    // What Saturday night left open is not closed by Sunday's rule, nor by a day off.
    [
      'Sa 17:00-03:00; Su 17:00-24:00',
      [
        [at(5, 17), at(6, 3)],
        [at(6, 17), WEEK_MINUTES],
      ],
    ],
    ['Mo 20:00-02:00; Tu off', [[at(0, 20), at(1, 2)]]],
    ['off', []],
    [
      'Sa-Mo 24/7; Su off',
      [
        [0, DAY],
        [at(5, 0), at(6, 0)],
      ],
    ],
    ['Jun 10:00-12:00; Jul off', everyDay(10, 12)],
    ['Mo-Su 09:00-18:00; PH off', everyDay(9, 18)],
    ['Sa,PH 10:00-14:00', [[at(5, 10), at(5, 14)]]],
    ['Mo-Fr 09:00-18:00, PH off', everyDay(9, 18).slice(0, 5)],
    ['Mo-Fr 09:00-18:00, PH 11:00-12:00,13:00-14:00', everyDay(9, 18).slice(0, 5)],
    ['Mo-Fr 09:00-18:00, PH off, Sa,Su 09:00-18:00', everyDay(9, 18)],
    ['24/7, SH off', [[0, WEEK_MINUTES]]],
  ])('of "%s" are open as written', (text, expected) => {
    expect(weeklyOpenMinutes(text)).toEqual(expected)
  })

  it.each(['매일 10시부터', 'PH 10:00-12:00', '', 'Mo-Fr 25:99-', '🙂'])(
    'cannot be read from "%s"',
    (text) => {
      expect(weeklyOpenMinutes(text)).toBeUndefined()
    },
  )

  it('are the same minutes that a walk through the week finds open', () => {
    const intervals = weeklyOpenMinutes('Mo-Th 11:00-23:00; Fr-Sa 11:00-02:00; Su 12:00-20:00')!
    const isOpen = (day: number, hour: number) => {
      if (day === 5 || day === 6) if (hour < 2) return true
      if (day < 4) return hour >= 11 && hour < 23
      return day < 6 ? hour >= 11 : hour >= 12 && hour < 20
    }
    for (let minute = 0; minute < WEEK_MINUTES; minute += 30) {
      const [day, hour] = [Math.floor(minute / DAY), Math.floor((minute % DAY) / 60)]
      expect(isOpenAt(intervals, minute), `day ${day}, ${hour} h`).toBe(isOpen(day, hour))
    }
  })

  it('are those of the last rule of each day, added up past midnight', () => {
    const names = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su']
    const day = fc.integer({ min: 0, max: 6 })
    const quarters = fc.tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: 1, max: 95 }))
    const clock = (quarter: number) =>
      `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`
    const rule = fc.record({ from: day, to: day, times: fc.option(quarters) })
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), (rules) => {
        const text = rules.map(({ from, to, times }) => {
          const hours =
            times === null ? 'off' : `${clock(times[0])}-${clock((times[0] + times[1]) % 96 || 96)}`
          return `${names[from]}-${names[to]} ${hours}`
        })
        const open = new Set<number>()
        for (let weekday = 0; weekday < 7; weekday++) {
          const last = rules.findLast(({ from, to }) => (weekday - from + 7) % 7 <= (to - from + 7) % 7)
          const [start, length] = last?.times ?? [0, 0]
          for (let i = 0; i < length; i++) open.add((weekday * 96 + start + i) % (7 * 96))
        }
        const intervals = weeklyOpenMinutes(text.join('; '))!
        const found = Array.from({ length: 7 * 96 }, (_, at) => at).filter((at) =>
          isOpenAt(intervals, at * 15),
        )
        expect(new Set(found), text.join('; ')).toEqual(open)
      }),
      { numRuns: 300 },
    )
  })

  it('by the sun are from 6 to 18 h, in whatever time zone the machine is', () => {
    const zone = process.env['TZ']
    try {
      for (const [at, place] of ['Asia/Seoul', 'America/New_York', 'UTC'].entries()) {
        process.env['TZ'] = place
        // A comment makes it another text, past the cache.
        expect(weeklyOpenMinutes(`sunrise-sunset "${at}"`), place).toEqual(everyDay(6, 18))
        expect(weeklyOpenMinutes(`09:00-18:00 "${at}"`), place).toEqual(everyDay(9, 18))
      }
    } finally {
      if (zone === undefined) delete process.env['TZ']
      else process.env['TZ'] = zone
    }
  })

  it('are closed at the minute they end', () => {
    expect([59, 60, 119, 120].map((minute) => isOpenAt([[60, 120]], minute))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
})

describe('the minute of the week', () => {
  it.each([
    ['2026-11-23T00:00:00+09:00', 'Asia/Seoul', 0],
    ['2026-11-22T23:59:59+09:00', 'Asia/Seoul', WEEK_MINUTES - 1],
    ['2026-11-24T12:00:00Z', 'UTC', at(1, 12)],
    // New York in winter and in summer time.
    ['2026-01-05T05:00:00Z', 'America/New_York', 0],
    ['2026-07-06T04:00:00Z', 'America/New_York', 0],
    ['1969-12-29T00:00:00Z', 'UTC', 0],
  ])('of %s in %s', (instant, zone, expected) => {
    expect(minuteOfWeek(Date.parse(instant), zone)).toBe(expected)
  })
})
