// The sources of candidates, each for what only it finds; and that each can be switched off.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Event, EventType } from '../../../src/domain/event.ts'
import type { PlaceInput } from '../../../src/domain/place.ts'
import {
  parseNearbyRequest,
  parseSearchRequest,
  type Recommendation,
} from '../../../src/domain/recommendation.ts'
import { userSegments } from '../../../src/graph/segments.ts'
import { buildGraph } from '../../../src/graph/interactions.ts'
import { Activity, slotAt } from '../../../src/recommend/live/activity.ts'
import { popularNowCandidates } from '../../../src/recommend/candidates/popular-now.ts'
import { segmentCandidates } from '../../../src/recommend/candidates/segment.ts'
import { SearchClicks } from '../../../src/recommend/feedback/search-clicks.ts'
import { FreshPlaces } from '../../../src/recommend/live/fresh-places.ts'
import { pastOf } from '../../../src/recommend/ranking/past.ts'
import { serveStored } from '../served-places.ts'

const NOW = Date.parse('2026-11-25T03:00:00Z')
const DAY = 86_400_000
const HOUR = 3_600_000
const SEOUL = { lng: 126.98, lat: 37.56 }

let made = 0
const event = (
  userId: string,
  placeId: string,
  type: EventType = 'visit',
  more: Partial<Event> = {},
): Event => ({
  id: `s${made++}`,
  userId,
  placeId,
  type,
  at: NOW - DAY,
  ...more,
})

/** On a line eastwards, 50 m apart. */
const cafes = (count: number): PlaceInput[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `cafe${index}`,
    name: `카페 ${index}`,
    categories: ['food/cafe'],
    lng: SEOUL.lng + index * 0.000_57,
    lat: SEOUL.lat,
  }))

async function tuned(tuning: object): Promise<{ DONGNE_TUNING: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-tuning-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'tuning.json')
  await writeFile(file, JSON.stringify(tuning))
  return { DONGNE_TUNING: file }
}

const found = ({ items }: Recommendation, source: string) =>
  items.filter(({ debug }) => source in debug!.sources).map(({ place }) => place.id!)

const nearby = (who: object = {}, more: object = {}) =>
  parseNearbyRequest({ near: SEOUL, who, limit: 50, debug: true, ...more }, NOW)

describe('popular now', () => {
  const noon = NOW
  const slot = slotAt(noon, 9 * 60)
  const popular = ['night', 'noon', 'once'].map((id) => ({ id, scores: { popular: 1 } }))

  it('puts what people go to at this hour before what is popular at others, and believes few visits little', () => {
    const activity = new Activity(() => NOW)
    for (let day = 1; day <= 20; day++) {
      activity.add({ placeId: 'night', type: 'visit', at: noon - 7 * DAY * (1 + (day % 4)) - 14 * HOUR })
      activity.add({ placeId: 'night', type: 'visit', at: noon - 7 * DAY * (1 + (day % 4)) - 14 * HOUR })
      if (day <= 12) activity.add({ placeId: 'noon', type: 'visit', at: noon - 7 * DAY * (1 + (day % 4)) })
    }
    activity.add({ placeId: 'once', type: 'visit', at: noon - 7 * DAY })
    const ids = popularNowCandidates({ activity }, popular, slot).map(({ id }) => id)
    expect(ids[0]).toBe('noon')
    expect(ids.indexOf('once')).toBe(2)
  })

  it('has nothing to say where nobody has been', () => {
    expect(popularNowCandidates({ activity: new Activity(() => NOW) }, popular, slot)).toEqual([])
  })
})

