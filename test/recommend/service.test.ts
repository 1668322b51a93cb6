// The service over small sets of places: what a newcomer meets that the demo city does not hold.
import { describe, expect, it, vi } from 'vitest'
import type { Event, EventType } from '../../src/domain/event.ts'
import type { PlaceInput } from '../../src/domain/place.ts'
import {
  parseNearbyRequest,
  parseSearchRequest,
  parseSimilarRequest,
  parseTasteRequest,
  parseTogetherRequest,
  type Recommendation,
} from '../../src/domain/recommendation.ts'
import { DongneError } from '../../src/errors.ts'
import { runIndex } from '../../src/pipeline/build-index.ts'
import { openTextModel } from '../../src/pipeline/embed.ts'
import { openEncoder } from '../../src/pipeline/encoder.ts'
import { runKeywords } from '../../src/pipeline/keywords.ts'
import { SILENT } from '../silent-progress.ts'
import { serveStored } from './served-places.ts'

const NOW = Date.parse('2026-11-25T03:00:00Z')
const DAY = 86_400_000

let made = 0
const event = (userId: string, placeId: string, at = NOW - DAY, type: EventType = 'visit'): Event => ({
  id: `e${made++}`,
  userId,
  placeId,
  type,
  at,
})

const ids = ({ items }: Recommendation) => items.map(({ place }) => place.id!)

/** Places on a line eastwards, `metersApart`, from a corner in the middle of Seoul. */
const CORNER = { lng: 126.98, lat: 37.56 }
const METERS_PER_DEGREE = 88_150
const line = (count: number, metersApart: number): PlaceInput[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `p${String(index).padStart(3, '0')}`,
    name: `가게 ${index}`,
    categories: ['shop'],
    lng: CORNER.lng + ((index + 1) * metersApart) / METERS_PER_DEGREE,
    lat: CORNER.lat,
  }))

describe('an event of the future that the catalog holds', () => {
  it('does not bury what people did, nor does erasing its user', async () => {
    const places = line(30, 100)
    const events = [
      ...['a', 'b', 'c'].map((user) => event(user, 'p007')),
      event('prankster', 'p020', Date.parse('9999-12-31T00:00:00Z')),
    ]
    const { service } = await serveStored({ places, events, now: () => NOW })
    const popular = async () => ids(await service.taste(parseTasteRequest({ limit: 5 })))
    expect((await popular()).slice(0, 2)).toEqual(['p007', 'p020'])
    await service.eraseUser('prankster')
    const { items } = await service.taste(parseTasteRequest({ limit: 5 }))
    expect(items[0].place.id).toBe('p007')
    for (const { score } of items) expect(score).toSatisfy(Number.isFinite)
  })
})

describe('users alike', () => {
  /** Eight users each go to six of the ten places of one side. */
  const places = line(20, 100)
  const events = ['east', 'west'].flatMap((side, half) =>
    Array.from({ length: 8 }, (_, user) =>
      Array.from({ length: 6 }, (__, turn) =>
        event(`${side}${user}`, places[10 * half + ((3 * user + turn) % 10)].id),
      ),
    ).flat(),
  )

  it('are those who go to the same places, and none of them once erased', async () => {
    const app = await serveStored({ places, events, now: () => NOW })
    const { service, index } = app
    expect(index.manifest().users).toBe(16)
    const alike = async () => (await service.similarUsers('east0', 7)).map(({ id }) => id)
    expect((await alike()).sort()).toEqual([1, 2, 3, 4, 5, 6, 7].map((user) => `east${user}`))
    const [{ likeness }] = await service.similarUsers('east0', 1)
    expect(likeness).toBeGreaterThan(0.5)
    await service.eraseUser('east3')
    expect(await alike()).not.toContain('east3')
    expect((await index.users.vectors(['east3'])).size).toBe(0)
    // The model still knows them; the next index does not.
    await runIndex({ ...app, encoder: await openEncoder({ ...app, patience: 'job' }), progress: SILENT })
    expect(index.manifest().users).toBe(15)
    await expect(service.similarUsers('east3', 7)).rejects.toMatchObject({ code: 'unknown-user' })
  })

  it('stay whole where the engine cannot forget one of them', async () => {
    const { service, index } = await serveStored({ places, events, now: () => NOW })
    const deletion = vi.spyOn(index, 'deleteUsers')
    deletion.mockRejectedValueOnce(new DongneError('engine-unavailable', 'gone'))
    await expect(service.eraseUser('east3')).rejects.toMatchObject({ code: 'engine-unavailable' })
    expect((await service.user('east3')).events).toBe(6)
    expect(await service.eraseUser('east3')).toEqual({ events: 6 })
  })

  it('are found for a user who came after the training', async () => {
    const { service } = await serveStored({ places, events, now: () => NOW })
    await service.addEvents([event('new', 'p011'), event('new', 'p013')])
    const [{ id }] = await service.similarUsers('new', 1)
    expect(id).toMatch(/^west/)
  })
})

