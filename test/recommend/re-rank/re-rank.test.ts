// The steps of re-ranking, each over a small list whose right order can be seen.
import { describe, expect, it } from 'vitest'
import type { Place } from '../../../src/domain/place.ts'
import { createRandom } from '../../../src/math/random.ts'
import { Feedback } from '../../../src/recommend/feedback/index.ts'
import type { Features, Ranked } from '../../../src/recommend/ranking/rank.ts'
import { calibrated, wideShares } from '../../../src/recommend/re-rank/calibration.ts'
import { chainOf } from '../../../src/recommend/re-rank/chains.ts'
import { chance } from '../../../src/recommend/re-rank/chance.ts'
import { choose } from '../../../src/recommend/re-rank/explore.ts'
import { pastOf } from '../../../src/recommend/ranking/past.ts'
import { reRank, type StepTrace } from '../../../src/recommend/re-rank/index.ts'
import { tagsAgainst } from '../../../src/recommend/re-rank/keywords.ts'
import { STEP_NAMES, type StepName } from '../../../src/recommend/re-rank/names.ts'

const NOW = Date.parse('2026-11-25T03:00:00Z')
const HOUR = 3_600_000

/** @param angle of the vector in its plane, in degrees */
function entry(
  id: string,
  score: number,
  more: Partial<Place> & { angle?: number; meters?: number; actions?: number } = {},
) {
  const { angle = 0, meters, actions = 100, ...place } = more
  const radians = (angle * Math.PI) / 180
  const features = { taste: 0, closeness: 0 } as Features
  return {
    candidate: { id, scores: { popular: score } },
    place: { id, name: id, categories: [], ...place } as unknown as Place,
    vector: Float32Array.of(Math.cos(radians), Math.sin(radians), 0),
    actions,
    features,
    score,
    ...(meters !== undefined && { distanceMeters: meters }),
  } satisfies Ranked
}

const ids = (list: readonly Ranked[]) => list.map(({ place }) => place.id)

type Context = Parameters<typeof reRank>[1]
const context = (more: Partial<Context> = {}): Context => ({
  user: {
    vector: undefined,
    acted: [],
    dislikes: new Set(),
    categoryShares: new Map(),
    past: pastOf([]),
    queries: [],
  },
  userId: undefined,
  dislikedVectors: [],
  dislikedTags: [],
  likedTags: [],
  feedback: new Feedback(),
  now: NOW,
  firstRingMeters: undefined,
  seed: 's',
  ...more,
})
const take = (list: readonly Ranked[], steps: readonly StepName[], more: Partial<Context> = {}) =>
  reRank(list, context(more), { steps: new Set(steps), shown: 20 })

describe('dislikes', () => {
  it('put what is like a disliked place behind its equals, and leave the rest', () => {
    const list = [entry('kin', 0.9), entry('other', 0.85, { angle: 90 }), entry('far', 0.3, { angle: 120 })]
    expect(ids(take(list, ['kin'], { dislikedVectors: [Float32Array.of(1, 0, 0)] }))).toEqual([
      'other',
      'kin',
      'far',
    ])
    expect(ids(take(list, ['kin']))).toEqual(ids(list))
  })

  it('put what is disliked together behind, the more people did so the further', () => {
    const feedback = new Feedback()
    let made = 0
    const dislike = (userId: string, placeId: string) =>
      feedback.add({ id: `${made++}`, userId, placeId, type: 'dislike', at: NOW })
    for (let user = 0; user < 10; user++) {
      dislike(`u${user}`, 'noisy')
      dislike(`u${user}`, 'loud')
    }
    dislike('u0', 'quiet')
    for (let user = 20; user < 40; user++) dislike(`u${user}`, 'quiet')
    const list = [entry('loud', 0.9), entry('quiet', 0.89), entry('new', 0.88)]
    const user = { ...context().user, dislikes: new Set(['noisy']) }
    const after = take(list, ['company'], { user, feedback })
    expect(ids(after)).toEqual(['quiet', 'new', 'loud'])
    const lost = (id: string, from: number) => from - after.find(({ place }) => place.id === id)!.score
    expect(lost('loud', 0.9)).toBeGreaterThan(5 * lost('quiet', 0.89))
    for (let other = 0; other < 10; other++)
      feedback.forget([{ id: '', userId: `u${other}`, placeId: '', type: 'dislike', at: NOW }])
    expect(ids(take(list, ['company'], { user, feedback }))).toEqual(ids(list))
  })

  it('count tags that disliked places have and liked ones lack', () => {
    const against = tagsAgainst([['loud', 'bar'], ['loud']], [['bar'], ['bar', 'calm']])
    expect([...against.keys()]).toEqual(['loud'])
    expect(against.get('loud')).toBe(0.5)
    const list = [entry('a', 0.9, { tags: ['loud'] }), entry('b', 0.89, { tags: ['calm'] })]
    const tags = { dislikedTags: [['loud'], ['loud']], likedTags: [['calm']] }
    expect(ids(take(list, ['keywords'], tags))).toEqual(['b', 'a'])
  })
})

