// What is counted of people's ways, against counting by hand; and the candidates that come of it.
import { describe, expect, it } from 'vitest'
import type { EventType } from '../../../src/domain/event.ts'
import { clickToClickCandidates } from '../../../src/recommend/candidates/click-to-click.ts'
import type { Live } from '../../../src/recommend/live/live.ts'
import { Movements } from '../../../src/recommend/live/movements.ts'
import { solarHour } from '../../../src/recommend/ranking/kinds.ts'
import { companionsOf, nearness, TOGETHER_WEIGHTS } from '../../../src/recommend/candidates/together.ts'

const START = Date.parse('2026-03-02T03:00:00Z')
const MINUTE = 60_000

const at = (userId: string, placeId: string, minute: number, type: EventType = 'visit') => ({
  userId,
  placeId,
  type,
  at: START + minute * MINUTE,
})

function city(): Movements {
  const movements = new Movements()
  ;['a', 'b', 'c', 'd'].forEach((id, index) =>
    movements.setPlace(id, { lng: 127 + index / 1000, lat: 37.5, categories: [`kind/${id}`] }),
  )
  return movements
}

/** All that is known of kinds, by name. */
function kindsOf({ kinds }: Movements): object {
  const named = ['kind/a', 'kind/b', 'kind/c', 'kind', 'other/b', 'other'].map(
    (code) => [code, kinds.of([code]).own] as const,
  )
  const byName = (lifts: Float64Array) => Object.fromEntries(named.map(([code, kind]) => [code, lifts[kind]]))
  const hours = Array.from({ length: 24 }, (_, hour) => byName(kinds.hourLifts(hour)))
  return {
    hours,
    users: byName(kinds.userLifts(new Map(), 5)),
    after: named.map(([, kind]) => byName(kinds.followLifts(kind))),
  }
}

describe('movements', () => {
  it('count a step within six hours, in its direction, and no step to the same place', () => {
    const movements = city()
    for (const event of [at('u', 'a', 0), at('u', 'a', 10), at('u', 'b', 60), at('u', 'c', 60 + 361)])
      movements.add(event)
    expect([...movements.visits.next('a')]).toEqual([['b', 1]])
    expect([...movements.visits.previous('b')]).toEqual([['a', 1]])
    expect(movements.visits.next('b').size).toBe(0)
  })

  it('keep looks apart from visits', () => {
    const movements = city()
    for (const event of [at('u', 'a', 0, 'click'), at('u', 'b', 5, 'click'), at('u', 'c', 40, 'click')])
      movements.add(event)
    expect([...movements.looks.next('a')]).toEqual([['b', 1]])
    expect(movements.looks.next('b').size).toBe(0)
    expect(movements.visits.next('a').size).toBe(0)
  })

  it('are as before once a user is forgotten', () => {
    const [movements, untouched] = [city(), city()]
    const others = [at('v', 'a', 0), at('v', 'b', 30), at('v', 'c', 50)]
    const own = [at('u', 'a', 1), at('u', 'b', 31), at('u', 'd', 55)]
    for (const event of others) untouched.add(event)
    for (const event of [...others, ...own].sort((x, y) => x.at - y.at)) movements.add(event)
    movements.forget(own)
    for (const id of ['a', 'b', 'c', 'd']) {
      expect([...movements.visits.next(id)]).toEqual([...untouched.visits.next(id)])
      expect(movements.visits.left(id)).toBe(untouched.visits.left(id))
    }
    expect([...movements.kinds.hourLifts(12)]).toEqual([...untouched.kinds.hourLifts(12)])
    const { own: kind } = movements.kinds.of(['kind/a'])
    expect([...movements.kinds.followLifts(kind)]).toEqual([...untouched.kinds.followLifts(kind)])
  })

  it('go along when a place changes its kind, and are forgotten with it', () => {
    const walks = ['u', 'v', 'w'].flatMap((user, day) =>
      ['a', 'b', 'c', 'b'].map((id, step) => at(user, id, day * 3000 + step * 50)),
    )
    const [movements, restarted] = [city(), city()]
    for (const event of walks) movements.add(event)
    for (const place of [movements, restarted])
      place.setPlace('b', { lng: 127.001, lat: 37.5, categories: ['other/b'] })
    for (const event of walks) restarted.add(event)
    expect(kindsOf(movements)).toEqual(kindsOf(restarted))
    for (const user of ['u', 'v', 'w']) movements.forget(walks.filter(({ userId }) => userId === user))
    expect(kindsOf(movements)).toEqual(kindsOf(city()))
  })

  it('tell the same of a kind however many others are known by name', () => {
    const [movements, other] = [city(), city()]
    for (const each of [movements, other]) each.add(at('u', 'a', 0))
    const before = movements.kinds.userLifts(new Map(), 5)
    for (let more = 0; more < 50; more++) movements.kinds.of([`never/${more}`])
    expect([...movements.kinds.userLifts(new Map(), 5).subarray(0, before.length)]).toEqual([...before])
    expect(kindsOf(movements)).toEqual(kindsOf(other))
  })

  it('count for no kind where a place is gone, and again once it is back', () => {
    const movements = city()
    for (const event of [at('u', 'a', 0), at('u', 'b', 10), at('u', 'c', 20)]) movements.add(event)
    const before = kindsOf(movements)
    movements.setPlace('b', undefined)
    expect(movements.placeOf('b')).toBeUndefined()
    expect(
      movements.kinds.moves(movements.kinds.of(['kind/a']).own, movements.kinds.of(['kind/b']).own),
    ).toBe(0)
    movements.setPlace('b', { lng: 127.001, lat: 37.5, categories: ['kind/b'] })
    expect(kindsOf(movements)).toEqual(before)
  })

  it('wait for their place, unless their user is forgotten', () => {
    const place = { lng: 127.004, lat: 37.5, categories: ['kind/a'] }
    const [movements, known] = [city(), city()]
    known.setPlace('new', place)
    for (const event of [at('u', 'a', 0), at('v', 'a', 1), at('u', 'new', 10), at('v', 'new', 11)]) {
      movements.add(event)
      if (event.userId === 'u') known.add(event)
    }
    expect(movements.knows('new')).toBe(true)
    movements.forget([at('v', 'a', 1), at('v', 'new', 11)])
    movements.setPlace('new', place)
    expect([...movements.visits.next('a')]).toEqual([['new', 1]])
    expect(kindsOf(movements)).toEqual(kindsOf(known))
  })

  it('take nothing from others when a user is forgotten, one of whose places is gone', () => {
    const movements = city()
    for (const event of [at('o', 'a', 0), at('o', 'c', 5)]) movements.add(event)
    const own = [at('s', 'a', 0), at('s', 'b', 5), at('s', 'c', 10)]
    for (const event of own) movements.add(event)
    movements.setPlace('b', undefined)
    movements.forget(own)
    expect([...movements.visits.next('a')]).toEqual([['c', 1]])
    expect([...movements.looks.next('a')]).toEqual([['c', 1]])
    expect(movements.visits.next('b').size).toBe(0)
  })

  it('lead on from nothing that was forgotten, though its place was gone', () => {
    const movements = city()
    movements.add(at('u', 'a', 0))
    movements.setPlace('a', undefined)
    movements.forget([at('u', 'a', 0)])
    movements.setPlace('a', { lng: 127, lat: 37.5, categories: ['kind/a'] })
    movements.add(at('u', 'b', 10))
    expect(movements.visits.next('a').size).toBe(0)
  })

  it('take back the ways that were counted where an event came late', () => {
    const movements = city()
    for (const event of [at('o', 'a', 0), at('o', 'b', 5)]) movements.add(event)
    const own = [at('u', 'a', 0), at('u', 'c', 10), at('u', 'b', 5)]
    for (const event of own) movements.add(event)
    movements.forget(own)
    expect([...movements.visits.next('a')]).toEqual([['b', 1]])
  })

  it('tell hours by the sun, in every zone', () => {
    expect(solarHour(Date.parse('2026-03-02T03:30:00Z'), 127)).toBe(11)
    expect(solarHour(Date.parse('2026-03-02T03:30:00Z'), -74)).toBe(22)
    expect(solarHour(-1, 0)).toBe(23)
  })
})

