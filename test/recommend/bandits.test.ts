// What is learnt from drawn cards: the arithmetic of LinUCB, the event log as its only memory, draws and propensities.
import { describe, expect, it } from 'vitest'
import type { Event, EventType } from '../../src/domain/event.ts'
import { createRandom } from '../../src/math/random.ts'
import { Bandits, COLD_POSITION, contextOf } from '../../src/recommend/bandits.ts'
import { Feedback } from '../../src/recommend/feedback.ts'
import { LinUcb } from '../../src/recommend/lin-ucb.ts'
import { NO_STEPS, reRank } from '../../src/recommend/re-rank/re-rank.ts'
import {
  FIRST_CARD_ARMS,
  HISTORIES,
  newRecommendationId,
  readDecision,
  type Decision,
} from '../../src/recommend/recommendation-id.ts'
import { entry, idsOf, NOW, question } from './re-rank/entries.ts'

const DECISION: Decision = { firstCard: 'taste', cold: false, history: 'rich', late: true, weekend: false }

describe('LinUCB', () => {
  it('is ridge regression and its confidence bound', () => {
    // One dimension: θ = Σ r x / (Σ x² + 1), bound α |x| / √(Σ x² + 1).
    const bandit = new LinUcb(1)
    for (const reward of [true, false, false]) {
      bandit.show('arm', [2])
      if (reward) bandit.reward('arm', [2])
    }
    expect(bandit.score('arm', [3], 0.5)).toBeCloseTo((2 / 13) * 3 + (0.5 * 3) / Math.sqrt(13), 12)
    expect(bandit.score('new', [3], 0.5)).toBeCloseTo(1.5, 12)
  })

  it('finds the better arm of each context', () => {
    const bandit = new LinUcb(2)
    const random = createRandom(7)
    const chance = { day: [0.1, 0.3], night: [0.3, 0.1] }
    for (let turn = 0; turn < 4000; turn++) {
      const when = turn % 2 === 0 ? 'day' : 'night'
      const x = [1, Number(when === 'night')]
      const arm = bandit.score('a', x, 0.3) >= bandit.score('b', x, 0.3) ? 'a' : 'b'
      bandit.show(arm, x)
      if (random.next() < chance[when][arm === 'a' ? 0 : 1]) bandit.reward(arm, x)
    }
    expect(bandit.score('b', [1, 0], 0)).toBeGreaterThan(bandit.score('a', [1, 0], 0))
    expect(bandit.score('a', [1, 1], 0)).toBeGreaterThan(bandit.score('b', [1, 1], 0))
  })

  it('takes back without a trace', () => {
    const bandit = new LinUcb(2)
    bandit.show('a', [1, 1])
    const before = bandit.score('a', [1, 0], 0.3)
    bandit.show('a', [1, 0])
    bandit.reward('a', [1, 0])
    bandit.reward('a', [1, 0], -1)
    bandit.show('a', [1, 0], -1)
    expect(bandit.score('a', [1, 0], 0.3)).toBe(before)
  })
})

describe('a recommendation id', () => {
  it('says what was drawn, and is a UUID', () => {
    for (const firstCard of FIRST_CARD_ARMS) {
      for (const history of HISTORIES) {
        const decision = { ...DECISION, firstCard, history, cold: firstCard === 'text' }
        const id = newRecommendationId(decision)
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
        expect(readDecision(id)).toEqual(decision)
      }
    }
  })

  it('says nothing where it was made by somebody else', () => {
    for (const id of [crypto.randomUUID(), 'r1', '', 'ffffffff-ffff-8fff-8fff-ffffffffffff']) {
      expect(readDecision(id)).toBeUndefined()
    }
  })
})

let made = 0
const event = (type: EventType, placeId: string, recommendationId: string, position?: number): Event => ({
  id: `e${made++}`,
  userId: 'u',
  type,
  placeId,
  at: NOW,
  recommendationId,
  ...(position !== undefined && { position }),
})

