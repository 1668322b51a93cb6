// The service over small sets of places: what a newcomer meets that the demo city does not hold.
import { describe, expect, it } from 'vitest'
import type { Event, EventType } from '../../src/domain/event.ts'
import type { PlaceInput } from '../../src/domain/place.ts'
import { parseTasteRequest, type Recommendation } from '../../src/domain/recommendation.ts'
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