describe('companions', () => {
  it('rank a faithful pair before a popular place with as many steps', () => {
    const movements = city()
    let minute = 0
    const walk = (user: string, from: string, to: string) => {
      movements.add(at(user, from, minute))
      movements.add(at(user, to, minute + 30))
      minute += 1000
    }
    for (let turn = 0; turn < 6; turn++) {
      walk('u', 'a', 'b')
      walk('v', 'a', 'c')
      for (let more = 0; more < 5; more++) walk('w', 'd', 'c')
    }
    const companions = companionsOf({ visits: movements.visits, list: () => [] }, 'a')
    expect(companions.get('b')).toMatchObject({ next: 6, before: 0, looks: 0 })
    expect(companions.get('b')!.score).toBeGreaterThan(companions.get('c')!.score)
    expect(companions.has('a')).toBe(false)
  })

  it('lean on what lies next door, the less the more steps are known', () => {
    const movements = city()
    const nearA = (meters: number) => nearness({ visits: movements.visits, list: () => [] }, 'a')(meters)
    expect(nearA(0)).toBe(TOGETHER_WEIGHTS.near)
    expect(nearA(300)).toBeCloseTo(TOGETHER_WEIGHTS.near / 2, 9)
    for (let step = 0; step < TOGETHER_WEIGHTS.nearSteps; step++) {
      movements.add(at(`u${step}`, 'a', step))
      movements.add(at(`u${step}`, 'b', step + 20))
    }
    expect(nearA(0)).toBeCloseTo(TOGETHER_WEIGHTS.near / 2, 9)
  })
})

describe('click-to-click', () => {
  it('finds inside the area what people went to next from the latest places, and by lists', async () => {
    const movements = city()
    movements.add(at('v', 'a', 0))
    movements.add(at('v', 'b', 10))
    const lists = {
      rows: 4,
      columns: 4,
      starts: Uint32Array.of(0, 2, 2, 2, 2),
      indices: Uint32Array.of(2, 3),
      values: Float32Array.of(0.2, 0.4),
    }
    const names = ['a', 'b', 'c', 'd']
    const model = {
      extras: { lists },
      placeRow: (id: string) => names.indexOf(id),
      placeId: (row: number) => names[row],
    }
    const index = { matching: async (ids: readonly string[]) => ids.filter((id) => id !== 'd') }
    const live = { movements, encoder: { model }, index } as unknown as Live
    const acted = [
      { placeId: 'a', type: 'visit' as const, at: START, strength: 5, vector: new Float32Array(0) },
    ]
    const found = await clickToClickCandidates(live, { acted }, {})
    expect(found.map(({ id }) => id)).toEqual(['b', 'c'])
    expect(await clickToClickCandidates(live, { acted: [] }, {})).toEqual([])
  })
})
