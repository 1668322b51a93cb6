// Word search by an engine of its own: what is asked of it.
import { expect, it } from 'vitest'
import { engineWordSearch } from '../../../src/recommend/live/word-search.ts'
import type { WordQuery } from '../../../src/vector-index/port.ts'

it('asks an engine for a name without its words', async () => {
  const asked: WordQuery[] = []
  const words = engineWordSearch(async (query) => {
    asked.push(query)
    const hit = { id: 'p', score: 1, coverage: 1, named: true, terms: [] }
    return query.query === '간판 없는 가게' ? [hit] : []
  })
  expect(await words.isNamed('간판 없는 가게')).toBe(true)
  expect(await words.isNamed('간판 없는')).toBe(false)
  expect(asked.every((query) => query.words.length === 0 && query.filter.includeClosed === true)).toBe(true)
})