describe('the company of dislikes', () => {
  it('is EASE: the same rows as the closed form over all places', () => {
    const random = createRandom(3)
    const { company } = new Feedback()
    const places = 12
    const users = 40
    const x = Array.from({ length: users }, () =>
      Array.from({ length: places }, () => (random.next() < 0.5 ? 1 : 0)),
    )
    x.forEach((row, user) =>
      row.forEach((value, place) => {
        if (value === 1) company.add({ userId: `u${user}`, placeId: `p${place}`, type: 'hide' })
      }),
    )
    const inverse = invert(
      Array.from({ length: places }, (_, i) =>
        Array.from(
          { length: places },
          (__, j) => x.reduce((sum, row) => sum + row[i] * row[j], 0) + (i === j ? 5 : 0),
        ),
      ),
    )
    const row = company.of(['p0'])
    for (let k = 1; k < places; k++) {
      const weight = Math.max(0, -inverse[0][k] / inverse[k][k])
      expect(row.get(`p${k}`) ?? 0).toBeCloseTo(weight, 10)
    }
  })

  it('takes back what was liked later', () => {
    const { company } = new Feedback()
    for (const user of ['a', 'b']) {
      for (const placeId of ['p', 'q']) company.add({ userId: user, placeId, type: 'dislike' })
    }
    expect(company.of(['p']).has('q')).toBe(true)
    for (const user of ['a', 'b']) company.add({ userId: user, placeId: 'q', type: 'visit' })
    expect(company.of(['p']).size).toBe(0)
  })
})

describe('exposure fatigue', () => {
  const shown = (feedback: Feedback, times: number, placeId = 'seen') => {
    for (let i = 0; i < times; i++)
      feedback.add({ id: `${i}`, userId: 'u', placeId, type: 'impression', at: NOW - (times - i) * 2 * HOUR })
  }
  const list = [entry('seen', 0.9), entry('fresh', 0.87)]

  it('lets a place step back that was shown often and not acted on', () => {
    const feedback = new Feedback()
    shown(feedback, 8)
    expect(ids(take(list, ['fatigue'], { userId: 'u', feedback }))).toEqual(['fresh', 'seen'])
    expect(ids(take(list, ['fatigue'], { userId: 'other', feedback }))).toEqual(['seen', 'fresh'])
  })

  it('forgives what was acted on, what is long ago, and looking twice within the hour', () => {
    const feedback = new Feedback()
    shown(feedback, 8)
    feedback.add({ id: 'c', userId: 'u', placeId: 'seen', type: 'click', at: NOW })
    expect(ids(take(list, ['fatigue'], { userId: 'u', feedback }))).toEqual(['seen', 'fresh'])
    const old = new Feedback()
    shown(old, 8)
    const later = { userId: 'u', feedback: old, now: NOW + 60 * 24 * HOUR }
    expect(ids(take(list, ['fatigue'], later))).toEqual(['seen', 'fresh'])
    const reloading = new Feedback()
    for (let i = 0; i < 30; i++)
      reloading.add({ id: `${i}`, userId: 'u', placeId: 'seen', type: 'impression', at: NOW + i * 1000 })
    expect(ids(take(list, ['fatigue'], { userId: 'u', feedback: reloading }))).toEqual(['seen', 'fresh'])
  })
})

describe('what was only just opened', () => {
  it('steps back for the session, of a stranger too, and is where it was afterwards', () => {
    const list = [entry('opened', 0.9), entry('other', 0.6), entry('last', 0.2)]
    const acted = [
      { placeId: 'opened', type: 'click' as const, at: NOW, strength: 1, vector: list[0].vector },
    ]
    const user = { ...context().user, acted }
    expect(ids(take(list, ['fatigue'], { user }))).toEqual(['other', 'opened', 'last'])
    expect(ids(take(list, ['fatigue'], { user, now: NOW + HOUR }))).toEqual(['opened', 'other', 'last'])
    const [first] = take(list, ['fatigue'], { user, now: NOW + 5 * HOUR })
    expect(first).toBe(list[0])
  })
})

