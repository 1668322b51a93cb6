// What the embedded engine can do beyond plain searches, each against its meaning over the brute force.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEmbeddedIndex } from '../../src/vector-index/embedded/index.ts'
import { checkFeatures } from '../../src/vector-index/features.ts'
import { compileFilter } from '../../src/vector-index/filter.ts'
import type { Hit, IndexRow, VectorIndex } from '../../src/vector-index/port.ts'
import { FILTERS, randomRows, randomVector, seededRandom } from '../contract/index-rows.ts'

const DIM = 24
const rows = randomRows(41, 900, DIM)
const late = randomRows(42, 930, DIM).slice(900) // go in as changes
const all = [...rows, ...late]
const byId = new Map(all.map((row) => [row.id, row]))

let folder: string
let index: VectorIndex
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dongne-features-'))
  index = await openEmbeddedIndex({ folder, threads: 2 })
  await index.build(
    { version: 'v', dim: DIM, modelVersion: 'm', revision: 1 },
    (async function* () {
      yield rows
    })(),
  )
  await index.activate('v')
  await index.upsert(late)
})
afterAll(async () => {
  await index.close()
  await rm(folder, { recursive: true })
})

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0)

function brute(vector: Float32Array, filter = {}): Hit[] {
  return all
    .filter(compileFilter(filter))
    .map((row) => ({ id: row.id, score: dot(row.vector, vector) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}

const query = (seed: number) => randomVector(seededRandom(seed), DIM)

describe('the embedded index', () => {
  it('leaves out what scores below minScore, and keeps what scores exactly that', async () => {
    const vector = query(1)
    const expected = brute(vector)
    const minScore = expected[17].score
    expect(await index.search({ vector, filter: {}, k: 100, minScore })).toEqual(
      expected.filter(({ score }) => score >= minScore).slice(0, 100),
    )
    expect(await index.search({ vector, filter: {}, k: 100, minScore: 1e9 })).toEqual([])
  })

  it('pages through all matches without gaps or duplicates, ties included', async () => {
    for (const vector of [query(2), new Float32Array(DIM)]) {
      const paged: Hit[] = []
      for (;;) {
        const after = paged.at(-1)
        const page = await index.search({ vector, filter: {}, k: 97, ...(after !== undefined && { after }) })
        paged.push(...page)
        if (page.length < 97) break
      }
      expect(paged).toEqual(brute(vector))
    }
  })

  it('gives the best of each group, and rows without a group all', async () => {
    const vector = query(3)
    const groups = {
      category: (row: IndexRow) => row.categories[0],
      tag: (row: IndexRow) => row.tags.find((tag) => tag.startsWith('w')),
    }
    for (const groupBy of [{ by: 'category' }, { by: 'tag', prefix: 'w' }] as const) {
      for (const k of [3, 40, 2000]) {
        const seen = new Set<string>()
        const expected = brute(vector).filter(({ id }) => {
          const group = groups[groupBy.by](byId.get(id)!)
          if (group === undefined) return true
          return seen.size < seen.add(group).size
        })
        expect(await index.search({ vector, filter: {}, k, groupBy })).toEqual(expected.slice(0, k))
      }
    }
  })

  it('re-orders by maximal marginal relevance; λ = 1 is the plain order', async () => {
    const vector = query(4)
    const k = 8
    const plain = await index.search({ vector, filter: {}, k })
    expect(await index.search({ vector, filter: {}, k, diversity: { lambda: 1 } })).toEqual(plain)
    const lambda = 0.2
    const pool = brute(vector).slice(0, 50)
    const expected: Hit[] = []
    while (expected.length < k) {
      const value = ({ id, score }: Hit) => {
        const own = byId.get(id)!.vector
        const cosines = expected.map((taken) => {
          const other = byId.get(taken.id)!.vector
          return dot(own, other) / (Math.sqrt(dot(own, own)) * Math.sqrt(dot(other, other)))
        })
        return lambda * score - (1 - lambda) * Math.max(...cosines, cosines.length === 0 ? 0 : -Infinity)
      }
      const best = pool.reduce((a, b) => (value(b) > value(a) ? b : a))
      expected.push(best)
      pool.splice(pool.indexOf(best), 1)
    }
    const diverse = await index.search({ vector, filter: {}, k, diversity: { lambda, pool: 50 } })
    expect(diverse).toEqual(expected)
    expect(diverse).not.toEqual(plain)
  })

  it('answers a batch as it answers each query', async () => {
    const queries = Object.values(FILTERS).map((filter, i) => ({ vector: query(i), filter, k: 7 }))
    const each = await Promise.all(queries.map((one) => index.search(one)))
    expect(await index.searchBatch!(queries)).toEqual(each)
    const mixed = [queries[0], { ...queries[1], groupBy: { by: 'category' } as const }]
    expect(await index.searchBatch!(mixed)).toEqual([each[0], await index.search(mixed[1])])
    await expect(
      index.searchBatch!([queries[0], { ...queries[1], vector: new Float32Array(DIM).fill(NaN) }]),
    ).rejects.toMatchObject({ code: 'non-finite-vector' })
  })

  it('refuses a page of groups, whose order depends on the pages before', async () => {
    const after = { id: 'p0', score: 1 }
    const ask = { vector: query(1), filter: {}, k: 5, after, groupBy: { by: 'category' } as const }
    await expect(index.search(ask)).rejects.toMatchObject({ code: 'invalid-request' })
  })
})

describe('an engine without a feature', () => {
  it('refuses it by name', () => {
    const plain = { recall: 1, maxK: 10 }
    const ask = { vector: query(1), filter: {}, k: 5 }
    expect(() => checkFeatures(ask, plain)).not.toThrow()
    for (const extra of [
      { minScore: 0 },
      { after: { id: 'a', score: 1 } },
      { groupBy: { by: 'category' } as const },
      { diversity: { lambda: 0.5 } },
    ]) {
      expect(() => checkFeatures({ ...ask, ...extra }, plain)).toThrow(
        expect.objectContaining({ code: 'unsupported-capability' }),
      )
    }
  })
})