describe('a user who is erased before anybody asks again', () => {
  it('takes back no more than they did', async () => {
    const { service } = await serveStored({
      places: line(3, 100),
      events: [event('u', 'p000')],
      now: () => NOW,
    })
    const nearby = () => service.nearby(parseNearbyRequest({ near: CORNER }, NOW))
    await nearby()
    await service.addEvents([event('gone', 'p001')])
    await service.eraseUser('gone')
    await service.addEvents([event('u', 'p001')])
    const { items } = await nearby()
    const unvisited = items.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'new'))
    expect(unvisited.map(({ place }) => place.id)).toEqual(['p002'])
  })
})

describe('readiness', () => {
  it('counts nothing, and says so where there are no places', async () => {
    const { service, catalog } = await serveStored({ places: line(3, 100), now: () => NOW })
    catalog.counts = () => Promise.reject(new Error('counted'))
    expect(await service.readiness()).toMatchObject([
      { name: 'catalog', ok: true, detail: 'revision 3, event 0' },
      { name: 'model', ok: true },
      { name: 'vector-index', ok: true },
    ])
    for (const { id } of line(3, 100)) await service.deletePlace(id)
    expect((await service.readiness())[0]).toMatchObject({ name: 'catalog', ok: false })
  })

  it('lets others have their turn while the log is read', async () => {
    const { service, catalog } = await serveStored({ places: line(3, 100), now: () => NOW })
    await service.readiness()
    await catalog.appendEvents(Array.from({ length: 10_000 }, (_, user) => event(`u${user}`, 'p001')))
    let turns = 0
    let next = setImmediate(function turn() {
      turns++
      next = setImmediate(turn)
    })
    await service.readiness()
    clearImmediate(next)
    // One between two batches of a thousand events.
    expect(turns).toBeGreaterThan(5)
  })
})

describe('nearby around a point', () => {
  /** All that is popular is far: 100 visits at each place further than 3 km. */
  const popularFar = (places: readonly PlaceInput[]) =>
    places
      .filter((_, index) => index >= 75)
      .flatMap(({ id }) => Array.from({ length: 100 }, (_, user) => event(`u${user}`, id)))

  it('prefers what is near to what is popular, and goes on outwards page by page', async () => {
    const places = line(120, 40)
    const { service } = await serveStored({ places, events: popularFar(places), now: () => NOW })
    const request = (more: object = {}) => parseNearbyRequest({ near: CORNER, ...more }, NOW)
    const first = await service.nearby(request({ limit: 20 }))
    for (const { distanceMeters } of first.items) expect(distanceMeters).toBeLessThanOrEqual(1000)
    expect(first.explanation).toBeUndefined()
    const all = await service.nearby(request({ limit: 100 }))
    const rings = all.items.map(({ distanceMeters }) => Math.ceil(Math.log2(distanceMeters! / 1000)))
    expect(rings.map((ring) => Math.max(0, ring))).toEqual(
      rings.map((ring) => Math.max(0, ring)).toSorted((a, b) => a - b),
    )
    const second = await service.nearby(request({ limit: 20, pageToken: first.nextPageToken }))
    expect([...ids(first), ...ids(second)]).toEqual(ids(all).slice(0, 40))
  })

  it('says how far it had to reach where little is near, in the language of the request', async () => {
    const { service } = await serveStored({ places: line(40, 400), now: () => NOW })
    const ask = (locale: string, near = CORNER) =>
      service.nearby(parseNearbyRequest({ near, locale, limit: 5 }, NOW))
    expect((await ask('en')).explanation).toBe(
      'Only 2 places lie within 1.0 km, so this list reaches out to 8.0 km.',
    )
    expect((await ask('ko')).explanation).toBe('1.0 km 안에는 2곳뿐이라 8.0 km까지 넓혀 찾았어요.')
    const outside = await ask('en', { lng: CORNER.lng - 1, lat: CORNER.lat })
    expect(ids(outside)).toHaveLength(5)
    expect(outside.explanation).toMatch(/^Nothing lies within 1.0 km; the nearest place is 88.\d km away.$/)
  })
})

