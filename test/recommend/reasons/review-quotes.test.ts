import { describe, expect, it } from 'vitest'
import type { Place } from '../../../src/domain/place.ts'
import { quoteReview } from '../../../src/recommend/reasons/review-quotes.ts'

const place = (...reviews: string[]): Place => ({
  id: 'p',
  name: '가게',
  categories: [],
  lng: 127,
  lat: 37,
  geohash: 'wydm9qwj7abc',
  regions: [],
  spots: [],
  reviews,
})

describe('the line of a review', () => {
  it('is quoted whole, with where it stands', () => {
    const reviews = ['커피는 보통.', '직원분 친절! 조용해서 책 읽기 좋아요ㅎㅎㅎ 또 올게요. 주차는 어려움']
    const quote = quoteReview(place(...reviews), ['조용'])!
    expect(quote).toMatchObject({ source: 'review', index: 1, text: '조용해서 책 읽기 좋아요' })
    expect(reviews[1].slice(quote.start, quote.end)).toBe(quote.text)
  })

  it('is found by the first of the words that any line says', () => {
    const found = place('창가 자리가 넓어요', '조용한 카페예요')
    expect(quoteReview(found, ['조용', '창가'])?.index).toBe(1)
    expect(quoteReview(found, ['야경', '창가'])?.index).toBe(0)
    expect(quoteReview(found, ['야경'])).toBeUndefined()
  })

  it('is not quoted where it says the opposite', () => {
    expect(quoteReview(place('조용하지 않아요', '별로 조용한 편은 아니에요'), ['조용'])).toBeUndefined()
    expect(quoteReview(place('It was not quiet at all'), ['quiet'])).toBeUndefined()
    expect(quoteReview(place('조용하지 않아요', '여긴 정말 조용해요'), ['조용'])?.index).toBe(1)
  })

  it.each([
    ['와이파이가 안돼요', '와이파이'],
    ['주차안됨 참고하세요', '주차'],
    ['주차가 불가능합니다', '주차'],
    ['노키즈존이라 아이랑 입장불가', '아이'],
    ['반려견 동반 금지예요', '반려견'],
    ['전망은 안좋아요', '전망'],
    ["The coffee doesn't taste good", 'coffee'],
    ['Coffee isn’t hot', 'coffee'],
    ['I don’t like the coffee', 'coffee'],
    ["We won't order coffee again", 'coffee'],
    ['I dont recommend the coffee here', 'coffee'],
    ['They cannot make coffee', 'coffee'],
  ])('is not quoted where it denies: %s', (review, word) => {
    expect(quoteReview(place(review), [word])).toBeUndefined()
  })

  it.each([
    ['편안해서 조용히 쉬기 좋아요', '조용'],
    ['조용한 해안가 카페예요', '조용'],
    ['조용한 안쪽 자리', '조용'],
    ['안주가 맛있어요', '안주'],
    ['안내가 친절해요', '친절'],
    ['커피 마시는 동안 조용해요', '조용'],
  ])('is quoted where 안 is part of another word: %s', (review, word) => {
    expect(quoteReview(place(review), [word])?.text).toBe(review)
  })

  it('is not quoted where it turns the place down', () => {
    const complaints = [
      '조용한 곳을 찾으시면 비추입니다',
      '조용한 공부를 위해서는 추천하지 않아요',
      '조용하기만 하고 커피는 최악',
      '조용한 척하는 곳. 비추!',
    ]
    for (const complaint of complaints) expect(quoteReview(place(complaint), ['조용'])).toBeUndefined()
    expect(quoteReview(place('Quiet, but I would not go again'), ['quiet'])).toBeUndefined()
    expect(quoteReview(place("Quiet room, couldn't recommend it"), ['quiet'])).toBeUndefined()
    expect(quoteReview(place('조용히 머무는 동안 최악이었어요'), ['조용'])).toBeUndefined()
    expect(quoteReview(place(complaints[0], '햇살이 비추는 조용한 창가'), ['조용'])?.index).toBe(1)
    expect(quoteReview(place('조용하고 예뻐요. 커피는 비추'), ['조용'])?.text).toBe('조용하고 예뻐요.')
  })

  it.each([
    ['여러 가지 말차 디저트', '말차'],
    ['사장님 추천 안주가 좋아요', '안주'],
    ['추천 안심 스테이크', '안심'],
    ['조용해서 혼자만 알고 싶으니 오지 마세요', '조용'],
    ["Quiet, can't recommend it enough", 'quiet'],
    ['Quiet, would come back', 'quiet'],
  ])('is quoted where it only looks like that: %s', (review, word) => {
    expect(quoteReview(place(review), [word])?.text).toBe(review)
  })

  it('is not quoted where it finds any fault', () => {
    const faults = [
      '조용한데 커피맛이 진짜로 너무 쓰레기같아요',
      '조용하고 디저트는 좋은데 음료는 아쉬워요',
      '조용하고 디저트 맛은 평타인데 인스타용으로 그냥....',
      '조용하긴 한데 비싼 편이에요',
      '조용하고 비싸지 않고',
      '주말엔 시끄럽고 평일엔 조용해요',
      '조용하지만 자리가 비좁아요',
      '조용하지만 직원이 느려요',
      '조용한 카페 찾으면 다른 카페 가세요',
      '조용하고 좋은데 양이 적어요',
      '조용한데 화장실이 지저분함',
      '조용하지만 주차는 어려워요',
      '조용한데 벌레 나왔어요',
      '조용하지만 커피가 식어서 나왔어요',
      '조용한데 파스타 먹고 배탈났어요',
      '조용하지만 커피는 그냥 그래요',
      '조용한데 와이파이가 자꾸 끊겨요',
      '조용한데 콘센트가 고장났어요',
      '조용할 줄 알았는데 시장통',
      '조용하지만 아이랑 가면 눈치 보여요',
      '조용하지만 주차 지옥입니다',
    ]
    for (const fault of faults) {
      expect([fault, quoteReview(place(fault), ['조용'])]).toEqual([fault, undefined])
    }
    expect(quoteReview(place('Quiet but overpriced'), ['quiet'])).toBeUndefined()
    expect(quoteReview(place('Quiet, coffee tastes burnt'), ['quiet'])).toBeUndefined()
    expect(quoteReview(place(faults[0], '조용하고 커피도 맛있어요'), ['조용'])?.index).toBe(1)
  })

  it('is quoted where it compares with praise, and where a word only looks like a fault', () => {
    const praise = [
      '다른 카페보다 조용해요',
      '조용하고 늦게까지 해요',
      '조용하고 그저께도 다녀왔어요',
      '조용하고 값을 하는 곳',
      '조용하고 줄기차게 찾는 곳',
      '조용하고 커피가 식어도 맛있어요',
      '조용하고 이 고장 특산 빵이 있어요',
    ]
    for (const line of praise) expect([line, quoteReview(place(line), ['조용'])?.text]).toEqual([line, line])
  })

  it.each([
    ['커피 냄새가 좋아요', '커피'],
    ['빵 굽는 냄새가 좋은 카페', '카페'],
    ['대기업 다니는 친구가 추천한 커피', '커피'],
    ['후회 없는 커피 맛집, 실패 없는 빵집', '커피'],
    ['커피 맛집, 실패 없는 곳이에요', '커피'],
    ['전문점 못지않게 커피가 맛있어요', '커피'],
    ['slow coffee bar with great pour over', 'coffee'],
    ['No better coffee in town', 'coffee'],
  ])('is quoted where it praises in such words: %s', (review, word) => {
    expect(quoteReview(place(review), [word])?.text).toBe(review)
  })

  it.each([
    ['후회 없는 커피지만 비싸요', '커피'],
    ['커피 냄새가 좋지 않아요', '커피'],
    ['커피에서 냄새가 나요', '커피'],
    ['Slow service, good coffee', 'coffee'],
    ['The coffee is no better than instant', 'coffee'],
  ])('is not quoted where they mean it: %s', (review, word) => {
    expect(quoteReview(place(review), [word])).toBeUndefined()
  })

  it('is not quoted where it is wished for or supposed', () => {
    const wishes = [
      '조금만 더 조용했으면 좋겠어요',
      '조용하면 자주 올 것 같아요',
      '조용하기만 하면 완벽할 텐데',
    ]
    for (const wish of wishes) expect(quoteReview(place(wish), ['조용'])).toBeUndefined()
    expect(quoteReview(place(wishes[0], '조용하면서 넓은 곳'), ['조용'])?.index).toBe(1)
  })

  it('is not quoted where it is too long to be read on a card', () => {
    expect(quoteReview(place(`${'조용하고 '.repeat(30)}좋아요`), ['조용'])).toBeUndefined()
  })

  it('is found whatever the case and width of its letters', () => {
    expect(quoteReview(place('Ｓｏ ＱＵＩＥＴ here'), ['quiet'])?.text).toBe('Ｓｏ ＱＵＩＥＴ here')
  })
})
