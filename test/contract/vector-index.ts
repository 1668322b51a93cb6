// The contract of every vector index: answers against a brute force, changes, versions and the switch between them.
// Leaves durability and what is special about an engine to its own tests.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { haversineMeters } from '../../src/geo/distance.ts'
import { compileFilter, type Filter } from '../../src/vector-index/filter.ts'
import type {
  Hit,
  IndexRow,
  IndexSource,
  ListOrder,
  UserRow,
  VectorIndex,
} from '../../src/vector-index/port.ts'
import {
  FILTERS,
  randomFilter,
  randomRow,
  randomRows,
  randomVector,
  rowId,
  seededRandom,
} from './index-rows.ts'

export interface OpenedIndex {
  readonly index: VectorIndex
  /** Closes the index and removes what it stored. */
  close(): Promise<void>
}

export interface ContractOptions {
  /** How far a score may be from the exact one; ids have to be exact regardless. */
  readonly scoreTolerance?: number
}

const DIM = 24
const COUNT = 800
const SEED = 20260504

/** Runs the contract on an engine. `open` makes an index without any version, apart from all others. */
export function vectorIndexContract(
  name: string,
  open: () => Promise<OpenedIndex>,
  { scoreTolerance = 0 }: ContractOptions = {},
): void {
  describe(`${name} answers`, () => {
    const rows = randomRows(SEED, COUNT, DIM)
    let opened: OpenedIndex
    let index: VectorIndex

    beforeAll(async () => {
      opened = await open()
      index = opened.index
      await serve(index, 'v1', rows)
    })
    afterAll(() => opened.close())

    /** Checks search, list and matching under one filter. */
    async function expectExact(filter: Filter, seed: number): Promise<void> {
      const random = seededRandom(seed)
      const vector = randomVector(random, DIM)
      const k = 10
      expectBest(await index.search({ vector, filter, k }), bruteSearch(rows, vector, filter), k, {
        recall: index.capabilities.recall,
        scoreTolerance,
      })
      for (const order of [{ by: 'popularity' }, { by: 'distance', lng: 127, lat: 37.55 }] as const) {
        const exact = { recall: 1, scoreTolerance: Math.max(scoreTolerance, 1e-6) }
        expectBest(await index.list({ order, filter, k }), bruteList(rows, order, filter), k, exact)
      }
      const ids = Array.from({ length: 40 }, () => rowId(Math.floor(random() * (COUNT + 50))))
      const matching = matchingIds(rows, filter)
      expect(await index.matching(ids, filter)).toEqual(ids.filter((id) => matching.has(id)))
    }

    for (const [what, filter] of Object.entries(FILTERS)) {
      it(`filters by ${what}`, async () => {
        await expectExact(filter, SEED)
        expect(await index.count(filter)).toBe(matchingIds(rows, filter).size)
      })
    }

    it('filters by any combination', async () => {
      const random = seededRandom(SEED + 1)
      let matched = 0
      for (let round = 0; round < 150; round++) {
        const filter = randomFilter(random)
        await expectExact(filter, round)
        const { size } = matchingIds(rows, filter)
        expect(await index.count(filter)).toBe(size)
        if (size > 0) matched++
      }
      expect(matched).toBeGreaterThan(100) // else the rounds would test little
    })

    it('keeps a place exactly on the radius and drops it a millimetre further in', async () => {
      const centre = { lng: 127, lat: 37.55 }
      const within = (row: IndexRow, radiusMeters: number) =>
        index.matching([row.id], { circle: { ...centre, radiusMeters }, includeClosed: true })
      for (const row of rows.slice(0, 20)) {
        const distance = haversineMeters(centre, row)
        expect(await within(row, distance)).toEqual([row.id])
        expect(await within(row, distance - 0.001)).toEqual([])
      }
    })

    it('gives every match when k is larger, and nothing for k = 0', async () => {
      const vector = randomVector(seededRandom(3), DIM)
      const filter = { categories: ['food/cafe'], tags: ['wifi'] }
      const all = bruteSearch(rows, vector, filter)
      expect(all.length).toBeGreaterThan(5)
      const k = Math.min(10_000, index.capabilities.maxK)
      expectBest(await index.search({ vector, filter, k }), all, k, { recall: 1, scoreTolerance })
      expect(await index.search({ vector, filter, k: 0 })).toEqual([])
    })

    it('orders ties by ascending id', async () => {
      const filter = { includeClosed: true }
      const k = 25
      const ascending = rows.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1))
      const zero = await index.search({ vector: new Float32Array(DIM), filter, k })
      expect(zero.map(({ id }) => id)).toEqual(ascending.slice(0, k))
      expect(zero.every(({ score }) => Object.is(score, 0))).toBe(true)
    })

    it('scores a place at the very point with 0', async () => {
      const { id, lng, lat } = rows.find(({ closed }) => !closed)!
      const hits = await index.list({ order: { by: 'distance', lng, lat }, filter: {}, k: 50 })
      expect(hits.find((hit) => hit.id === id)?.score).toBe(0) // and not −0
    })

    it('gives the vectors of known ids, copied', async () => {
      const [first, second] = rows
      const vectors = await index.vectors([second.id, 'nobody', first.id])
      expect([...vectors.keys()].sort()).toEqual([first.id, second.id].sort())
      expect(vectors.get(first.id)).toEqual(first.vector)
      vectors.get(first.id)!.fill(9)
      expect((await index.vectors([first.id])).get(first.id)).toEqual(first.vector)
    })

    it('refuses a query of another dimension or with NaN', async () => {
      const ask = (vector: Float32Array) => index.search({ vector, filter: {}, k: 5 })
      await expect(ask(new Float32Array(DIM + 1))).rejects.toMatchObject({ code: 'dim-mismatch' })
      await expect(ask(new Float32Array(DIM).fill(NaN))).rejects.toMatchObject({ code: 'non-finite-vector' })
    })

    it('stops when the signal was aborted', async () => {
      const signal = AbortSignal.abort()
      await expect(
        index.search({ vector: new Float32Array(DIM), filter: {}, k: 5, signal }),
      ).rejects.toMatchObject({ name: 'AbortError' })
      await expect(
        index.list({ order: { by: 'popularity' }, filter: {}, k: 5, signal }),
      ).rejects.toMatchObject({ name: 'AbortError' })
    })
  })

  describe(`${name} changes`, () => {
    let opened: OpenedIndex
    let index: VectorIndex
    let rows: IndexRow[]

    beforeEach(async () => {
      opened = await open()
      index = opened.index
      rows = randomRows(SEED + 2, 120, DIM)
      await serve(index, 'v1', rows)
    })
    afterEach(() => opened.close())

    const everything = { includeClosed: true }

    async function expectRows(expected: readonly IndexRow[]): Promise<void> {
      const vector = randomVector(seededRandom(5), DIM)
      for (const filter of [everything, FILTERS['a region of the first level'], FILTERS['a circle']]) {
        const limits = { recall: index.capabilities.recall, scoreTolerance }
        expectBest(
          await index.search({ vector, filter, k: 50 }),
          bruteSearch(expected, vector, filter),
          50,
          limits,
        )
        expect(await index.count(filter)).toBe(matchingIds(expected, filter).size)
      }
      expect(index.manifest().count).toBe(expected.length)
    }

    it('shows new, replaced and deleted places to the next query', async () => {
      const random = seededRandom(6)
      let expected = rows
      for (let round = 0; round < 12; round++) {
        const upserts = Array.from({ length: 5 }, () =>
          randomRow(random, rowId(Math.floor(random() * 160)), DIM),
        )
        const deletes = Array.from({ length: 4 }, () => rowId(Math.floor(random() * 160)))
        await index.upsert(upserts)
        await index.delete(deletes)
        const byId = new Map([...expected, ...upserts].map((row) => [row.id, row]))
        for (const id of deletes) byId.delete(id)
        expected = [...byId.values()]
        await expectRows(expected)
      }
      const { id, vector } = expected[expected.length - 1]
      expect((await index.vectors([id])).get(id)).toEqual(vector)
      expect(await index.matching([id], everything)).toEqual([id])
    })

    it('brings a deleted place back', async () => {
      await index.delete([rows[0].id])
      expect(await index.matching([rows[0].id], everything)).toEqual([])
      expect((await index.vectors([rows[0].id])).size).toBe(0)
      await index.upsert([rows[0]])
      await expectRows(rows)
    })

    it('ignores deletions of unknown ids, and empty changes', async () => {
      await index.delete(['nobody'])
      await index.delete([])
      await index.upsert([])
      expect(await index.count(everything)).toBe(rows.length)
      await expectRows(rows)
    })

    it('keeps its own copy of a vector', async () => {
      const row = { ...rows[0], vector: rows[0].vector.slice() }
      await index.upsert([row])
      row.vector.fill(NaN)
      expect((await index.vectors([row.id])).get(row.id)).toEqual(rows[0].vector)
      await expectRows(rows)
    })

    it('stores none of a batch in which one row has NaN or another dimension', async () => {
      const changed = { ...rows[0], closed: !rows[0].closed }
      const withVector = (vector: Float32Array) => [changed, { ...rows[1], vector }]
      const poisoned = rows[1].vector.slice()
      poisoned[DIM - 1] = Infinity
      await expect(index.upsert(withVector(poisoned))).rejects.toMatchObject({ code: 'non-finite-vector' })
      await expect(index.upsert(withVector(new Float32Array(DIM - 1)))).rejects.toMatchObject({
        code: 'dim-mismatch',
      })
      await expectRows(rows)
    })

    it('serves an index that was built empty, and takes rows', async () => {
      await serve(index, 'empty', [])
      const vector = rows[0].vector
      expect(await index.search({ vector, filter: everything, k: 5 })).toEqual([])
      expect(await index.list({ order: { by: 'popularity' }, filter: everything, k: 5 })).toEqual([])
      expect(await index.count(everything)).toBe(0)
      await index.upsert(rows.slice(0, 3))
      await expectRows(rows.slice(0, 3))
    })
  })

  describe(`${name} users`, () => {
    const random = seededRandom(SEED + 3)
    const users = Array.from({ length: 300 }, (_, index) => ({
      id: rowId(index),
      vector: randomVector(random, DIM),
    }))
    let opened: OpenedIndex
    let index: VectorIndex

    beforeAll(async () => {
      opened = await open()
      index = opened.index
      await serve(index, 'v1', randomRows(SEED, 20, DIM), users)
    })
    afterAll(() => opened.close())

    const expectSimilar = async (vector: Float32Array, k: number, among: readonly UserRow[]) =>
      expectBest(
        await index.users.similar(vector, k),
        bruteForce(among, (user) => innerProduct(vector, user.vector)),
        k,
        { recall: index.capabilities.recall, scoreTolerance },
      )

    it('are counted in the manifest, apart from the places', async () => {
      expect(index.manifest()).toMatchObject({ count: 20, users: 300 })
      expect(await index.count({ includeClosed: true })).toBe(20)
    })

    it('are found by likeness, ties by id, all of them when k is larger', async () => {
      for (let turn = 0; turn < 20; turn++) await expectSimilar(randomVector(random, DIM), 10, users)
      await expectSimilar(users[0].vector, 1000, users)
      expect(await index.users.similar(users[0].vector, 0)).toEqual([])
      const zero = await index.users.similar(new Float32Array(DIM), 5)
      const ascending = users.map(({ id }) => id).sort((a, b) => (a < b ? -1 : 1))
      expect(zero.map(({ id }) => id)).toEqual(ascending.slice(0, 5))
    })

    it('are read back by id in one call', async () => {
      const asked = [...users.map(({ id }) => id), 'nobody']
      const vectors = await index.users.vectors(asked)
      expect(vectors).toEqual(new Map(users.map(({ id, vector }) => [id, vector])))
    })

    it('are refused a query of another dimension', async () => {
      await expect(index.users.similar(new Float32Array(DIM + 1), 5)).rejects.toMatchObject({
        code: 'dim-mismatch',
      })
      await expect(index.users.similar(new Float32Array(DIM), 5, AbortSignal.abort())).rejects.toMatchObject({
        name: 'AbortError',
      })
    })

    it('are gone at the next query once they are deleted, and places stay', async () => {
      const [first, second, ...rest] = users
      await index.deleteUsers([first.id, second.id, 'nobody'])
      await index.deleteUsers([])
      await expectSimilar(first.vector, 10, rest)
      expect((await index.users.vectors([first.id])).size).toBe(0)
      expect(await index.count({ includeClosed: true })).toBe(20)
    })

    it('change with the version, and come back with it', async () => {
      await serve(index, 'v2', randomRows(SEED, 10, DIM), users.slice(100, 110))
      await expectSimilar(users[5].vector, 20, users.slice(100, 110))
      await serve(index, 'v3', randomRows(SEED, 10, DIM))
      expect(await index.users.similar(users[5].vector, 20)).toEqual([])
      await index.activate('v2')
      await expectSimilar(users[5].vector, 20, users.slice(100, 110))
    })
  })

  describe(`${name} versions`, () => {
    let opened: OpenedIndex
    let index: VectorIndex

    beforeEach(async () => {
      opened = await open()
      index = opened.index
    })
    afterEach(() => opened.close())

    const ids = async () =>
      (await index.list({ order: { by: 'popularity' }, filter: { includeClosed: true }, k: 1000 }))
        .map(({ id }) => id)
        .sort()

    it('answers no-index before the first activation', async () => {
      const refused = { code: 'no-index' }
      const vector = new Float32Array(DIM)
      expect(() => index.manifest()).toThrow(expect.objectContaining(refused))
      await expect(index.search({ vector, filter: {}, k: 1 })).rejects.toMatchObject(refused)
      await expect(index.count({})).rejects.toMatchObject(refused)
      await expect(index.upsert(randomRows(1, 1, DIM))).rejects.toMatchObject(refused)
      await expect(index.activate('nowhere')).rejects.toMatchObject(refused)
      expect(await index.versions()).toEqual({ versions: [] })
      expect(await index.refresh()).toBe(false)
    })

    it('serves a built version only once it is activated', async () => {
      const [first, second] = [randomRows(1, 10, DIM), randomRows(2, 20, DIM)]
      const built = await index.build(manifestOf('v1'), batchesOf(first))
      expect(built).toEqual({ ...manifestOf('v1'), count: 10, users: 0 })
      expect(() => index.manifest()).toThrow(expect.objectContaining({ code: 'no-index' }))
      await index.activate('v1')
      expect(index.manifest()).toEqual(built)
      await index.build(manifestOf('v2'), batchesOf(second))
      expect(await ids()).toEqual(first.map(({ id }) => id).sort())
      await index.activate('v2')
      expect(await ids()).toEqual(second.map(({ id }) => id).sort())
      const { versions, active } = await index.versions()
      expect(active).toBe('v2')
      expect(versions.map(({ version }) => version)).toEqual(['v1', 'v2'])
    })

    it('goes back to an older version', async () => {
      await serve(index, 'v1', randomRows(1, 10, DIM))
      await serve(index, 'v2', randomRows(2, 20, DIM))
      await index.activate('v1')
      expect(index.manifest().version).toBe('v1')
      expect(await index.count({ includeClosed: true })).toBe(10)
    })

    it('serves a version of another dimension', async () => {
      await serve(index, 'v1', randomRows(1, 10, DIM))
      const other = randomRows(2, 10, DIM + 3)
      await index.build({ ...manifestOf('wide'), dim: DIM + 3 }, batchesOf(other))
      await index.activate('wide')
      const hits = await index.search({ vector: other[0].vector, filter: { includeClosed: true }, k: 10 })
      expect(hits).toHaveLength(10)
    })

    it('drops a version, but not the active one', async () => {
      await serve(index, 'v1', randomRows(1, 10, DIM))
      await serve(index, 'v2', randomRows(2, 20, DIM))
      await expect(index.drop('v2')).rejects.toMatchObject({ code: 'invalid-request' })
      await index.drop('v1')
      await index.drop('never-built')
      expect((await index.versions()).versions.map(({ version }) => version)).toEqual(['v2'])
      await expect(index.activate('v1')).rejects.toMatchObject({ code: 'no-index' })
      expect(await index.count({ includeClosed: true })).toBe(20)
    })

    it('leaves no version where the rows fail, and serves the one before', async () => {
      await serve(index, 'v1', randomRows(1, 10, DIM))
      async function* failing() {
        yield randomRows(2, 20, DIM)
        throw new Error('the source went away')
      }
      await expect(index.build(manifestOf('v2'), failing())).rejects.toThrow('the source went away')
      const poisoned = randomRows(2, 20, DIM)
      poisoned[19].vector[0] = NaN
      await expect(index.build(manifestOf('v2'), batchesOf(poisoned))).rejects.toMatchObject({
        code: 'non-finite-vector',
      })
      await expect(index.build(manifestOf('v2'), batchesOf(randomRows(2, 3, DIM + 1)))).rejects.toMatchObject(
        {
          code: 'dim-mismatch',
        },
      )
      const { versions, active } = await index.versions()
      expect(versions.map(({ version }) => version)).toEqual(['v1'])
      expect(active).toBe('v1')
      await expect(index.activate('v2')).rejects.toMatchObject({ code: 'no-index' })
      expect(await index.count({ includeClosed: true })).toBe(10)
    })

    it('leaves no version where a user has NaN or another dimension', async () => {
      const build = (vector: Float32Array) =>
        index.build(manifestOf('v1'), batchesOf(randomRows(1, 10, DIM)), batchesOf([{ id: 'u', vector }]))
      await expect(build(new Float32Array(DIM).fill(NaN))).rejects.toMatchObject({
        code: 'non-finite-vector',
        message: expect.stringContaining('user "u"'),
      })
      await expect(build(new Float32Array(DIM + 1))).rejects.toMatchObject({ code: 'dim-mismatch' })
      expect(await index.versions()).toEqual({ versions: [] })
    })

    it('does not build over the active version', async () => {
      await serve(index, 'v1', randomRows(1, 10, DIM))
      await expect(index.build(manifestOf('v1'), batchesOf(randomRows(2, 20, DIM)))).rejects.toMatchObject({
        code: 'invalid-request',
      })
      expect(await index.count({ includeClosed: true })).toBe(10)
    })

    it('answers a search that runs during a switch from one version', async () => {
      // The same ids in both, with vectors of opposite sign: a mixed answer would show both signs.
      const ones = randomRows(1, 300, DIM).map((row) => ({ ...row, vector: new Float32Array(DIM).fill(1) }))
      const negatives = ones.map((row) => ({ ...row, vector: new Float32Array(DIM).fill(-1) }))
      await serve(index, 'v1', ones)
      await index.build(manifestOf('v2'), batchesOf(negatives))
      const vector = new Float32Array(DIM).fill(1)
      const answers: Promise<Hit[]>[] = []
      for (let round = 0; round < 6; round++) {
        const switched = index.activate(round % 2 === 0 ? 'v2' : 'v1')
        for (let turn = 0; turn < 20; turn++) {
          answers.push(index.search({ vector, filter: { includeClosed: true }, k: 300 }))
          await new Promise((resolve) => setImmediate(resolve))
        }
        await switched
      }
      const seen = new Set<number>()
      for (const hits of await Promise.all(answers)) {
        const signs = new Set(hits.map(({ score }) => Math.sign(score)))
        expect(hits).toHaveLength(300)
        expect(signs.size).toBe(1)
        for (const sign of signs) seen.add(sign)
      }
      expect(seen.size).toBe(2)
    })
  })
}