describe('a part of the day', () => {
  it('is that of the place, wherever the question comes from', async () => {
    // 23:00 on a Friday evening in New York is Saturday noon in Seoul.
    const night = Date.parse('2026-11-21T03:30:00Z')
    const places = Array.from({ length: 12 }, (_, index) => ({
      id: `ny${index}`,
      name: `Bar ${index}`,
      lng: -73.98 + index * 0.001,
      lat: 40.75,
    }))
    const events = Array.from({ length: 20 }, (_, user) => event(`u${user}`, 'ny3', night - 7 * DAY))
    const { service } = await serveStored({ places, events, now: () => night })
    const { items } = await service.taste(parseTasteRequest({ locale: 'en' }))
    const reasons = items.flatMap((item) => item.reasons).filter(({ kind }) => kind === 'popular-now')
    expect(reasons.map(({ text }) => text)).toEqual(['Popular on weekend nights'])
  })

  it('is not popular because somebody has just clicked, however long ago all else happened', async () => {
    const now = Date.parse('2026-11-21T03:30:00Z')
    const places = Array.from({ length: 12 }, (_, index) => ({
      id: `p${index}`,
      name: `Bar ${index}`,
      lng: 127 + index * 0.001,
      lat: 37.5,
    }))
    const events = [
      ...Array.from({ length: 20 }, (_, user) => event(`u${user}`, 'p3', now - 2800 * DAY)),
      { ...event('u', 'p5', now - 1000), type: 'click' as const },
    ]
    const { service } = await serveStored({ places, events, now: () => now })
    const { items } = await service.nearby(
      parseNearbyRequest({ locale: 'en', near: { lng: 127, lat: 37.5 } }, now),
    )
    await service.putPlaces([3, 5].map((index) => ({ ...places[index], name: `Bar ${index}, as ever` })))
    const { items: anew } = await service.taste(parseTasteRequest({ debug: true }))
    const popular = (id: string) => anew.find(({ place }) => place.id === id)!.debug!.sources['popular']
    // In visits as of the newest event, so that what is written today and what was indexed then have one scale.
    expect(popular('p3')).toBeCloseTo(20 / 20, 6)
    expect(popular('p5')).toBeCloseTo(1 / 5, 6)
    const busy = items.filter((item) => item.reasons.some(({ kind }) => kind === 'popular-now'))
    expect(busy.map(({ place }) => place.id)).toEqual(['p3'])
  })
})

describe('a search', () => {
  const cafes = [
    { id: 'dodam', name: 'Café Dodam', categories: ['food/cafe'] },
    { id: 'noodles', name: '국수집', categories: ['food/noodles'], description: '칼국수와 만두' },
  ].map((place, index) => ({ ...place, lng: 127 + index / 1000, lat: 37.5 }))

  it('finds a word with its accent, and by the code of a category, and quotes it', async () => {
    const tea = { id: 'tea', name: '찻집', categories: ['food/cafe'], lng: 127.01, lat: 37.5 }
    const { service } = await serveStored({ places: [...cafes, tea] })
    const { items } = await service.search(parseSearchRequest({ query: 'cafe', locale: 'en' }))
    expect(items.slice(0, 2).map(({ place }) => place.id)).toEqual(['dodam', 'tea'])
    expect(items[0].reasons[0]).toMatchObject({ kind: 'text-match', text: '“Café” in its name' })
    expect(items[1].reasons[0]).toMatchObject({ kind: 'text-match', text: '“cafe” in its category' })
  })

  it('for what no place holds says so and shows none', async () => {
    const { service } = await serveStored({ places: cafes })
    const search = (locale: string) => service.search(parseSearchRequest({ query: 'zzzzqqq', locale }))
    expect(await search('en')).toMatchObject({
      items: [],
      explanation: 'No name, category, tag or description has words like “zzzzqqq”. Try other words.',
    })
    expect((await search('ko')).explanation).toContain('“zzzzqqq” 같은 말이 없어요')
  })

  it('gives reasons in words, never in scores or ranks', async () => {
    const { service } = await serveStored({
      places: [...cafes, ...line(30, 50)],
      events: [event('u', 'p004')],
    })
    const answers = await Promise.all([
      service.search(parseSearchRequest({ query: '칼국수', locale: 'en' })),
      service.taste(parseTasteRequest({ locale: 'en', who: { recent: [{ placeId: 'p003' }] }, limit: 50 })),
      service.similar(parseSimilarRequest({ placeIds: ['p001'], locale: 'en', limit: 50 })),
    ])
    for (const { text } of answers.flatMap(({ items }) => items).flatMap(({ reasons }) => reasons)) {
      expect(text).not.toMatch(/candidates|similarity|No\. \d/i)
    }
  })
})

describe('a place whose name only joins other words', () => {
  it('is found beside its kind', async () => {
    const bars = ['별밤', '어디', 'Or', '달빛'].map((name, index) => ({
      id: name,
      name,
      categories: ['food/bar'],
      lng: 127 + index / 1000,
      lat: 37.5,
    }))
    const { service } = await serveStored({
      places: bars,
      categories: [{ code: 'food/bar', name: '술집', names: { en: 'Bar' } }],
      events: [event('u', '별밤'), event('v', '달빛')],
      now: () => NOW,
    })
    const first = async (query: string) => ids(await service.search(parseSearchRequest({ query })))[0]
    expect(await first('어디 술집')).toBe('어디')
    expect(await first('Or 술집')).toBe('Or')
    expect(['별밤', '달빛']).toContain(await first('어디 좋은 술집'))
  })
})

