import { describe, expect, it } from 'vitest'
import { parseCourseRequest } from '../../src/domain/course.ts'
import { parseEvent } from '../../src/domain/event.ts'
import {
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
  parseTogetherRequest,
} from '../../src/domain/recommendation.ts'
import { parseThemeRequest, parseThemesRequest } from '../../src/domain/theme.ts'
import { dislike, NOTHING_KNOWN, remember } from '../../src/web/memory.ts'
import { askedList, toQuestion } from '../../src/web/question.ts'
import { initialState, MODES, type PageState } from '../../src/web/state.ts'

// The service's own parsers say whether a body is right.
const PARSERS = {
  nearby: parseNearbyRequest,
  taste: parseTasteRequest,
  themes: parseThemesRequest,
  courses: parseCourseRequest,
  similar: parseSimilarRequest,
  together: parseTogetherRequest,
  search: parseSearchRequest,
}

const full: PageState = {
  mode: 'nearby',
  query: '조용한 카페',
  intent: '혼자 책 읽기',
  startPlaces: ['a'],
  region: '11',
  spot: 'station',
  category: 'food/cafe',
  openNow: true,
  debug: false,
  point: { lng: 127, lat: 37.5 },
  radiusMeters: 500,
  area: {
    kind: 'polygon',
    corners: [
      [127, 37],
      [128, 37],
      [128, 38],
    ],
  },
  openPlace: 'b',
  locale: 'en',
  view: { lng: 127, lat: 37, zoom: 12 },
}

const memory = dislike(
  remember(NOTHING_KNOWN, { placeId: 'x', type: 'click', at: '2026-05-01T09:00:00.000Z' }),
  'y',
)

describe('the request of a page state', () => {
  it.for(MODES)('is one that %s takes, with everything set and with nothing', (mode) => {
    const bare = { ...initialState('ko'), mode, query: 'q', startPlaces: ['a'] }
    for (const state of [{ ...full, mode }, bare]) {
      const question = toQuestion(state, { memory, limit: 10, centre: { lng: 127, lat: 37 } })
      expect(question?.call).toBe(mode)
      expect(() => PARSERS[mode](question?.body)).not.toThrow()
    }
  })

  it('asks for one theme where one is open', () => {
    const question = toQuestion({ ...full, mode: 'themes', theme: 'tag:온실' }, { memory, limit: 10 })
    expect(question?.call).toBe(`themes/${encodeURIComponent('tag:온실')}`)
    expect(() => parseThemeRequest(question?.body)).not.toThrow()
  })

  it('carries every filter', () => {
    expect(toQuestion(full, { memory: NOTHING_KNOWN, limit: 10 })?.body).toMatchObject({
      where: {
        regions: ['11'],
        spots: ['station'],
        circle: { lng: 127, lat: 37.5, radiusMeters: 500 },
        polygon: {
          type: 'Polygon',
          coordinates: [
            [
              [127, 37],
              [128, 37],
              [128, 38],
              [127, 37],
            ],
          ],
        },
      },
      what: { categories: ['food/cafe'], openAt: 'now' },
      near: { lng: 127, lat: 37.5 },
      locale: 'en',
    })
  })

  it("sends a stranger's memory, but not beside a chosen user", () => {
    const who = (state: PageState) => toQuestion(state, { memory, limit: 10 })?.body['who']
    expect(who(full)).toEqual({ recent: memory.recent, dislikes: ['y'] })
    expect(who({ ...full, userId: 'u' })).toEqual({ userId: 'u' })
  })

  it('takes the middle of the map for nearby only while nothing else says where', () => {
    const centre = { lng: 1, lat: 2 }
    const near = (state: PageState) => toQuestion(state, { memory, limit: 10, centre })?.body['near']
    expect(near(initialState('ko'))).toEqual(centre)
    expect(near({ ...initialState('ko'), region: '11' })).toBeUndefined()
    expect(near({ ...initialState('ko'), mode: 'taste' })).toBeUndefined()
  })

  it('is none while there are no words to search for, or no place to be similar to', () => {
    const ask = (state: PageState) => toQuestion(state, { memory, limit: 10 })
    expect(ask({ ...full, mode: 'search', query: '' })).toBeUndefined()
    expect(ask({ ...full, mode: 'similar', startPlaces: [] })).toBeUndefined()
  })
})

describe('what an impression says of its list', () => {
  it('is who asked which call, and the words of a search or an intent', () => {
    const read = (mode: PageState['mode']) => askedList({ ...full, userId: 'u', mode })
    expect(read('search')).toEqual({ userId: 'u', call: 'search', query: '조용한 카페' })
    expect(read('taste')).toEqual({ userId: 'u', call: 'taste', query: '혼자 책 읽기' })
    expect(read('together')).toEqual({ userId: 'u', call: 'together' })
    expect(askedList({ ...full, mode: 'nearby' })).toBeUndefined()
    expect(read('courses')).toBeUndefined()
  })

  it('is one that the service takes, however long the words', () => {
    const asked = askedList({ ...full, userId: 'u', mode: 'search', query: '카페 '.repeat(200) })
    expect(() => parseEvent({ ...asked, type: 'impression', placeId: 'p' })).not.toThrow()
  })
})

describe("a stranger's memory", () => {
  it('keeps a hidden place once, and nothing that was done with it before', () => {
    const clicked = remember(memory, { placeId: 'z', type: 'click', at: '2026-05-01T09:01:00.000Z' })
    const hidden = dislike(dislike(clicked, 'z'), 'z')
    expect(hidden.dislikes).toEqual(['y', 'z'])
    expect(hidden.recent.map(({ placeId }) => placeId)).toEqual(['x'])
  })

  it('never outgrows what a request may hold', () => {
    let grown = NOTHING_KNOWN
    for (let i = 0; i < 1200; i++) {
      grown = remember(grown, { placeId: `p${i}`, type: 'click', at: '2026-05-01T09:00:00Z' })
      grown = dislike(grown, `d${i}`)
    }
    const question = toQuestion({ ...full, mode: 'taste' }, { memory: grown, limit: 10 })
    expect(() => parseTasteRequest(question?.body)).not.toThrow()
    expect(grown.recent.at(-1)?.placeId).toBe('p1199')
  })
})
