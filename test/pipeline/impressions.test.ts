// The ranker of logged lists in the demo city: people click by position and hidden taste (evaluate/demo/month.ts), and what
// a ranker learnt is judged by that taste alone.
import { describe, expect, it } from 'vitest'
import { eventStrength, type Event } from '../../src/domain/event.ts'
import { haversineMeters } from '../../src/geo/distance.ts'
import type { RankerReport } from '../../src/graph/model.ts'
import { createRandom } from '../../src/math/random.ts'
import { generateDemoCity } from '../../src/pipeline/demo-city/city.ts'
import { K, ndcg } from '../../src/pipeline/evaluate/demo/lists.ts'
import { simulateMonth } from '../../src/pipeline/evaluate/demo/month.ts'
import { examination, usualExamination } from '../../src/pipeline/ranker/examination.ts'
import { collectChoices, fitRanker, splitLate } from '../../src/pipeline/ranker/fit.ts'
import { rankerLines } from '../../src/pipeline/ranker/lines.ts'
import { learnFromImpressions } from '../../src/pipeline/ranker/impressions.ts'
import { ListLog, type LoggedList } from '../../src/pipeline/ranker/logged-lists.ts'
import { createWorld } from '../../src/pipeline/ranker/world.ts'
import { FEATURE_NAMES, WIDTH } from '../../src/recommend/ranking/features.ts'
import { rankerWeights } from '../../src/recommend/ranking/ranker.ts'

const NOW = Date.parse('2026-11-25T03:00:00Z')
const AROUND_METERS = 1500
const VISITORS = 150
const DIM = 4

const interactions = (events: readonly Event[]) =>
  events.flatMap((event) => {
    const strength = eventStrength(event)
    return strength === 0 ? [] : [{ ...event, strength }]
  })

