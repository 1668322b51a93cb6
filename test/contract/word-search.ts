// What every word search finds, whatever its analysis: the lexical index in memory, and engines with their own.
// Leaves scores beyond their order to each.
import { afterEach, describe, expect, it } from 'vitest'
import type { LexicalDocument, LexicalHit } from '../../src/domain/lexical.ts'

export interface OpenedWordSearch {
  search(query: string, k: number): Promise<readonly LexicalHit[]>
  close(): Promise<void>
}

function place(id: string, name: string, more: Partial<LexicalDocument> = {}): LexicalDocument {
  return { id, name, names: [], categories: [], areas: [], tags: [], address: '', description: '', ...more }
}

export function wordSearchContract(
  name: string,
  open: (documents: readonly LexicalDocument[]) => Promise<OpenedWordSearch>,
): void {
  describe(`${name} finds`, () => {
    let opened: OpenedWordSearch | undefined
    afterEach(async () => {
      await opened?.close()
      opened = undefined
    })

    async function searchIn(...documents: LexicalDocument[]) {
      opened = await open(documents)
      return async (query: string, k = 5) => [...(await opened!.search(query, k))]
    }
    const ids = (hits: readonly LexicalHit[]) => hits.map(({ id }) => id)

    it('a place named exactly as the query first, however often others repeat the words', async () => {
      const search = await searchIn(
        place('loud', '도담 도담 카페 도담', {
          tags: ['카페', '도담'],
          description: '카페 도담 '.repeat(20),
        }),
        place('exact', '카페 도담'),
        place('english', '다른 이름', { names: ['Cafe Dodam'] }),
      )
      expect(ids(await search('카페도담'))[0]).toBe('exact')
      expect((await search('카페 도담')).map(({ id, named }) => [id, named]).slice(0, 2)).toEqual([
        ['exact', true],
        ['loud', false],
      ])
      expect((await search('CAFE, DODAM'))[0]).toMatchObject({ id: 'english', named: true })
    })

    it('Korean words inside longer ones and behind endings', async () => {
      const search = await searchIn(
        place('street', '성수동카페거리'),
        place('pork', '돈사돈', { tags: ['제주흑돼지맛집'] }),
        place('other', '북촌한옥마을'),
      )
      expect(ids(await search('카페'))).toEqual(['street'])
      expect(ids(await search('흑돼지를'))).toEqual(['pork'])
      expect(ids(await search('한옥에서'))).toEqual(['other'])
    })

    it('spaced words by their beginning and with one slip', async () => {
      const search = await searchIn(place('coffee', 'Starbucks Reserve'), place('park', 'Central Park'))
      expect(ids(await search('starb'))).toEqual(['coffee'])
      expect(ids(await search('starbuks'))).toEqual(['coffee'])
      expect(ids(await search('Pork'))).toEqual([]) // too short a word to forgive
    })

    it('full-width, decomposed, upper-case and accented spellings alike', async () => {
      const search = await searchIn(place('a', 'ＧＳ２５ 강남점'.normalize('NFKD')), place('b', 'Café Crème'))
      expect(ids(await search('gs25'))).toEqual(['a'])
      expect(ids(await search('강남점'))).toEqual(['a'])
      expect((await search('cafe creme'))[0]).toMatchObject({ id: 'b', named: true })
    })

    it('more of those that hold more of the words, and says which they hold', async () => {
      const search = await searchIn(
        place('both', '안녕', { description: '조용한 카페' }),
        place('one', '카페 카페', { tags: ['카페'], categories: ['카페'] }),
      )
      const hits = await search('조용한 카페')
      expect(ids(hits)).toEqual(['both', 'one'])
      expect(hits[0]).toMatchObject({ coverage: 1, named: false })
      expect(hits[0].terms).toEqual(expect.arrayContaining(['조용한', '카페']))
      expect(hits[1].coverage).toBeLessThan(1)
      expect(hits[1].terms).toEqual(['카페'])
    })

    it('words of every field', async () => {
      const search = await searchIn(
        place('tag', '가', { tags: ['반려견'] }),
        place('category', '나', { categories: ['도서관', 'library'] }),
        place('area', '다', { areas: ['해운대구'] }),
        place('address', '라', { address: '세종대로 110' }),
        place('description', '마', { description: '바다가 보이는 창가' }),
      )
      for (const [query, id] of [
        ['반려견', 'tag'],
        ['도서관', 'category'],
        ['library', 'category'],
        ['해운대구', 'area'],
        ['세종대로', 'address'],
        ['바다', 'description'],
      ]) {
        expect(ids(await search(query)), query).toEqual([id])
      }
    })

    it('nothing for words that no place holds, and no more than asked for', async () => {
      const search = await searchIn(place('a', '하늘 식당'), place('b', '하늘 다방'), place('c', '바다 식당'))
      expect(await search('xyzzy')).toEqual([])
      expect(await search('하늘', 1)).toHaveLength(1)
      expect(ids(await search('하늘')).sort()).toEqual(['a', 'b'])
    })
  })
}
