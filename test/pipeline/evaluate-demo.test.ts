// What answers of the demo task are worth, and when its month trains.
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { course, list, PLACES_A_SHELF, shelves, STOPS } from '../../src/pipeline/evaluate/demo/forms.ts'
import { simulateMonth } from '../../src/pipeline/evaluate/demo/month.ts'

const KINDS = ['food/korean', 'cafe/quiet', 'outdoor/park', 'shop/books', 'food/noodles']
/** Sixty places, the first worth most, in five categories by turns. */
const ids = Array.from({ length: 60 }, (_, index) => `p${index}`)
const utilities = new Map(ids.map((id, index) => [id, 1 - index / 60]))
const categoryOf = (id: string) => KINDS[Number(id.slice(1)) % KINDS.length]

describe('a list', () => {
  it('is worth 1 in the best order, less in another, and nothing without places', () => {
    expect(list.worth(list.arrange(ids, categoryOf), utilities, categoryOf)).toBe(1)
    expect(list.worth([ids.slice(0, 10).toReversed()], utilities, categoryOf)).toBeLessThan(1)
    expect(list.worth([], utilities, categoryOf)).toBe(0)
    expect(list.worth([['elsewhere']], utilities, categoryOf)).toBe(0)
  })
})

describe('shelves', () => {
  it('hold one category each, and the shelf of the best place comes first', () => {
    const rows = shelves.arrange(ids, categoryOf)
    expect(rows.map((row) => categoryOf(row[0]))).toEqual(KINDS)
    for (const row of rows) {
      expect(row).toHaveLength(PLACES_A_SHELF)
      expect(new Set(row.map(categoryOf)).size).toBe(1)
    }
  })

  it('are worth at most 1, and a place that stands on two of them counts once', () => {
    const rows = shelves.arrange(ids, categoryOf)
    const worth = shelves.worth(rows, utilities, categoryOf)
    expect(worth).toBeLessThan(1)
    expect(worth).toBeGreaterThan(0.5)
    expect(shelves.worth([rows[0], rows[0]], utilities, categoryOf)).toBe(
      shelves.worth([rows[0]], utilities, categoryOf),
    )
    expect(shelves.worth(rows.toReversed(), utilities, categoryOf)).toBeLessThan(worth)
  })
})

describe('a course', () => {
  it('goes to different kinds of places, and the best of each is worth 1', () => {
    const [stops] = course.arrange(ids, categoryOf)
    expect(stops).toEqual(['p0', 'p1', 'p2', 'p3'])
    expect(stops).toHaveLength(STOPS)
    expect(course.worth([stops], utilities, categoryOf)).toBe(1)
    expect(course.worth([stops.slice(1)], utilities, categoryOf)).toBeLessThan(0.8)
  })
})

describe('a month', () => {
  it('trains between its weeks, after the clicks of the week before and ahead of the lists of the next', async () => {
    const done: string[] = []
    const { weeks, regret } = await simulateMonth(
      {
        list: async (userId, now) => {
          done.push(`list ${now / 86_400_000}`)
          return { recommendationId: `${userId} ${now}`, ids: ids.slice(0, 10), items: [] }
        },
        learn: async (events) => {
          expect(events.filter(({ type }) => type === 'impression')).toHaveLength(10)
          done.push('learn')
        },
        train: async () => void done.push('train'),
      },
      [{ userId: 'u', at: 0, utilities }],
      createRandom(1),
    )
    expect(done.filter((what) => what === 'train')).toHaveLength(3)
    expect(done.slice(12, 17)).toEqual(['list 6', 'learn', 'train', 'list 7', 'learn'])
    expect(weeks).toHaveLength(4)
    expect(weeks.reduce((sum, week) => sum + week / 4, 0)).toBeCloseTo(regret, 9)
    // The best list is shown on the first day; what was clicked is worth half afterwards.
    expect(weeks[3]).toBeGreaterThan(weeks[0])
  })
})
