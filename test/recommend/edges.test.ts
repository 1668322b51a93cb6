// Questions at the edge: empty and exhausted areas, users of every extreme, clocks, and switches of the model between pages.
import { describe, expect, it } from 'vitest'
import type { Event, EventType } from '../../src/domain/event.ts'
import type { PlaceInput } from '../../src/domain/place.ts'
import {
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
  type Recommendation,
} from '../../src/domain/recommendation.ts'
import { runIndex } from '../../src/pipeline/build-index.ts'
import { openEncoder } from '../../src/pipeline/encoder.ts'
import { runTrain } from '../../src/pipeline/train.ts'
import { SILENT } from '../silent-progress.ts'
import { serveStored } from './served-places.ts'

const NOW = Date.parse('2026-11-25T03:00:00Z')
const DAY = 86_400_000
const CENTRE = { lng: 127, lat: 37.5 }
const AROUND = { circle: { ...CENTRE, radiusMeters: 2000 } }

/** Cafés and bars on a line, 50 m apart. */
const street = (count: number, more: Partial<PlaceInput> = {}): PlaceInput[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    name: `가게 ${index}`,
    categories: [index % 2 === 0 ? 'food/cafe' : 'night/bar'],
    lng: CENTRE.lng + index * 0.00057,
    lat: CENTRE.lat,
    ...more,
  }))
const away = { id: 'away', name: '먼 가게', categories: ['food/cafe'], lng: 128, lat: 36 }

let made = 0
const event = (userId: string, placeId: string, type: EventType = 'visit', at = NOW - DAY): Event => ({
  id: `e${made++}`,
  userId,
  placeId,
  type,
  at,
})
const ids = ({ items }: Recommendation) => items.map(({ place }) => place.id!)
const nearby = (body: object, now = NOW) => parseNearbyRequest({ locale: 'en', where: AROUND, ...body }, now)

describe('an answer without places says why', () => {
  it('where the area has none', async () => {
    const { service } = await serveStored({ places: [away], now: () => NOW })
    const answer = await service.nearby(nearby({}))
    expect(answer).toMatchObject({
      items: [],
      explanation: 'No place matches; without the circle 1 would.',
    })
  })

  it('where all are closed for good, unless closed ones are asked for', async () => {
    const { service } = await serveStored({ places: [...street(3, { closed: true }), away], now: () => NOW })
    expect((await service.nearby(nearby({}))).explanation).toBe(
      'All 3 places that match have closed for good.',
    )
    expect(ids(await service.nearby(nearby({ what: { includeClosed: true } })))).toHaveLength(3)
  })

  it('where the user disliked all of them, by events or in the request', async () => {
    const places = street(4)
    const { service, catalog } = await serveStored({ places: [...places, away], now: () => NOW })
    await catalog.appendEvents(places.map(({ id }) => event('u', id, 'dislike')))
    const explanation = 'You hid all 4 places that match. Take some back, or ask for more.'
    for (const who of [{ userId: 'u' }, { dislikes: places.map(({ id }) => id) }]) {
      expect(await service.nearby(nearby({ who }))).toMatchObject({ items: [], explanation })
      expect(await service.taste(parseTasteRequest({ where: AROUND, who, locale: 'en' }))).toMatchObject({
        items: [],
        explanation,
      })
      const search = { query: '가게', where: AROUND, who, locale: 'en' }
      expect(await service.search(parseSearchRequest(search))).toMatchObject({ items: [], explanation })
    }
  })

  it('where a taste has been everywhere, and nearby still answers', async () => {
    const places = street(4)
    const events = places.map(({ id }) => event('u', id))
    const { service } = await serveStored({ places: [...places, away], events, now: () => NOW })
    const who = { userId: 'u' }
    expect((await service.taste(parseTasteRequest({ where: AROUND, who, locale: 'en' }))).explanation).toBe(
      'You have been to all 4 places that match. Ask for more to find new ones.',
    )
    expect(ids(await service.nearby(nearby({ who })))).toHaveLength(4)
  })

  it('where filters contradict each other', async () => {
    const { service } = await serveStored({ places: street(4), now: () => NOW })
    const both = { categories: ['food/cafe'], excludeCategories: ['food'] }
    expect((await service.nearby(nearby({ what: both }))).explanation).toMatch(
      /without the categories 2 would/,
    )
    const none = { categories: ['food/cafe'], tags: ['nowhere'], minRating: 5 }
    expect((await service.nearby(nearby({ what: none }))).explanation).toMatch(
      /nor does any when one of the circle, the categories, the tags, the lowest rating is left out/,
    )
  })

  it('on a page after the last, where what was left went away meanwhile', async () => {
    const places = street(4)
    const { service, catalog } = await serveStored({ places, now: () => NOW })
    const who = { userId: 'u' }
    const first = await service.nearby(nearby({ who, limit: 2 }))
    const rest = places.map(({ id }) => id).filter((id) => !ids(first).includes(id))
    await catalog.appendEvents(rest.map((id) => event('u', id, 'hide')))
    const second = await service.nearby(nearby({ who, limit: 2, pageToken: first.nextPageToken }))
    expect(second).toMatchObject({ items: [], explanation: 'All 2 places that match were shown before.' })
  })
})

