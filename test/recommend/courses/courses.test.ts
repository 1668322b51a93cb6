// Courses over a small quarter: rhythm, hours, what has to be seen, replacement, and what is said where nothing fits.
import { describe, expect, it } from 'vitest'
import { parseCourseRequest, type Courses } from '../../../src/domain/course.ts'
import type { PlaceInput } from '../../../src/domain/place.ts'
import { serveStored } from '../served-places.ts'

const CORNER = { lng: 126.98, lat: 37.56 }
const METERS_PER_DEGREE = 88_150
const NOON = '2026-11-25T12:00:00+09:00'
const KINDS = ['food/stew', 'cafe/coffee', 'culture/museum', 'shopping/books'] as const

/** Five places of each kind and a bank, 60 m apart, open from 10:00 to 22:00. */
const QUARTER: readonly PlaceInput[] = Array.from({ length: 21 }, (_, index) => ({
  id: index === 20 ? 'bank' : `${KINDS[index % 4].split('/')[0]}-${Math.floor(index / 4)}`,
  name: index === 20 ? '은행' : `${KINDS[index % 4]} ${Math.floor(index / 4)}`,
  categories: [index === 20 ? 'service/bank' : KINDS[index % 4]],
  lng: CORNER.lng + (index * 60) / METERS_PER_DEGREE,
  lat: CORNER.lat,
  openingHours: 'Mo-Su 10:00-22:00',
}))

const serve = (places: readonly PlaceInput[] = QUARTER) =>
  serveStored({ places, now: () => Date.parse(NOON) })

const ids = ({ items }: Courses, course = 0) => items[course].stops.map(({ place }) => place.id)

