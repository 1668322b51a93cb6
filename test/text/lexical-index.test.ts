import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLexicalIndex } from '../../src/text/lexical-index.ts'
import type { LexicalDocument } from '../../src/text/port.ts'
import { miniSearchOracle } from './minisearch-oracle.ts'

function place(id: string, name: string, more: Partial<LexicalDocument> = {}): LexicalDocument {
  return { id, name, names: [], categories: [], areas: [], tags: [], address: '', description: '', ...more }
}

function indexOf(...documents: LexicalDocument[]) {
  const index = createLexicalIndex()
  for (const document of documents) index.upsert(document)
  return index
}

const ids = (hits: readonly { id: string }[]) => hits.map(({ id }) => id)

describe('the lexical index', () => {
  it('puts a place named exactly as the query first, however often others repeat the words', () => {
    const index = indexOf(
      place('loud', '도담 도담 카페 도담', { tags: ['카페', '도담'], description: '카페 도담 '.repeat(20) }),
      place('exact', '카페 도담'),
      place('english', '다른 이름', { names: ['Cafe Dodam'] }),
    )
    expect(ids(index.search('카페도담', 5))[0]).toBe('exact')
    expect(ids(index.search('카페 도담', 5))[0]).toBe('exact')
    expect(index.search('카페 도담', 5).map(({ named }) => named)).toEqual([true, false])
    expect(ids(index.search('CAFE DODAM', 5))[0]).toBe('english')
  })

  it('finds Korean words inside longer ones and behind endings', () => {
    const index = indexOf(
      place('street', '성수동카페거리'),
      place('pork', '돈사돈', { tags: ['제주흑돼지맛집'] }),
      place('other', '북촌한옥마을'),
    )
    expect(ids(index.search('카페', 5))).toEqual(['street'])
    expect(ids(index.search('흑돼지를', 5))).toEqual(['pork'])
    expect(ids(index.search('한옥에서', 5))).toEqual(['other'])
  })

  it('finds spaced words by their beginning and with one slip', () => {
    const index = indexOf(place('coffee', 'Starbucks Reserve'), place('park', 'Central Park'))
    expect(ids(index.search('starb', 5))).toEqual(['coffee'])
    expect(ids(index.search('starbuks', 5))).toEqual(['coffee'])
    expect(ids(index.search('Pork', 5))).toEqual([]) // too short a word to forgive
  })

  it('reads full-width, decomposed and upper-case spellings alike', () => {
    const index = indexOf(place('a', 'ＧＳ２５ 강남점'.normalize('NFKD')))
    expect(ids(index.search('gs25', 5))).toEqual(['a'])
    expect(ids(index.search('강남점', 5))).toEqual(['a'])
  })

  it('finds words with and without their accents', () => {
    const index = indexOf(place('a', 'Café Crème'), place('b', 'Cafe Mocha'))
    expect(ids(index.search('cafe', 5)).toSorted()).toEqual(['a', 'b'])
    expect(ids(index.search('café', 5)).toSorted()).toEqual(['a', 'b'])
    expect(index.search('cafe creme', 1)[0]).toMatchObject({ id: 'a', named: true })
  })

  it('prefers what holds all words of a query to what says one of them often', () => {
    const index = indexOf(
      place('both', '가', { description: '조용한 골목 카페' }),
      place('quiet', '조용한 조용한 집', { tags: ['조용한'], description: '조용한 '.repeat(9) }),
      place('cafe', '카페 카페', { categories: ['카페'], tags: ['카페'] }),
    )
    const hits = index.search('조용한 카페', 5)
    expect(hits[0]).toMatchObject({ id: 'both', coverage: 1 })
    expect(hits[1].coverage).toBe(0.5)
  })

  it('searches every field, names before descriptions', () => {
    const index = indexOf(
      place('description', '가', { description: '바다 전망' }),
      place('name', '바다 식당'),
      place('tag', '나', { tags: ['바다'] }),
      place('category', '다', { categories: ['바다'] }),
      place('area', '라', { areas: ['바다'] }),
      place('address', '마', { address: '바다 3길' }),
    )
    const found = ids(index.search('바다', 10))
    expect(found.toSorted()).toEqual(['address', 'area', 'category', 'description', 'name', 'tag'])
    expect(found[0]).toBe('name')
    expect(found[5]).toBe('address')
  })

  it('says which words matched, so that they can be quoted', () => {
    const index = indexOf(place('a', '바다 흑돼지 Starbucks', { tags: ['오션뷰'] }), place('b', '바다'))
    const terms = (query: string) => index.search(query, 1)[0].terms
    expect(terms('흑돼지구이를 바다에서')).toEqual(['흑돼지', '바다'])
    expect(terms('starbuks')).toEqual(['starbucks'])
    expect(terms('오션뷰')).toEqual(['오션뷰'])
  })

  it('shows upserts and deletions to the next search', () => {
    const index = indexOf(place('a', '옛 이름'), place('b', '다른 곳'))
    index.upsert(place('a', '새로운 간판'))
    expect(ids(index.search('옛', 5))).toEqual([])
    expect(ids(index.search('간판', 5))).toEqual(['a'])
    index.delete('a')
    index.delete('nobody')
    expect(ids(index.search('간판', 5))).toEqual([])
    expect(index.size).toBe(1)
    index.upsert(place('a', '옛 이름'))
    expect(ids(index.search('옛 이름', 5))).toEqual(['a'])
    expect(index.size).toBe(2)
  })

  it('knows what is held by one document, by any word or words like it', () => {
    const index = indexOf(place('a', '바다 식당', { tags: ['조용한'] }), place('b', 'Seongsu Dong Coffee'))
    for (const text of ['바다', '조용', '바다 조용한', 'seongsu-dong', 'cofee', 'seon'])
      expect(index.holds(text), text).toBe(true)
    for (const text of ['바다 coffee', '조용하', '도담', '', '!']) expect(index.holds(text), text).toBe(false)
    index.delete('b')
    expect(index.holds('coffee')).toBe(false)
  })

  it('knows names and their words by letters and by sound, as documents change and go', () => {
    const index = indexOf(place('a', '메가커피 성수점'), place('b', '할리스', { names: ['Hollys'] }))
    for (const text of ['메가커피', '메가커피성수점', '메가커피 성수점', '할리스', 'hollys'])
      expect(index.isNamed(text), text).toBe(true)
    expect(index.isNamed('메가')).toBe(false)
    expect(index.isNamed('메가커피', { wholly: true })).toBe(false)
    expect(index.isNamed('메가커피성수점', { wholly: true })).toBe(true)
    expect(index.soundsLike('megacoffee')?.name).toBe('메가커피')
    index.upsert(place('a', '도담'))
    expect(index.isNamed('메가커피')).toBe(false)
    expect(index.isNamed('메가커피 성수점', { wholly: true })).toBe(false)
    expect(index.soundsLike('megacoffee')).toBeUndefined()
    index.upsert(place('c', '메가커피'))
    index.delete('c')
    index.delete('unknown')
    expect(index.soundsLike('megacoffee')).toBeUndefined()
  })

  it('knows a name by its letters one slip away, of several the commonest', () => {
    const index = indexOf(place('a', '철이네 떡볶이'), place('b', '누리 떡볶이'), place('c', '떡볶개'))
    expect(index.slipOf('떡볶기')).toBe('떡볶이')
    for (const text of ['도담', '카패', 'tteokbokki', '뚝배기'])
      expect(index.slipOf(text), text).toBeUndefined()
  })

  it('hears names of the other script only, joined words nearly letter by letter', () => {
    const index = indexOf(place('a', '블랙피그'), place('b', '블루보틀'), place('c', '뚝배기'))
    expect(index.soundsLike('bluebottle', { surely: true })).toEqual({ name: '블루보틀', id: 'b' })
    expect(index.soundsLike('blackpork', { surely: true })).toBeUndefined()
    expect(index.soundsLike('떡볶기')).toBeUndefined()
  })

  it('searches for words that say something, for others only where there are none', () => {
    const index = indexOf(
      place('a', 'The Bakery for i'),
      place('b', 'Sunrise'),
      place('c', '일출', { tags: ['좋은 곳'] }),
    )
    expect(ids(index.search('where can I see the sunrise?', 5))).toEqual(['b'])
    expect(index.search('for the sunrise', 5)[0]).toMatchObject({ id: 'b', coverage: 1 })
    expect(ids(index.search('for the', 5))).toEqual(['a'])
    expect(index.search('The Bakery for I', 5)[0]).toMatchObject({ id: 'a', named: true })
  })

  it('knows a place by its name without what is said of it in brackets', () => {
    const index = indexOf(
      place('a', '성산일출봉(UNESCO 세계자연유산)'),
      place('b', '해송갈치 성산일출봉점'),
      place('c', 'Dodam [closed]'),
    )
    expect(index.search('성산일출봉', 5)[0]).toMatchObject({ id: 'a', named: true })
    expect(index.search('성산일출봉(UNESCO 세계자연유산)', 5)[0]).toMatchObject({ id: 'a', named: true })
    expect(index.search('dodam', 5)[0]).toMatchObject({ id: 'c', named: true })
  })

  it('names the rarest matched words first', () => {
    const index = indexOf(
      place('a', '가', { tags: ['좋은 데이트'] }),
      place('b', '나', { tags: ['좋은 산책'] }),
    )
    expect(index.search('좋은데 데이트하기', 1)[0].terms[0]).toBe('데이트')
  })

  it('searches only within the documents that it is told', () => {
    const index = indexOf(...['a', 'b', 'c'].map((id) => place(id, '바다')), place('d', '하늘'))
    expect(ids(index.search('바다', 5, ['c', 'd', 'unknown', 'a']))).toEqual(['a', 'c'])
    expect(index.search('바다', 5, [])).toEqual([])
    expect(index.search('바다', 5, ['a'])[0].score).toBeCloseTo(index.search('바다', 1)[0].score, 12)
  })

  it('scores words as MiniSearch does, before coverage and after', () => {
    const word = fc.constantFrom(
      '카페',
      '조용한',
      '성수동카페',
      'coffee',
      'coffees',
      'cofee',
      'cat',
      'catalog',
      '바다',
    )
    const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
    const document = fc.record({
      name: text,
      address: text,
      description: text,
      tags: fc.array(text, { maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.array(document, { minLength: 1, maxLength: 40 }), word, (rows, query) => {
        const documents = rows.map(({ name, ...more }, number) =>
          place(String(number), `x${number} ${name}`, more),
        )
        const index = indexOf(...documents)
        const expected = miniSearchOracle(documents)(query)
        const found = new Map(index.search(query, rows.length).map((hit) => [hit.id, hit]))
        expect([...found.keys()].sort()).toEqual(expected.map(({ id }) => id).sort())
        for (const { id, score } of expected) {
          const { score: own, coverage } = found.get(id)!
          expect(own).toBeCloseTo(score * coverage ** 4, 9)
        }
      }),
    )
  })

  it('orders ties by ascending id and keeps to the limit', () => {
    const index = indexOf(...['c', 'a', 'b'].map((id) => place(id, '공원')))
    expect(ids(index.search('공원', 2))).toEqual(['a', 'b'])
    expect(index.search('공원', 0)).toEqual([])
  })

  it('answers nothing to a query without words', () => {
    const index = indexOf(place('a', '★'))
    expect(index.search('', 5)).toEqual([])
    expect(index.search('★ !?', 5)).toEqual([])
  })

  it('answers like a fresh index after any upserts and deletions', () => {
    const name = fc.constantFrom('카페 도담', '도담', '바다 식당', 'Blue Bottle', '성수동카페거리')
    const step = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), name: fc.option(name) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), name, (steps, query) => {
        const index = createLexicalIndex()
        const names = new Map<string, string>()
        for (const { id, name } of steps) {
          if (name === null) index.delete(id)
          else index.upsert(place(id, name))
          if (name === null) names.delete(id)
          else names.set(id, name)
        }
        const fresh = indexOf(...[...names].map(([id, name]) => place(id, name)))
        expect(index.size).toBe(names.size)
        expect(ids(index.search(query, 10)).toSorted()).toEqual(ids(fresh.search(query, 10)).toSorted())
        const exact = [...names].filter(([, name]) => name === query).map(([id]) => id)
        expect(ids(index.search(query, exact.length)).toSorted()).toEqual(exact.toSorted())
      }),
    )
  })
})