describe('an area of one place', () => {
  it('is answered by each call', async () => {
    const { service } = await serveStored({ places: [...street(1), away], now: () => NOW })
    const where = AROUND
    for (const answer of [
      await service.nearby(nearby({})),
      await service.taste(parseTasteRequest({ where })),
      await service.search(parseSearchRequest({ where, query: '가게' })),
      await service.similar(parseSimilarRequest({ where, placeIds: ['away'] })),
    ]) {
      expect(ids(answer)).toEqual(['p0'])
      expect(answer.items[0].reasons.length).toBeGreaterThan(0)
      expect(answer.nextPageToken).toBeUndefined()
    }
  })
})

describe('a start in the sea', () => {
  it('is answered with the nearest land, and says how far it is', async () => {
    const { service } = await serveStored({ places: street(12), now: () => NOW })
    const answer = await service.nearby(
      parseNearbyRequest({ near: { lng: 131, lat: 37 }, locale: 'en' }, NOW),
    )
    expect(answer.items).toHaveLength(10)
    expect(answer.explanation).toMatch(/Nothing lies within 1.0 km; the nearest place is 35\d.\d km away/)
  })
})

describe('a user', () => {
  it('with 100,000 events is answered from the newest ones, and by what they did last', async () => {
    const places = street(40)
    const { service, catalog } = await serveStored({ places, now: () => NOW })
    const events = Array.from({ length: 100_000 }, (_, n) =>
      event('busy', `p${(2 * n) % 40}`, 'click', NOW - DAY - (100_000 - n) * 1000),
    )
    for (let from = 0; from < events.length; from += 10_000) {
      await catalog.appendEvents(events.slice(from, from + 10_000))
    }
    const who = { userId: 'busy' }
    const started = performance.now()
    expect((await service.nearby(nearby({ who }))).items).toHaveLength(10)
    await service.nearby(nearby({ who }))
    expect(performance.now() - started).toBeLessThan(5000)
    expect((await service.user('busy')).events).toBe(100_000)
    await catalog.appendEvents([event('busy', 'p38', 'dislike', NOW - 1000)])
    expect(ids(await service.nearby(nearby({ who, limit: 100 })))).not.toContain('p38')
  }, 60_000)

  it('who dislikes everything but one place gets that one', async () => {
    const places = street(30)
    const events = places.slice(1).map(({ id }) => event('u', id, 'dislike'))
    const { service } = await serveStored({ places, events, now: () => NOW })
    expect(ids(await service.nearby(nearby({ who: { userId: 'u' } })))).toEqual(['p0'])
  })
})

describe('the clock of a place', () => {
  const hours = { openingHours: 'Su 00:30-02:30' }
  const bar = (id: string, lng: number, lat: number): PlaceInput => ({ id, name: id, lng, lat, ...hours })
  const places = [bar('newyork', -73.98, 40.75), bar('seoul', 126.98, 37.56), bar('auckland', 174.76, -36.85)]

  it.each([
    ['a minute before it opens after midnight', 'seoul', '2026-11-21T15:29:00Z', false],
    ['as it opens after midnight', 'seoul', '2026-11-21T15:30:00Z', true],
    ['before the clock is put forward', 'newyork', '2026-03-08T06:59:00Z', true],
    // 01:59 EST is followed by 03:00 EDT: the hour in which it would close does not exist.
    ['after the clock was put forward', 'newyork', '2026-03-08T07:01:00Z', false],
    ['in the hour that comes twice, the first time', 'newyork', '2026-11-01T05:45:00Z', true],
    ['in the hour that comes twice, the second time', 'newyork', '2026-11-01T06:45:00Z', true],
    ['an hour later by summer time', 'newyork', '2026-11-01T07:45:00Z', false],
    ['on its own Sunday, which is Saturday elsewhere', 'auckland', '2026-11-21T12:00:00Z', true],
  ])('says %s', async (_, id, at, open) => {
    const { service } = await serveStored({ places, now: () => Date.parse(at) })
    const ask = (what: object) => service.nearby(parseNearbyRequest({ at, what, limit: 5 }))
    const place = (await ask({})).items.find(({ place: { id: found } }) => found === id)!
    expect(place.open).toBe(open)
    expect(ids(await ask({ openAt: 'now' })).includes(id)).toBe(open)
  })
})

