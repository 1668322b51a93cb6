// The hidden tastes of the demo city: what a user can like, and what a place can offer, each between 0 and 1.
// Leaves who likes what to users.ts, what a place offers to the kinds and traits.

export interface Facet {
  readonly id: string
  readonly ko: string
  readonly en: string
  /** "… 지우" and "Jiu, who likes …": the label of a user whose strongest taste it is. */
  readonly liking: { readonly ko: string; readonly en: string }
  /** How many users have the taste, relative to the others. */
  readonly share: number
}

const facet = <const Id extends string>(
  id: Id,
  ko: string,
  en: string,
  share: number,
  likingKo: string,
  likingEn: string,
) => ({ id, ko, en, share, liking: { ko: likingKo, en: likingEn } })

export const FACETS = [
  facet('quiet', '조용한 카페', 'Quiet cafés', 12, '조용한 카페를 좋아하는', 'likes quiet cafés'),
  facet(
    'dessert',
    '디저트와 빵',
    'Desserts and bread',
    11,
    '빵과 디저트를 좋아하는',
    'likes bread and desserts',
  ),
  facet('spicy', '매운 음식', 'Spicy food', 9, '매운 음식을 찾아다니는', 'looks for spicy food'),
  facet('late', '늦은 밤 술집', 'Late bars', 9, '밤늦게까지 한잔하는', 'stays out late for a drink'),
  facet('kids', '아이와 함께', 'With children', 8, '아이와 나들이하는', 'goes out with children'),
  facet(
    'vintage',
    '빈티지와 책',
    'Vintage and books',
    7,
    '빈티지와 책방을 좋아하는',
    'likes vintage and bookshops',
  ),
  facet('sports', '운동', 'Sports', 8, '운동을 거르지 않는', 'never skips a workout'),
  facet('views', '전망과 야경', 'Views and night lights', 7, '야경을 보러 다니는', 'goes to see night views'),
  facet(
    'market',
    '시장과 길거리 음식',
    'Markets and street food',
    8,
    '시장 구경을 좋아하는',
    'likes markets and street food',
  ),
  facet('art', '전시와 공연', 'Exhibitions and shows', 7, '전시와 공연을 챙겨 보는', 'never misses a show'),
  facet('nature', '산책과 공원', 'Walks and parks', 9, '산책을 좋아하는', 'likes walks and parks'),
  facet('gourmet', '근사한 식사', 'Fine dining', 7, '근사한 식사를 좋아하는', 'likes fine dining'),
  facet('vegan', '채식과 건강식', 'Plant-based food', 5, '채식을 즐기는', 'eats plant-based'),
  facet('pets', '반려동물과 함께', 'With a pet', 6, '강아지와 다니는', 'goes everywhere with a dog'),
  facet(
    'play',
    '실내 놀이',
    'Games and karaoke',
    8,
    '보드게임과 노래방을 좋아하는',
    'likes games and karaoke',
  ),
] as const satisfies readonly Facet[]

export type FacetId = (typeof FACETS)[number]['id']

/** A strength between 0 and 1 for some of the facets. */
export type Tastes = Readonly<Partial<Record<FacetId, number>>>

/** Tastes as a vector in the order of `FACETS`. */
export function tasteVector(tastes: Tastes): Float64Array {
  return Float64Array.from(FACETS, ({ id }) => tastes[id] ?? 0)
}