describe('hiding one of several similar places', () => {
  it('takes that one away and leaves its neighbours on the list', async () => {
    const kinds = ['cafe', 'bar', 'museum', 'park']
    const places = Array.from({ length: 80 }, (_, index) => ({
      id: `k${index}`,
      name: `${kinds[index % 4]} ${index}`,
      categories: [kinds[index % 4]],
      tags: [kinds[index % 4], `t${index % 7}`],
      lng: 127 + index / 500,
      lat: 37.5,
    }))
    const { service } = await serveStored({ places })
    const ask = (dislikes?: string[]) =>
      service.similar(
        parseSimilarRequest({ placeIds: ['k0'], limit: 10, ...(dislikes && { who: { dislikes } }) }),
      )
    const before = ids(await ask())
    const after = ids(await ask([before[0]]))
    expect(after).not.toContain(before[0])
    const kept = before.slice(1, 6).filter((id) => after.includes(id))
    expect(kept.length).toBeGreaterThanOrEqual(4)
  })
})

describe('keywords', () => {
  const cafes: PlaceInput[] = ['소금빵', '크로플', '빙수'].map((item, index) => ({
    id: `cafe${index}`,
    name: `가게 ${index}`,
    categories: ['food/cafe'],
    lng: CORNER.lng + index / 1000,
    lat: CORNER.lat,
    reviews: ['가', '나', '다'].map((guest) => `${guest} 손님: ${item}! 또 올게요`),
  }))

  it('that a job finds are in the next answers of a service that runs: as tags, words, reasons and quotes', async () => {
    const { service, catalog, texts } = await serveStored({ places: cafes, now: () => NOW })
    const tagged = () =>
      service.taste(parseTasteRequest({ what: { tags: ['소금빵'] }, fields: ['keywords', 'reviews'] }))
    expect((await tagged()).items).toEqual([])
    const embedding = await openTextModel({ catalog, texts, progress: SILENT })
    const summary = await runKeywords({ catalog, embedding, progress: SILENT })
    expect(summary).toMatchObject({ places: 3, described: 3, changed: 3 })
    const { items } = await tagged()
    expect(items).toHaveLength(1)
    const [{ quotes, ...keyword }] = items[0].place.keywords!
    expect(keyword).toMatchObject({ name: '소금빵', count: 3 })
    for (const { index, start, end, text } of quotes) {
      expect(items[0].place.reviews![index].slice(start, end)).toBe(text)
    }
    expect((await service.place('cafe0', 'ko')).keywords).toEqual(items[0].place.keywords)
    const found = await service.search(parseSearchRequest({ query: '소금빵' }))
    expect(found.items[0].place.id).toBe('cafe0')
    expect(found.items[0].reasons[0]).toMatchObject({
      kind: 'review',
      text: '후기 “가 손님: 소금빵!”',
      quotes: [{ source: 'review', index: 0, start: 0, end: 10 }],
    })
    expect(found.items[0].place).not.toHaveProperty('keywords')

    // A rerun changes nothing, and a place that says something else loses what it does not say.
    expect(await runKeywords({ catalog, embedding, progress: SILENT })).toMatchObject({ changed: 0 })
    await service.putPlaces([{ ...cafes[0], reviews: ['문 닫았어요'] }])
    expect((await tagged()).items).toEqual([])
  })

  it('do not outlive a job that was interrupted: the next one completes it', async () => {
    const { catalog, texts } = await serveStored({ places: cafes, now: () => NOW })
    const embedding = await openTextModel({ catalog, texts, progress: SILENT })
    const stop = new AbortController()
    const progress = { ...SILENT, update: (done: number) => done === 9 && stop.abort() }
    await expect(runKeywords({ catalog, embedding, progress, signal: stop.signal })).rejects.toThrow(
      'aborted',
    )
    expect(await runKeywords({ catalog, embedding, progress: SILENT })).toMatchObject({ described: 3 })
    expect((await catalog.place('cafe2'))?.keywords?.[0]).toMatchObject({ name: '빙수', count: 3 })
    const [theme] = await catalog.placesOfKeyword('빙수', 5)
    expect(theme).toMatchObject({ placeId: 'cafe2', count: 3 })
  })
})

