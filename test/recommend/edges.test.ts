// Questions at the edge of what can be answered: each is answered usefully, or says why it is empty.
import { describe, expect, it, onTestFinished } from 'vitest'
import { openApp } from '../../src/app.ts'
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
const SEOUL = { lng: 126.98, lat: 37.56 }
const BUSAN = { lng: 129.07, lat: 35.18 }

let made = 0
const event = (userId: string, placeId: string, type: EventType = 'visit', at = NOW - 86_400_000): Event => ({
  id: `e${made++}`,
  userId,
  placeId,
  type,
  at,
})

const cafes = (count: number, more: Partial<PlaceInput> = {}): PlaceInput[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `cafe${String(i).padStart(2, '0')}`,
    name: `찻집 ${i}`,
    categories: ['food/cafe'],
    lng: SEOUL.lng + i / 5000,
    lat: SEOUL.lat,
    ...more,
  }))

const ids = ({ items }: Recommendation) => items.map(({ place }) => place.id!)
const near = (point: object, more: object = {}) =>
  parseNearbyRequest({ near: point, locale: 'en', ...more }, NOW)
const around = (point: object, radiusMeters: number) => ({ where: { circle: { ...point, radiusMeters } } })

describe('an area', () => {
  it('with no place, with one, and with all closed for good says what there is', async () => {
    const closed = { ...cafes(1)[0], id: 'gone', name: '옛집', ...BUSAN, closed: true }
    const { service } = await serveStored({ places: [...cafes(1), closed], now: () => NOW })
    expect(await service.nearby(near(SEOUL, around({ lng: 128, lat: 36.5 }, 500)))).toMatchObject({
      items: [],
      explanation: 'No place matches; without the circle 1 would.',
    })
    expect(ids(await service.nearby(near(SEOUL, around(SEOUL, 500))))).toEqual(['cafe00'])
    expect(await service.nearby(near(BUSAN, around(BUSAN, 500)))).toMatchObject({
      items: [],
      explanation: 'The one place that matches is closed for good.',
    })
  })

  it('whose places are all shut now says that it is the hour', async () => {
    const { service } = await serveStored({
      places: cafes(3, { openingHours: 'Mo-Su 20:00-22:00' }),
      now: () => NOW,
    })
    expect(await service.nearby(near(SEOUL, { what: { openAt: 'now' } }))).toMatchObject({
      items: [],
      explanation: 'No place matches; without the opening time 3 would.',
    })
  })

  it('is searched from a point in the sea, and says how far the shore is', async () => {
    const { service } = await serveStored({ places: cafes(3), now: () => NOW })
    const answer = await service.nearby(near({ lng: 125.5, lat: 37.56 }))
    expect(ids(answer)).toHaveLength(3)
    expect(answer.explanation).toMatch(
      /^Nothing lies within 1.0 km; the nearest place is 13\d\.\d km away\.$/,
    )
  })
})

describe('dislikes', () => {
  const everything = cafes(6).map(({ id }) => id)

  it('of everything leave nothing, and say so', async () => {
    const { service } = await serveStored({
      places: cafes(6),
      events: everything.map((id) => event('grump', id, 'dislike')),
      now: () => NOW,
    })
    for (const who of [{ userId: 'grump' }, { dislikes: everything }]) {
      for (const ask of [
        () => service.nearby(near(SEOUL, { who })),
        () => service.taste(parseTasteRequest({ who, locale: 'en' })),
        () => service.similar(parseSimilarRequest({ placeIds: ['cafe00'], who, locale: 'en' })),
      ]) {
        expect(await ask()).toMatchObject({
          items: [],
          explanation: expect.stringMatching(/^You hid or disliked (all \d places|the one place) that match/),
        })
      }
    }
  })

  it('are not blamed for what words do not find, nor for what is excluded in the request', async () => {
    const [first, ...others] = everything
    const { service } = await serveStored({ places: cafes(6), now: () => NOW })
    const who = { dislikes: [first] }
    const search = { query: 'zzzzqqq', who, locale: 'en' }
    expect((await service.search(parseSearchRequest(search))).explanation).toMatch(/^No name, category, tag/)
    const rest = { what: { excludePlaceIds: others }, who }
    expect((await service.nearby(near(SEOUL, rest))).explanation).toMatch(
      /^You hid or disliked the one place/,
    )
    const all = { what: { excludePlaceIds: everything }, who: { dislikes: ['elsewhere'] } }
    expect((await service.nearby(near(SEOUL, all))).explanation).toMatch(
      /without the excluded places 6 would/,
    )
  })

  it('of a thousand places that are not there change nothing', async () => {
    const { service } = await serveStored({ places: cafes(6), now: () => NOW })
    const who = { dislikes: Array.from({ length: 200 }, (_, i) => `nowhere${i}`) }
    expect(ids(await service.taste(parseTasteRequest({ who })))).toHaveLength(6)
  })
})

