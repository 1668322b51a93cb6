// Measures against values worked out by hand, full ranking against sorting every score.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rankingMetrics } from '../../src/graph/metrics.ts'
import { globalScorer, scoreLists, scoreRanking } from '../../src/graph/ranking.ts'
import { sparseOf } from './sparse.ts'

const list = (...places: number[]) => Uint32Array.from(places)

describe('the ranking metrics', () => {
  it('are what the definitions give for two users', () => {
    // User 0: hits at ranks 2 and 4 of 3 wanted places. User 1: no hit.
    const metrics = rankingMetrics([list(9, 1, 8, 2), list(5, 9, 7, 8)], [list(1, 2, 3), list(0)], 4, 10)
    const gain = 1 / Math.log2(3) + 1 / Math.log2(5)
    const best = 1 + 1 / Math.log2(3) + 1 / 2
    expect(metrics.recall).toBeCloseTo(2 / 3 / 2, 12)
    expect(metrics.ndcg).toBeCloseTo(gain / best / 2, 12)
    expect(metrics.mrr).toBeCloseTo(1 / 2 / 2, 12)
    expect(metrics).toMatchObject({ hit: 0.5, coverage: 0.6, users: 2 })
  })

  it('leave out users who did nothing later, and are 0 without any', () => {
    expect(rankingMetrics([list(1), list(2)], [list(), list(2)], 1, 4)).toMatchObject({ recall: 1, users: 1 })
    expect(rankingMetrics([], [], 20, 4)).toEqual({
      recall: 0,
      ndcg: 0,
      hit: 0,
      mrr: 0,
      coverage: 0,
      users: 0,
    })
  })

  it('reach 1 for a perfect list, also where more is wanted than it can hold', () => {
    expect(rankingMetrics([list(3, 1)], [list(1, 2, 3)], 2, 4).ndcg).toBe(1)
  })
})

describe('full ranking', () => {
  const graph = fc.record({
    users: fc.integer({ min: 1, max: 70 }),
    places: fc.integer({ min: 1, max: 60 }),
    seed: fc.integer({ min: 1, max: 1e6 }),
  })

  it('is that of sorting all scores, ties by index, without the places of train', () => {
    fc.assert(
      fc.property(graph, ({ users, places, seed }) => {
        const dim = 3
        // Small whole numbers: sums are exact in float32, and ties are common.
        const at = (index: number) => ((index * 7919 + seed) % 5) - 2
        const embeddings = {
          users: Float32Array.from({ length: users * dim }, (_, index) => at(index)),
          places: Float32Array.from({ length: places * dim }, (_, index) => at(index * 3 + 1)),
        }
        const had = (user: number, place: number) => (user * 31 + place * 17 + seed) % 4 === 0
        const later = (user: number, place: number) => (user * 13 + place * 5 + seed) % 3 === 0
        const pick = (keep: (user: number, place: number) => boolean, user: number) =>
          Array.from({ length: places }, (_, place) => place).filter((place) => keep(user, place))
        const everyone = Array.from({ length: users }, (_, user) => user)
        const relevant = everyone.map((user) => list(...pick((u, p) => later(u, p) && !had(u, p), user)))
        const train = sparseOf(
          everyone.flatMap((user) =>
            Array.from({ length: places }, (_, place) => (had(user, place) ? 1 : 0)),
          ),
          users,
          places,
        )
        const lists = (score: (user: number, place: number) => number) =>
          everyone.map((user) =>
            list(
              ...pick((u, p) => !had(u, p), user)
                .sort((a, b) => score(user, b) - score(user, a) || a - b)
                .slice(0, 20),
            ),
          )
        const product = (user: number, place: number) =>
          [0, 1, 2].reduce(
            (sum, c) => sum + embeddings.users[user * dim + c] * embeddings.places[place * dim + c],
            0,
          )
        const task = { train, users: everyone, relevant }
        expect(scoreRanking(embeddings, task, dim)).toEqual(
          rankingMetrics(lists(product), relevant, 20, places),
        )
        const popular = Float32Array.from({ length: places }, (_, place) => at(place))
        expect(scoreLists(globalScorer(popular), task)).toEqual(
          rankingMetrics(
            lists((_, place) => popular[place]),
            relevant,
            20,
            places,
          ),
        )
      }),
      { numRuns: 60 },
    )
  })
})
