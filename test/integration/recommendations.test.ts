// The four calls on the demo city, through HTTP: filters hold, answers are personal, fresh, honest and pageable.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Recommendation } from '../../src/domain/recommendation.ts'
import type { PlaceView } from '../../src/domain/place.ts'
import { haversineMeters } from '../../src/geo/distance.ts'
import { generateDemoCity, type DemoCity } from '../../src/pipeline/demo-city/city.ts'
import { dongne } from '../command.ts'
import { startDemo, type DemoServer } from '../demo-server.ts'

let server: DemoServer
let city: DemoCity

beforeAll(async () => {
  const { seed, now } = JSON.parse(await readFile(join(inject('demoDataDir'), 'demo/demo.json'), 'utf8'))
  city = generateDemoCity({ seed, now })
  server = await startDemo()
})
afterAll(() => server.close())

async function ask(call: string, body: object): Promise<Recommendation> {
  const answer = await server.call<Recommendation>('POST', `/v1/${call}`, body)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
  return answer.body
}

const ids = (answer: Recommendation) => answer.items.map(({ place }) => place.id!)

/** A spot with enough places, and the region, geohash and circle around one of them. */
async function combinedWhere() {
  const { body: spots } = await server.call<{ spots: { id: string }[] }>('GET', '/v1/spots')
  for (const { id } of spots.spots) {
    const answer = await ask('nearby', { where: { spots: [id] }, limit: 100 })
    const place = answer.items[0]?.place as PlaceView | undefined
    if (answer.items.length < 40 || place === undefined) continue
    const where = {
      spots: [id],
      regions: [place.regions.map(({ code }) => code).sort((a, b) => a.length - b.length)[1]],
      geohashes: [place.geohash.slice(0, 5)],
      circle: { lng: place.lng, lat: place.lat, radiusMeters: 400 },
    }
    return { where, place }
  }
  throw new Error('The demo city has no spot with 40 places.')
}

describe('the four geographic filters together', () => {
  it.each(['nearby', 'similar', 'taste', 'search'])(
    '%s returns only places inside all four',
    async (call) => {
      const { where, place } = await combinedWhere()
      const own = { nearby: {}, similar: { placeIds: [place.id] }, taste: {}, search: { query: '카페' } }[
        call
      ]
      const { items } = await ask(call, { where, who: { userId: city.users[3].id }, limit: 50, ...own })
      expect(items.length).toBeGreaterThan(3)
      for (const { place: found } of items) {
        const { spots, regions, geohash, lng, lat } = found as PlaceView
        expect(spots.map(({ id }) => id)).toContain(where.spots[0])
        expect(regions.map(({ code }) => code)).toContain(where.regions[0])
        expect(geohash.startsWith(where.geohashes[0])).toBe(true)
        expect(haversineMeters({ lng, lat }, where.circle)).toBeLessThanOrEqual(where.circle.radiusMeters)
      }
    },
  )
})

