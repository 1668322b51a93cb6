// A name that was heard, as the catalog writes it.
import { expect, it } from 'vitest'
import type { Place } from '../../../src/domain/place.ts'
import { writtenName } from '../../../src/recommend/query/written-name.ts'

const place = (name: string, en?: string) => ({ name, ...(en !== undefined && { names: { en } }) }) as Place

it.each([
  [place('블루 보틀', 'Blue Bottle'), 'bluebottle', 'ko', '블루 보틀'],
  [place('블루 보틀', 'Blue Bottle'), '블루보틀', 'en', 'Blue Bottle'],
  [place('철이네 떡볶이', "Cheol's Tteokbokki"), 'tteokbokki', 'ko', '떡볶이'],
  [place('한라산(국립공원)'), '한라산', 'en', '한라산(국립공원)'],
  [place('스타벅스 성수점'), '스타벅스', 'en', '스타벅스'],
  [place('스타벅스-성수점'), '스타벅스', 'ko', '스타벅스'],
  [place('떡볶이', 'The Tteokbokki House'), 'tteokbokki', 'ko', 'Tteokbokki'],
] as const)('%j by %s in %s is %s', (of, key, locale, written) => {
  expect(writtenName(of, key, locale)).toBe(written)
})

it('is none of a place that is not called so', () => {
  expect(writtenName(place('도담'), '블루보틀', 'ko')).toBeUndefined()
})
