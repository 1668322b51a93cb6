// What is kept between requests never shows: after each kind of change a service that has answered all along answers as one
// that has just been opened over the same folder.
import { describe, expect, it, vi } from 'vitest'
import { openApp, type App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
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
import { runIndex } from '../../src/pipeline/build-index.ts'
import { openEncoder } from '../../src/pipeline/encoder.ts'
import { runTrain } from '../../src/pipeline/train.ts'
import { createRandom } from '../../src/math/random.ts'
import { foundNear } from '../../src/recommend/candidates/found-near.ts'
import type { Live } from '../../src/recommend/live/live.ts'
import type { Hit, SearchQuery } from '../../src/vector-index/port.ts'
import { SILENT } from '../silent-progress.ts'
import { serveStored } from './served-places.ts'

const NOW = Date.parse('2026-11-25T03:00:00Z')
const SEOUL = { lng: 126.98, lat: 37.56 }
const KINDS = ['food/cafe', 'food/noodles', 'culture/museum', 'shopping/books']

const random = createRandom(5)
const places: PlaceInput[] = Array.from({ length: 120 }, (_, index) => ({
  id: `p${index}`,
  name: `곳 ${index}`,
  categories: [KINDS[index % KINDS.length]],
  tags: [['조용한', '주차', '전망'][index % 3]],
  lng: SEOUL.lng + random.normal() / 100,
  lat: SEOUL.lat + random.normal() / 100,
}))

const event = (id: string, userId: string, placeId: string, type: EventType, at: number): Event => ({
  id,
  userId,
  placeId,
  type,
  at,
})

/** Nobody does anything with the last twenty places: their going changes no count, which would stay until a restart. */
const past = Array.from({ length: 600 }, (_, index) =>
  event(
    `e${index}`,
    `u${index % 12}`,
    `p${random.integer(100)}`,
    random.pick(['visit', 'save', 'click', 'dislike']),
    NOW - 3_600_000 * (20 + index),
  ),
)

/** u0 visits it after the training. */
const visited = places[30]
/** The nearest one that nobody did anything with, and that stays. */
const untouched = places.slice(112).sort((a, b) => fromCentre(a) - fromCentre(b))[0]

function fromCentre({ lng, lat }: PlaceInput): number {
  return Math.hypot(lng! - SEOUL.lng, lat! - SEOUL.lat)
}

async function trainAgain({ catalog, folder, texts, index, words }: App): Promise<void> {
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
}

/** All that several users are answered, but for what differs each time. */
async function answers({ service }: App, now: number): Promise<object[]> {
  const asked: Recommendation[] = []
  for (const userId of ['u0', 'u1', 'disliking', 'nobody']) {
    const common = { who: { userId }, limit: 20, debug: true }
    const circle = { ...SEOUL, radiusMeters: 1500 }
    asked.push(
      await service.nearby(parseNearbyRequest({ ...common, near: SEOUL }, now)),
      await service.nearby(parseNearbyRequest({ ...common, near: SEOUL, where: { circle } }, now)),
      await service.similar(parseSimilarRequest({ ...common, placeIds: ['p7'] })),
      await service.together(parseTogetherRequest({ ...common, placeIds: ['p8'] })),
      await service.taste(parseTasteRequest(common)),
      await service.search(parseSearchRequest({ ...common, query: '조용한 카페' })),
    )
  }
  return asked.map(({ recommendationId: _, nextPageToken, ...answer }) => ({
    ...answer,
    hasMore: nextPageToken !== undefined,
  }))
}

describe('what is kept between requests', () => {
  it('changes no answer, whatever changes meanwhile', { timeout: 120_000 }, async () => {
    let now = NOW
    const dislikes = places
      .slice(0, 20)
      .map(({ id }, index) => event(`d${index}`, 'disliking', id!, 'dislike', NOW - 3_600_000))
    const app = await serveStored({ places, events: [...past, ...dislikes], now: () => now })
    const { service, catalog, folder } = app
    const changes: Readonly<Record<string, () => Promise<unknown>>> = {
      nothing: async () => {},
      'an action': () => service.addEvents([event('n1', 'u0', visited.id!, 'visit', now - 1000)]),
      'a first action on a place': () =>
        service.addEvents([event('n3', 'u9', untouched.id!, 'visit', now - 1000)]),
      'a dislike': () => service.addEvents([event('n2', 'u1', 'p7', 'dislike', now - 1000)]),
      'another place': () =>
        service.putPlaces([{ ...places[7], name: '다른 곳', categories: [KINDS[3]], tags: ['전망'] }]),
      'another place in the past of who asks': () =>
        service.putPlaces([{ ...visited, name: '바다 앞 빵집', tags: ['바다', '빵'] }]),
      'another kind and position of what people went to': () =>
        service.putPlaces(
          places
            .slice(30, 60)
            .map((place) => ({ ...place, categories: [KINDS[1]], lat: place.lat! + 0.001 })),
        ),
      'a kind that nobody went to before': () =>
        service.putPlaces([{ ...places[9], categories: ['nightlife/bar'] }]),
      'names of categories': () =>
        catalog.saveCategories([{ code: KINDS[0], name: '다방', names: { en: 'Tea room' } }]),
      'a user who is gone': () => service.eraseUser('disliking'),
      'a new place': () => service.putPlaces([{ ...places[8], id: 'new' }]),
      'a place gone': () => service.deletePlace('p110'),
      'a write past this service': () => catalog.deletePlace('p111'),
      'another model and index': () => trainAgain(app),
    }
    for (const [name, change] of Object.entries(changes)) {
      await change()
      now += 60_000
      await answers(app, now)
      await answers(app, now)
      const fresh = await openApp(readConfig({ DONGNE_DATA_DIR: folder.root }), () => now)
      try {
        expect(await answers(app, now), name).toEqual(await answers(fresh, now))
      } finally {
        await fresh.close()
      }
    }
  })
})

describe('a question that nothing answers', () => {
  it('is looked for once, and again once there is another place', async () => {
    const { service, index } = await serveStored({ places })
    const search = vi.spyOn(index, 'search')
    const found = async () => (await service.search(parseSearchRequest({ query: 'zzzzqqq' }))).items
    for (let again = 0; again < 3; again++) expect(await found()).toEqual([])
    expect(search).toHaveBeenCalledTimes(1)
    await service.putPlaces([{ ...places[0], id: 'named', name: 'zzzzqqq' }])
    expect((await found()).map(({ place }) => place.id)).toContain('named')
  })
})

describe('what was found near a vector', () => {
  const search = vi.fn<(query: SearchQuery) => Promise<Hit[]>>(async ({ k, filter }) =>
    Array.from({ length: 500 }, (_, index) => ({ id: `p${index}`, score: -index }))
      .filter(({ id }) => !filter.excludeIds?.includes(id))
      .slice(0, k),
  )
  const live = (generation: object) => ({ generation, poolSize: 10, index: { search } }) as unknown as Live

  it('is asked for once more and then remembered, without what each question leaves out', async () => {
    search.mockClear()
    const vector = Float32Array.of(1, 0)
    const state = live({})
    const ids = async (...excludeIds: string[]) =>
      (await foundNear(state, vector, { excludeIds })).map(({ id }) => id)
    const first = await ids('p1', 'p3')
    expect(first).toHaveLength(10)
    for (let again = 0; again < 3; again++) expect(await ids('p1', 'p3')).toEqual(first)
    expect(await ids('p0')).toEqual(['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9', 'p10'])
    expect(search).toHaveBeenCalledTimes(2)
    await foundNear(live({}), vector, {})
    expect(search).toHaveBeenCalledTimes(3)
  })

  it('is searched for each time in an area, for a moment, and for a vector of one request', async () => {
    search.mockClear()
    const vector = Float32Array.of(1, 0)
    const state = live({})
    for (let again = 0; again < 3; again++) {
      await foundNear(state, vector, { circle: { ...SEOUL, radiusMeters: 100 } })
      await foundNear(state, vector, { openAt: NOW })
      await foundNear(state, vector.slice(), {})
    }
    expect(search).toHaveBeenCalledTimes(9)
  })
})
