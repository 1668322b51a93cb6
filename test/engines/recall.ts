// 1,000 random filters against brute force: the recall of an engine, beyond what the contract asks.
import { expect } from 'vitest'
import { dot } from '../../src/math/vector.ts'
import { compileFilter } from '../../src/vector-index/filter.ts'
import type { VectorIndex } from '../../src/vector-index/port.ts'
import { randomFilter, randomRows, randomVector, seededRandom } from '../contract/index-rows.ts'

const DIM = 16
const ROWS = 3000
const ROUNDS = 1000
const K = 10
const SEED = 77

/** Recall@10 over all rounds; fails where fewer than min(k, matches) places come, or one that does not match. */
export async function recallUnderRandomFilters(index: VectorIndex): Promise<number> {
  const rows = randomRows(SEED, ROWS, DIM)
  async function* batches() {
    yield rows
  }
  await index.build({ version: 'recall', dim: DIM, modelVersion: 'm', revision: 1 }, batches())
  await index.activate('recall')
  const random = seededRandom(SEED + 1)
  const rounds = Array.from({ length: ROUNDS }, () => ({
    filter: randomFilter(random),
    vector: randomVector(random, DIM),
  }))
  let found = 0
  let wanted = 0
  const ask = async ({ filter, vector }: (typeof rounds)[number]) => {
    const matching = rows.filter(compileFilter(filter))
    const scores = new Map(matching.map((row) => [row.id, dot(vector, row.vector)]))
    const best = [...scores.values()].sort((a, b) => b - a).slice(0, K)
    const hits = await index.search({ vector, filter, k: K })
    expect(hits, JSON.stringify(filter)).toHaveLength(best.length)
    for (const { id } of hits) expect(scores.has(id), `${id} does not match`).toBe(true)
    wanted += best.length
    // By score, as places that tie with the last one are as good.
    found += hits.filter(({ id }) => scores.get(id)! >= best[best.length - 1]).length
  }
  for (let from = 0; from < ROUNDS; from += CONCURRENT) {
    await Promise.all(rounds.slice(from, from + CONCURRENT).map(ask))
  }
  expect(wanted).toBeGreaterThan(3 * ROUNDS) // else the rounds would test little
  return found / wanted
}

const CONCURRENT = 8
