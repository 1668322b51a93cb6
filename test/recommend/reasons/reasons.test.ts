// What is said of an item, by the reasons that a request's context gives it.
import { describe, expect, it } from 'vitest'
import type { Locale } from '../../../src/domain/names.ts'
import type { Place } from '../../../src/domain/place.ts'
import { Activity } from '../../../src/recommend/live/activity.ts'
import type { Live } from '../../../src/recommend/live/live.ts'
import type { Candidate } from '../../../src/recommend/candidates/candidate.ts'
import { localSlots } from '../../../src/recommend/context/local-slots.ts'
import { createGazetteer } from '../../../src/recommend/query/gazetteer.ts'
import type { Reason } from '../../../src/domain/recommendation.ts'
import type { Ranked } from '../../../src/recommend/ranking/rank.ts'
import { pastOf } from '../../../src/recommend/ranking/past.ts'
import { createReasons, type ReasonContext } from '../../../src/recommend/reasons/reasons.ts'
import { createVocabulary } from '../../../src/recommend/live/vocabulary.ts'
import { concepts } from '../../../src/text/concepts.ts'

const NOW = Date.parse('2026-11-25T15:00:00+09:00')
const SOURCE = {
  regions: [],
  spots: [],
  categories: [
    { code: 'food/cafe', name: '카페', names: { en: 'Cafe' } },
    { code: 'bar/wine', name: '와인바' },
  ],
}
const VECTOR = Float32Array.of(1, 0)

const place = (id: string, more: Partial<Place> = {}): Place => ({
  id,
  name: id,
  categories: ['food/cafe'],
  lng: 127,
  lat: 37,
  geohash: 'wydm9qwj7abc',
  regions: [],
  spots: [],
  ...more,
})

interface Asked extends Partial<ReasonContext> {
  /** Where the user has been. */
  readonly been?: readonly Place[]
  readonly visits?: readonly string[]
  readonly terms?: readonly string[]
  readonly scores?: Candidate['scores']
}

/** The texts of a place's reasons. */
function reasonsFor(of: Place, asked: Asked = {}): string[] {
  return allReasons(of, asked).map(({ text }) => text)
}

function allReasons(
  of: Place,
  { been = [], visits = [], terms, scores = {}, locale = 'ko', ...more }: Asked = {},
): Reason[] {
  const activity = new Activity(() => NOW)
  for (const placeId of visits) activity.add({ placeId, type: 'visit', at: NOW - 40 * 86_400_000 })
  const live = {
    activity,
    vocabulary: createVocabulary(SOURCE),
    gazetteer: createGazetteer({ ...SOURCE, concepts: concepts() }),
  } as Partial<Live> as Live
  const acted = been.map(({ id }) => ({
    placeId: id,
    type: 'visit' as const,
    at: NOW,
    strength: 1,
    vector: VECTOR,
  }))
  const entry = {
    candidate: { id: of.id, scores, ...(terms && { terms }) },
    place: of,
    vector: VECTOR,
    actions: 0,
    features: { popularNow: 0, popularity: 0 },
    score: 0,
  } as unknown as Ranked
  const reasons = createReasons({
    live,
    context: {
      vector: undefined,
      acted,
      dislikes: new Set(),
      categoryShares: new Map(),
      past: pastOf([]),
      queries: [],
    },
    actedPlaces: new Map(been.map((each) => [each.id, each])),
    slotOf: localSlots(NOW),
    now: NOW,
    locale: locale as Locale,
    ranked: [entry],
    ...more,
  })
  return reasons(entry)
}

describe('a place like one that the user has been to', () => {
  const hair = place('블랭크 헤어살롱', { categories: ['beauty/hair'], tags: ['예약', '주차'] })

  it('is called alike for its kind, or for two tags', () => {
    const cafe = place('자작나무 언덕')
    expect(reasonsFor(place('구름'), { been: [cafe] })).toContain('다녀온 ‘자작나무 언덕’과 비슷해요 · 카페')
    const wine = place('밤', { categories: ['bar/wine'], tags: ['예약', '주차'] })
    expect(reasonsFor(wine, { been: [hair] })).toContain('다녀온 ‘블랭크 헤어살롱’과 비슷해요 · #예약 #주차')
  })

  it('is not called alike for one tag', () => {
    const wine = place('밤', { categories: ['bar/wine'], tags: ['예약'] })
    expect(reasonsFor(wine, { been: [hair] }).filter((text) => text.includes('비슷'))).toEqual([])
  })

  it('is called alike in English by English words only', () => {
    const quiet = (id: string) =>
      place(id, { categories: ['bar/wine'], tags: ['조용한', '와이파이', '낙엽'] })
    expect(reasonsFor(quiet('a'), { been: [quiet('b')], locale: 'en' })).toContain(
      'Like “b” that you visited · #quiet #wifi',
    )
    const leaves = (id: string) => place(id, { categories: ['bar/wine'], tags: ['낙엽', '단풍'] })
    const said = reasonsFor(leaves('a'), { been: [leaves('b')], locale: 'en' })
    expect(said.filter((text) => text.startsWith('Like “b”'))).toEqual([])
  })
})

describe('a place that nobody has been to', () => {
  it('is called so where somebody has been somewhere, else only where nothing more can be said', () => {
    const fresh = '아직 방문 기록이 없는 곳이에요'
    expect(reasonsFor(place('구름', { tags: ['커피'] }), { terms: ['커피'] })).not.toContain(fresh)
    expect(reasonsFor(place('구름'))).toEqual([fresh])
    expect(reasonsFor(place('구름'), { visits: ['other'] })).toContain(fresh)
    expect(reasonsFor(place('구름'), { visits: ['구름'] })).not.toContain(fresh)
  })
})

