// Re-ranking step by step: what each does to a list, and that it does nothing without ground.
import { describe, expect, it } from 'vitest'
import { Feedback } from '../../../src/recommend/feedback.ts'
import { chainOf } from '../../../src/recommend/re-rank/chains.ts'
import { NO_STEPS, reRank } from '../../../src/recommend/re-rank/re-rank.ts'
import { STEP_NAMES, type Asked, type ReRankOptions } from '../../../src/recommend/re-rank/step.ts'
import { createTracer } from '../../../src/recommend/trace.ts'
import { entry, idsOf, NOW, placeOf, question, vectorAt } from './entries.ts'

const DAY = 86_400_000
type List = Parameters<typeof reRank>[0]

const ordered = (list: List, asked: Asked, options: Partial<ReRankOptions>) =>
  idsOf(reRank(list, asked, { ...NO_STEPS, ...options }, undefined).list)

/** Scores .5, .49, …, in the order of the ids. */
const falling = (sketches: readonly Parameters<typeof entry>[0][]) =>
  sketches.map((sketch, index) => entry({ score: 0.5 - index / 100, ...sketch }))

describe('without steps', () => {
  it('leaves the list as it is', () => {
    const list = falling([{ id: 'a' }, { id: 'b' }])
    expect(reRank(list, question(), NO_STEPS, 1).list).toEqual(list)
    expect(reRank([], question(), NO_STEPS, 1).list).toEqual([])
  })
})

describe('kin', () => {
  it('steps back by its likeness to the nearest disliked place, and no further than the weight', () => {
    const list = falling([
      { id: 'twin', degrees: 0 },
      { id: 'cousin', degrees: 40 },
      { id: 'stranger', degrees: 90 },
    ])
    const asked = question({ disliked: [{ place: placeOf({ id: 'x' }), vector: vectorAt(0) }] })
    expect(ordered(list, asked, { kin: 0.2 })).toEqual(['stranger', 'cousin', 'twin'])
    const { list: demoted } = reRank(list, asked, { ...NO_STEPS, kin: 0.2 }, undefined)
    expect(demoted.map(({ score }) => score)).toEqual([
      0.48,
      expect.closeTo(0.49 - (0.2 * (Math.cos((40 * Math.PI) / 180) - 0.6)) / 0.4, 6),
      expect.closeTo(0.3, 6),
    ])
  })

  it('needs a dislike', () => {
    const list = falling([{ id: 'a' }, { id: 'b' }])
    expect(reRank(list, question(), { ...NO_STEPS, kin: 1 }, undefined).list).toEqual(list)
  })
})

describe('coDisliked', () => {
  it('demotes what others dislike who dislike the same, in proportion to how many do', () => {
    const feedback = new Feedback()
    const dislike = (userId: string, placeId: string) =>
      feedback.add({ userId, placeId, type: 'dislike', at: NOW })
    for (let user = 0; user < 20; user++) for (const id of ['mine', 'theirs']) dislike(`u${user}`, id)
    for (let user = 0; user < 3; user++) for (const id of ['mine', 'seldom']) dislike(`v${user}`, id)
    dislike('w', 'mine')
    dislike('w', 'once')
    const asked = question({ feedback, context: { dislikes: new Set(['mine']) } })
    const list = falling([{ id: 'theirs' }, { id: 'seldom' }, { id: 'once' }, { id: 'free' }])
    const { list: demoted } = reRank(list, asked, { ...NO_STEPS, coDisliked: 0.2 }, undefined)
    expect(idsOf(demoted)).toEqual(['once', 'free', 'seldom', 'theirs'])
    expect(list[0].score - demoted[3].score).toBeGreaterThan(0.05)
    expect(list[1].score - demoted[2].score).toBeLessThan(0.04)
  })
})