describe('what is kept between requests', () => {
  it('of a user is forgotten with a new event, after an erasure, and after a minute', async () => {
    let now = NOW
    const places = line(30, 50)
    const { service, catalog } = await serveStored({
      places,
      events: [event('u', 'p003', NOW - DAY, 'dislike')],
      now: () => now,
    })
    const shown = async () =>
      ids(await service.taste(parseTasteRequest({ who: { userId: 'u' }, limit: 100 })))
    expect(await shown()).not.toContain('p003')
    await service.addEvents([event('u', 'p004', NOW, 'dislike')])
    expect(await shown()).not.toContain('p004')
    // As another process does it: unseen by the change feed.
    await catalog.eraseUser('u')
    now += 61_000
    expect(await shown()).toEqual(expect.arrayContaining(['p003', 'p004']))
    await service.addEvents([event('u', 'p005', NOW, 'dislike')])
    expect(await shown()).not.toContain('p005')
    await service.eraseUser('u')
    expect(await shown()).toContain('p005')
  })

  it('of a place follows its changes, its vector too', async () => {
    const places = line(30, 50)
    const { service } = await serveStored({ places, now: () => NOW })
    const likes = async () =>
      (await service.similar(parseSimilarRequest({ placeIds: ['p000'], limit: 29 }))).items
    const score = async () => (await likes()).find(({ place }) => place.id === 'p020')!.score
    const before = await score()
    await service.putPlaces([{ ...places[20], name: '강변 도예 공방', categories: ['craft/pottery'] }])
    expect((await likes()).find(({ place }) => place.id === 'p020')!.place.name).toBe('강변 도예 공방')
    expect(await score()).toBeLessThan(before)
  })
})

describe('a question in words', () => {
  const at = (index: number) => ({ lng: CORNER.lng + index / 500, lat: CORNER.lat })
  const categories = [
    { code: 'food', name: '음식' },
    { code: 'food/cafe', name: '카페', names: { en: 'Café' } },
    { code: 'food/noodles', name: '국수' },
  ]
  const seongsu = { regions: ['seongsu'] }
  const places: PlaceInput[] = [
    { id: 'quiet', name: '도담', categories: ['food/cafe'], ...at(0), ...seongsu, tags: ['조용한'] },
    { id: 'loud', name: '마루', categories: ['food/cafe'], ...at(1), ...seongsu },
    { id: 'noodles', name: '면가', categories: ['food/noodles'], ...at(2), ...seongsu },
    { id: 'far', name: '먼집', categories: ['food/cafe'], ...at(3), tags: ['조용한'] },
    { id: 'named', name: '성수동 카페', categories: ['food/noodles'], ...at(4) },
    { id: 'owl', name: '부엉이', categories: ['food/cafe'], ...at(5), openingHours: 'Mo-Su 18:00-02:00' },
    { id: 'chain', name: '스타벅스', categories: ['food/cafe'], ...at(6) },
  ]
  const serve = async () => {
    const app = await serveStored({ places, categories, now: () => NOW })
    await app.catalog.saveRegions([{ code: 'seongsu', name: '성수동', names: { en: 'Seongsu-dong' } }])
    return app.service
  }

  it('is answered by places of its area and kind, those with what it asks for first', async () => {
    const service = await serve()
    const answer = await service.search(parseSearchRequest({ query: '성수 조용한 카페' }))
    expect(answer.understood).toEqual({
      areas: [{ kind: 'region', id: 'seongsu', name: '성수동', words: '성수' }],
      categories: [{ code: 'food/cafe', name: '카페', words: '카페' }],
      attributes: [{ id: 'quiet', name: '조용한', words: '조용한' }],
      rest: '',
      changed: [],
    })
    expect(ids(answer)[0]).toBe('quiet')
    const taste = await service.taste(parseTasteRequest({ intent: 'quiet cafe in Seongsu', locale: 'en' }))
    expect(taste.understood).toMatchObject({
      areas: [{ name: 'Seongsu-dong' }],
      attributes: [{ name: 'quiet' }],
    })
    expect(ids(taste)[0]).toBe('quiet')
    // Asked for in English, said in Korean: the tag by its English name.
    expect(taste.items[0].reasons[0]).toMatchObject({ kind: 'text-match', text: '“quiet” in its tag' })
  })

  it('for a kind alone is ordered by who goes there, not by how often its word stands in the texts', async () => {
    const wordy = { id: 'wordy', name: '카페 거리 카페', categories: ['food/cafe'], tags: ['카페'], ...at(7) }
    const events = Array.from({ length: 6 }, (_, user) => event(`u${user}`, 'loud'))
    const { service } = await serveStored({
      places: [...places, wordy],
      categories,
      events,
      now: () => NOW,
    })
    const ask = (more: object) => service.search(parseSearchRequest({ query: '카페', ...more }))
    expect(ids(await ask({}))[0]).toBe('loud')
    expect(ids(await ask({ understand: [] }))[0]).not.toBe('loud')
  })

  it('for a kind alone calls each by its kind, of however many and by whichever word', async () => {
    const cafes = line(400, 20).map((cafe) => ({ ...cafe, categories: ['food/cafe'] }))
    const events = cafes.slice(0, 10).map(({ id }) => event('u', id, NOW - 40 * DAY))
    const { service } = await serveStored({
      places: [...cafes, ...places],
      categories,
      events,
      now: () => NOW,
    })
    for (const query of ['카페', '커피숍', 'coffee']) {
      const { items } = await service.search(parseSearchRequest({ query }))
      expect(new Set(items.map(({ reasons: [{ text }] }) => text)), query).toEqual(new Set(['분류에 “카페”']))
    }
  })

  it('that is the name of a place finds that place first, whatever else it may mean', async () => {
    const service = await serve()
    const answer = await service.search(parseSearchRequest({ query: '성수동 카페' }))
    expect(answer.understood).toMatchObject({
      areas: [{ id: 'seongsu' }],
      categories: [{ code: 'food/cafe' }],
    })
    expect(ids(answer)[0]).toBe('named')
    expect(ids(answer).slice(1, 3).toSorted()).toEqual(['loud', 'quiet'])
  })

  it('with no word that a place holds is mended, and the answer says so', async () => {
    const service = await serve()
    const heard = await service.search(parseSearchRequest({ query: 'starbucks' }))
    expect(ids(heard)[0]).toBe('chain')
    expect(heard.explanation).toBe('‘starbucks’ 대신 ‘스타벅스’로 찾았어요.')
    const slip = await service.search(parseSearchRequest({ query: '성수 카패', locale: 'en' }))
    expect(slip.explanation).toContain('카페')
    // The one that is called so, and the two that are one there.
    expect(ids(slip).slice(0, 3).toSorted()).toEqual(['loud', 'named', 'quiet'])
    const asWritten = await service.search(parseSearchRequest({ query: 'starbucks', understand: [] }))
    expect(asWritten.explanation ?? '').not.toContain('스타벅스')
  })

  it('with no word that a place holds finds what means the same, and nothing for letters without meaning', async () => {
    const service = await serve()
    const answer = await service.search(parseSearchRequest({ query: 'noodle soup', understand: [] }))
    expect(answer.items[0].place.categories).toEqual(['food/noodles'])
    const none = await service.search(parseSearchRequest({ query: 'xkcdzzq', understand: [] }))
    expect(none.items).toEqual([])
  })

  it('yields to what where and what say', async () => {
    const service = await serve()
    const what = { categories: ['food/noodles'] }
    const answer = await service.search(parseSearchRequest({ query: '성수 카페', what }))
    expect(answer.understood).toMatchObject({ categories: [], rest: '카페' })
    for (const { place } of answer.items) expect(place.categories).toEqual(['food/noodles'])
    const circle = { ...at(3), radiusMeters: 50 }
    const there = await service.search(parseSearchRequest({ query: '성수 카페', where: { circle } }))
    expect(there.understood?.areas).toEqual([])
    expect(ids(there)).toEqual(['far'])
  })

  it('asks for what only hours tell', async () => {
    const service = await serve()
    const answer = await service.search(parseSearchRequest({ query: '늦게까지 여는 카페' }))
    expect(ids(answer)[0]).toBe('owl')
  })
})

