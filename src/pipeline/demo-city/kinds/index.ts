// All kinds of place of the demo city, and the categories above and of them.
// Leaves the kinds to the tables beside this file.
import { categoryWithAncestors, type Category } from '../../../domain/category.ts'
import { BARS } from './bar.ts'
import { CAFES } from './cafe.ts'
import { CULTURE } from './culture.ts'
import { KOREAN_FOOD } from './food-korean.ts'
import { WORLD_FOOD } from './food-world.ts'
import type { Kind } from './kind.ts'
import { KIDS, PLAY, SPORTS } from './leisure.ts'
import { OUTDOORS } from './outdoor.ts'
import { CARE, PETS, STAYS } from './services.ts'
import { MARKETS, SHOPS } from './shopping.ts'

export const KINDS: readonly Kind[] = [
  ...CAFES,
  ...KOREAN_FOOD,
  ...WORLD_FOOD,
  ...BARS,
  ...CULTURE,
  ...SHOPS,
  ...MARKETS,
  ...OUTDOORS,
  ...PLAY,
  ...SPORTS,
  ...KIDS,
  ...CARE,
  ...STAYS,
  ...PETS,
]

/** Names of the categories that only hold others. */
const UPPER_CATEGORIES: Readonly<Record<string, readonly [ko: string, en: string]>> = {
  cafe: ['카페', 'Café'],
  food: ['음식점', 'Food'],
  'food/korean': ['한식', 'Korean'],
  'food/japanese': ['일식', 'Japanese'],
  'food/chinese': ['중식', 'Chinese'],
  'food/western': ['양식', 'Western'],
  'food/street': ['분식·간식', 'Street food'],
  bar: ['술집', 'Bar'],
  culture: ['문화', 'Culture'],
  shopping: ['쇼핑', 'Shopping'],
  outdoor: ['야외', 'Outdoors'],
  play: ['놀이', 'Games'],
  sport: ['운동', 'Sport'],
  kids: ['아이', 'Children'],
  beauty: ['미용·휴식', 'Beauty and rest'],
  stay: ['숙박', 'Stay'],
  pet: ['반려동물', 'Pets'],
}

/** Every category of the demo city, parents before children. */
export function demoCategories(): Category[] {
  const names = new Map(KINDS.map(({ code, ko, en }) => [code, [ko, en] as const]))
  const codes = new Set(KINDS.flatMap(({ code }) => categoryWithAncestors(code).toReversed()))
  return [...codes].map((code) => {
    const [ko, en] = names.get(code) ?? UPPER_CATEGORIES[code]
    return { code, name: ko, names: { ko, en } }
  })
}