describe('filters that contradict each other', () => {
  it.each([
    {
      question: { what: { categories: ['food/cafe'], excludeCategories: ['food/cafe'] } },
      words: 'No place matches; without the categories 1 would.',
    },
    {
      question: { where: { circle: { ...BUSAN, radiusMeters: 500 }, geohashes: ['wydm9'] } },
      words: 'No place matches; without the circle 4 would.',
    },
  ])('$question name the one to leave out', async ({ question, words }) => {
    const park = { id: 'park', name: '공원', categories: ['sight/park'], ...SEOUL }
    const { service } = await serveStored({ places: [...cafes(3), park], now: () => NOW })
    expect(await service.nearby(near(SEOUL, question))).toMatchObject({ items: [], explanation: words })
  })
})

describe('the clock', () => {
  const shops = (points: readonly { lng: number; lat: number }[], openingHours: string) =>
    points.map((point, i) => ({ id: `shop${i}`, name: `Shop ${i}`, openingHours, ...point }))
  const NEW_YORK = { lng: -73.98, lat: 40.75 }
  const open = async (places: PlaceInput[], at: string) => {
    const { service } = await serveStored({ places, now: () => Date.parse(at) })
    const { items } = await service.taste(parseTasteRequest({}))
    return Object.fromEntries(items.map(({ place, open: isOpen }) => [place.id, isOpen]))
  }

  it('is that of each place', async () => {
    // 21:00 in Seoul is 07:00 in New York.
    const places = shops([SEOUL, NEW_YORK], 'Mo-Su 06:00-12:00')
    expect(await open(places, '2026-11-25T12:00:00Z')).toEqual({ shop0: false, shop1: true })
  })

  it('runs over midnight into the next day', async () => {
    const bar = shops([SEOUL], 'Tu 20:00-02:00')
    const at = async (time: string) => (await open(bar, time))['shop0']
    expect(await at('2026-11-24T23:59:00+09:00')).toBe(true)
    expect(await at('2026-11-25T00:00:00+09:00')).toBe(true)
    expect(await at('2026-11-25T01:59:00+09:00')).toBe(true)
    expect(await at('2026-11-25T02:00:00+09:00')).toBe(false)
  })

  it('is moved by daylight saving time', async () => {
    const shop = shops([NEW_YORK], 'Mo-Su 09:00-17:00')
    // 13:30 UTC is 09:30 in summer and 08:30 in winter; the clock goes back on 2026-11-01.
    expect(await open(shop, '2026-10-31T13:30:00Z')).toEqual({ shop0: true })
    expect(await open(shop, '2026-11-01T13:30:00Z')).toEqual({ shop0: false })
  })
})

describe('a taste that has been everywhere', () => {
  it('says so, and nearby still answers', async () => {
    const events = cafes(4).map(({ id }) => event('local', id, 'visit'))
    const { service } = await serveStored({ places: cafes(4), events, now: () => NOW })
    const who = { userId: 'local' }
    expect(await service.taste(parseTasteRequest({ who, locale: 'en' }))).toMatchObject({
      items: [],
      explanation: 'You have been to all 4 places that match. Ask for a wider area or other kinds.',
    })
    expect(ids(await service.nearby(near(SEOUL, { who })))).toHaveLength(4)
  })
})

describe('a user whom another process erased', () => {
  it('is a stranger to the next request', async () => {
    const mine = await serveStored({
      places: cafes(4),
      events: [event('gone', 'cafe00', 'dislike')],
      now: () => NOW,
    })
    const other = await openApp(mine.config, () => NOW)
    onTestFinished(() => other.close())
    const request = near(SEOUL, { who: { userId: 'gone' } })
    expect(ids(await mine.service.nearby(request))).toHaveLength(3)
    await other.service.eraseUser('gone')
    expect(ids(await mine.service.nearby(request))).toHaveLength(4)
  })
})