describe('after a search', () => {
  const clicks = (count: number, more: Partial<Event> = {}) =>
    Array.from({ length: count }, (_, i) =>
      event(`searcher${i}`, 'cafe7', 'click', { query: '조용한 작업', ...more }),
    )

  it('knows what was chosen for such words, less the more often it was shown and left, and forgets', () => {
    const searches = new SearchClicks()
    const chosen = clicks(3)
    for (const one of chosen) searches.add(one)
    const [[id, before]] = searches.after('작업 하기', 10)
    expect(id).toBe('cafe7')
    expect(searches.after('맥주', 10)).toEqual([])
    for (let i = 0; i < 50; i++) searches.add(event('u', 'cafe7', 'impression', { query: '조용한 작업' }))
    const [[, after]] = searches.after('작업 하기', 10)
    expect(after).toBeLessThan(before / 2)
    searches.add(event('u', 'cafe8', 'dislike', { query: '작업' }))
    searches.forget(chosen)
    expect(searches.after('작업', 10)).toEqual([])
  })

  it('brings to a search, with its reason, what its words alone do not find, and to nearby of who searched', async () => {
    const events = [...clicks(8), event('me', 'cafe3', 'view', { query: '작업' })]
    const app = await serveStored({ places: cafes(30), events, now: () => NOW })
    const search = await app.service.search(parseSearchRequest({ query: '작업', debug: true }))
    expect(found(search, 'after-search')).toEqual(['cafe7'])
    expect(search.items[0].reasons.map(({ text }) => text)).toContain(
      '비슷하게 검색한 사람들이 고른 곳이에요',
    )
    expect(found(await app.service.nearby(nearby({ userId: 'me' })), 'after-search')).toEqual(['cafe7'])
    expect(found(await app.service.nearby(nearby({ userId: 'other' })), 'after-search')).toEqual([])
    const off = await serveStored({
      places: cafes(30),
      events,
      now: () => NOW,
      env: await tuned({ sources: { 'after-search': false } }),
    })
    expect((await off.service.search(parseSearchRequest({ query: '작업' }))).items).toEqual([])
  })
})

describe('new places', () => {
  it('are what the model does not know and what was first acted on lately, near by, the newest', () => {
    const fresh = new FreshPlaces()
    fresh.setPlace('old', SEOUL)
    fresh.setModel((id) => id === 'old' || id === 'first')
    fresh.setPlace('unknown', SEOUL)
    fresh.setPlace('far', { lng: 0, lat: 0 })
    fresh.see('long ago', SEOUL, NOW - 40 * DAY)
    fresh.see('first', SEOUL, NOW - 3 * DAY)
    const circle = { ...SEOUL, radiusMeters: 500 }
    expect(fresh.around(circle, NOW)).toEqual(['unknown', 'first'])
    expect(fresh.around(undefined, NOW)).toEqual(['far', 'unknown', 'first'])
    fresh.setPlace('unknown', undefined)
    expect(fresh.around(circle, NOW)).toEqual(['first'])
    fresh.setModel(() => true)
    expect(fresh.around(undefined, NOW)).toEqual(['first'])
  })

  it('are among what nearby chooses from as soon as they are stored, a few of them', async () => {
    const [old, fresh] = [0, 1].map((parity) => cafes(40).filter((_, index) => index % 2 === parity))
    const events = old.map(({ id }) => event('u', id, 'visit', { at: NOW - 90 * DAY }))
    const { service } = await serveStored({ places: old, events, now: () => NOW })
    expect(found(await service.nearby(nearby()), 'new')).toEqual([])
    await service.putPlaces(fresh)
    expect(found(await service.nearby(nearby()), 'new')).toHaveLength(10)
  })
})