describe('what goes together', () => {
  const HOUR = 3_600_000
  /** Everyone goes from the cinema to the bar a quarter of an hour away; cafés are like each other. */
  const places: PlaceInput[] = [
    { id: 'cinema', name: '작은 극장', categories: ['culture/cinema'] },
    { id: 'bar', name: '모퉁이 바', categories: ['bar'] },
    { id: 'cinema2', name: '큰 극장', categories: ['culture/cinema'] },
    ...Array.from({ length: 12 }, (_, index) => ({
      id: `cafe${index}`,
      name: `카페 ${index}`,
      categories: ['food/cafe'],
    })),
  ].map((place, index) => ({ ...place, lng: 126.98 + index / 2000, lat: 37.56 }))
  const evenings = Array.from({ length: 8 }, (_, user) => [
    event(`u${user}`, 'cinema', NOW - user * DAY - 3 * HOUR),
    event(`u${user}`, 'bar', NOW - user * DAY - HOUR),
    event(`u${user}`, `cafe${user}`, NOW - user * DAY - 24 * HOUR),
  ]).flat()

  it('is where people went next, with how often; not what is like the place', async () => {
    const { service } = await serveStored({ places, events: evenings, now: () => NOW })
    const ask = { placeIds: ['cinema'], locale: 'en' }
    const together = await service.together(parseTogetherRequest(ask))
    expect(ids(together)[0]).toBe('bar')
    expect(ids(together)).not.toContain('cinema')
    expect(together.items[0].reasons[0]).toEqual({
      kind: 'together',
      text: 'Visited next after “작은 극장” 8 times',
      placeIds: ['cinema'],
    })
    const back = await service.together(parseTogetherRequest({ placeIds: ['bar'], locale: 'ko' }))
    expect(back.items[0].place.id).toBe('cinema')
    expect(back.items[0].reasons[0].text).toBe('여기에 들렀다가 ‘모퉁이 바’로 간 일이 8번 있어요')
    const similar = await service.similar(parseSimilarRequest(ask))
    expect(ids(similar)[0]).toBe('cinema2')
  })

  it('counts an event on the next request, forgets an erased user, and skips what is hours or a city away', async () => {
    const far = { id: 'far', name: '먼 곳', lng: 129.1, lat: 35.1 }
    const { service } = await serveStored({ places: [...places, far], now: () => NOW })
    const first = async () => {
      const { items } = await service.together(parseTogetherRequest({ placeIds: ['cinema'], locale: 'en' }))
      return items.filter(({ reasons }) => reasons[0].kind === 'together').map(({ place }) => place.id)
    }
    expect(await first()).toEqual([])
    await service.addEvents([
      event('a', 'cinema', NOW - 5 * HOUR),
      event('a', 'bar', NOW - 4 * HOUR),
      event('b', 'cinema', NOW - 20 * HOUR),
      event('b', 'cafe1', NOW - HOUR),
      event('c', 'cinema', NOW - 3 * HOUR),
      event('c', 'far', NOW - 2 * HOUR),
    ])
    expect(await first()).toEqual(['bar'])
    await service.eraseUser('a')
    expect(await first()).toEqual([])
  })

  it('puts what lies next door first where no outing says more, and claims no outing for it', async () => {
    const { service } = await serveStored({ places, events: evenings, now: () => NOW })
    const { items } = await service.together(parseTogetherRequest({ placeIds: ['cafe10'], locale: 'en' }))
    expect(
      items
        .slice(0, 2)
        .map(({ place }) => place.id)
        .sort(),
    ).toEqual(['cafe11', 'cafe9'])
    expect(items[0].reasons.map(({ kind }) => kind)).not.toContain('together')
  })

  it('fills up with what is popular around where nothing was seen together', async () => {
    const { service } = await serveStored({ places, now: () => NOW })
    const { items } = await service.together(parseTogetherRequest({ placeIds: ['cinema'] }))
    expect(items.length).toBeGreaterThan(5)
    expect(items.flatMap(({ reasons }) => reasons).filter(({ kind }) => kind === 'together')).toEqual([])
    await expect(service.together(parseTogetherRequest({ placeIds: ['nowhere'] }))).rejects.toMatchObject({
      code: 'unknown-place',
    })
  })
})

