import { describe, expect, it } from 'vitest'
import { checkText, findQuote, type Evidence } from '../../../src/recommend/writing/grounding.ts'

const REVIEW = '조용해서 책 읽기 좋아요. 소금빵도 맛있어요! 문의 010-1234-5678'
const korean: Evidence = {
  locale: 'ko',
  maxChars: 200,
  facts: ['달빛 카페', '카페', '성수동카페거리', '주차', '조용한 분위기', '소금빵', 'seats 40'],
  texts: [
    { source: 'description', index: 0, text: '달빛이 드는 창가.' },
    { source: 'review', index: 4, text: REVIEW },
  ],
}
const english: Evidence = {
  locale: 'en',
  maxChars: 200,
  facts: ['Moon Cafe', 'Cafe', 'Seongsu', 'parking', 'quiet atmosphere', 'seats 40'],
  texts: [{ source: 'review', index: 0, text: 'So quiet, good for reading. It is the best in Seoul.' }],
}

describe('a written text', () => {
  it.each([
    [korean, '성수동카페거리에 있는 카페예요. 조용한 분위기를 찾는 분들께 어울려요.'],
    [korean, '달빛 카페는 소금빵을 즐길 수 있는 곳이에요.'],
    [korean, '주차가 가능하고 조용한 카페입니다.'],
    [english, 'Moon Cafe is a cafe in Seongsu with parking and a quiet atmosphere.'],
    [english, 'A quiet cafe that seats 40.'],
  ])('that keeps to its facts is taken: %#', (evidence, text) => {
    expect(checkText(text, evidence)).toEqual({ ok: true, quotes: [] })
  })

  it('may quote a source letter by letter, and says where it stands', () => {
    const text = '성수동카페거리의 카페로, “소금빵도 맛있어요”라는 후기가 있어요.'
    const checked = checkText(text, korean)
    const start = REVIEW.indexOf('소금빵도')
    expect(checked).toEqual({
      ok: true,
      quotes: [
        {
          start: 15,
          end: 24,
          of: { source: 'review', index: 4, start, end: start + 9, text: '소금빵도 맛있어요' },
        },
      ],
    })
    expect(text.slice(15, 24)).toBe('소금빵도 맛있어요')
    expect(REVIEW.slice(start, start + 9)).toBe('소금빵도 맛있어요')
  })

  it.each([
    [korean, '성수동 최고의 카페예요.', '최고의'],
    [korean, '좌석이 50개인 카페예요.', '50'],
    [korean, '주차할 수 없는 카페예요.', '없는'],
    [korean, '주차는 안 되는 카페예요.', '안'],
    [korean, '별빛 식당 옆의 카페예요.', '별빛'],
    [korean, '“분위기 최고”라는 후기가 있는 카페예요.', '분위기 최고'],
    [korean, '책 읽기 좋은 카페예요.', '책'],
    [english, 'The best cafe in Seoul.', 'best'],
    [english, 'A cafe with no parking.', 'no'],
    [english, "A cafe that isn't quiet.", 'isn'],
    [english, 'A quiet cafe with 30 seats.', '30'],
    [english, 'A cafe with wifi in Seongsu.', 'wifi'],
    [english, 'Guests say “so quiet”.', 'so quiet'],
  ])('that says more than its evidence is not: %#', (evidence, text, word) => {
    expect(checkText(text, evidence)).toMatchObject({ ok: false, problem: expect.stringContaining(word) })
  })

  it.each([
    ['a link', '카페예요. http://x.example'],
    ['an address without a scheme', '카페예요. moon.com'],
    ['markup', '<b>카페</b>예요.'],
    ['a Markdown link', '[카페](주차)예요.'],
    ['a mail address', '카페예요 a@b'],
    ['a line break', '카페\n예요'],
    ['an emoji', '카페예요 🍵'],
    ['half a quotation', '카페예요 “소금빵'],
    ['nothing', ' '],
    ['nothing of the place', '여기에 있는 곳이에요.'],
    ['too much', '카페 '.repeat(100)],
  ])('with %s is not taken', (_, text) => {
    expect(checkText(text, korean).ok).toBe(false)
  })

  it('takes the words of reviews for no facts: they come as quotes only', () => {
    expect(checkText('The best cafe in Seoul.', english).ok).toBe(false)
    expect(checkText('A review says “the best in Seoul”.', english)).toMatchObject({ ok: true })
  })
})

describe('a quote', () => {
  it('is none where it gives a number to call or an address', () => {
    expect(findQuote('문의 010-1234-5678', korean.texts)).toBeUndefined()
    expect(findQuote('see http://x', [{ source: 'review', index: 0, text: 'see http://x' }])).toBeUndefined()
  })
  it('is none where the sentence turns the place down', () => {
    const text = '빵이 맛있어요. 조용한 곳을 찾으면 비추!'
    expect(findQuote('조용한 곳', [{ source: 'review', index: 0, text }])).toBeUndefined()
    expect(findQuote('빵이 맛있어요', [{ source: 'review', index: 0, text }])).toMatchObject({ start: 0 })
  })
  it('is none where it is one letter, very long, or padded', () => {
    expect(findQuote('책', korean.texts)).toBeUndefined()
    expect(findQuote(' 책 읽기', korean.texts)).toBeUndefined()
    const long = { source: 'review' as const, index: 0, text: '가'.repeat(200) }
    expect(findQuote('가'.repeat(81), [long])).toBeUndefined()
  })
})
