import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TopK } from '../../src/math/top-k.ts'

interface Entry {
  readonly id: string
  readonly score: number
}

const bruteForce = (entries: readonly Entry[], k: number) =>
  entries.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, k)

// Few distinct scores, so that most offers are ties.
const entries = fc.uniqueArray(
  fc.record({ id: fc.string({ unit: 'binary', maxLength: 3 }), score: fc.integer({ min: -3, max: 3 }) }),
  { selector: ({ id }) => id, maxLength: 60 },
)

describe('TopK', () => {
  it('keeps what sorting everything keeps, ties by ascending id', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 70 }), (offers, k) => {
        const top = new TopK<string>(k)
        for (const { id, score } of offers) top.offer(score, id)
        expect(top.sorted()).toEqual(bruteForce(offers, k))
      }),
    )
  })

  it('states the lowest score that may still be kept', () => {
    const top = new TopK<string>(2)
    expect(top.threshold).toBe(-Infinity)
    top.offer(5, 'a')
    expect(top.threshold).toBe(-Infinity)
    top.offer(3, 'b')
    expect(top.threshold).toBe(3)
    top.offer(4, 'c')
    expect(top.threshold).toBe(4)
    expect(new TopK<string>(0).threshold).toBe(Infinity)
  })

  it('orders numeric ids as numbers', () => {
    const top = new TopK<number>(2)
    for (const id of [10, 9, 100]) top.offer(1, id)
    expect(top.sorted().map(({ id }) => id)).toEqual([9, 10])
  })

  it('takes infinite scores', () => {
    const top = new TopK<string>(2)
    top.offer(-Infinity, 'low')
    top.offer(Infinity, 'high')
    top.offer(-Infinity, 'a')
    expect(top.sorted()).toEqual([
      { id: 'high', score: Infinity },
      { id: 'a', score: -Infinity },
    ])
  })

  it('keeps as many as there are', () => {
    const top = new TopK<number>(Number.MAX_SAFE_INTEGER)
    for (let id = 0; id < 200_000; id++) top.offer((id * 7919) % 200_003, id)
    const sorted = top.sorted()
    expect(sorted).toHaveLength(200_000)
    expect(sorted.every(({ score }, i) => i === 0 || sorted[i - 1].score >= score)).toBe(true)
  })
})