describe('a course', () => {
  it('begins with lunch at noon, goes on to other kinds, and does no errands', async () => {
    const { service } = await serve()
    const answer = await service.courses(parseCourseRequest({ near: CORNER, startAt: NOON }))
    expect(answer.items).toHaveLength(3)
    const [{ stops }] = answer.items
    expect(stops[0].role).toBe('meal')
    expect(new Set(stops.map(({ role }) => role)).size).toBeGreaterThanOrEqual(3)
    expect(stops.map(({ place }) => place.id)).not.toContain('bank')
    expect(answer.explanation).toBeUndefined()
    // Courses differ in every stop.
    const all = answer.items.flatMap(({ stops: of }) => of.map(({ place }) => place.id))
    expect(new Set(all).size).toBe(all.length)
  })

  it('adds up: times follow each other, and totals are those of the stops', async () => {
    const { service } = await serve()
    const { items } = await service.courses(parseCourseRequest({ near: CORNER, startAt: NOON, stops: 5 }))
    for (const { stops, startAt, endAt, totalMinutes, travelMinutes, distanceMeters } of items) {
      expect(startAt).toBe(NOON)
      let at = Date.parse(startAt)
      for (const stop of stops) {
        expect(Date.parse(stop.arriveAt)).toBe(at + stop.travelMinutes * 60_000)
        expect(Date.parse(stop.leaveAt)).toBe(
          Date.parse(stop.arriveAt) + (stop.stayMinutes + (stop.waitMinutes ?? 0)) * 60_000,
        )
        at = Date.parse(stop.leaveAt)
      }
      expect(Date.parse(endAt)).toBe(at)
      expect(totalMinutes).toBe((at - Date.parse(startAt)) / 60_000)
      expect(travelMinutes).toBe(stops.reduce((sum, stop) => sum + stop.travelMinutes, 0))
      expect(distanceMeters).toBe(stops.reduce((sum, stop) => sum + stop.distanceMeters, 0))
    }
  })

  it('is told in the language of the request', async () => {
    const { service } = await serve()
    const ask = (locale: string) =>
      service.courses(parseCourseRequest({ near: CORNER, startAt: NOON, locale, limit: 1 }))
    expect((await ask('en')).items[0].description).toMatch(
      /^A course of 4 stops: food\/stew \d .* on foot .* in all\.$/,
    )
    expect((await ask('ko')).items[0].description).toMatch(
      /^4곳을 차례로 들르는 코스예요: food\/stew \d.* 걸어서 .*걸려요\.$/,
    )
  })

  it('goes to what has to be seen, wherever in the order', async () => {
    const { service } = await serve()
    const mustVisit = ['culture-3', 'cafe-4']
    const answer = await service.courses(parseCourseRequest({ near: CORNER, startAt: NOON, mustVisit }))
    for (let course = 0; course < answer.items.length; course++) {
      expect(ids(answer, course)).toEqual(expect.arrayContaining(mustVisit))
    }
    // What has to be seen has no alternatives; the rest does.
    for (const { place, alternatives } of answer.items[0].stops) {
      expect(alternatives.length > 0).toBe(!mustVisit.includes(place.id!))
    }
  })

  it('has one stop replaced and keeps the others', async () => {
    const { service } = await serve()
    const before = await service.courses(parseCourseRequest({ near: CORNER, startAt: NOON, limit: 1 }))
    const placeIds = ids(before)
    const after = await service.courses(
      parseCourseRequest({ near: CORNER, startAt: NOON, replace: { placeIds, stop: 1 } }),
    )
    expect(ids(after)[1]).not.toBe(placeIds[1])
    expect(ids(after).with(1, placeIds[1])).toEqual(placeIds)
    expect(after.items[0].stops[1].role).toBe(before.items[0].stops[1].role)
  })

  it('offers of a chain one branch, and another name than the stop', async () => {
    const chain = QUARTER.filter(({ id }) => id.startsWith('cafe')).map((cafe) => ({
      ...cafe,
      name: '별다방',
    }))
    const { service } = await serve([...QUARTER.filter(({ id }) => !id.startsWith('cafe')), ...chain])
    const { items } = await service.courses(parseCourseRequest({ near: CORNER, startAt: NOON, limit: 1 }))
    for (const { place, alternatives } of items[0].stops) {
      const names = [place.name, ...alternatives.map((other) => other.place.name)]
      expect(new Set(names).size).toBe(names.length)
    }
  })

  it('takes the car in an area without a start, and counts parking', async () => {
    const { service } = await serve()
    const circle = { ...CORNER, radiusMeters: 3000 }
    const { items } = await service.courses(
      parseCourseRequest({ where: { circle }, startAt: NOON, travel: 'drive', limit: 1 }),
    )
    const [first, second] = items[0].stops
    expect([first.travelMinutes, first.distanceMeters]).toEqual([0, 0])
    expect(second.travelMinutes).toBeGreaterThan(5)
  })

  it('keeps to the asked circle, also where it looks around a place at its edge', async () => {
    const { service } = await serve()
    // The first ten places, 540 m.
    const circle = { ...CORNER, radiusMeters: 550 }
    const ask = (body: object) =>
      service.courses(parseCourseRequest({ where: { circle }, startAt: NOON, ...body }))
    for (const body of [{}, { near: CORNER }, { mustVisit: ['shopping-1'] }]) {
      const { items } = await ask(body)
      expect(items.length).toBeGreaterThan(0)
      for (const { stops } of items) {
        for (const { place } of stops)
          expect(place.lng!).toBeLessThanOrEqual(CORNER.lng + 551 / METERS_PER_DEGREE)
      }
    }
  })

  it('has a reason for each stop, also where nothing stands out', async () => {
    const events = QUARTER.map(({ id }, made) => ({
      id: `e${made}`,
      userId: `u${made}`,
      type: 'visit' as const,
      placeId: id,
      at: Date.parse('2026-10-14T09:00:00+09:00'),
    }))
    const { service } = await serveStored({ places: QUARTER, events, now: () => Date.parse(NOON) })
    const { items } = await service.courses(parseCourseRequest({ near: CORNER, startAt: NOON, limit: 1 }))
    for (const { reasons } of items[0].stops) {
      expect(reasons.map(({ kind }) => kind)).toEqual(['popular', 'open'])
    }
  })

  it('learns from outings what follows what, and says so', async () => {
    let made = 0
    const events = Array.from({ length: 30 }, (_, user) =>
      ['food-2', 'culture-2'].map((placeId, step) => ({
        id: `e${made++}`,
        userId: `u${user}`,
        type: 'visit' as const,
        placeId,
        at: Date.parse('2026-11-20T12:00:00+09:00') + step * 3_600_000,
      })),
    ).flat()
    const { service } = await serveStored({ places: QUARTER, events, now: () => Date.parse(NOON) })
    const { items } = await service.courses(
      parseCourseRequest({ near: CORNER, startAt: NOON, mustVisit: ['food-2'], limit: 1, locale: 'en' }),
    )
    const at = items[0].stops.findIndex(({ place }) => place.id === 'food-2')
    const next = items[0].stops[at + 1]
    expect(next.place.id).toBe('culture-2')
    expect(next.reasons[0]).toEqual({
      kind: 'follow',
      text: 'People went on here from “food/stew 2” 30 times',
      placeIds: ['food-2'],
    })
  })
})