describe('a page token', () => {
  it('goes on across a switch of the model: nothing twice, nothing left out', async () => {
    const places = street(60)
    const events = places.flatMap(({ id }, n) =>
      Array.from({ length: n % 5 }, (__, user) => event(`u${user}`, id)),
    )
    const app = await serveStored({ places, events, now: () => NOW })
    const { service, catalog, folder, index, texts } = app
    const body = { where: {}, near: CENTRE, who: { userId: 'u1' } }
    const first = await service.nearby(nearby({ ...body, limit: 25 }))
    const before = index.manifest().modelVersion
    const job = { catalog, texts, progress: SILENT }
    const { version } = await runTrain({
      ...job,
      modelsFolder: folder.models,
      dim: 32,
      seed: 2,
      budgetSeconds: 2,
      threads: 1,
    })
    const encoder = await openEncoder({ catalog, folder, texts, modelVersion: version, patience: 'job' })
    await runIndex({ ...job, index, encoder })
    expect(index.manifest().modelVersion).not.toBe(before)
    const seen = ids(first)
    let token = first.nextPageToken
    while (token !== undefined) {
      const page = await service.nearby(nearby({ ...body, limit: 25, pageToken: token }))
      expect(page.recommendationId).toBe(first.recommendationId)
      seen.push(...ids(page))
      token = page.nextPageToken
    }
    expect(seen.toSorted()).toEqual(places.map(({ id }) => id).toSorted())
  })
})

describe('a session', () => {
  it('moves the next answer by three clicks, and a dislike removes the place and its kin', async () => {
    const kinds = ['sushi', 'books', 'climbing'] as const
    const words = {
      sushi: '초밥 생선회 오마카세 스시',
      books: '책방 독서 서점 소설',
      climbing: '클라이밍 암벽 볼더링 운동',
    }
    const places = kinds.flatMap((kind, k) =>
      Array.from({ length: 12 }, (_, n) => ({
        id: `${kind}${n}`,
        name: `${words[kind].split(' ')[n % 4]} ${n}`,
        categories: [kind],
        tags: words[kind].split(' '),
        description: words[kind],
        lng: CENTRE.lng + (n * 3 + k) * 0.0003,
        lat: CENTRE.lat,
      })),
    )
    const events = kinds.flatMap((kind) =>
      Array.from({ length: 10 }, (_, user) =>
        Array.from({ length: 6 }, (__, n) => event(`${kind}-fan${user}`, `${kind}${(user + n) % 12}`)),
      ).flat(),
    )
    const { service, catalog } = await serveStored({ places, events, now: () => NOW })
    const who = { userId: 'new' }
    const ask = async () => ids(await service.nearby(nearby({ who, limit: 12 })))
    const share = (list: readonly string[], kind: string) => list.filter((id) => id.startsWith(kind)).length
    const before = await ask()
    await catalog.appendEvents(
      ['books1', 'books5', 'books9'].map((id, n) => event('new', id, 'click', NOW - 60_000 + n)),
    )
    const clicked = await ask()
    expect(share(clicked, 'books')).toBeGreaterThan(share(before, 'books') + 2)
    const climbing = clicked.findIndex((id) => id.startsWith('climbing'))
    const disliked = clicked[climbing] ?? 'climbing3'
    await catalog.appendEvents([event('new', disliked, 'dislike', NOW - 1000)])
    const after = await ask()
    expect(after).not.toContain(disliked)
    expect(share(after, 'climbing')).toBeLessThan(Math.max(1, share(clicked, 'climbing')))
  })
})