describe('gradation', () => {
  it('puts nearer rings first, and every later step keeps each place in its ring', () => {
    const list = Array.from({ length: 30 }, (_, i) =>
      entry(`p${String(i).padStart(2, '0')}`, 1 - i / 100, { meters: (i % 3) * 900 + 100, angle: i % 2 }),
    )
    const after = take(list, STEP_NAMES, { firstRingMeters: 500, userId: 'u' })
    const rings = after.map(({ distanceMeters }) =>
      distanceMeters! <= 500 ? 0 : distanceMeters! <= 1000 ? 1 : 2,
    )
    expect(rings).toEqual(rings.toSorted((a, b) => a - b))
    expect(ids(after).toSorted()).toEqual(ids(list).toSorted())
    const whole = take(
      list,
      STEP_NAMES.filter((name) => name !== 'gradation'),
      { firstRingMeters: 500 },
    )
    expect(ids(whole)).not.toEqual(ids(after))
  })
})

describe('calibration', () => {
  it('brings the head to the user’s mix where scores are close, and yields where they are not', () => {
    const shares = wideShares(
      new Map([
        ['food/korean', 0.4],
        ['food/cafe', 0.1],
        ['sight', 0.5],
      ]),
    )
    expect([...shares]).toEqual([
      ['food', 0.5],
      ['sight', 0.5],
    ])
    const close = Array.from({ length: 40 }, (_, i) =>
      entry(`p${String(i).padStart(2, '0')}`, 1 - i / 100_000, {
        categories: [i < 20 ? 'food/korean' : 'sight/park'],
      }),
    )
    const head = calibrated(close, shares).slice(0, 10)
    expect(head.filter(({ place }) => place.categories[0].startsWith('sight'))).toHaveLength(5)
    const apart = close.map((one, i) => ({ ...one, score: i < 20 ? 1 - i / 1000 : -10 }))
    expect(ids(calibrated(apart, shares).slice(0, 20))).toEqual(ids(apart.slice(0, 20)))
    expect(ids(calibrated(close, shares)).toSorted()).toEqual(ids(close).toSorted())
  })
})

describe('diversity', () => {
  it('spreads what is alike, and a list of equals keeps its order', () => {
    const list = [entry('a', 0.9), entry('a2', 0.88), entry('b', 0.83, { angle: 90 })]
    expect(ids(take(list, ['diversity']))).toEqual(['a', 'b', 'a2'])
    const orthogonal = [entry('a', 0.9), entry('b', 0.8, { angle: 90 })]
    expect(ids(take(orthogonal, ['diversity']))).toEqual(['a', 'b'])
  })
})

describe('chains', () => {
  it.each([
    [{ name: '온새미커피 가온점' }, '온새미커피'],
    [{ name: '온새미커피 가온2호점' }, '온새미커피'],
    [{ name: 'Starbucks (Main St)' }, 'starbucks'],
    [{ name: 'Starbucks - Union Square' }, 'starbucks'],
    [{ name: '도담 국수' }, '도담 국수'],
    [{ name: '어느 가게', attributes: { brand: 'GS25' } }, 'gs25'],
  ])('knows the chain of %o', (place, chain) => {
    expect(chainOf(place)).toBe(chain)
  })

  it('never stand twice in a row while another place is left', () => {
    const names = ['A 강남점', 'A 역삼점', 'A 서초점', 'B', 'C']
    const list = names.map((name, i) => entry(`p${i}`, 1 - i / 10, { name }))
    expect(ids(take(list, ['chains']))).toEqual(['p0', 'p3', 'p1', 'p4', 'p2'])
    const only = list.slice(0, 3)
    expect(ids(take(only, ['chains']))).toEqual(ids(only))
  })
})

describe('the cold share', () => {
  const listOf = (actionsOf: (position: number) => number) =>
    Array.from({ length: 20 }, (_, i) =>
      entry(`p${String(i).padStart(2, '0')}`, 1 - i / 100, { actions: actionsOf(i) }),
    )
  const list = listOf((position) => (position >= 10 ? 0 : 100))

  it('shows one cold place at its position in a tenth of lists, with the probability that it had', () => {
    const shown = new Map<string, number>()
    const lists = 4000
    let weights = 0
    for (let i = 0; i < lists; i++) {
      const after = take(list, ['cold-share'], { userId: `u${i}`, seed: `s${i}` })
      const { place, propensity, choice } = after[4]
      expect(ids(after).toSorted()).toEqual(ids(list))
      if (choice === undefined) {
        expect([place.id, propensity]).toEqual(['p04', 0.9])
        continue
      }
      shown.set(place.id, (shown.get(place.id) ?? 0) + 1)
      expect(choice).toMatchObject({ bandit: 'cold-share', arm: place.id })
      weights += 1 / propensity!
    }
    const all = [...shown.values()].reduce((a, b) => a + b)
    expect(all / lists).toBeGreaterThan(0.08)
    expect(all / lists).toBeLessThan(0.12)
    expect(shown.size).toBe(10)
    // The sum of 1 / propensity over what was shown estimates lists × arms.
    expect(weights / lists / 10).toBeGreaterThan(0.7)
    expect(weights / lists / 10).toBeLessThan(1.3)
  })

  it('is not for who has no id, and leaves lists without cold places alone', () => {
    expect(ids(take(list, ['cold-share']))).toEqual(ids(list))
    const known = listOf(() => 100)
    expect(take(known, ['cold-share'], { userId: 'u' })).toEqual(known)
  })
})