describe('a course that cannot be', () => {
  const ask = async (body: object, places?: readonly PlaceInput[]) => {
    const { service } = await serve(places)
    return service.courses(parseCourseRequest({ near: CORNER, startAt: NOON, locale: 'en', ...body }))
  }

  it('says that there is no place', async () => {
    const answer = await ask({ near: undefined, where: { circle: { lng: 0, lat: 0, radiusMeters: 100 } } })
    expect(answer).toMatchObject({
      items: [],
      explanation: expect.stringMatching(/^No place to stop at matches/),
    })
  })

  it('goes to the one place there is', async () => {
    const answer = await ask({}, [QUARTER[0]])
    expect(ids(answer)).toEqual(['food-0'])
    expect(answer.explanation).toBe('Only 1 place to stop at matches.')
  })

  it('says when it opens where all is closed', async () => {
    const answer = await ask({ startAt: '2026-11-25T03:00:00+09:00' })
    expect(answer.items).toEqual([])
    expect(answer.explanation).toBe(
      'Nothing can be visited at that time: all 20 places are closed or close soon. Setting out at 09:30 would do.',
    )
  })

  it('has fewer stops where time is short, and says how much one needs', async () => {
    const short = await ask({ maxMinutes: 120 })
    expect(short.items[0].stops.length).toBe(2)
    expect(short.items[0].totalMinutes).toBeLessThanOrEqual(120)
    expect(short.explanation).toBe('4 stops do not fit into 2 h, so there are 2.')
    const none = await ask({ maxMinutes: 30 })
    expect(none.items).toEqual([])
    expect(none.explanation).toMatch(/^Not even one stop fits into 30 min. 4\d min would do for one.$/)
  })

  it('names what has to be seen and is closed, with the time to set out', async () => {
    const places = [
      ...QUARTER,
      { ...QUARTER[2], id: 'night', name: '밤 전시', openingHours: 'Mo-Su 20:00-23:00' },
    ]
    const answer = await ask({ mustVisit: ['night'], maxMinutes: 300 }, places)
    expect(answer.items).toEqual([])
    expect(answer.explanation).toBe('“밤 전시” is closed at that time. Setting out at 19:30 would do.')
  })

  it('begins at the first stop where the start lies in the sea', async () => {
    const answer = await ask({ near: { lng: 125, lat: 35 } })
    expect(answer.explanation).toMatch(/^The nearest place is 3\d\d\.\d km from the start/)
    expect(answer.items[0].stops[0]).toMatchObject({ travelMinutes: 0, distanceMeters: 0 })
    expect(answer.items[0].distanceMeters).toBeLessThan(2000)
  })

  it('is told in the time zone of the places over midnight', async () => {
    const places = QUARTER.map((place) => ({ ...place, openingHours: 'Mo-Su 18:00-04:00' }))
    const { items } = await ask({ startAt: '2026-11-25T14:30:00Z', maxMinutes: 240 }, places)
    expect(items[0].startAt).toBe('2026-11-25T23:30:00+09:00')
    expect(items[0].endAt).toMatch(/^2026-11-26T0\d:\d\d:00\+09:00$/)
  })

  it.each([
    [{ mustVisit: ['nowhere'] }, 'unknown-place', '/mustVisit/0'],
    [{ replace: { placeIds: ['food-0', 'nowhere'], stop: 0 } }, 'unknown-place', '/replace/placeIds/1'],
  ])('refuses places that do not exist: %o', async (body, code, pointer) => {
    await expect(ask(body)).rejects.toMatchObject({ code, errors: [{ pointer }] })
  })

  it.each([
    [{ stops: 7 }, '/stops'],
    [{ startAt: '2026-02-30T10:00:00Z' }, '/startAt'],
    [{ stops: 3, mustVisit: ['a', 'b', 'c', 'd'] }, '/mustVisit'],
    [{ replace: { placeIds: ['a'], stop: 1 } }, '/replace/stop'],
    [{ pageToken: 'x' }, '/pageToken'],
  ])('refuses what is no question: %o', (body, pointer) => {
    expect(() => parseCourseRequest(body)).toThrow(
      expect.objectContaining({ code: 'invalid-request', errors: [expect.objectContaining({ pointer })] }),
    )
  })
})
