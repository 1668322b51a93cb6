// What a place is for in a course, by the words of its categories, and what goes with what at which hour.
// Leaves what people really do to movements.ts: these are what is usual, and give way to counts.
import type { StopRole } from '../../domain/course.ts'
import type { Place } from '../../domain/place.ts'
import type { Vocabulary } from '../live/vocabulary.ts'

const KIDS = /\bkids?\b|키즈|어린이/

/** In the order of asking: "cafe/brunch" is a café before it is food, and a kids' café is for playing. */
const ROLE_WORDS: readonly (readonly [StopRole | 'errand' | 'kids', RegExp])[] = [
  [
    'errand',
    /\b(gym|fitness|yoga|swimming|martial|sports?|spa|hair|nail|beauty|salon|hospital|clinic|dentist|doctor|medical|pharmac|bank|office|school|college|university|laundry|repair|gas|parking|station|airport|subway|bus|hotel|hostel|guest-?house|lodging|stay|motel|resort|home|residence|residential|building|structure|tower|road|intersection|neighbou?rhood|grocery|supermarket|convenience|drugstore|factory|government|post|church|pet|care)|헬스|요가|수영|미용|네일|마사지|병원|의원|약국|은행|학교|학원|세탁|주유|주차|호텔|숙소|게스트하우스|모텔|펜션|반려|애견|동물병원|사무|마트|슈퍼|편의점/,
  ],
  [
    'play',
    /\b(karaoke|arcade|bowling|escape|board-game|game|theme-park|zoo|aquarium|play)\b|노래방|게임|방탈출|볼링|놀이|동물원|체험/,
  ],
  ['kids', KIDS],
  [
    'cafe',
    /\b(caf[eé]s?|coffee|tea|bakery|dessert|donut|ice-cream|bagel|cupcake|patisserie)\b|카페|커피|찻집|다방|디저트|베이커리|빵집/,
  ],
  [
    'drink',
    /\b(bars?|pub|beer|brewery|wine|cocktail|izakaya|nightlife|nightclub|club|lounge|speakeasy|makgeolli)\b|술집|주점|호프|맥주|와인|칵테일|막걸리|포차/,
  ],
  [
    'meal',
    /\b(food|restaurant|diner|eatery|bistro|noodles?|pizza|burger|steak|sushi|ramen|barbecue|bbq|sandwich|joint|kitchen)\b|음식|식당|맛집|한식|중식|일식|양식|분식|국밥|고기/,
  ],
  [
    'shop',
    /\b(shop|shops|shopping|store|market|mall|boutique|bookshop|bookstore|outlet)\b|쇼핑|상점|시장|가게|소품|백화점|편집|책방|서점/,
  ],
  [
    'sight',
    /\b(sights?|culture|museum|gallery|art|park|garden|outdoors?|outdoor|nature|viewpoint|lookout|scenic|beach|river|riverside|historic|monument|landmark|palace|temple|theat(er|re)|cinema|movie|music|concert|exhibit|trail|plaza|tourist|attraction|entertainment|library|stadium)\b|문화|박물관|미술관|갤러리|공원|정원|전망|산책|해변|바다|궁|사찰|유적|명소|관광|공연|영화|전시|물가|도서관/,
  ],
]

/** A stay in minutes, as the map services' own courses reckon. `attributes.stayMinutes` of a place comes first. */
const STAY_MINUTES: Readonly<Record<StopRole, number>> = {
  meal: 60,
  cafe: 50,
  sight: 60,
  shop: 40,
  play: 90,
  drink: 80,
  other: 45,
}
const MAX_STAY_MINUTES = 480

export interface Purpose {
  readonly role: StopRole
  /** Errands and what is for children: in no course unasked, but for those who go to such places. */
  readonly niche: boolean
}