describe('a line of a review', () => {
  const reviews = ['사람이 많은건 병원 근처라 그래요', '콘센트가 자리마다 있어요']

  it('is quoted for the word that tells places apart', () => {
    expect(reasonsFor(place('구름', { reviews }), { wanted: '콘센트 많은 카페' })).toContain(
      '후기 “콘센트가 자리마다 있어요”',
    )
  })

  it('is not quoted for a word that says nothing', () => {
    const said = reasonsFor(place('구름', { reviews: reviews.slice(0, 1) }), { wanted: '콘센트 많은 카페' })
    expect(said.filter((text) => text.startsWith('후기'))).toEqual([])
  })
})

describe('what a user’s places are known for', () => {
  const known = (id: string, names?: Record<string, string>) =>
    place(id, {
      reviews: ['분위기 좋아요'],
      keywords: [
        {
          id: '분위기-좋',
          name: '분위기 좋아요',
          ...(names && { names }),
          count: 2,
          score: 2,
          quotes: [{ source: 'review', index: 0, start: 0, end: 7, text: '분위기 좋아요' }],
        },
      ],
    })

  it('is named with the line that says it', () => {
    expect(reasonsFor(known('a'), { been: [known('b'), known('c')] })).toContain(
      '자주 찾는 곳들처럼 “분위기 좋아요” · 후기 “분위기 좋아요”',
    )
  })

  it('is named in English by its English name, or not at all', () => {
    const asked = (names?: Record<string, string>) =>
      reasonsFor(known('a', names), { been: [known('b'), known('c')], locale: 'en' })
    expect(asked({ en: 'atmosphere' })[0]).toBe(
      '“atmosphere”, as in places you choose · a review: “분위기 좋아요”',
    )
    expect(asked().filter((text) => text.includes('as in places you choose'))).toEqual([])
  })
})

describe('a place of the kind that was asked for', () => {
  it('is called so where no word of it was found, by the name of the kind that was asked for', () => {
    const cafe = place('구름', { categories: ['food/cafe/dessert'] })
    const visits = ['other', '구름']
    const found = { visits, scores: { text: 0.3 }, wanted: '커피숍' }
    expect(reasonsFor(cafe, found)).toEqual(['찾는 말은 없지만 닮은 곳이에요'])
    const categories = [{ code: 'bar/wine' }, { code: 'food/cafe' }]
    expect(reasonsFor(cafe, { ...found, categories })).toEqual(['분류에 “카페”'])
    expect(reasonsFor(cafe, { ...found, categories, wanted: 'coffee', locale: 'en' })).toEqual([
      '“Cafe” in its category',
    ])
    expect(reasonsFor(place('밤', { categories: ['food/bar'] }), { ...found, categories })[0]).not.toContain(
      '분류',
    )
  })

  it('is told by words that were found', () => {
    const cafe = place('구름', { tags: ['커피'] })
    const said = reasonsFor(cafe, { terms: ['커피'], categories: [{ code: 'food/cafe' }] })
    expect(said).toEqual(['태그에 “커피”'])
  })
})

describe('words that were found', () => {
  it('are shown by the English name of a tag', () => {
    const said = reasonsFor(place('a', { tags: ['조용한'] }), {
      terms: ['조용한'],
      locale: 'en',
      wanted: 'quiet',
    })
    expect(said[0]).toBe('“quiet” in its tag')
  })

  it('are highlighted where they are quoted, not in what they are found in', () => {
    const said = (terms: string[], of: Partial<Place>, locale: Locale = 'ko') =>
      allReasons(place('a', of), { terms, locale, wanted: terms[0] }).flatMap(({ text, highlights = [] }) =>
        highlights.map(({ start, end }) => [text.slice(start, end), start]),
      )
    expect(said(['소개'], { description: '소개 글' })).toEqual([['소개', 5]])
    expect(said(['태그'], { tags: ['태그'] })).toEqual([['태그', 5]])
    expect(said(['its'], { name: 'its' }, 'en')).toEqual([['its', 1]])
  })

  it('that cannot be read are left out, unless they were asked for so or nothing of its own can be said', () => {
    const leaves = place('a', { tags: ['낙엽'] })
    const asked = { terms: ['낙엽'], locale: 'en' as const, visits: ['other'] }
    const away = { ...asked, been: [place('b', { id: 'b' })], wanted: 'leaves' }
    expect(reasonsFor(leaves, away)[0]).toBe('Like “b” that you visited · Cafe')
    expect(reasonsFor(leaves, away).join()).not.toContain('낙엽')
    expect(reasonsFor(leaves, { ...asked, wanted: 'leaves' })).toEqual([
      '“낙엽” in its tag',
      'No visits recorded yet',
    ])
    expect(reasonsFor(leaves, { ...asked, wanted: '낙엽' })[0]).toBe('“낙엽” in its tag')
    expect(reasonsFor(leaves, { ...asked, visits: [], wanted: 'leaves' })).toEqual(['“낙엽” in its tag'])
  })

  it('are none of those that a place is said to lack, though it is open and they cannot be read', () => {
    const pork = place('돈사돈', { description: '흑돼지 전문점', openingHours: '24/7' })
    const asked = { scores: { text: 0.5 }, terms: ['흑돼지'], visits: ['돈사돈'], locale: 'en' as const }
    expect(reasonsFor(pork, { ...asked, wanted: 'black pork' })).toEqual([
      '“흑돼지” in its description',
      'Open now',
    ])
  })
})
