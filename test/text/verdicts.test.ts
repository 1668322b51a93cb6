// Which sentences turn something down, and which only look like it.
import { describe, expect, it } from 'vitest'
import { isTurnedDown, verdictsIn } from '../../src/text/verdicts.ts'

const found = (text: string) => verdictsIn(text).map(({ start, end }) => text.slice(start, end))

describe('a verdict', () => {
  it.each([
    '조용한 곳을 찾으시면 비추입니다',
    '음료는 맛있는데 케익 완전 비추에요ㅜㅜ',
    '가장 비추는 쑥가나슈쿠키',
    '커피 넣어 먹는건 비추고',
    '라떼는 비추천. 드립은 괜찮아요',
    '베이커리류는 추천하지 않습니다',
    '추천은 못 하겠어요',
    '버거는 별로',
    '아인슈페너는 별로였습니다',
    '커피도 별로고 너무 비싸요',
    '알바 매니저 애티튜드 최악',
    '불친절해서 다신 안가요',
    '다시는 방문 하고 싶지 않아요',
    '재방문 의사 X',
    '재방문의사는 없음!',
    '절대 가지마세요',
    '기대하고 갔는데 실망했어요',
    '얼그레이빵은 노맛',
    '커피가 맛이 없어요',
    '분위기는 그닥...',
    '돈 아깝네요',
    'Nice view, but I would not recommend the food',
    "I wouldn't go there again",
    "We won't be back",
    'Avoid.',
    'Not worth the wait',
    'The worst coffee in town',
  ])('turns down: %s', (text) => {
    expect(found(text)).not.toEqual([])
  })

  it.each([
    '햇살이 비추는 창가 자리가 좋아요',
    '조명이 은은하게 비추고 아늑해요',
    '별로 없는 조용한 카페',
    '사람이 별로 없어서 좋아요',
    '별로 안 달아서 맛있어요',
    '종류별로 다 맛있어요',
    '자리별로 콘센트가 있어요',
    '커피 맛이 최악은 아니에요',
    '별로이지도 않고 무난해요',
    '한 번도 실망하지 않았어요',
    '실망시키지 않는 곳',
    '맛없는 게 하나도 없어요',
    '맛이 없기가 쉽지 않은 빵',
    '추천하지 않을 수 없어요',
    '재방문 의사 있음',
    '절대 돈 아깝지 않습니다',
    '다른데 가지마시고 계속 여기 계셔주세요',
    '다시는 이런 곳 없을 것 같은 맛집',
    '그닥 비싸지 않아요',
    '공부하기 좋아서 추천',
    'Come early to avoid the line',
    'Never disappointed',
    "You won't be disappointed",
    'Highly recommended',
  ])('is none: %s', (text) => {
    expect(found(text)).toEqual([])
  })
})

describe('what is turned down', () => {
  const isDown = (text: string, words: string) => {
    const start = text.indexOf(words)
    return isTurnedDown(text, start, start + words.length)
  }

  it('is all of the sentence with the verdict, and nothing of others', () => {
    const text = '분위기 좋고 예뻐요. 조용한 곳을 찾으면 비추! 커피는 맛있어요'
    expect(isDown(text, '분위기 좋고 예뻐요.')).toBe(false)
    expect(isDown(text, '조용한 곳')).toBe(true)
    expect(isDown(text, '커피는 맛있어요')).toBe(false)
  })

  it('is the sentence before a verdict that stands alone', () => {
    expect(isDown('조용한 분위기? 케이크가 달아요. 진짜 비추합니다!', '케이크가 달아요.')).toBe(true)
    expect(isDown('Quiet place. I would not recommend', 'Quiet place')).toBe(true)
    expect(isDown('분위기 좋고 예뻐요. 커피는 별로', '분위기 좋고 예뻐요')).toBe(false)
  })
})
