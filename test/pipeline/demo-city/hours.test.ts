// Opening hours of the demo places, against the reading of OSM opening_hours by the opening_hours library.
import { describe, expect, it } from 'vitest'
import { isOpenAt, weeklyOpenMinutes } from '../../../src/geo/opening-hours.ts'
import { createRandom } from '../../../src/math/random.ts'
import { drawWeek, isOpenInWeek } from '../../../src/pipeline/demo-city/hours.ts'
import { KINDS } from '../../../src/pipeline/demo-city/kinds/index.ts'

describe('the week drawn from a plan', () => {
  it.each(KINDS.map((kind) => [kind.code, kind.hours] as const))(
    'means for %s what its text says',
    (_, plan) => {
      const random = createRandom(5)
      for (let draw = 0; draw < 4; draw++) {
        const week = drawWeek(plan, random)
        const read = weeklyOpenMinutes(week.text)
        expect(read).toBeDefined()
        const minutes = Array.from({ length: (7 * 24 * 60) / 15 }, (_, quarter) => 15 * quarter)
        const differing = minutes.filter((minute) => isOpenInWeek(week, minute) !== isOpenAt(read!, minute))
        expect({ text: week.text, differing }).toEqual({ text: week.text, differing: [] })
      }
    },
  )

  it('joins days with equal hours around a day off', () => {
    const random = createRandom(1)
    const week = drawWeek({ open: [11], close: [26], dayOff: 1, daysOff: [1] }, random)
    expect(week.text).toBe('Mo,We-Su 11:00-02:00')
    // Sunday's night ends on Monday morning.
    expect(isOpenInWeek(week, 60)).toBe(true)
    expect(isOpenInWeek(week, 180)).toBe(false)
  })
})
