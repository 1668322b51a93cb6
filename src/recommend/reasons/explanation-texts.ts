// Why a list is empty, or reaches further than a walk, in Korean and English.
// Leaves which explanation holds to answer.ts.
import type { Locale } from '../../domain/names.ts'
import { particleAfter } from '../../text/particles.ts'
import type { Filter } from '../../vector-index/filter.ts'
import { lengthText } from './reason-texts.ts'

export interface ExplanationTexts {
  readonly noPlaces: string
  /** Without the condition `count` places would match. */
  without(condition: keyof Filter, count: number): string
  noneOf(conditions: readonly (keyof Filter)[]): string
  /** The user turned away from all that match. */
  allDisliked(count: number): string
  /** The user has been to all that match, and asks for what is new. */
  allVisited(count: number): string
  /** All that match are closed for good. */
  allClosed(count: number): string
  /** The list ended with the page before. */
  readonly noMore: string
  /** There are places, but none for these words. */
  noWords(query: string): string
  /** There are so many places, but nothing that several of them have in common. */
  noThemes(places: number): string
  widened(walkable: number, walkMeters: number, toMeters: number): string
  nothingNear(walkMeters: number, nearestMeters: number): string
  /** No place holds some words, so others were looked for. */
  changed(words: readonly { readonly from: string; readonly to: string }[]): string
}

const CONDITIONS = {
  ko: {
    regions: '지역',
    spots: '핫스팟',
    geohashes: '지오해시',
    circle: '반경',
    bbox: '상자',
    polygon: '그린 영역',
    categories: '분류',
    excludeCategories: '뺀 분류',
    tags: '태그',
    priceLevels: '가격대',
    minRating: '최소 별점',
    openAt: '영업 시간',
    excludeIds: '뺀 장소',
    includeClosed: '폐업한 곳',
  },
  en: {
    regions: 'the regions',
    spots: 'the spots',
    geohashes: 'the geohashes',
    circle: 'the circle',
    bbox: 'the box',
    polygon: 'the polygon',
    categories: 'the categories',
    excludeCategories: 'the excluded categories',
    tags: 'the tags',
    priceLevels: 'the price levels',
    minRating: 'the lowest rating',
    openAt: 'the opening time',
    excludeIds: 'the excluded places',
    includeClosed: 'the closed ones',
  },
} as const satisfies Record<Locale, Record<keyof Filter, string>>

/** Longer queries are quoted by their beginning. */
const quote = (query: string) => (query.length > 40 ? `${query.slice(0, 39)}…` : query)

export const EXPLANATION_TEXTS: Readonly<Record<Locale, ExplanationTexts>> = {
  ko: {
    noPlaces: '아직 장소가 하나도 없어요.',
    without: (condition, count) =>
      `조건에 맞는 곳이 없어요. ‘${CONDITIONS.ko[condition]}’ 조건을 빼면 ${count}곳이 있어요.`,
    noneOf: (conditions) =>
      `조건에 맞는 곳이 없어요. ${conditions.map((key) => `‘${CONDITIONS.ko[key]}’`).join(', ')} 가운데 하나를 빼도 마찬가지예요.`,
    allDisliked: (count) =>
      `조건에 맞는 ${count}곳을 모두 숨기거나 싫다고 하셨어요. 조건을 넓히면 다른 곳을 찾을 수 있어요.`,
    allVisited: (count) =>
      `조건에 맞는 ${count}곳에 모두 다녀오셨어요. 조건을 넓히면 새로운 곳을 찾을 수 있어요.`,
    allClosed: (count) => `조건에 맞는 ${count}곳이 모두 폐업했어요.`,
    noMore: '목록이 앞 쪽에서 끝났어요.',
    noWords: (query) =>
      `이름, 분류, 태그, 소개 어디에도 “${quote(query)}” 같은 말이 없어요. 다른 말로 찾아보세요.`,
    noThemes: (places) => `${places}곳이 있지만 함께 묶을 만한 주제가 없어요. 지역을 넓혀 보세요.`,
    widened: (walkable, walk, to) =>
      `${lengthText(walk)} 안에는 ${walkable}곳뿐이라 ${lengthText(to)}까지 넓혀 찾았어요.`,
    nothingNear: (walk, nearest) =>
      `${lengthText(walk)} 안에는 아무 곳도 없어요. 가장 가까운 곳이 ${lengthText(nearest)} 떨어져 있어요.`,
    changed: (words) =>
      `${words.map(({ from, to }) => `‘${quote(from)}’ 대신 ‘${to}’`).join(', ')}${particleAfter(words[words.length - 1].to, '으로/로')} 찾았어요.`,
  },
  en: {
    noPlaces: 'There are no places yet.',
    without: (condition, count) => `No place matches; without ${CONDITIONS.en[condition]} ${count} would.`,
    noneOf: (conditions) =>
      `No place matches, nor does any when one of ${conditions.map((key) => CONDITIONS.en[key]).join(', ')} is left out.`,
    allDisliked: (count) =>
      count === 1
        ? 'You hid or disliked the one place that matches. Ask for a wider area or other kinds.'
        : `You hid or disliked all ${count} places that match. Ask for a wider area or other kinds.`,
    allVisited: (count) =>
      count === 1
        ? 'You have been to the one place that matches. Ask for a wider area or other kinds.'
        : `You have been to all ${count} places that match. Ask for a wider area or other kinds.`,
    allClosed: (count) =>
      count === 1
        ? 'The one place that matches is closed for good.'
        : `All ${count} places that match are closed for good.`,
    noMore: 'The list ended with the page before.',
    noWords: (query) =>
      `No name, category, tag or description has words like “${quote(query)}”. Try other words.`,
    noThemes: (places) =>
      `There ${places === 1 ? 'is 1 place' : `are ${places} places`}, but nothing to put on a shelf together. Try a wider area.`,
    widened: (walkable, walk, to) =>
      `Only ${walkable} ${walkable === 1 ? 'place lies' : 'places lie'} within ${lengthText(walk)}, so this list reaches out to ${lengthText(to)}.`,
    nothingNear: (walk, nearest) =>
      `Nothing lies within ${lengthText(walk)}; the nearest place is ${lengthText(nearest)} away.`,
    changed: (words) =>
      `No place has ${words.map(({ from, to }) => `“${quote(from)}”; this is for “${to}”`).join(', or ')}.`,
  },
}