describe('segments', () => {
  /** Two crowds of two hundred users, each with its ten places. */
  const places = Array.from({ length: 20 }, (_, place) => `p${place}`)
  const interactions = Array.from({ length: 400 }, (_, user) =>
    [0, 1, 2].map((turn) => ({
      userId: `u${String(user).padStart(3, '0')}`,
      placeId: `p${(user % 2) * 10 + ((user + turn) % 10)}`,
      strength: 5,
      at: NOW,
    })),
  ).flat()
  const { weights } = buildGraph(interactions, places)
  const directions = new Float32Array(400 * 3)
  for (let user = 0; user < 400; user++) directions.set(user % 2 ? [0, 1, 1] : [1, 0, 1], user * 3)
  const segments = userSegments(directions, 3, weights)!

  it('put users of like taste together, count where they go, and are the same every time', () => {
    expect(userSegments(directions, 3, weights)).toEqual(segments)
    const { starts, values, indices } = segments.places
    expect(values.reduce((sum, users) => sum + users, 0)).toBe(interactions.length)
    for (let s = 0; s < segments.count; s++) {
      const sides = new Set(indices.subarray(starts[s], starts[s + 1]).map((place) => Math.floor(place / 10)))
      expect(sides.size).toBeLessThan(2)
    }
    expect(userSegments(directions.subarray(0, 150 * 3), 3, { ...weights, rows: 150 })).toBeUndefined()
  })

  it('bring the places of the user’s own, fewer the longer their history is, none to a stranger', () => {
    const model = { extras: { segments }, placeRow: (id: string) => places.indexOf(id) }
    const live = { encoder: { model } } as unknown as Parameters<typeof segmentCandidates>[0]
    const popular = places.map((id) => ({ id, scores: { popular: 1 } }))
    const of = (visited: number) => {
      const past = pastOf(
        Array.from({ length: visited }, (_, i) => ({
          place: `v${i}`,
          at: NOW,
          ...SEOUL,
          kind: { own: -1, wide: -1 },
        })),
      )
      const context = { vector: Float32Array.of(1, 0, 1), past }
      return segmentCandidates(live, context, popular).map(({ id }) => places.indexOf(id))
    }
    expect(of(1).length).toBe(10)
    for (const place of of(1)) expect(place).toBeLessThan(10)
    expect(of(200).length).toBeLessThan(5)
    expect(segmentCandidates(live, { vector: undefined, past: pastOf([]) }, popular)).toEqual([])
  })

  it('are kept with a model and read with it', async () => {
    const { encoder } = await (async () => {
      const events = interactions.map(({ userId, placeId }) => event(userId, placeId.replace('p', 'cafe')))
      const env = await tuned({ sources: { segment: true, 'popular-now': true } })
      const app = await serveStored({ places: cafes(20), events, now: () => NOW, env })
      const answer = await app.service.nearby(nearby({ recent: [{ placeId: 'cafe3' }] }))
      expect(found(answer, 'segment').length).toBeGreaterThan(0)
      expect(found(answer, 'popular-now').length).toBeGreaterThan(0)
      const { openEncoder } = await import('../../../src/pipeline/encoder.ts')
      const { catalog, folder, texts } = app
      return { encoder: await openEncoder({ catalog, folder, texts, patience: 'job' }) }
    })()
    expect(encoder.model.extras!.segments).toMatchObject({ count: 4, dim: 32 })
  })
})

describe('the usual area', () => {
  it('is a reason where it is near the place, and is said without saying where it is', async () => {
    const at = (day: number) => Date.parse('2026-11-10T11:00:00Z') + day * DAY // eight in the evening
    const events = Array.from({ length: 10 }, (_, day) => event('me', `cafe${day}`, 'visit', { at: at(day) }))
    const far = cafes(5).map((place) => ({ ...place, id: `far ${place.id}`, lng: place.lng + 0.1 }))
    const evening = at(14)
    const { service } = await serveStored({ places: [...cafes(20), ...far], events, now: () => evening })
    const request = (who: object) => parseNearbyRequest({ where: {}, who, limit: 30, debug: true }, evening)
    const texts = (answer: Recommendation) =>
      answer.items.flatMap(({ place, reasons }) =>
        reasons.some(({ text }) => text.includes('자주 있는 동네')) ? [place.id!] : [],
      )
    const mine = await service.nearby(request({ userId: 'me' }))
    expect(texts(mine).length).toBeGreaterThan(0)
    for (const id of texts(mine)) expect(id).not.toContain('far')
    expect(texts(await service.nearby(request({ userId: 'somebody' })))).toEqual([])
    const home = { lng: 127.0812345, lat: SEOUL.lat }
    const named = await service.nearby(request({ home }))
    expect(texts(named).length).toBeGreaterThan(0)
    for (const id of texts(named)) expect(id).toContain('far')
    expect(JSON.stringify(named)).not.toContain(String(home.lng))
    // Nothing else is known of them: what is near home comes first.
    expect(named.items[0].place.id).toContain('far')
  })
})