describe('taste', () => {
  it('finds what a user secretly likes, better than what a stranger gets, for most users', async () => {
    const stranger = ids(await ask('taste', { limit: 20 }))
    let better = 0
    let personal = 0
    let common = 0
    const users = city.users.filter((_, index) => index % 10 === 0)
    for (const { id } of users) {
      const mine = ids(await ask('taste', { who: { userId: id }, limit: 20 }))
      const mean = (list: string[]) =>
        list.reduce((sum, place) => sum + city.truth.trueUtility(id, place), 0) / list.length
      personal += mean(mine) / users.length
      common += mean(stranger) / users.length
      if (mean(mine) > mean(stranger)) better++
    }
    console.log(
      `true utility of 20 picks: personal ${personal.toFixed(3)}, stranger's ${common.toFixed(3)}; better for ${better} of ${users.length}`,
    )
    expect(better / users.length).toBeGreaterThan(0.8)
  })

  it('answers a user that the model never saw from the actions sent along', async () => {
    /** How many of 20 picks are of a kind, for someone who visited four places of another or the same kind. */
    const picks = async (kind: string, visited: string) => {
      const isOf = (code: string, { categories }: { categories?: readonly string[] }) =>
        categories?.some((category) => category.startsWith(code)) === true
      const recent = city.places
        .filter((place) => isOf(visited, place))
        .slice(0, 4)
        .map(({ id }) => ({ placeId: id, type: 'visit' }))
      const { items } = await ask('taste', { who: { userId: 'new-1', recent }, limit: 20 })
      return items.filter(({ place }) => isOf(kind, place)).length
    }
    expect(await picks('cafe', 'cafe')).toBeGreaterThan(await picks('cafe', 'bar'))
    expect(await picks('bar', 'bar')).toBeGreaterThan(await picks('bar', 'cafe'))
  })

  it('moves with the next request after an event, and hides what was hidden', async () => {
    const userId = 'fresh-user'
    const before = ids(await ask('taste', { who: { userId }, limit: 10 }))
    const liked = city.places.find(({ categories }) => categories?.[0]?.startsWith('culture'))!
    for (const type of ['click', 'save', 'visit']) {
      const { status } = await server.call('POST', '/v1/events', { userId, type, placeId: liked.id })
      expect(status).toBeLessThan(300)
    }
    const after = await ask('taste', { who: { userId }, limit: 10 })
    expect(ids(after)).not.toEqual(before)
    const hidden = after.items[0].place.id!
    await server.call('POST', '/v1/events', { userId, type: 'hide', placeId: hidden })
    expect(ids(await ask('taste', { who: { userId }, limit: 100 }))).not.toContain(hidden)
  })
})

describe('a session', () => {
  it('moves with three clicks, and a dislike takes its place away and sets its kin back', async () => {
    const who = { userId: 'session-user' }
    const list = async () => (await ask('taste', { who, limit: 100, debug: true })).items
    const shelf = ({ place }: { place: { categories?: readonly string[] } }) => place.categories![0]
    const show = (title: string, items: Recommendation['items']) =>
      console.log(
        `${title}: ${items
          .slice(0, 10)
          .map((item) => `${item.place.name} (${shelf(item)})`)
          .join(', ')}`,
      )
    const send = (type: string, placeId: string) =>
      server.call('POST', '/v1/events', { ...who, type, placeId })

    const before = await list()
    show('a new user', before)
    const kind = 'culture/bookshop'
    const clicked = city.places.filter(({ categories, closed }) => !closed && categories?.[0] === kind)
    for (const { id } of clicked.slice(0, 3)) await send('click', id)
    const after = await list()
    show('after three clicks on bookshops', after)
    const count = (items: Recommendation['items']) =>
      items.slice(0, 10).filter((item) => shelf(item) === kind).length
    expect(count(after)).toBeGreaterThan(count(before))

    const [disliked] = after
    await send('dislike', disliked.place.id!)
    const last = await list()
    show(`after a dislike of ${disliked.place.name}`, last)
    expect(last.map(({ place }) => place.id)).not.toContain(disliked.place.id)
    const lost = ({ debug }: Recommendation['items'][number]) =>
      debug!.steps.find(({ step }) => step === 'kin')!.scoreChange
    const kin = last.filter((item) => lost(item) < -0.05).map(({ place }) => place.id)
    const others = last.filter((item) => lost(item) > -0.02).map(({ place }) => place.id)
    const places = (items: Recommendation['items']) => new Map(items.map(({ place }, at) => [place.id, at]))
    const [was, is] = [places(after), places(last)]
    /** How many positions a place lost on average, among those on both lists. */
    const setBack = (list: readonly (string | undefined)[]) => {
      const moves = list.flatMap((id) => (was.has(id) ? is.get(id)! - was.get(id)! : []))
      return moves.reduce((sum, move) => sum + move, 0) / moves.length
    }
    console.log(`kin was set back by ${setBack(kin).toFixed(1)}, others by ${setBack(others).toFixed(1)}`)
    expect(setBack(kin)).toBeGreaterThan(setBack(others) + 1)
  })
})

