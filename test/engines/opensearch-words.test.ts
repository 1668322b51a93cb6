// Word search of OpenSearch: the contract, what its analysis adds, and filters and changes.
import { describe, expect, it } from 'vitest'
import type { LexicalDocument } from '../../src/domain/lexical.ts'
import { wordsOf } from '../../src/text/words.ts'
import type { Filter } from '../../src/vector-index/filter.ts'
import { openOpenSearchIndex } from '../../src/vector-index/opensearch/index.ts'
import type { IndexRow } from '../../src/vector-index/port.ts'
import { randomRow, seededRandom } from '../contract/index-rows.ts'
import { wordSearchContract } from '../contract/word-search.ts'
import { freshPrefix, withEngine } from './engine.ts'

const DIM = 4
const NOTHING = { name: '', names: [], categories: [], areas: [], tags: [], address: '', description: '' }

withEngine('opensearchUrl', (url) => {
  async function open(rows: readonly IndexRow[]) {
    const prefix = freshPrefix()
    const index = await openOpenSearchIndex({ url, prefix })
    async function* all() {
      yield rows
    }
    await index.build({ version: 'v1', dim: DIM, modelVersion: 'm', revision: 1 }, all())
    await index.activate('v1')
    return {
      index,
      search: (query: string, filter: Filter = {}, k = 5) =>
        index.searchWords!({ query, words: wordsOf(query), filter, k }),
      async close() {
        await index.close()
        await fetch(`${url}/${prefix}-*`, { method: 'DELETE' })
      },
    }
  }
  const random = seededRandom(9)
  const rowOf = ({ id, ...words }: Partial<LexicalDocument> & { id: string }): IndexRow => ({
    ...randomRow(random, id, DIM),
    closed: false,
    words: { ...NOTHING, ...words },
  })
  const ids = (hits: readonly { id: string }[]) => hits.map(({ id }) => id)

  wordSearchContract('OpenSearch', async (documents) => {
    const { search, close } = await open(documents.map(rowOf))
    return { search: (query, k) => search(query, {}, k), close }
  })

  describe('word search of OpenSearch', () => {
    it('finds Hangul names by their romanisation, and its beginning', async () => {
      const { search, close } = await open([
        rowOf({ id: 'a', name: '성수동 카페거리' }),
        rowOf({ id: 'b', name: '해운대 시장' }),
      ])
      expect(ids(await search('seongsudong'))).toEqual(['a'])
      expect(ids(await search('haeun'))).toEqual(['b'])
      await close()
    })

    it('finds verbs and adjectives in other forms', async () => {
      const { search, close } = await open([
        rowOf({ id: 'a', name: '가', description: '아주 조용하고 넓은 자리' }),
        rowOf({ id: 'b', name: '나', description: '시끄러운 골목' }),
      ])
      expect(ids(await search('조용한'))).toEqual(['a'])
      await close()
    })

    it('finds places by their whole name alone where no words are asked for', async () => {
      const { index, close } = await open([
        rowOf({ id: 'a', name: '간판 없는 가게' }),
        rowOf({ id: 'b', name: '간판 없는 가게 2호점' }),
      ])
      const named = await index.searchWords!({ query: '간판없는 가게', words: [], filter: {}, k: 5 })
      expect(named).toEqual([{ id: 'a', score: 0, coverage: 1, named: true, terms: [] }])
      await close()
    })

    it('keeps to the filter, a circle to the millimetre', async () => {
      const at = { lng: 127, lat: 37.5 }
      const near = { ...rowOf({ id: 'near', name: '국수집' }), ...at }
      const far = { ...rowOf({ id: 'far', name: '국수집' }), lng: 127, lat: 37.6 }
      const { search, close } = await open([near, far, { ...near, id: 'gone', closed: true }])
      expect(ids(await search('국수집'))).toEqual(['far', 'near'])
      expect(ids(await search('국수집', { circle: { ...at, radiusMeters: 0.001 } }))).toEqual(['near'])
      expect(ids(await search('국수집', { excludeIds: ['near'] }))).toEqual(['far'])
      await close()
    })

    it('sees changes at the next query, and rows without words not at all', async () => {
      const { index, search, close } = await open([rowOf({ id: 'a', name: '옛날 이름' })])
      await index.upsert([rowOf({ id: 'a', name: '새로운 이름' }), rowOf({ id: 'b', name: '새로운 곳' })])
      expect(ids(await search('옛날'))).toEqual([])
      expect(ids(await search('새로운')).sort()).toEqual(['a', 'b'])
      const { words: _, ...silent } = rowOf({ id: 'b', name: '' })
      await index.upsert([silent])
      await index.delete(['a'])
      expect(ids(await search('새로운'))).toEqual([])
      await close()
    })
  })
})