describe('sharedWords', () => {
  const disliked = ['x', 'y'].map((id) => ({
    place: placeOf({ id, tags: ['loud', 'cheap'] }),
    vector: undefined,
  }))

  it('demotes what shares tags with disliked places', () => {
    const list = falling([{ id: 'a', tags: ['loud', 'cheap'] }, { id: 'b', tags: ['loud'] }, { id: 'c' }])
    expect(ordered(list, question({ disliked }), { sharedWords: 0.2 })).toEqual(['c', 'b', 'a'])
  })

  it('spares the tags of places that the user likes', () => {
    const acted = ['l', 'm'].map((placeId) => ({
      placeId,
      type: 'visit' as const,
      at: NOW,
      strength: 5,
      vector: vectorAt(0),
    }))
    const actedPlaces = new Map(['l', 'm'].map((id) => [id, placeOf({ id, tags: ['cheap', 'loud'] })]))
    const list = falling([{ id: 'a', tags: ['loud', 'cheap'] }, { id: 'b' }])
    const asked = question({ disliked, context: { acted }, actedPlaces })
    expect(ordered(list, asked, { sharedWords: 1 })).toEqual(['a', 'b'])
  })
})

describe('fatigue', () => {
  const shown = (times: number, at = NOW) => {
    const feedback = new Feedback()
    for (let i = 0; i < times; i++) feedback.add({ userId: 'u', placeId: 'a', type: 'impression', at })
    return feedback
  }
  const list = falling([{ id: 'a' }, { id: 'b' }])

  it('lets a place that was shown often and not acted on step back', () => {
    expect(ordered(list, question({ feedback: shown(8), userId: 'u' }), { fatigue: 0.1 })).toEqual(['b', 'a'])
    expect(ordered(list, question({ feedback: shown(2), userId: 'u' }), { fatigue: 0.1 })).toEqual(['a', 'b'])
    expect(ordered(list, question({ feedback: shown(8), userId: 'v' }), { fatigue: 0.1 })).toEqual(['a', 'b'])
  })

  it('forgets in time, and at once when the user acts', () => {
    const long = question({ feedback: shown(8, NOW - 30 * DAY), userId: 'u' })
    expect(ordered(list, long, { fatigue: 0.1 })).toEqual(['a', 'b'])
    const feedback = shown(8)
    feedback.add({ userId: 'u', placeId: 'a', type: 'click', at: NOW })
    expect(ordered(list, question({ feedback, userId: 'u' }), { fatigue: 0.1 })).toEqual(['a', 'b'])
  })
})

describe('rings', () => {
  it('put what is near first, whatever scores more further out', () => {
    const list = falling([
      { id: 'far', distanceMeters: 3000 },
      { id: 'near', distanceMeters: 100 },
      { id: 'nearer', distanceMeters: 50 },
    ])
    const asked = question({ reach: { radiusMeters: 500, walkable: 2, nearestMeters: 50 } })
    expect(ordered(list, asked, { rings: 1 })).toEqual(['near', 'nearer', 'far'])
    expect(ordered(list, asked, { rings: 0 })).toEqual(['far', 'near', 'nearer'])
  })
})

describe('diversity', () => {
  it('puts another kind before the second of a kind', () => {
    const list = falling([
      { id: 'a', degrees: 0 },
      { id: 'twin', degrees: 1 },
      { id: 'other', degrees: 90 },
    ])
    expect(ordered(list, question(), { diversity: 0.15 })).toEqual(['a', 'other', 'twin'])
  })
})

describe('calibration', () => {
  const acted = Array.from({ length: 5 }, (_, index) => ({
    placeId: `${index}`,
    type: 'visit' as const,
    at: NOW,
    strength: 5,
    vector: vectorAt(0),
  }))
  const list = falling(
    ['bar', 'bar', 'bar', 'bar', 'cafe', 'cafe', 'cafe', 'park'].map((kind, index) => ({
      id: `${kind}${index}`,
      categories: [`${kind}/any`],
    })),
  )
  const mix = (categoryShares: ReadonlyMap<string, number>) =>
    ordered(list, question({ context: { acted, categoryShares } }), { calibration: 0.3 })
      .slice(0, 4)
      .map((id) => id.slice(0, -1))

  it('gives the list the user’s mix of kinds', () => {
    const shares = new Map([
      ['cafe/a', 0.3],
      ['cafe/b', 0.2],
      ['bar/a', 0.5],
    ])
    expect(mix(shares).toSorted()).toEqual(['bar', 'bar', 'cafe', 'cafe'])
  })

  it('has no say for a user of one kind, of kinds that are not offered, or of few actions', () => {
    for (const shares of [new Map([['cafe', 1]]), new Map([['zoo', 0.5]]), new Map()]) {
      expect(mix(shares)).toEqual(['bar', 'bar', 'bar', 'bar'])
    }
    const asked = question({
      context: {
        acted: acted.slice(1),
        categoryShares: new Map([
          ['cafe', 0.5],
          ['bar', 0.5],
        ]),
      },
    })
    expect(ordered(list, asked, { calibration: 0.1 })).toEqual(idsOf(list))
  })
})