describe('a question that only describes a place', () => {
  const at = { lng: 127, lat: 37.5 }
  const cafe = (id: string, name: string, rest: Partial<PlaceInput> = {}): PlaceInput => ({
    id,
    name,
    categories: ['food/cafe'],
    ...at,
    ...rest,
  })
  const categories = [
    { code: 'food/cafe', name: '카페', names: { en: 'Café' } },
    { code: 'shop', name: '상점', names: { en: 'Shop' } },
  ]
  const places = [
    cafe('named', '조용한 사람들', { names: { en: 'Quiet People' }, description: '카페 겸 작업실' }),
    cafe('moss', '카페 이끼', { tags: ['조용한'] }),
    cafe('fern', '고사리', { tags: ['조용한', '주차'] }),
    cafe('loud', '카페 소리', { tags: ['음악'] }),
    cafe('shop', '등불', { categories: ['shop'], tags: ['조용한'] }),
  ]

  it.each(['quiet cafe', '조용한 카페'])(
    'is answered by what is so, before what is called so: %s',
    async (query) => {
      const { service } = await serveStored({ places, categories })
      const found = ids(await service.search(parseSearchRequest({ query })))
      expect(found.slice(0, 2).toSorted()).toEqual(['fern', 'moss'])
      expect(found).toContain('named')
    },
  )

  it('is answered by the place of that name first', async () => {
    const shop = cafe('exact', '조용한 카페', { categories: ['shop'], names: { en: 'Quiet Cafe' } })
    const { service } = await serveStored({ places: [...places, shop], categories })
    for (const query of ['조용한 카페', 'quiet cafe'])
      expect(ids(await service.search(parseSearchRequest({ query })))[0]).toBe('exact')
    for (const query of ['조용한 사람들', 'Quiet People'])
      expect(ids(await service.search(parseSearchRequest({ query })))[0]).toBe('named')
  })
})

