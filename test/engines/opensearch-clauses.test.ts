// Each clause as a golden body (test/golden/opensearch.json), and the same body asked of the real node.
// DONGNE_TEST_UPDATE_GOLDEN=1 writes the file anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileFilter, type Filter } from '../../src/vector-index/filter.ts'
import {
  approximateBody,
  circleParts,
  countBody,
  exactBody,
  filterClauses,
  listBody,
  matchesExactly,
  pageBody,
} from '../../src/vector-index/opensearch/clauses.ts'
import { idOf, numberOf, type SearchHit } from '../../src/vector-index/opensearch/document.ts'
import { openOpenSearchIndex } from '../../src/vector-index/opensearch/index.ts'
import { wordsBody, type WordHit } from '../../src/vector-index/opensearch/words.ts'
import type { VectorIndex } from '../../src/vector-index/port.ts'
import { FILTERS, randomRows } from '../contract/index-rows.ts'
import { freshPrefix, withEngine } from './engine.ts'

const DIM = 4
const ZONES = ['America/New_York', 'Asia/Seoul', 'Pacific/Auckland']
const vector = Float32Array.of(0.5, -0.25, 0, 1)
const rows = randomRows(11, 300, DIM)
const circle = { lng: 127, lat: 37.55, radiusMeters: 3000 }

const NO_WORDS = { names: [], categories: [], areas: [], tags: [], address: '', description: '' }

const BODIES: Readonly<Record<string, object>> = {
  ...Object.fromEntries(
    Object.entries(FILTERS).map(([what, filter]) => [
      `filter: ${what}`,
      countBody(filterClauses(filter, ZONES)),
    ]),
  ),
  'search by scoring every match': exactBody({
    vector,
    clauses: filterClauses({ tags: ['wifi'] }, ZONES),
    size: 26,
    withPoint: false,
  }),
  'search by the graph, filters inside': approximateBody({
    vector,
    clauses: filterClauses({ regions: ['11'], circle }, ZONES),
    size: 26,
    withPoint: true,
    efSearch: 256,
  }),
  'search by words': wordsBody({
    query: '조용한 cafe 집',
    words: ['조용한', 'cafe', '집'],
    clauses: filterClauses({ regions: ['11'], circle }, ZONES),
    k: 5,
    withPoint: true,
  }),
  'search by a name alone': wordsBody({
    query: '간판 없는 가게',
    words: [],
    clauses: filterClauses({}, ZONES),
    k: 1,
    withPoint: false,
  }),
  'list by popularity': listBody({ by: 'popularity' }, filterClauses({ spots: ['seongsu'] }, ZONES), 26),
  'list by distance': listBody({ by: 'distance', lng: 127, lat: 37.55 }, filterClauses({}, ZONES), 26),
  'count up to a number': countBody(filterClauses({ minRating: 4 }, ZONES), 10_001),
  'count safely inside a circle': countBody(circleParts({ circle }, ZONES).inside!),
  'the ring around a circle': pageBody(circleParts({ circle }, ZONES).ring, ['lng', 'lat'], 10_000),
  'the next page of ids': pageBody(filterClauses({}, ZONES), ['bytes'], 100, 'p40'),
}

const file = new URL('../golden/opensearch.json', import.meta.url)
if (process.env['DONGNE_TEST_UPDATE_GOLDEN'] === '1')
  writeFileSync(file, `${JSON.stringify(BODIES, null, 1)}\n`)
const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>

describe('the request bodies of the OpenSearch engine', () => {
  it('are those of the golden file, and no other', () => {
    expect(Object.keys(BODIES)).toEqual(Object.keys(golden))
  })

  it.each(Object.keys(BODIES))('%s', (name) => {
    expect(JSON.parse(JSON.stringify(BODIES[name]))).toEqual(golden[name])
  })
})

