import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('seeded random numbers', () => {
  it('are the same for a seed on every machine, and others for another', () => {
    const first = (seed: number) => {
      const random = createRandom(seed)
      return draws(3, random.next)
    }
    // Pinned: snapshots and the demo city depend on them.
    expect(first(1)).toEqual([0.5636717720710586, 0.8959073941886353, 0.2723428182814803])
    expect(first(1)).toEqual(first(1))
    expect(first(2)).not.toEqual(first(1))
  })

  it('are uniform: mean, variance, and ten even buckets', () => {
    const { next, integer } = createRandom(7)
    const values = draws(100_000, next)
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    // Five standard errors: 5 · √(1/12 / n) and, for a bucket, 5 · √(n · 0.09).
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(0.0046)
    const buckets = draws(100_000, () => integer(10)).reduce<number[]>((counts, bucket) => {
      counts[bucket] = (counts[bucket] ?? 0) + 1
      return counts
    }, [])
    expect(buckets).toHaveLength(10)
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(475)
  })

  it('are normal: mean 0, variance 1, 68 % within 1', () => {
    const values = draws(100_000, createRandom(7).normal)
    expect(Math.abs(mean(values))).toBeLessThan(0.016)
    expect(Math.abs(mean(values.map((value) => value * value)) - 1)).toBeLessThan(0.023)
    expect(mean(values.map((value) => Number(Math.abs(value) < 1)))).toBeCloseTo(0.6827, 2)
  })

  it('pick by weight, never what weighs nothing', () => {
    const { weighted } = createRandom(7)
    const picks = draws(30_000, () => weighted([1, 0, 3, 0]))
    expect(new Set(picks)).toEqual(new Set([0, 2]))
    expect(mean(picks) / 2).toBeCloseTo(0.75, 1)
  })

  it('shuffle every order alike, and lose nothing', () => {
    const random = createRandom(7)
    fc.assert(
      fc.property(fc.array(fc.integer()), (list) => {
        expect(random.shuffle([...list]).toSorted()).toEqual(list.toSorted())
      }),
    )
    const orders = new Map<string, number>()
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle([1, 2, 3]).join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    expect(orders.size).toBe(6)
    for (const count of orders.values()) expect(Math.abs(count - 2000)).toBeLessThan(205)
  })

  it('pick every entry of a list, and only those', () => {
    const { pick } = createRandom(7)
    expect(new Set(Array.from({ length: 200 }, () => pick(['a', 'b', 'c'])))).toEqual(
      new Set(['a', 'b', 'c']),
    )
  })

  it('fork by name: one part draws more, another stays as it was', () => {
    const [a, b] = [createRandom(1), createRandom(1)]
    draws(5, a.next)
    expect(draws(3, a.fork('steps').next)).toEqual(draws(3, b.fork('steps').next))
    expect(draws(3, a.fork('start').next)).not.toEqual(draws(3, b.fork('steps').next))
  })
})