describe('similar', () => {
  it('mostly finds the same kind of place', async () => {
    let same = 0
    let all = 0
    for (const place of city.places.filter((_, index) => index % 250 === 0 && !_.closed)) {
      const { items } = await ask('similar', { placeIds: [place.id], limit: 10 })
      const kind = place.categories![0].split('/')[0]
      same += items.filter((item) =>
        item.place.categories!.some((code) => code.split('/')[0] === kind),
      ).length
      all += items.length
    }
    console.log(`similar places of the same kind: ${((100 * same) / all).toFixed(0)} %`)
    expect(same / all).toBeGreaterThan(0.6)
  })

  it('names the missing place', async () => {
    const answer = await server.call('POST', '/v1/similar', { placeIds: ['no-such-place'] })
    expect(answer).toMatchObject({
      status: 404,
      body: { code: 'unknown-place', errors: [{ pointer: '/placeIds/0' }] },
    })
  })
})

describe('search', () => {
  it('puts an exact name first', async () => {
    for (const place of city.places.filter((_, index) => index % 500 === 7 && !_.closed)) {
      const { items } = await ask('search', { query: place.name, limit: 5 })
      expect(items[0].place.name).toBe(place.name)
    }
  })

  it('quotes the words that it matched', async () => {
    const { items } = await ask('search', { query: '칼국수', limit: 5 })
    const reason = items[0].reasons.find(({ kind }) => kind === 'text-match')!
    const [{ start, end }] = reason.highlights!
    const quote = reason.text.slice(start, end)
    expect(JSON.stringify(items[0].place)).toContain(quote)
  })
})

describe('nearby', () => {
  it('measures distances from the user and stays inside the circle', async () => {
    const near = { lng: city.places[0].lng, lat: city.places[0].lat }
    const { items } = await ask('nearby', {
      near,
      where: { circle: { ...near, radiusMeters: 700 } },
      limit: 50,
    })
    expect(items.length).toBeGreaterThan(0)
    for (const { place, distanceMeters } of items) {
      expect(distanceMeters).toBeCloseTo(haversineMeters(near, place as PlaceView), 0)
      expect(distanceMeters).toBeLessThanOrEqual(700)
    }
  })

  it('at a street corner shows mostly what is a walk away, where there is enough', async () => {
    const corners = city.places.filter((_, index) => index % 100 === 0)
    let walkable = 0
    let enough = 0
    for (const { lng, lat } of corners) {
      const near = { lng, lat }
      const around = city.places.filter((place) => !place.closed && haversineMeters(near, place) <= 1000)
      if (around.length < 20) continue
      enough++
      const { items } = await ask('nearby', { near, limit: 10 })
      const close = items.filter(({ distanceMeters }) => distanceMeters! <= 1000).length
      expect(close).toBeGreaterThanOrEqual(6)
      walkable += close
    }
    console.log(
      `of ten nearby places ${(walkable / enough).toFixed(1)} within 1 km, at ${enough} of ${corners.length} corners`,
    )
    expect(enough).toBeGreaterThan(5)
  })

  it('explains an empty answer', async () => {
    const answer = await ask('nearby', { where: { circle: { lng: -150, lat: -40, radiusMeters: 100 } } })
    expect(answer.items).toEqual([])
    expect(answer.explanation).toContain('‘반경’ 조건을 빼면')
  })

  it('says which code is unknown and what is near it', async () => {
    const { code, name } = city.regions[3]
    const answer = await server.call<{ errors: { detail: string }[] }>('POST', '/v1/nearby', {
      where: { regions: [name] },
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 'unknown-region' } })
    expect(answer.body.errors[0].detail).toContain(`"${code}"`)
  })
})

describe('pages', () => {
  it('neither repeat nor skip, also when events and deletions come in between', async () => {
    const body = { where: { regions: [city.regions[0].code] }, who: { userId: city.users[0].id } }
    const whole = ids(await ask('taste', { ...body, limit: 60 }))
    const paged: string[] = []
    let pageToken: string | undefined
    do {
      const page = await ask('taste', { ...body, limit: 10, ...(pageToken && { pageToken }) })
      paged.push(...ids(page))
      pageToken = page.nextPageToken
    } while (pageToken !== undefined && paged.length < 60)
    expect(paged).toEqual(whole)

    const first = await ask('nearby', { ...body, limit: 10 })
    await server.call('DELETE', `/v1/places/${encodeURIComponent(ids(first)[0])}`)
    const second = await ask('nearby', { ...body, limit: 10, pageToken: first.nextPageToken })
    expect(ids(second).filter((id) => ids(first).includes(id))).toEqual([])
    expect(second.recommendationId).toBe(first.recommendationId)
  })
})