export function purposeOf(place: Pick<Place, 'categories'>, vocabulary: Vocabulary): Purpose {
  const [code] = place.categories
  const steps = code?.split('/') ?? []
  // The narrowest step says most: "outdoor/park", "food/korean/stew".
  for (let depth = steps.length; depth > 0; depth--) {
    const path = steps.slice(0, depth).join('/')
    const words = [steps[depth - 1], vocabulary.categoryName(path, 'en'), vocabulary.categoryName(path, 'ko')]
    const found = ROLE_WORDS.find(([, pattern]) => words.some((word) => pattern.test(word.toLowerCase())))
    if (found === undefined) continue
    const [role] = found
    if (role === 'errand') return { role: 'other', niche: true }
    if (role === 'kids') return { role: 'play', niche: true }
    // "kids/library" is something to see, for children.
    return { role, niche: steps.slice(0, depth).some((step) => KIDS.test(step)) }
  }
  return { role: 'other', niche: false }
}

export function stayMinutes(place: Pick<Place, 'attributes'>, role: StopRole): number {
  const own = place.attributes?.['stayMinutes']
  return typeof own === 'number' && own >= 5 && own <= MAX_STAY_MINUTES ? Math.round(own) : STAY_MINUTES[role]
}

/**
 * How much better one role after another is than any, in the unit of log lifts of counts: a meal is followed by a
 * café and then something to see, and nobody eats twice in a row.
 */
const FOLLOWS: Readonly<Record<StopRole, Partial<Record<StopRole, number>>>> = {
  meal: { cafe: 0.8, sight: 0.5, shop: 0.3, play: 0.2, drink: 0.3, meal: -4 },
  cafe: { sight: 0.6, shop: 0.5, play: 0.3, meal: 0.2, cafe: -3 },
  sight: { cafe: 0.6, meal: 0.5, shop: 0.3, sight: -0.3 },
  shop: { cafe: 0.6, meal: 0.4, sight: 0.3, shop: -0.6 },
  play: { meal: 0.6, cafe: 0.4, drink: 0.2, play: -1.5 },
  drink: { drink: -1, meal: -1.5, cafe: -1.5, sight: -1, shop: -2 },
  other: { other: -1 },
}

export function usualFollow(from: StopRole, to: StopRole): number {
  return FOLLOWS[from][to] ?? 0
}

/** [from, to) local hours with how well a role fits; an hour in no row is `otherwise`. Hours past 24 are of the night. */
const HOURS: Readonly<
  Record<StopRole, { rows: readonly (readonly [number, number, number])[]; otherwise: number }>
> = {
  meal: {
    rows: [
      [7, 9, -0.2],
      [11, 14, 1],
      [17, 20.5, 1],
      [14, 15, 0],
      [24, 30, -3],
    ],
    otherwise: -1.2,
  },
  cafe: {
    rows: [
      [8, 11, 0.2],
      [13, 18, 0.5],
      [11, 13, -0.2],
      [18, 21, 0],
      [24, 30, -3],
    ],
    otherwise: -0.8,
  },
  sight: {
    rows: [
      [9, 18, 0.3],
      [18, 21, 0],
      [23, 30, -3],
    ],
    otherwise: -0.8,
  },
  shop: {
    rows: [
      [11, 20, 0.2],
      [23, 30, -3],
    ],
    otherwise: -0.8,
  },
  play: {
    rows: [
      [11, 22, 0.2],
      [26, 30, -2],
    ],
    otherwise: -0.6,
  },
  drink: {
    rows: [
      [18, 26, 0.6],
      [17, 18, 0],
    ],
    otherwise: -3,
  },
  other: { rows: [], otherwise: 0 },
}

/** @param hour local, from 0 to 24 */
export function usualHour(role: StopRole, hour: number): number {
  const { rows, otherwise } = HOURS[role]
  const row = rows.find(([from, to]) => (hour >= from && hour < to) || (hour + 24 >= from && hour + 24 < to))
  return row?.[2] ?? otherwise
}
