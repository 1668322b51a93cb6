import { describe, expect, test } from 'vitest'
import { createNegativeDealer } from '../../src/graph/training-batch.ts'
import { createRandom } from '../../src/math/random.ts'

describe('negatives of a step', () => {
  test.each([
    { places: 100, hand: 25 },
    { places: 107, hand: 25 },
    { places: 40, hand: 25 },
  ])('of $places places in hands of $hand, none comes twice before others have come', ({ places, hand }) => {
    const deal = createNegativeDealer(createRandom(7), places, hand)
    const handsOfDeck = Math.floor(places / hand)
    for (let round = 0; round < 3; round++) {
      const dealt = Array.from({ length: handsOfDeck }, () => [...deal()]).flat()
      expect(dealt).toHaveLength(handsOfDeck * hand)
      expect(new Set(dealt).size).toBe(dealt.length)
      expect(dealt.every((place) => place < places)).toBe(true)
    }
  })

  test('every place comes equally often', () => {
    const deal = createNegativeDealer(createRandom(7), 107, 25)
    const counts = new Float64Array(107)
    for (let step = 0; step < 4000; step++) for (const place of deal()) counts[place]++
    // 1,000 decks, of which each place is left out with a chance of 7 / 107.
    const [mean, deviation] = [(1000 * 100) / 107, Math.sqrt(1000 * (100 / 107) * (7 / 107))]
    for (const count of counts) expect(Math.abs(count - mean)).toBeLessThan(5 * deviation)
  })

  test('they are all places where these are fewer than a hand', () => {
    const deal = createNegativeDealer(createRandom(7), 3, 25)
    expect([...deal()].sort()).toEqual([0, 1, 2])
    expect([...deal()].sort()).toEqual([0, 1, 2])
  })
})