describe('the state of the bandits', () => {
  const x = contextOf(DECISION)

  it('learns from the first impression and the first click of a card', () => {
    const bandits = new Bandits()
    const id = newRecommendationId(DECISION)
    for (const e of [
      event('impression', 'p', id, 0),
      event('impression', 'p', id, 0),
      event('impression', 'q', id, 1),
      event('click', 'q', id),
      event('click', 'p', id),
      event('save', 'p', id),
      event('click', 'p', newRecommendationId(DECISION)),
      event('click', 'p', 'r1'),
    ])
      bandits.add(e)
    const once = new LinUcb(x.length)
    once.show('taste', x)
    once.reward('taste', x)
    expect(bandits.impressions).toBe(1)
    expect(bandits.firstCards.score('taste', x, 0.3)).toBe(once.score('taste', x, 0.3))
  })

  it('knows a cold place by its position', () => {
    const bandits = new Bandits()
    const id = newRecommendationId({ ...DECISION, cold: true })
    bandits.add(event('impression', 'cold', id, COLD_POSITION))
    bandits.add(event('impression', 'usual', newRecommendationId(DECISION), COLD_POSITION))
    expect([bandits.coldPlaces.shown('cold'), bandits.coldPlaces.shown('usual')]).toEqual([1, 0])
  })

  it('forgets an erased user, in whatever order the events come', () => {
    const bandits = new Bandits()
    const [mine, other] = [newRecommendationId(DECISION), newRecommendationId(DECISION)]
    bandits.add(event('impression', 'q', other, 0))
    const before = bandits.firstCards.score('taste', x, 0.3)
    const events = [event('impression', 'p', mine, 0), event('click', 'p', mine)]
    for (const order of [events, events.toReversed()]) {
      for (const e of events) bandits.add(e)
      expect(bandits.firstCards.score('taste', x, 0.3)).not.toBe(before)
      for (const e of order) bandits.remove(e)
      expect(bandits.firstCards.score('taste', x, 0.3)).toBe(before)
      expect(bandits.impressions).toBe(1)
    }
  })
})

describe('draws', () => {
  /** Impressions of first cards, of which the source's own are clicked. */
  function learnt(clicked: Decision['firstCard'], count = 150): Feedback {
    const feedback = new Feedback()
    for (let i = 0; i < count; i++) {
      const firstCard = FIRST_CARD_ARMS[i % 4]
      const id = newRecommendationId({ ...DECISION, history: 'stranger', late: false, firstCard })
      feedback.add(event('impression', `p${i}`, id, 0))
      if (firstCard === clicked) feedback.add(event('click', `p${i}`, id))
    }
    return feedback
  }
  const list = [
    entry({ id: 'a', score: 5, sources: { popular: 2 } }),
    entry({ id: 'b', score: 4, sources: { nearest: -10, taste: 0.1 } }),
    entry({ id: 'c', score: 3, sources: { taste: 0.9 } }),
    ...Array.from({ length: 20 }, (_, index) => entry({ id: `z${index}`, score: 2 - index / 100 })),
  ]
  const options = { ...NO_STEPS, firstCard: 1, coldShare: 0.2 }
  const seeds = Array.from({ length: 4000 }, (_, seed) => seed)

  it('are not made before impressions come in, nor on later pages', () => {
    for (const [feedback, seed] of [
      [learnt('taste', 99), 1],
      [learnt('taste'), undefined],
    ] as const) {
      const { list: same, recommendationId, propensity } = reRank(list, question({ feedback }), options, seed)
      expect([idsOf(same), recommendationId, propensity(0)]).toEqual([idsOf(list), undefined, 1])
    }
  })

  it('prefer the source whose first cards are clicked, and try every source', () => {
    const asked = question({ feedback: learnt('taste') })
    const firsts = new Map<string, number>()
    for (const seed of seeds) {
      const [first] = idsOf(reRank(list, asked, options, seed).list)
      firsts.set(first, (firsts.get(first) ?? 0) + 1)
    }
    expect([...firsts.keys()].toSorted()).toEqual(['a', 'b', 'c'])
    expect(firsts.get('c')! / seeds.length).toBeGreaterThan(0.88)
  })

  it('say how probable each place was where it is', () => {
    const asked = question({ feedback: learnt('taste') })
    const said = new Map<string, number>()
    const counts = new Map<string, number>()
    for (const seed of seeds) {
      const { list: drawn, propensity } = reRank(list, asked, options, seed)
      expect(idsOf(drawn).toSorted()).toEqual(idsOf(list).toSorted())
      for (let position = 0; position < 8; position++) {
        const key = `${position} ${drawn[position].place.id}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
        said.set(key, propensity(position))
      }
    }
    for (const [key, propensity] of said) {
      const deviation = Math.sqrt((propensity * (1 - propensity)) / seeds.length)
      expect(Math.abs(counts.get(key)! / seeds.length - propensity), key).toBeLessThanOrEqual(
        4.5 * deviation + 1e-9,
      )
    }
  })

  it('show a cold place in the asked share of answers, and the id says so', () => {
    const feedback = learnt('ranker')
    const asked = question({ feedback })
    for (const [index, { place }] of list.entries()) {
      if (index < 18) asked.live.activity.add({ placeId: place.id, type: 'visit', at: NOW - 1 })
    }
    let cold = 0
    for (const seed of seeds) {
      const { list: drawn, recommendationId } = reRank(list, asked, options, seed)
      const isCold = asked.live.activity.total(drawn[COLD_POSITION].place.id) === 0
      expect(readDecision(recommendationId!)!.cold).toBe(isCold)
      if (isCold) cold++
    }
    expect(cold / seeds.length).toBeCloseTo(0.2, 1)
  })
})