describe('a user with 100,000 events', () => {
  it('is answered by the newest of them', { timeout: 60_000 }, async () => {
    const places = cafes(40)
    const { service, catalog } = await serveStored({ places, now: () => NOW })
    for (let from = 0; from < 100_000; from += 5000) {
      await catalog.appendEvents(
        Array.from({ length: 5000 }, (_, i) =>
          event('busy', places[(from + i) % 40].id, 'click', NOW - 200_000_000 + (from + i) * 1000),
        ),
      )
    }
    const answer = await service.nearby(near(SEOUL, { who: { userId: 'busy' } }))
    expect(ids(answer)).toHaveLength(10)
    const { events } = await service.user('busy')
    expect(events).toBe(100_000)
  })
})

describe('a page token', () => {
  it('goes on across a switch of the model, without repeating anything', async () => {
    const app = await serveStored({
      places: cafes(40),
      events: [event('u', 'cafe03'), event('u', 'cafe07'), event('v', 'cafe03')],
      now: () => NOW,
    })
    const { service, catalog, folder, texts, index, words } = app
    const page = (pageToken?: string) =>
      service.nearby(near(SEOUL, { who: { userId: 'u' }, ...(pageToken && { pageToken }) }))
    const first = await page()
    await runTrain({
      catalog,
      texts,
      modelsFolder: folder.models,
      dim: 32,
      seed: 2,
      budgetSeconds: 2,
      threads: 1,
      progress: SILENT,
    })
    const encoder = await openEncoder({ catalog, folder, texts, patience: 'job' })
    await runIndex({ catalog, index, words, encoder, progress: SILENT })
    const seen = ids(first)
    let token = first.nextPageToken
    while (token !== undefined) {
      const next = await page(token)
      expect(next.recommendationId).toBe(first.recommendationId)
      seen.push(...ids(next))
      token = next.nextPageToken
    }
    expect(seen.length).toBe(40)
    expect(new Set(seen).size).toBe(40)
  })

  it('behind the end of a list that shrank says that it ended', async () => {
    const { service } = await serveStored({ places: cafes(11), now: () => NOW })
    const first = await service.nearby(near(SEOUL))
    const left = cafes(11).find(({ id }) => !ids(first).includes(id))!
    await service.deletePlace(left.id)
    expect(await service.nearby(near(SEOUL, { pageToken: first.nextPageToken }))).toMatchObject({
      items: [],
      explanation: 'The list ended with the page before.',
    })
  })
})

describe('debugging an answer', () => {
  it('shows sources, features, weights and steps of each item, and changes nothing else', async () => {
    const { service } = await serveStored({
      places: cafes(20),
      events: [event('u', 'cafe03'), event('u', 'cafe05', 'dislike')],
      now: () => NOW,
    })
    const ask = (debug: boolean) =>
      service.nearby(near(SEOUL, { who: { userId: 'u' }, ...(debug && { debug }) }))
    const [plain, debugged] = [await ask(false), await ask(true)]
    expect(debugged.items.map(({ debug: _, ...item }) => item)).toEqual(plain.items)
    for (const [position, { debug, score }] of debugged.items.entries()) {
      expect(debug!.sources).toHaveProperty('nearest')
      expect(debug!.features).toHaveProperty('metersNow')
      const changes = debug!.steps.reduce((sum, { scoreChange }) => sum + scoreChange, 0)
      expect(debug!.rankedScore + changes).toBeCloseTo(score, 9)
      expect(debug!.steps.at(-1)).toMatchObject({ step: 'first-card', after: position })
    }
    // Where the order is learnt, a third of the difference in log-odds is one in score.
    const [[best, first], [other, second]] = debugged.items
      .map(({ debug }) => debug!)
      .sort((a, b) => b.rankedScore - a.rankedScore)
      .map(({ features, weights, rankedScore }) => {
        const utility = Object.entries(features).reduce(
          (sum, [name, value]) => sum + weights[name] * value,
          0,
        )
        return [utility, rankedScore]
      })
    expect(first - second).toBeCloseTo((best - other) / 3, 6)
    const { items } = await service.taste(parseTasteRequest({ debug: true }))
    expect(items[0].debug).toMatchObject({ features: { closeness: 0 }, weights: { taste: 1 } })
  })
})
