// Verbatim phrases with their spans, and the stems that a corpus supports.
import { assert, constantFrom, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learnStems, phrasesOf, wordForms } from '../../../src/text/keywords/phrases.ts'

const CORPUS = [
  '분위기도 좋아요. 분위기가 좋고 커피도 맛있어요',
  '분위기는 좋은데 커피가 비싸요. 사장님이 친절해요!',
  '사장님 친절하시고 커피 맛있게 마셨어요',
  '직원분들 친절하고 빵이 맛있네요. 빵도 빵은 맛있는 편',
  '최고예요. 최고의 커피, 최고',
  '조용하고 조용해서 조용한 곳',
  '맛있고 맛있어서',
]
const stemOf = learnStems(new Set(CORPUS.flatMap(wordForms)))
const phrases = (text: string) => phrasesOf(text, stemOf)
const keys = (text: string) => phrases(text).map(({ key }) => key)

describe('stems of a corpus', () => {
  it('are those that occur with several endings', () => {
    expect(stemOf('분위기가')).toEqual({ stem: '분위기', ending: '가' })
    expect(stemOf('맛있는')).toMatchObject({ stem: '맛있' })
    expect(stemOf('친절하시고')).toMatchObject({ stem: '친절' })
  })

  it('leave a word alone whose end only looks like an ending', () => {
    expect(stemOf('최고')).toEqual({ stem: '최고', ending: '' })
  })
})

describe('phrases', () => {
  it('have one key in all their forms and orders', () => {
    expect(keys('커피가 맛있어요')).toContain('맛있 커피')
    expect(keys('맛있는 커피')).toContain('맛있 커피')
  })

  it('stand verbatim in the text, with the intensifiers they pass over', () => {
    const text = '여기 커피 정말 너무 맛있어요!!'
    const [phrase] = phrases(text).filter(({ key }) => key === '맛있 커피')
    expect(text.slice(phrase.start, phrase.end)).toBe('커피 정말 너무 맛있어요')
  })

  it('say the same of whoever is kind', () => {
    for (const text of ['친절해요', '사장님 친절하시고', '친절한 직원분들'])
      expect(keys(text)).toContain('친절')
  })

  it('end with the clause', () => {
    expect(keys('사장님 친절하시고 커피 맛있어요')).not.toContain('친절 커피')
    expect(keys('분위기, 커피')).not.toContain('분위기 커피')
    expect(keys('분위기 ㅠㅠ 커피')).not.toContain('분위기 커피')
  })

  it('keep what turns them around', () => {
    expect(keys('커피 맛있지 않아요').some((key) => key.includes('않'))).toBe(true)
    expect(keys('안')).toEqual([])
  })

  it('are spans of whatever text comes', () => {
    assert(
      property(string({ unit: constantFrom(...'커피 맛있고조용\nABc ㅎ.é👍12') }), (text) => {
        for (const { start, end, key } of phrases(text)) {
          expect(0 <= start && start < end && end <= text.length).toBe(true)
          expect(text.slice(start, end).trim()).toBe(text.slice(start, end))
          expect(key).not.toBe('')
        }
      }),
    )
  })
})
