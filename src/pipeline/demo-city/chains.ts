// Chains of the demo city: one name, many branches. Leaves where the branches stand to places.ts.

export interface Chain {
  readonly ko: string
  readonly en: string
  /** Category code of the branches. */
  readonly code: string
  readonly branches: number
  readonly price: number
  /** What the branches serve. */
  readonly items: readonly string[]
}

const chain = (
  ko: string,
  en: string,
  code: string,
  branches: number,
  price: number,
  items: readonly string[],
): Chain => ({ ko, en, code, branches, price, items })

export const CHAINS: readonly Chain[] = [
  chain('온새미커피', 'Onsaemi Coffee', 'cafe/coffee', 42, 1, ['아메리카노', '카페라테', '미숫가루라테']),
  chain('커피정거장', 'Coffee Stop', 'cafe/coffee', 30, 1, ['아메리카노', '바닐라라테', '복숭아 아이스티']),
  chain('블루피처커피', 'Blue Pitcher Coffee', 'cafe/coffee', 22, 2, ['콜드브루', '플랫화이트', '오트라테']),
  chain('빵굽는고양이', 'The Baking Cat', 'cafe/bakery', 18, 2, ['소금빵', '앙버터', '크림치즈 베이글']),
  chain('달콤상회', 'Dalkom Sanghoe', 'cafe/dessert', 12, 2, ['와플', '딸기 케이크', '마카롱']),
  chain('꼬르륵김밥', 'Kkoreureuk Gimbap', 'food/street/bunsik', 26, 1, ['참치김밥', '라면', '돈가스김밥']),
  chain('신바람떡볶이', 'Sinbaram Tteokbokki', 'food/street/bunsik', 20, 1, ['떡볶이', '모둠튀김', '순대']),
  chain('황금날개치킨', 'Golden Wing Chicken', 'food/street/chicken', 28, 2, [
    '후라이드',
    '양념치킨',
    '간장 날개',
  ]),
  chain('든든솥국밥', 'Deundeun Gukbap', 'food/korean/stew', 16, 1, ['돼지국밥', '순댓국', '수육 백반']),
  chain('이층버거', 'Double Decker Burger', 'food/western/burger', 14, 1, [
    '더블버거',
    '새우버거',
    '감자튀김',
  ]),
  chain('마라공방', 'Mala Gongbang', 'food/chinese/malatang', 12, 2, ['마라탕', '마라샹궈', '꿔바로우']),
  chain('매일짐', 'Everyday Gym', 'sport/gym', 14, 2, ['웨이트', '개인 지도', '러닝']),
  chain('반올림코인노래방', 'Sharp Coin Karaoke', 'play/karaoke', 16, 1, ['코인 노래', '최신곡', '듀엣곡']),
  chain('고을호프', 'Goeul Hof', 'bar/pub', 14, 1, ['생맥주', '하이볼', '소주']),
]
