// Chains of the demo city: one name, many branches. Leaves where the branches stand to places.ts.

export interface Chain {
  readonly ko: string
  readonly en: string
  /** Category code of the branches. */
  readonly code: string
  readonly branches: number
  readonly price: number
}

const chain = (ko: string, en: string, code: string, branches: number, price: number): Chain => ({
  ...{ ko, en, code, branches, price },
})

export const CHAINS: readonly Chain[] = [
  chain('온새미커피', 'Onsaemi Coffee', 'cafe/coffee', 42, 1),
  chain('커피정거장', 'Coffee Stop', 'cafe/coffee', 30, 1),
  chain('블루피처커피', 'Blue Pitcher Coffee', 'cafe/coffee', 22, 2),
  chain('빵굽는고양이', 'The Baking Cat', 'cafe/bakery', 18, 2),
  chain('달콤상회', 'Dalkom Sanghoe', 'cafe/dessert', 12, 2),
  chain('꼬르륵김밥', 'Kkoreureuk Gimbap', 'food/street/bunsik', 26, 1),
  chain('신바람떡볶이', 'Sinbaram Tteokbokki', 'food/street/bunsik', 20, 1),
  chain('황금날개치킨', 'Golden Wing Chicken', 'food/street/chicken', 28, 2),
  chain('든든솥국밥', 'Deundeun Gukbap', 'food/korean/stew', 16, 1),
  chain('이층버거', 'Double Decker Burger', 'food/western/burger', 14, 1),
  chain('마라공방', 'Mala Gongbang', 'food/chinese/malatang', 12, 2),
  chain('매일짐', 'Everyday Gym', 'sport/gym', 14, 2),
  chain('반올림코인노래방', 'Sharp Coin Karaoke', 'play/karaoke', 16, 1),
  chain('고을호프', 'Goeul Hof', 'bar/pub', 14, 1),
]