/** Half a year of a demo city, then a month of lists by how busy places are, with a little chance, and the clicks on them. */
async function drawMonth(seed: number) {
  const city = generateDemoCity({ seed, now: NOW })
  const history = interactions(city.events())
  const placeIds = city.places.map(({ id }) => id)
  const places = {
    placeIds,
    positions: Float64Array.from(city.places.flatMap(({ lng, lat }) => [lng, lat])),
    categories: city.places.map(({ categories = [] }) => categories),
    ratings: city.places.map(({ rating }) => rating),
  }
  const noVectors = { places: new Float32Array(placeIds.length * DIM), dim: DIM }
  const past = splitLate(history)
  // A tenth of the people say enough of where people go.
  const some = past.late.filter(({ userId }) => userId.endsWith('7'))
  const before = createWorld(places, past.before, noVectors)
  const world = createWorld(places, history, noVectors)

  const users = createRandom(seed)
    .fork('visitors')
    .shuffle([...city.users])
    .slice(0, VISITORS)
  const visitors = users.flatMap(({ id, home }) => {
    const around = city.places.filter(
      (place) => place.closed !== true && haversineMeters(home, place) <= AROUND_METERS,
    )
    if (around.length <= K) return []
    const numbers = around.map((place) => world.index(place.id)!)
    const features = new Float32Array(numbers.length * WIDTH)
    world.open(world.visitsOf.get(id) ?? []).features(NOW, numbers[0], numbers, features)
    const utilities = new Map(around.map((place) => [place.id, city.truth.trueUtility(id, place.id)]))
    const ids = [...utilities.keys()]
    const utility = (placeId: string) => utilities.get(placeId)!
    return [{ userId: id, at: NOW + 3_600_000, ids, possible: ids, utility, features, utilities }]
  })
  const byId = new Map(visitors.map((visitor) => [visitor.userId, visitor]))
  const best = (userId: string, score: (row: Float32Array) => number) => {
    const { ids, features } = byId.get(userId)!
    return ids
      .map((id, row) => ({ id, score: score(features.subarray(row * WIDTH, (row + 1) * WIDTH)) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, K)
      .map(({ id }) => id)
  }
  const noise = createRandom(seed).fork('lists')
  const busy = FEATURE_NAMES.indexOf('users')
  const log: Event[] = []
  await simulateMonth(
    {
      async list(userId, now) {
        const ids = best(userId, (row) => row[busy] + 0.2 * noise.normal())
        return { recommendationId: `${userId} ${now}`, ids, items: [] }
      },
      learn: async (events) => void log.push(...events),
    },
    visitors,
    createRandom(seed).fork('clicks'),
  )
  return {
    world: before,
    known: fitRanker(collectChoices(before, some, createRandom(seed))),
    log,
    split: { before: past.before, late: [...some, ...interactions(log)] },
    lists: listsOf(log),
    trueTaste(report: RankerReport | undefined) {
      const weights = rankerWeights(report)
      const score = (row: Float32Array) => row.reduce((sum, value, f) => sum + weights[f] * value, 0)
      const values = visitors.map(({ userId, utilities }) => ndcg({ ids: best(userId, score), utilities }))
      return values.reduce((sum, value) => sum + value, 0) / values.length
    },
  }
}

/** Each city once: most of the time goes into drawing it. */
const months = new Map<number, ReturnType<typeof drawMonth>>()
function monthOf(seed: number) {
  let month = months.get(seed)
  if (month === undefined) months.set(seed, (month = drawMonth(seed)))
  return month
}

function listsOf(log: readonly Event[]): LoggedList[] {
  const lists = new ListLog()
  for (const event of log) lists.add(event)
  return lists.lists()
}

describe('a month of clicks with a position bias', () => {
  it.each([1, 2, 3])(
    'teaches more with propensities than without (seed %i)',
    async (seed) => {
      const { world, split, lists, known, trueTaste } = await monthOf(seed)
      const { ranker, report } = learnFromImpressions(world, split, lists, createRandom(seed))!
      const plain = learnFromImpressions(world, split, lists, createRandom(seed), {
        unweighted: true,
      })!
      const taste = { known: trueTaste(known), weighted: trueTaste(ranker), plain: trueTaste(plain.ranker) }
      expect(report.used && plain.report.used).toBe(true)
      expect(taste.weighted).toBeGreaterThan(taste.plain + 0.02)
      expect(taste.weighted).toBeGreaterThan(taste.known + 0.1)
      // The simulation looks at position k with 1 / log2(k + 2).
      report.examination.forEach((look, k) => expect(Math.abs(look - usualExamination(k))).toBeLessThan(0.15))
      expect(rankerLines(ranker!)[0]).toContain('clicks on lists, by inverse propensity')
    },
    120_000,
  )

  it('teaches nothing of the last fifth, nor of lists that the world knows the answers of', async () => {
    const { world, split, lists, log } = await monthOf(1)
    const learn = (of: readonly LoggedList[], late = split.late) =>
      learnFromImpressions(world, { ...split, late }, of, createRandom(1))!
    const { ranker, report } = learn(lists)
    const cut = lists[Math.floor(0.8 * lists.length)].at
    const otherwise = lists.map((list) =>
      list.at < cut
        ? list
        : { ...list, shown: list.shown.map((item) => ({ ...item, chosen: !item.chosen })) },
    )
    const changed = learn(otherwise)
    expect(changed.report.heldOut).not.toEqual(report.heldOut)
    // Nor what people did then otherwise.
    const later = learn(
      lists,
      split.late.filter(({ at }) => at < cut),
    )
    expect(later.ranker!.weights).toEqual(ranker!.weights)
    expect(changed.ranker?.weights ?? ranker!.weights).toEqual(ranker!.weights)
    // What lies before the newest known action of its user is left out: a month earlier, all of it.
    const early = lists.map((list) => ({ ...list, at: list.at - 60 * 86_400_000 }))
    expect(learnFromImpressions(world, split, early, createRandom(1))?.report.lists ?? 0).toBeLessThan(
      report.lists / 10,
    )
    // Too few clicks to tell weights from: as before.
    expect(learn(listsOf(log.slice(0, 5000)))).toBeUndefined()
  })
})

const impression = (placeId: string, position: number, more: Partial<Event> = {}): Event => ({
  id: `${placeId} ${position}`,
  userId: 'u',
  type: 'impression',
  placeId,
  at: NOW,
  recommendationId: 'r',
  position,
  ...more,
})

describe('logged lists', () => {
  it('are joined with what was chosen on them, of nearby or of whoever does not say', () => {
    const events: Event[] = [
      impression('b', 1, { propensity: 0.5 }),
      impression('a', 0),
      impression('a', 7),
      impression('x', 0, { recommendationId: 's', call: 'search' }),
      impression('y', 0, { recommendationId: 'n', call: 'nearby', at: NOW + 1 }),
      { ...impression('b', 1), type: 'click' },
      { ...impression('a', 0), type: 'hide' },
      { ...impression('a', 0), type: 'click', userId: 'somebody else' },
      { ...impression('z', 3), type: 'save' },
    ]
    const place = (placeId: string, position: number, chosen = false, propensity = 1) => ({
      placeId,
      position,
      propensity,
      chosen,
    })
    expect(listsOf(events)).toEqual([
      {
        userId: 'u',
        at: NOW,
        shown: [place('a', 0), place('b', 1, true, 0.5)],
        actions: [{ placeId: 'b', at: NOW }],
      },
      { userId: 'u', at: NOW + 1, shown: [place('y', 0)], actions: [] },
    ])
  })

  it('say nothing of positions where no place was shown at two of them', () => {
    const curve = examination(listsOf([impression('a', 0), { ...impression('a', 0), type: 'click' }]))
    expect([...curve.subarray(0, 3)]).toEqual([0, 1, 2].map(usualExamination))
  })
})