describe('places', () => {
  const place = {
    id: 'brand-new',
    name: '새로 연 고양이 책방 찻집',
    categories: ['cafe/book'],
    tags: ['고양이', '책방'],
    description: '고양이와 함께 책을 읽는 작은 찻집',
  }

  it('are reachable by words, area and likeness with the next request, and gone after DELETE', async () => {
    const { lng, lat } = city.places[10]
    const put = await server.call<PlaceView>('PUT', `/v1/places/${place.id}`, { ...place, lng, lat })
    expect(put.status).toBe(201)
    expect(put.body.regions.length).toBe(3)
    const found = await ask('search', { query: '고양이 책방', limit: 5 })
    expect(ids(found)).toContain(place.id)
    const around = await ask('nearby', { where: { circle: { lng, lat, radiusMeters: 50 } }, limit: 100 })
    expect(ids(around)).toContain(place.id)
    const alike = await ask('similar', { placeIds: [place.id], limit: 5 })
    expect(alike.items).toHaveLength(5)
    expect((await server.call('PUT', `/v1/places/${place.id}`, { ...place, lng, lat })).status).toBe(200)
    expect((await server.call('DELETE', `/v1/places/${place.id}`)).status).toBe(204)
    expect(ids(await ask('search', { query: '고양이 책방', limit: 50 }))).not.toContain(place.id)
    expect((await server.call('GET', `/v1/places/${place.id}`)).status).toBe(404)
  })
})

describe('users', () => {
  it('can be looked at and erased', async () => {
    const { id } = city.users[5]
    const view = await server.call<{ events: number; topCategories: object[] }>('GET', `/v1/users/${id}`)
    expect(view.body.events).toBeGreaterThan(0)
    expect(view.body.topCategories.length).toBeGreaterThan(0)
    expect((await server.call('DELETE', `/v1/users/${id}`)).status).toBeLessThan(300)
    expect((await server.call('GET', `/v1/users/${id}`)).status).toBe(404)
    const stranger = ids(await ask('taste', { limit: 10 }))
    expect(ids(await ask('taste', { who: { userId: id }, limit: 10 }))).toEqual(stranger)
  })
})

describe('a process that starts after the newest events were erased', () => {
  it('answers', async () => {
    const event = { userId: 'brief', type: 'click', placeId: city.places[0].id }
    expect((await server.call('POST', '/v1/events', event)).status).toBeLessThan(300)
    expect((await server.call('DELETE', '/v1/users/brief')).status).toBeLessThan(300)
    const { code, stdout } = await dongne(['doctor', '--json'], {
      DONGNE_DATA_DIR: join(server.dataDir, 'demo'),
    })
    expect(JSON.parse(stdout)).toMatchObject({ ok: true })
    expect(code).toBe(0)
  })
})

describe('reasons', () => {
  it('name true evidence: counts, likeness and opening hours that can be checked', async () => {
    const user = city.users[8]
    const { items } = await ask('nearby', {
      where: { regions: [city.regions[0].code] },
      who: { userId: user.id },
      limit: 50,
    })
    const { body } = await server.call<{ recent: { placeId: string }[] }>('GET', `/v1/users/${user.id}`)
    const stranger = await ask('nearby', { where: { regions: [city.regions[0].code] }, limit: 100 })
    expect([...items, ...stranger.items].filter(({ reasons }) => reasons.length === 0)).toEqual([])
    const events = city.events()
    for (const { place, reasons } of items) {
      for (const reason of reasons) {
        if (reason.kind === 'popular' && /\d+번/.test(reason.text)) {
          const count = Number(/(\d+)번/.exec(reason.text)![1])
          const type = { 저장: 'save', 방문: 'visit', 리뷰: 'review' }[/저장|방문|리뷰/.exec(reason.text)![0]]
          const counted = events.filter((event) => event.placeId === place.id && event.type === type)
          expect(counted.length).toBeGreaterThanOrEqual(count)
        }
        if (reason.kind === 'similar-place') {
          const [placeId] = reason.placeIds!
          expect(events.some((event) => event.userId === user.id && event.placeId === placeId)).toBe(true)
        }
      }
    }
    expect(body.recent.length).toBeGreaterThan(0)
  })
})