describe('alternatives to a place', () => {
  const at = (index: number) => ({ lng: CORNER.lng + (index * 400) / METERS_PER_DEGREE, lat: CORNER.lat })
  const places: PlaceInput[] = [
    { id: 'post', name: '중앙우체국', categories: ['office/post-office'], ...at(0) },
    { id: 'diner', name: '길모퉁이 식당', categories: ['food/diner'], ...at(1) },
    { id: 'noodles', name: '국수집', categories: ['food/noodles'], ...at(2) },
    { id: 'other-post', name: '강변우체국', categories: ['office/post-office'], ...at(20) },
    { id: 'usps', name: 'Letters & Parcels', categories: ['post-office'], ...at(30) },
    { id: 'tax', name: '세무서', categories: ['office/tax-office'], ...at(40) },
    ...line(40, 900).map((place) => ({ ...place, categories: ['shop/other'] })),
    { id: 'misc', name: '기타 시설', categories: ['facility/other'], ...at(50) },
  ]
  // Who posts a letter eats next door; hardly anybody goes to a second post office.
  const events = Array.from({ length: 30 }, (_, user) => [
    event(`u${user}`, 'post', NOW - 5 * DAY),
    event(`u${user}`, 'diner', NOW - 5 * DAY + 1_800_000),
    event(`u${user}`, 'noodles', NOW - 4 * DAY),
  ]).flat()
  events.push(...[1, 2, 3].map((user) => event(`far${user}`, 'other-post')))
  events.push(...[4, 5, 6].map((user) => event(`far${user}`, 'usps')))
  const codes = ['office', 'office/post-office', 'office/tax-office', 'post-office', 'food/diner']
  const categories = [...codes, 'food/noodles', 'shop/other', 'facility/other'].map((code) => ({
    code,
    name: code,
  }))

  it('are of its kind, in whichever tree of categories, and of those beside it; not where its guests go next', async () => {
    const { service } = await serveStored({ places, events, categories, now: () => NOW })
    const alike = ids(await service.similar(parseSimilarRequest({ placeIds: ['post'], limit: 5 })))
    expect(alike.slice(0, 2).toSorted()).toEqual(['other-post', 'usps'])
    expect(alike[2]).toBe('tax')
    const [next] = ids(await service.together(parseTogetherRequest({ placeIds: ['post'] })))
    expect(next).toBe('diner')
  })

  it('share no kind by being something else', async () => {
    const { service } = await serveStored({ places, events, categories, now: () => NOW })
    const { items } = await service.similar(
      parseSimilarRequest({ placeIds: ['misc'], limit: 20, debug: true }),
    )
    expect(items.length).toBeGreaterThan(0)
    for (const { debug } of items) expect(debug!.features['kind']).toBe(0)
  })
})

describe('a question that denies', () => {
  const at = (index: number) => ({ lng: CORNER.lng + index / 2000, lat: CORNER.lat })
  const categories = [
    { code: 'food/bar', name: '술집', names: { en: 'Bar' } },
    { code: 'food/cafe', name: '카페', names: { en: 'Cafe' } },
    { code: 'food/italian', name: '양식' },
  ]

  it('gives no reasons of what is not wanted, nor of words that join', async () => {
    const italian = (id: string, index: number, more: Partial<PlaceInput>): PlaceInput => ({
      id,
      name: id,
      categories: ['food/italian'],
      tags: ['파스타'],
      ...at(index),
      ...more,
    })
    const { service } = await serveStored({
      categories,
      places: [
        italian('밀라노', 0, { reviews: ['국밥이 정말 맛있어요 또 갈게요'] }),
        italian('로마', 1, { reviews: ['고민하지 말고 가세요 최고예요'] }),
        italian('피렌체', 2, { reviews: ['파스타가 정말 맛있어요'] }),
      ],
    })
    const { items } = await service.search(parseSearchRequest({ query: '국밥 말고 파스타' }))
    const quoted = items.flatMap(({ reasons }) => reasons.filter(({ kind }) => kind === 'review'))
    expect(quoted.map(({ quotes }) => quotes![0].text)).toEqual(['파스타가 정말 맛있어요'])
  })

  it('is answered by places that hold it last, however popular', async () => {
    const cafe = (id: string, index: number): PlaceInput => ({
      id,
      name: id,
      categories: ['food/cafe'],
      ...at(index),
    })
    const { service } = await serveStored({
      categories,
      places: [cafe('스타벅스', 0), cafe('카페 모퉁이', 1), cafe('온도', 2), cafe('도담 카페', 3)],
      events: Array.from({ length: 30 }, (_, n) => event(`u${n}`, '스타벅스')),
      now: () => NOW,
    })
    const ask = async (query: string) => ids(await service.search(parseSearchRequest({ query })))
    expect((await ask('카페'))[0]).toBe('스타벅스')
    const answered = await ask('스타벅스 말고 카페')
    expect(answered).toHaveLength(4)
    expect(answered.at(-1)).toBe('스타벅스')
  })
})