function manifestOf(version: string): IndexSource {
  return { version, dim: DIM, modelVersion: 'model-1', revision: 7 }
}

async function* batchesOf<R>(rows: readonly R[]): AsyncGenerator<readonly R[]> {
  for (let start = 0; start < rows.length; start += 64) yield rows.slice(start, start + 64)
}

async function serve(
  index: VectorIndex,
  version: string,
  rows: readonly IndexRow[],
  users: readonly UserRow[] = [],
): Promise<void> {
  await index.build(manifestOf(version), batchesOf(rows), batchesOf(users))
  await index.activate(version)
}

function matchingIds(rows: readonly IndexRow[], filter: Filter): Set<string> {
  return new Set(rows.filter(compileFilter(filter)).map(({ id }) => id))
}

function bruteForce<R extends { readonly id: string }>(rows: readonly R[], score: (row: R) => number): Hit[] {
  return rows
    .map((row) => ({ id: row.id, score: score(row) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}

function bruteSearch(rows: readonly IndexRow[], vector: Float32Array, filter: Filter): Hit[] {
  return bruteForce(rows.filter(compileFilter(filter)), (row) => innerProduct(row.vector, vector))
}

function innerProduct(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}

function bruteList(rows: readonly IndexRow[], order: ListOrder, filter: Filter): Hit[] {
  return bruteForce(rows.filter(compileFilter(filter)), (row) =>
    order.by === 'distance' ? -haversineMeters(order, row) : row.popularity,
  )
}

/** min(k, matches) hits, all of them matches; the best ones in order where recall is 1, else that share of them. */
function expectBest(
  hits: readonly Hit[],
  all: readonly Hit[],
  k: number,
  { recall, scoreTolerance }: { recall: number; scoreTolerance: number },
): void {
  const best = all.slice(0, k)
  expect(hits.length).toBe(best.length)
  const wanted = new Set(best.map(({ id }) => id))
  const found = hits.filter(({ id }) => wanted.has(id)).length
  expect(found).toBeGreaterThanOrEqual(Math.floor(recall * best.length))
  const inOrder = recall === 1 ? best.map(({ id }) => id) : hits.map(({ id }) => id)
  expect(hits.map(({ id }) => id)).toEqual(inOrder)
  const exact = new Map(all.map(({ id, score }) => [id, score]))
  for (const { id, score } of hits) {
    expect(exact.has(id), `${id} does not match the filter`).toBe(true)
    expect(Math.abs(score - exact.get(id)!)).toBeLessThanOrEqual(scoreTolerance)
  }
}
