import { describe, expect, it } from 'vitest'
import { rankUsersOnThreads } from '../../src/graph/ranking-threads.ts'
import { embeddingScorer, rankUsers } from '../../src/graph/ranking.ts'
import { createRandom } from '../../src/math/random.ts'
import { randomGraph } from './random-graph.ts'

describe('ranking on threads', () => {
  it.each([1, 2, 3])('gives on %i threads the lists of one', async (threads) => {
    const [users, places, dim] = [2500, 40, 5]
    const random = createRandom(4)
    const vectors = (rows: number) => Float32Array.from({ length: rows * dim }, () => random.normal())
    const embeddings = { users: vectors(users), places: vectors(places) }
    const { matrix: train } = randomGraph(5, users, places)
    const asked = Array.from({ length: users }, (_, user) => users - 1 - user).filter((user) => user % 7 > 0)
    const lists = await rankUsersOnThreads(embeddings, dim, train, asked, 35, threads)
    expect(lists).toEqual(rankUsers(embeddingScorer(embeddings, dim), train, asked, 35))
  })
})