withEngine('opensearchUrl', (url) => {
  describe('the golden bodies on a real node', () => {
    const prefix = freshPrefix()
    let index: VectorIndex

    beforeAll(async () => {
      index = await openOpenSearchIndex({ url, prefix })
      const manifest = { version: 'v1', dim: DIM, modelVersion: 'm', revision: 1 }
      async function* all() {
        yield rows
      }
      await index.build(manifest, all())
      await index.activate('v1')
    })
    afterAll(async () => {
      await index.close()
      await fetch(`${url}/${prefix}-*`, { method: 'DELETE' })
    })

    async function ask(body: object) {
      const response = await fetch(`${url}/${prefix}-places-v1/_search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      expect(response.status, text).toBe(200)
      return (JSON.parse(text) as { hits: { total?: { value: number }; hits: SearchHit[] } }).hits
    }

    const matching = (filter: Filter) => rows.filter(compileFilter(filter))

    it.each(Object.entries(FILTERS))('count what they should: %s', async (what, filter) => {
      const { total } = await ask(golden[`filter: ${what}`])
      const exact = matching(filter).length
      // A circle is asked for with its slack; rows lie on a grid far wider than that, but for those at its very edge.
      if (filter.circle === undefined) expect(total!.value).toBe(exact)
      else expect(total!.value).toBeGreaterThanOrEqual(exact)
    })

    it('find the same places by the graph as by scoring every match', async () => {
      const { hits } = await ask(golden['search by the graph, filters inside'])
      const filter = { regions: ['11'], circle }
      const test = matchesExactly(filter)!
      const found = hits.filter((hit) => test({ lng: numberOf(hit, 'lng'), lat: numberOf(hit, 'lat') }))
      expect(found.map(idOf).sort()).toEqual(
        (await index.search({ vector, filter, k: found.length })).map(({ id }) => id).sort(),
      )
      const { hits: exact } = await ask(golden['search by scoring every match'])
      const best = await index.search({ vector, filter: { tags: ['wifi'] }, k: 26 })
      expect(exact.map(idOf)).toEqual(best.map(({ id }) => id))
    })

    it('list what the engine lists', async () => {
      const { hits: popular } = await ask(golden['list by popularity'])
      const listed = await index.list({ order: { by: 'popularity' }, filter: { spots: ['seongsu'] }, k: 26 })
      expect(popular.map(idOf)).toEqual(listed.map(({ id }) => id))
      const { hits: nearest } = await ask(golden['list by distance'])
      const near = await index.list({ order: { by: 'distance', lng: 127, lat: 37.55 }, filter: {}, k: 26 })
      expect(nearest.map(idOf)).toEqual(near.map(({ id }) => id))
    })

    it('say which words a place holds', async () => {
      const named = rows.map((row) => ({ ...row, words: { ...NO_WORDS, name: `조용한 cafe ${row.id}` } }))
      await index.upsert(named)
      const { hits } = await ask(golden['search by words'])
      expect(hits.length).toBeGreaterThanOrEqual(matching({ regions: ['11'], circle }).length)
      for (const hit of hits as WordHit[]) expect(hit.matched_queries).toEqual(['word 0', 'part 0', 'word 1'])
    })

    it('count and page as asked', async () => {
      const rated = matching({ minRating: 4 }).length
      expect((await ask(golden['count up to a number'])).total!.value).toBe(rated)
      const inside = (await ask(golden['count safely inside a circle'])).total!.value
      const { hits: ring } = await ask(golden['the ring around a circle'])
      expect(inside + ring.length).toBeGreaterThanOrEqual(matching({ circle }).length)
      expect(inside).toBeLessThanOrEqual(matching({ circle }).length)
      const { hits: page } = await ask(golden['the next page of ids'])
      expect(page).toHaveLength(100)
      expect(page.every((hit) => idOf(hit) > 'p40')).toBe(true)
    })

    // Bugs that other versions of the server have: each would show here as a wrong number.
    it('finds places by ranges inside the knn clause (k-NN issues 2339, 2836)', async () => {
      for (const filter of [
        FILTERS['a least rating, which some places have exactly'],
        FILTERS['a whole geohash'],
      ]) {
        const clauses = filterClauses({ ...filter, includeClosed: true }, ZONES)
        const body = approximateBody({ vector, clauses, size: 300, withPoint: false, efSearch: 300 })
        expect((await ask(body)).hits).toHaveLength(matching({ ...filter, includeClosed: true }).length)
      }
    })

    it('finds every match under a narrow filter, though k is larger (k-NN issue 1043)', async () => {
      const filter = { spots: ['haeundae'], tags: ['wifi'] }
      const clauses = filterClauses(filter, ZONES)
      const body = approximateBody({ vector, clauses, size: 200, withPoint: false, efSearch: 256 })
      expect((await ask(body)).hits).toHaveLength(matching(filter).length)
    })

    it('refuses fields that the mapping does not have: aliases of fields would match nothing (k-NN issue 3485)', async () => {
      const response = await fetch(`${url}/${prefix}-places-v1/_doc/x`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ region: '11' }),
      })
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('strict_dynamic_mapping_exception')
    })
  })
})