describe('the first card', () => {
  const list = [entry('a', 0.9), entry('b', 0.8), entry('c', 0.7)].map((one, i) => ({
    ...one,
    candidate: { id: one.place.id, scores: { taste: [0.1, 0.9, 0.5][i], popular: [0.1, 0.2, 0.3][i] } },
  }))
  const first = (feedback: Feedback, i: number) =>
    take(list, ['first-card'], { userId: 'u', seed: `s${i}`, feedback })[0]

  it('is the ranker’s own while nothing is known, but for the explored share', () => {
    const feedback = new Feedback()
    const cards = Array.from({ length: 2000 }, (_, i) => first(feedback, i))
    const own = cards.filter(({ place }) => place.id === 'a')
    expect(own.length / cards.length).toBeGreaterThan(0.91)
    expect(own[0].propensity).toBeCloseTo(0.9 + 0.1 / 3, 3)
    expect(cards.find(({ place }) => place.id === 'b')).toMatchObject({
      propensity: expect.closeTo(0.1 / 3, 9),
      choice: {
        bandit: 'first-card',
        arm: 'taste',
        context: [1, 0, 0],
        propensity: expect.closeTo(0.1 / 3, 9),
      },
    })
  })

  it('follows what people click', () => {
    const feedback = new Feedback()
    const random = createRandom(1)
    for (let i = 0; i < 1500; i++) {
      const { place, choice, propensity } = first(feedback, i)
      const base = { userId: 'u', placeId: place.id, at: NOW, recommendationId: `r${i}` }
      feedback.add({ ...base, id: `i${i}`, type: 'impression', propensity: propensity!, choice: choice! })
      const clicks = random.next() < (choice!.arm === 'taste' ? 0.5 : 0.1)
      if (clicks) feedback.add({ ...base, id: `c${i}`, type: 'click' })
    }
    const cards = Array.from({ length: 200 }, (_, i) => first(feedback, 10_000 + i).choice!.arm)
    expect(cards.filter((arm) => arm === 'taste').length).toBeGreaterThan(170)
  })
})

describe('a choice', () => {
  it('has probabilities that sum to 1', () => {
    const { bandits } = new Feedback()
    const arms = ['a', 'b', 'c'].map((name) => ({ name, context: [1, 0, 0] }))
    const { propensities } = choose(bandits.of('first-card'), arms, 'x')
    expect(propensities.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })

  it('comes from numbers that are spread evenly', () => {
    const counts = new Uint32Array(10)
    for (let i = 0; i < 10_000; i++) counts[Math.floor(chance(`user-${i}`) * 10)]++
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(130)
  })
})

describe('the trace', () => {
  it('says for every place where each step found it, left it, and what that cost', () => {
    const list = [entry('kin', 0.9), entry('other', 0.85, { angle: 90 })]
    const trace: StepTrace = new Map()
    const disliked = context({ dislikedVectors: [Float32Array.of(1, 0, 0)] })
    reRank(list, disliked, { steps: new Set<StepName>(['kin', 'chains']), shown: 2, trace })
    expect(trace.get('kin')).toEqual([
      { step: 'kin', before: 0, after: 1, scoreChange: expect.closeTo(-0.2, 6) },
      { step: 'chains', before: 1, after: 1, scoreChange: 0 },
    ])
  })
})

/** Gauss and Jordan, for small well-conditioned matrices. */
function invert(a: number[][]): number[][] {
  const n = a.length
  const rows = a.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))])
  for (let k = 0; k < n; k++) {
    const pivot = rows[k][k]
    rows[k] = rows[k].map((value) => value / pivot)
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = rows[i][k]
      rows[i] = rows[i].map((value, j) => value - factor * rows[k][j])
    }
  }
  return rows.map((row) => row.slice(n))
}
