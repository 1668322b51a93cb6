// Measures against values worked out by hand, full ranking against sorting every score.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrapIntervals, degreeSlices, rankingMetrics, userMeasures } from '../../src/graph/metrics.ts'
import {
  embeddingScorer,
  globalScorer,
  rankUsers,
  scoreLists,
  scoreRanking,
} from '../../src/graph/ranking.ts'
import { createRandom } from '../../src/math/random.ts'
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

describe('the slices by degree', () => {
  it('hold the users whose train places are within their bounds, empty slices left out', () => {
    const lists = [list(1), list(2), list(3), list(4)]
    const relevant = [list(1), list(9), list(3), list()]
    const slices = degreeSlices(lists, relevant, [5, 6, 51, 30], 1, 10)
    expect(slices.map(({ from, to, users, recall }) => ({ from, to, users, recall }))).toEqual([
      { from: 0, to: 5, users: 1, recall: 1 },
      { from: 6, to: 10, users: 1, recall: 0 },
      { from: 51, to: undefined, users: 1, recall: 1 },
    ])
  })

  it('average, by users, to the whole', () => {
    const degrees = Array.from({ length: 60 }, (_, user) => user + 1)
    const lists = degrees.map((degree) => list(degree % 3))
    const relevant = degrees.map(() => list(0, 1))
    const whole = rankingMetrics(lists, relevant, 1, 3)
    const sum = degreeSlices(lists, relevant, degrees, 1, 3).reduce(
      (s, { recall, users }) => s + recall * users,
      0,
    )
    expect(sum / whole.users).toBeCloseTo(whole.recall, 12)
  })
})

describe('the bootstrap intervals', () => {
  it('are those of the normal approximation where users are many', () => {
    const random = createRandom(5)
    const users = 2000
    const lists = Array.from({ length: users }, () => list(random.next() < 0.3 ? 1 : 2))
    const relevant = lists.map(() => list(1))
    const measures = userMeasures(lists, relevant, 1)
    const mean = measures.recall.reduce((sum, value) => sum + value, 0) / users
    const half = 1.96 * Math.sqrt((mean * (1 - mean)) / users)
    const [low, high] = bootstrapIntervals(measures, createRandom(1)).recall
    expect(low).toBeGreaterThan(mean - 1.15 * half)
    expect(low).toBeLessThan(mean - 0.85 * half)
    expect(high).toBeGreaterThan(mean + 0.85 * half)
    expect(high).toBeLessThan(mean + 1.15 * half)
  })

  it('are the same for the same seed, a point where users agree, 0 without users', () => {
    const measures = userMeasures([list(1), list(1)], [list(1), list(1)], 1)
    expect(bootstrapIntervals(measures, createRandom(3))).toEqual(
      bootstrapIntervals(measures, createRandom(3)),
    )
    expect(bootstrapIntervals(measures, createRandom(3)).ndcg).toEqual([1, 1])
    expect(bootstrapIntervals(userMeasures([], [], 1), createRandom(3)).hit).toEqual([0, 0])
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
        const scorer = embeddingScorer(embeddings, dim)
        const cut = Math.floor(users / 2)
        expect([
          ...rankUsers(scorer, train, everyone.slice(0, cut), 20),
          ...rankUsers(scorer, train, everyone.slice(cut), 20),
        ]).toEqual(rankUsers(scorer, train, everyone, 20))
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
