// The hang-out spots of the demo city as a table: where they lie, what they are called, what opens there.
// Leaves their outlines to spots.ts.
import type { KindGroup } from './kinds/kind.ts'

export interface SpotSite {
  readonly id: string
  readonly ko: string
  readonly en: string
  readonly aliases: readonly string[]
  /** The dong around it, and kilometres east and north of that dong's centre. */
  readonly dong: string
  readonly offset: readonly [east: number, north: number]
  /** A circle by its radius, or an elongated outline: length × width in km, turned by `degrees` from east. */
  readonly shape:
    | { readonly radius: number }
    | { readonly length: number; readonly width: number; readonly degrees: number }
  /** Places that open here, relative to the other spots. */
  readonly bustle: number
  /** Which kinds of place: a group or a category code → weight; what is not named has `other`. */
  readonly draws: Readonly<Partial<Record<KindGroup, number>>> & Readonly<Record<string, number>>
  readonly other: number
}

export const SPOTS: readonly SpotSite[] = [
  {
    ...{ id: 'gaon-station', ko: '가온역', en: 'Gaon Station' },
    aliases: ['가온역 사거리', '시청 앞', 'City Hall'],
    ...{ dong: '가온동', offset: [0.05, 0], shape: { radius: 0.42 }, bustle: 11, other: 0.7 },
    draws: {
      meal: 1.4,
      cafe: 1.1,
      drink: 1.2,
      stay: 2,
      care: 1.6,
      'shopping/fashion': 2,
      'culture/cinema': 4,
    },
  },
  {
    ...{ id: 'yetgol-hanok-lane', ko: '옛골 한옥길', en: 'Yetgol Hanok Lane' },
    aliases: ['한옥마을', '옛골목', 'Hanok Village'],
    ...{ dong: '옛골동', offset: [0, 0], shape: { length: 0.85, width: 0.45, degrees: 35 } },
    ...{ bustle: 8, other: 0.15 },
    draws: {
      cafe: 1.2,
      'cafe/tea': 10,
      'stay/hanok': 14,
      'culture/workshop': 5,
      'food/korean/set-meal': 5,
      culture: 1.5,
      'shopping/craft': 4,
      'bar/makgeolli': 4,
    },
  },
  {
    ...{ id: 'haetsal-market', ko: '햇살시장 골목', en: 'Haetsal Market Alley' },
    aliases: ['햇살시장', '먹자골목', 'Sunshine Market'],
    ...{ dong: '돌담동', offset: [0.15, -0.25], shape: { length: 0.6, width: 0.32, degrees: 80 } },
    ...{ bustle: 7, other: 0.1 },
    draws: { 'food/street': 8, market: 14, 'food/korean': 2.2, 'bar/makgeolli': 4, 'shopping/flower': 3 },
  },
  {
    ...{ id: 'saebeot-university', ko: '새벗대 앞', en: 'Saebeot University Front' },
    aliases: ['새벗대', '대학로', '새벗대 정문', 'Campus Town'],
    ...{ dong: '글벗동', offset: [0.1, -0.1], shape: { length: 1, width: 0.55, degrees: -15 } },
    ...{ bustle: 10, other: 0.35 },
    draws: {
      meal: 1.2,
      cafe: 1.1,
      play: 5,
      'food/street': 2.5,
      'bar/pub': 3,
      'culture/bookshop': 3,
      sport: 1.6,
      'food/asian': 2.5,
      'food/chinese/malatang': 4,
    },
  },
  {
    ...{ id: 'naru-riverside', ko: '나루 강변공원', en: 'Naru Riverside Park' },
    aliases: ['나루공원', '강변', '나루터', 'Riverside'],
    ...{ dong: '나루동', offset: [0.1, -0.5], shape: { length: 1.7, width: 0.4, degrees: 8 } },
    ...{ bustle: 4, other: 0.1 },
    draws: {
      outdoor: 9,
      cafe: 1,
      'bar/craft-beer': 3,
      'food/street/chicken': 4,
      'food/western/pizza': 2,
      pet: 3,
    },
  },
  {
    ...{ id: 'mulbit-cafe-street', ko: '물빛 카페거리', en: 'Mulbit Café Street' },
    aliases: ['물빛 거리', '카페 골목', 'Waterlight Street'],
    ...{ dong: '물빛동', offset: [0, -0.1], shape: { length: 0.9, width: 0.4, degrees: 12 } },
    ...{ bustle: 9, other: 0.15 },
    draws: {
      cafe: 6,
      'food/western': 2,
      'bar/wine': 3,
      'shopping/goods': 3,
      'shopping/flower': 3,
      'culture/gallery': 2,
    },
  },
  {
    ...{ id: 'beodeul-station', ko: '버들역', en: 'Beodeul Station' },
    aliases: ['버들역 앞', '버들 환승센터'],
    ...{ dong: '버들동', offset: [0, 0.05], shape: { radius: 0.38 }, bustle: 6, other: 0.8 },
    draws: { meal: 1.3, care: 1.5, sport: 1.4, 'bar/izakaya': 2 },
  },
  {
    ...{ id: 'yunseul-lake', ko: '윤슬호수', en: 'Yunseul Lake' },
    aliases: ['윤슬호수공원', '호수 둘레길', 'Lakeside'],
    ...{ dong: '윤슬동', offset: [-0.75, -0.85], shape: { radius: 0.95 }, bustle: 5, other: 0.15 },
    draws: { outdoor: 6, cafe: 1.6, 'cafe/brunch': 5, 'food/western': 2, 'stay/hotel': 3, kids: 2, pet: 3 },
  },
  {
    ...{ id: 'soenae-factory-street', ko: '쇠내 공장거리', en: 'Soenae Factory Street' },
    aliases: ['공장거리', '쇠내 골목', 'Old Ironworks'],
    ...{ dong: '쇠내동', offset: [0, -0.05], shape: { length: 1, width: 0.5, degrees: -25 } },
    ...{ bustle: 9, other: 0.1 },
    draws: {
      cafe: 1.6,
      'cafe/roastery': 5,
      'shopping/vintage': 9,
      'shopping/records': 8,
      'culture/gallery': 6,
      'culture/workshop': 6,
      'bar/craft-beer': 4,
      'bar/lp': 5,
      'shopping/fashion': 2,
      'culture/live-music': 4,
    },
  },
  {
    ...{ id: 'byeokdol-food-alley', ko: '벽돌 맛골목', en: 'Byeokdol Food Alley' },
    aliases: ['맛골목', '벽돌길', 'Brick Alley'],
    ...{ dong: '벽돌동', offset: [-0.05, 0.1], shape: { length: 0.7, width: 0.4, degrees: 60 } },
    ...{ bustle: 8, other: 0.1 },
    draws: {
      meal: 3,
      'food/korean/barbecue': 6,
      'food/korean/spicy': 6,
      'food/chinese': 4,
      'food/japanese': 3,
      drink: 1,
    },
  },
  {
    ...{ id: 'yeoul-night-street', ko: '여울 밤거리', en: 'Yeoul Night Street' },
    aliases: ['밤거리', '여울 포차거리', 'Night Street'],
    ...{ dong: '여울동', offset: [0.1, -0.05], shape: { length: 0.8, width: 0.42, degrees: -8 } },
    ...{ bustle: 9, other: 0.2 },
    draws: {
      drink: 7,
      'play/karaoke': 7,
      'food/korean/barbecue': 2.5,
      'food/street/chicken': 3,
      'culture/live-music': 4,
    },
  },
  {
    ...{ id: 'kkotmaru-children-forest', ko: '꽃마루 아이숲', en: "Kkotmaru Children's Forest" },
    aliases: ['아이숲', '꽃마루 가족거리', 'Family Street'],
    ...{ dong: '꽃마루동', offset: [0.05, 0.05], shape: { radius: 0.5 }, bustle: 6, other: 0.35 },
    draws: {
      kids: 14,
      'cafe/bakery': 2.5,
      'food/western': 1.6,
      'food/korean/set-meal': 1.5,
      care: 1.2,
      outdoor: 1.5,
    },
  },
  {
    ...{ id: 'saeteo-office-town', ko: '새터 오피스타운', en: 'Saeteo Office Town' },
    aliases: ['새터 업무지구', '새터역', 'Business District'],
    ...{ dong: '새터동', offset: [0, 0], shape: { radius: 0.5 }, bustle: 9, other: 0.3 },
    draws: { meal: 2.4, 'cafe/coffee': 3, sport: 2.6, 'bar/izakaya': 2, 'stay/hotel': 2, 'food/healthy': 5 },
  },
  {
    ...{ id: 'solmoe-view-road', ko: '솔뫼 전망길', en: 'Solmoe View Road' },
    aliases: ['솔뫼산', '야경 명소', '전망대', 'Night View'],
    ...{ dong: '솔뫼동', offset: [0.1, 0.75], shape: { length: 1.2, width: 0.5, degrees: 50 } },
    ...{ bustle: 4, other: 0.1 },
    draws: { outdoor: 5, 'outdoor/viewpoint': 14, 'cafe/view': 14, 'food/western/steak': 4, 'bar/wine': 2 },
  },
  {
    ...{ id: 'duruseom-picnic-wood', ko: '두루섬 피크닉숲', en: 'Duruseom Picnic Wood' },
    aliases: ['두루섬', '섬 공원', 'River Island'],
    ...{ dong: '두루섬동', offset: [0, 0], shape: { length: 1.3, width: 0.4, degrees: 3 } },
    ...{ bustle: 1.2, other: 0.03 },
    draws: { outdoor: 12, cafe: 0.5, 'outdoor/camping': 20 },
  },
]
