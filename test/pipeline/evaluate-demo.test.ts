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
    const { arrange, worth } = list(utilities)
    expect(worth(arrange(ids))).toBe(1)
    expect(worth([ids.slice(0, 10).toReversed()])).toBeLessThan(1)
    expect(worth([])).toBe(0)
    expect(worth([['elsewhere']])).toBe(0)
  })
})

describe('shelves', () => {
  const { arrange, worth } = shelves(utilities, categoryOf)
  const rows = arrange(ids)

  it('hold one category each, and the shelf of the best place comes first', () => {
    expect(rows.map((row) => categoryOf(row[0]))).toEqual(KINDS)
    for (const row of rows) {
      expect(row).toHaveLength(PLACES_A_SHELF)
      expect(new Set(row.map(categoryOf)).size).toBe(1)
    }
  })

  it('are worth at most 1, and a place that stands on two of them counts once', () => {
    expect(worth(rows)).toBeLessThan(1)
    expect(worth(rows)).toBeGreaterThan(0.5)
    expect(worth([rows[0], rows[0]])).toBe(worth([rows[0]]))
    expect(worth(rows.toReversed())).toBeLessThan(worth(rows))
  })
})

describe('a course', () => {
  /** Of places in a row, each as far from the next as from the one before: going on costs by the way. */
  const stopUtility = (id: string, stop: number, before = 'p0') => {
    const way = Math.abs(Number(id.slice(1)) - Number(before.slice(1)))
    return (utilities.get(id)! / (1 + way)) * (stop === 3 && id === 'p3' ? 0 : 1)
  }
  const { arrange, worth } = course(new Set(ids), categoryOf, stopUtility)

  it('goes to different kinds of places', () => {
    const [stops] = arrange(ids)
    expect(stops).toEqual(['p0', 'p1', 'p2', 'p3'])
    expect(stops).toHaveLength(STOPS)
  })

  it('is worth what each stop is worth where and when it stands, against the best course', () => {
    const best = Math.max(
      ...['p1', 'p4'].map((last) => worth([['p0', 'p1', 'p2', last]])),
      worth([['p1', 'p2', 'p3', 'p4']]),
    )
    expect(best).toBeLessThanOrEqual(1)
    expect(best).toBeGreaterThan(0.9)
    expect(worth([['p0', 'p1', 'p2', 'p3']])).toBeLessThan(best)
    expect(worth([['p0', 'p30', 'p1', 'p31']])).toBeLessThan(0.75)
    expect(worth([['p0', 'p0', 'p0', 'p0']])).toBe(worth([['p0']]))
    expect(worth([['p0', 'elsewhere']])).toBe(worth([['p0']]))
    expect(worth([])).toBe(0)
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
      [{ userId: 'u', at: 0, possible: ids, utility: (id) => utilities.get(id)! }],
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