describe('chains', () => {
  it('are not shown twice in a row, unless nothing else is left', () => {
    const list = falling([
      { id: 'a', name: '별다방 성수점' },
      { id: 'b', name: '별다방 서울숲점' },
      { id: 'c', name: '동네국수' },
      { id: 'd', name: '별다방 (뚝섬)' },
      { id: 'e', name: '별다방' },
    ])
    expect(ordered(list, question(), { chains: 1 })).toEqual(['a', 'c', 'b', 'd', 'e'])
  })

  it.each([
    ['스타벅스 강남역점', '스타벅스'],
    ['스타벅스 2호점', '스타벅스'],
    ['할머니국수 (본점)', '할머니국수'],
    ['Blue Bottle Coffee – Samcheong', 'blue bottle coffee'],
    ['Shake Shack #1234', 'shake shack'],
    ['서점', '서점'],
    ['(주)', '(주)'],
  ])('reads %s as %s', (name, chain) => {
    expect(chainOf({ name })).toBe(chain)
  })

  it('go by a brand where a place has one', () => {
    const brand = { name: 'x', attributes: { brand: 'Café A' } }
    expect(chainOf(brand)).toBe(chainOf({ name: 'y', tags: ['wifi', 'brand:cafe a'] }))
  })
})

describe('the first positions', () => {
  it('do not depend on how many are needed, so that pages fit together', () => {
    const list = falling(
      Array.from({ length: 80 }, (_, index) => ({
        id: `p${index}`,
        degrees: (index * 47) % 90,
        name: `chain${index % 3}`,
      })),
    )
    const options = { diversity: 0.15, chains: 1 }
    const all = ordered(list, question({ needed: 80 }), options)
    expect(all.toSorted()).toEqual(idsOf(list).toSorted())
    for (const needed of [1, 10, 33]) {
      const some = ordered(list, question({ needed }), options)
      expect(some.slice(0, needed)).toEqual(all.slice(0, needed))
      expect(some.toSorted()).toEqual(all.toSorted())
    }
  })
})

describe('a trace', () => {
  it('says what each step did to each place, and its steps lead from the ranker to the answer', () => {
    const list = falling([
      { id: 'a', degrees: 0, sources: { taste: 0.9 } },
      { id: 'twin', degrees: 1 },
      { id: 'other', degrees: 90 },
    ])
    const asked = question({ disliked: [{ place: placeOf({ id: 'x' }), vector: vectorAt(0) }] })
    const options = { ...NO_STEPS, kin: 0.2, diversity: 0.15 }
    const tracer = createTracer(list)
    const { list: traced } = reRank(list, asked, options, undefined, tracer.onStep)
    expect(traced).toEqual(reRank(list, asked, options, undefined).list)
    expect(tracer.of('a')).toMatchObject({
      sources: { taste: 0.9 },
      rankScore: 0.5,
      rankPosition: 0,
      steps: [
        { step: 'kin', before: 0, scoreChange: expect.closeTo(-0.2, 6) },
        { step: 'diversity', scoreChange: 0 },
      ],
    })
    for (const [position, { place }] of traced.entries()) {
      const { rankPosition, steps } = tracer.of(place.id)
      expect([steps[0].before, steps.at(-1)!.after]).toEqual([rankPosition, position])
      expect(STEP_NAMES).toContain(steps[0].step)
    }
  })
})
