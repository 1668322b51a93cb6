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
    '주말에는 가지 마',
    '이 동네 가지 마세요',
    '케이크는 시키지 말 것',
    '여기서 먹지 말자',
    '오지 마십시오',
    '가지마ㅠㅠ',
    '추천은 안 해요',
    '추천 안드려요',
    '재방문 안 할래요',
    '기대하고 갔는데 실망했어요',
    '얼그레이빵은 노맛',
    '머무는 동안 최악이었어요',
    '기다리는 동안 실망했어요',
    '천안 최악의 카페예요',
    '그동안 실망스러웠던 곳',
    '별로인 메뉴가 많아요',
    '별로인데 비싸요',
    '커피가 맛이 없어요',
    '분위기는 그닥...',
    '돈 아깝네요',
    'Nice view, but I would not recommend the food',
    "I wouldn't go there again",
    "We won't be back",
    'Avoid.',
    "I wouldn't recommend this place",
    "Quiet room, couldn't recommend it",
    "I don't recommend!",
    'I don’t recommend',
    'I dont recommend the coffee here',
    'Cant recommend the coffee',
    'I wont come back here again',
    'Cannot recommend the cake',
    "We don't recommend it any more",
    'Not only terrible, also expensive',
    "It isn't just disappointing",
    'Not worth the wait',
    '실망할 수밖에 없었어요',
    '이렇게 맛없을 줄 몰랐어요',
    '별로일 줄 알았어요',
    'Nothing but disappointing',
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
    '여러 가지 마들렌이 있어요',
    '세 가지 말차 음료',
    '네가지 마카롱',
    '여러 가지 마시는 차',
    '몇 가지 마 요리',
    '가지 마파두부가 맛있어요',
    '가지 마라탕',
    '가지 말이가 맛있어요',
    '사장님 추천 안주',
    '추천 안심 스테이크',
    '추천 못난이 김밥',
    '재방문 안 할 이유가 없어요',
    '추천 안 할 이유가 없어요',
    '한 번도 실망한 적이 없어요',
    '실망해 본 적 없음',
    '별로인 메뉴가 없어요',
    '맛없는 메뉴가 하나도 없어요',
    '실망 안 했어요',
    '실망은 안함',
    '혼자만 알고 싶으니 오지 마세요',
    '오지 마세요, 나만 알고 싶어요',
    'Come early to avoid the line',
    'Never disappointed',
    "You won't be disappointed",
    'You wont be disappointed',
    'Highly recommended',
    'I could not recommend more highly',
    "Can't recommend it enough",
    "Couldn't recommend this more",
    "Can't recommend this place highly enough",
    "Couldn't recommend this place any more highly",
    'I would not hesitate to recommend it',
    'Would not hesitate to come back',
    "I wouldn't mind going back",
    'It did not disappoint',
    'Nothing was disappointing',
    '실망 없는 맛집',
    '실망하실 일 없어요',
    '절대 실망하지 마세요',
    '돈 아까운 줄 모르겠어요',
    '별로일 줄 알았는데 좋아요',
    '다시는 안 갈 줄 알았는데 또 갔어요',
    '재방문 안 할 수 없는 곳',
    '재방문 안하면 손해',
    '추천 안 할 수가 없는 곳',
    '가지 말라고 해도 갈 곳',
    'Not terrible',
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
