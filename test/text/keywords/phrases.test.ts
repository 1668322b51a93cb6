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
  '주차장이 주차장도 주차장은 주차도 주차는 주차가, 콘센트가 콘센트도, 와이파이가 와이파이도',
  '소금빵이 소금빵은 소금빵도, 라면이 라면은 라면도, 맛집이 맛집은 맛집이에요',
  '시끄럽지 시끄럽고 시끄럽네요, 않고 않은 않아서 않아요, 없고 없는 없어서 없어요 없이',
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

  it.each([
    ['직원이 친절하면 완벽해요', '친절'],
    ['직원분들이 좀 더 친절하셨으면 좋겠어요', '친절'],
    ['친절하시다면 또 갈게요', '친절'],
    ['매장이 조용했으면 합니다', '조용'],
    ['조용하면 좋을텐데', '조용'],
    ['주차장이 있었으면 좋겠네요', '주차장'],
    ['콘센트가 있으면 더 좋을 듯', '콘센트'],
    ['콘센트만 있으면좋겠어요', '콘센트'],
    ['주차장 만들어 주시길 바랍니다', '주차장'],
    ['좌석만 편했다면 완벽했을텐데', '완벽했을텐데'],
  ])('claim nothing that is wished for or supposed: %s', (text, key) => {
    expect(keys(text)).not.toContain(key)
  })

  it.each([
    ['직원이 친절하지 않아요', '친절', '않 친절'],
    ['직원이 친절하지는 못해요', '친절', undefined],
    ['직원이 안 친절해요', '친절', '안 친절'],
    ['시끄럽지않은 곳', '시끄럽', '시끄럽 않'],
    ['주차장이 없어요', '주차장', '없 주차장'],
    ['주차 안 돼요', '주차', undefined],
    ['와이파이 안돼요', '와이파이', undefined],
    ["it isn't noisy", 'noisy', "isn't noisy"],
  ])('hold what is denied only with what denies it: %s', (text, denied, whole) => {
    expect(keys(text)).not.toContain(denied)
    if (whole !== undefined) expect(keys(text)).toContain(whole)
  })

  it.each([
    ['직원이 친절하면서 빨라요', '친절'],
    ['소금빵은 맛있는데 주차장이 있으면 좋겠어요', '맛있 소금빵'],
    ['빵이 맛있어요 주차장만 있었으면 좋겠어요', '맛있 빵'],
    ['라면이 맛있어요', '라면'],
    ['아침에 가면 조용해요', '조용'],
    ['소금빵 맛집은 여기밖에 없어요', '맛집 소금빵'],
    ['창밖 골목길 바라보며 커피 한 잔', '골목길'],
  ])('keep what is claimed beside it: %s', (text, key) => {
    expect(keys(text)).toContain(key)
  })

  it.each([
    ['조용한 곳을 찾으시면 비추', '조용'],
    ['소금빵이 맛있고 조용한 카페를 원하면 추천하지 않아요', '조용'],
    ['소금빵은 별로였어요', '소금빵'],
    ['빵도 맛있는데 소금빵은 별로', '소금빵'],
    ['주차장은 최악', '주차장'],
    ['최악의 주차장', '주차장'],
    ['주차장에 가지 마세요', '주차장'],
    ['머무는 동안 최악의 소금빵', '소금빵'],
  ])('count nothing in favour that is turned down: %s', (text, key) => {
    expect(keys(text)).not.toContain(key)
  })

  it.each([
    ['소금빵은 별로', '별로 소금빵'],
    ['주차장은 최악', '주차장 최악'],
  ])('hold what is turned down together with the complaint: %s', (text, key) => {
    expect(keys(text)).toContain(key)
  })

  it.each([
    ['분위기는 조용한데 커피는 비추', '조용'],
    ['소금빵 추천 라면은 비추', '소금빵'],
    ['소금빵이 맛있고 라면은 별로', '맛있 소금빵'],
    ['빵이 맛있어요 라면은 별로', '맛있 빵'],
    ['사람이 별로 없는 조용한 카페', '조용'],
    ['조용한 창가를 햇살이 비추는 곳', '조용'],
    ['주차장이 최악은 아니에요', '주차장'],
    ['여러 가지 말차 디저트', '말차'],
    ['사장님 추천 안주', '안주'],
    ['추천 안심 스테이크', '안심'],
    ['소금빵을 먹고 실망한 적이 없어요', '소금빵'],
  ])('keep the praise beside it: %s', (text, key) => {
    expect(keys(text)).toContain(key)
  })

  it('of words written as one stand where they stand', () => {
    const text = '여긴 시끄럽지않아서 좋아요'
    const [phrase] = phrases(text).filter(({ key }) => key === '시끄럽 않')
    expect(text.slice(phrase.start, phrase.end)).toBe('시끄럽지않아서')
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
