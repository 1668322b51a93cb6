import { describe, expect, it } from 'vitest'
import type { Place } from '../../src/domain/place.ts'
import { placeDocument } from '../../src/text/document.ts'

const NAMES: Record<string, string> = {
  food: '음식',
  'food/cafe': '카페',
  11: '서울특별시',
  1120065: '성수1가1동',
  seongsu: '성수동 카페거리',
}
const nameOf = (code: string) => NAMES[code] ?? code
const vocabulary = { regionName: nameOf, spotName: nameOf, categoryName: nameOf }

const bare: Place = {
  id: 'p1',
  name: '카페 도담',
  lng: 127.05,
  lat: 37.54,
  geohash: 'wydmd3n1kq2v',
  categories: [],
  regions: [],
  spots: [],
}

const keyword = (id: string, name: string, names: Record<string, string>, negative = false) => ({
  id,
  name,
  names,
  count: 2,
  score: 3,
  ...(negative && { negative }),
  quotes: [{ source: 'review' as const, index: 0, start: 0, end: 2, text: '커피' }],
})

describe('the document of a place', () => {
  it('says what it is and where first, what others say of it last', () => {
    const place: Place = {
      ...bare,
      names: { ko: '카페 도담', en: 'Cafe Dodam' },
      categories: ['food/cafe', 'food'],
      regions: ['11', '1120065'],
      spots: ['seongsu'],
      attributes: { 주차: true, 반려견: false, 좌석: 40, 로스팅: '매주' },
      tags: ['조용한', '드립'],
      description: ' 골목 안 작은 카페 ',
      reviews: ['커피가 좋아요', '또 갈게요'],
      keywords: [keyword('coffee', '커피 맛집', { en: 'good coffee' }), keyword('slow', '느려요', {}, true)],
    }
    expect(placeDocument(place, vocabulary)).toBe(
      [
        '카페 도담 Cafe Dodam',
        '음식 카페',
        '서울특별시 성수1가1동 성수동 카페거리',
        '주차 좌석 40 로스팅 매주',
        '조용한 드립',
        '커피 맛집 good coffee',
        '골목 안 작은 카페',
        '커피가 좋아요',
        '또 갈게요',
      ].join('\n'),
    )
  })

  it('is the name alone where nothing else is known', () => {
    expect(placeDocument(bare, vocabulary)).toBe('카페 도담')
  })

  it('leaves spots out where there are no names for them', () => {
    const place = { ...bare, spots: ['seongsu'] }
    expect(placeDocument(place, { regionName: nameOf, categoryName: nameOf })).toBe('카페 도담')
  })

  it('does not change with the id or the coordinates', () => {
    const moved = { ...bare, id: 'p2', lng: 128, geohash: 'wyfffffffffff', rating: 4.5 }
    expect(placeDocument(moved, vocabulary)).toBe(placeDocument(bare, vocabulary))
  })
})
