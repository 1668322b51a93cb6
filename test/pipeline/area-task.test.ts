// The area task on a small made-up town: what may be known at a moment, what ties are worth, and that it runs on little.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrainInput } from '../../src/graph/parameters.ts'
import { createRandom } from '../../src/math/random.ts'
import { evaluateDataset } from '../../src/pipeline/evaluate.ts'
import type { EvaluationTask } from '../../src/pipeline/evaluate/options.ts'
import { rankOf } from '../../src/pipeline/evaluate/contest.ts'
import {
  collectChoices,
  fitRanker,
  forEachGoing,
  NEW_AROUND,
  splitLate,
} from '../../src/pipeline/ranker/fit.ts'
import { learnRanker } from '../../src/pipeline/ranker/learn.ts'
import { createWorld, type Visit } from '../../src/pipeline/ranker/world.ts'
import { FEATURE_NAMES, WIDTH } from '../../src/recommend/ranking/features.ts'
import { createRanker } from '../../src/recommend/ranking/ranker.ts'
import { SILENT } from '../silent-progress.ts'

const HOUR = 3_600_000
const START = Date.parse('2026-03-02T03:00:00Z')
const DIM = 4

/** Places on a line eastwards, 100 m apart. */
function town(count: number) {
  const positions = new Float64Array(2 * count)
  for (let place = 0; place < count; place++) positions.set([127 + place * 0.001_135, 37.5], 2 * place)
  return { placeIds: Array.from({ length: count }, (_, place) => `p${place}`), positions }
}

const visit = (userId: string, place: number, hour: number) => ({
  userId,
  placeId: `p${place}`,
  strength: 5,
  at: START + hour * HOUR,
})

const noVectors = (count: number) => ({ places: new Float32Array(count * DIM), dim: DIM })

describe('a rank', () => {
  it('shares what ties are worth: no order of equals is better than another', () => {
    expect(rankOf([3, 2, 1], 3, 0)).toEqual({ hit: 1, rr: 1 })
    expect(rankOf([3, 2, 1], 3, 2)).toEqual({ hit: 1, rr: 1 / 3 })
    const equal = new Float64Array(40)
    for (const target of [0, 17, 39]) {
      const { hit, rr } = rankOf(equal, 40, target)
      expect(hit).toBe(0.25)
      expect(rr).toBeCloseTo(equal.reduce((sum, _, index) => sum + 1 / (index + 1), 0) / 40, 12)
    }
    expect(rankOf([9, 1, 1], 3, 2).rr).toBeCloseTo((1 / 2 + 1 / 3) / 2, 12)
  })
})

describe('a moment', () => {
  const places = { ...town(40), categories: Array.from({ length: 40 }, (_, place) => [`kind${place % 3}`]) }
  const events = Array.from({ length: 30 }, (_, index) => visit(`u${index % 6}`, (index * 7) % 40, index))
  const world = createWorld(places, events, noVectors(40))

  it('knows what its user did before, and nothing of what comes', () => {
    const later = [11, 13, 11, 15].map((place, step) => visit('u0', place, 100 + step))
    const seen: [number, number][] = []
    forEachGoing(world, later.toReversed(), NEW_AROUND, ({ target, person, at }) => {
      seen.push([target, person.visits.length])
      for (const past of person.visits as readonly Visit[]) expect(past.at).toBeLessThan(at)
      expect(person.has(target)).toBe(false)
    })
    const known = world.visitsOf.get('u0')!.length
    expect(seen).toEqual([
      [11, known],
      [13, known + 1],
      [15, known + 3],
    ])
  })

  it('has no feature that tells the visited place from another: swapping the two swaps their rows', () => {
    forEachGoing(world, [visit('u1', 20, 200)], NEW_AROUND, ({ person, at }) => {
      const rowsFor = (target: number, asked: readonly number[]) => {
        const rows = new Float32Array(asked.length * WIDTH)
        person.features(at, target, asked, rows)
        return asked.map((_, index) => [...rows.subarray(index * WIDTH, (index + 1) * WIDTH)])
      }
      const asked = [...world.around(20, 1000)]
      const byTruth = rowsFor(20, asked)
      // Whoever is the target, whatever the order: the same rows.
      const other = rowsFor(22, asked.toReversed()).toReversed()
      expect(other).toEqual(byTruth)
    })
  })

  it('takes stars above the mean around for more the more people have been, and a missing rating for the mean', () => {
    const ratings = [...Array.from({ length: 36 }, () => undefined), 5, 3, 5, undefined]
    const crowd = Array.from({ length: 90 }, (_, user) => visit(`v${user}`, 38, 40))
    const rated = createWorld({ ...places, ratings }, [...events, ...crowd], noVectors(40))
    const rows = new Float32Array(4 * WIDTH)
    rated.open([]).features(START + 100 * HOUR, 36, [36, 37, 38, 39], rows)
    const column = FEATURE_NAMES.indexOf('rating')
    const [few, low, many, missing] = [0, 1, 2, 3].map((row) => rows[row * WIDTH + column])
    expect(missing).toBe(0)
    expect(low).toBeLessThan(-0.2)
    expect(few).toBeGreaterThan(0.1)
    expect(many).toBeGreaterThan(2 * few)
    expect(many).toBeLessThan(5 - 13 / 3)
  })

  it('offers what lies within the radius and in the region, both as far as they are known', () => {
    expect([...world.around(20, 250)]).toEqual([18, 19, 20, 21, 22])
    const regions = places.placeIds.map((_, place) => (place < 20 ? 'west' : place < 22 ? 'east' : ''))
    const divided = createWorld({ ...places, regions }, events, noVectors(40))
    expect([...divided.around(20, 250)]).toEqual([20, 21, 22])
    const onTheLine = { placeIds: ['a', 'b'], positions: Float64Array.of(179.9995, 0, -179.9995, 0) }
    expect([...createWorld(onTheLine, [], noVectors(2)).around(0, 200)]).toEqual([0, 1])
  })
})

describe('the ranker', () => {
  it('learns from the last part of histories that people go next door', () => {
    const places = town(60)
    const random = createRandom(3)
    const events = Array.from({ length: 40 }, (_, user) => {
      let place = random.integer(60)
      return Array.from({ length: 20 }, (_, step) => {
        place = (place + 60 + (random.next() < 0.5 ? 1 : -1)) % 60
        return visit(`u${user}`, place, 24 * step + step / 2)
      })
    }).flat()
    const { before, late } = splitLate(events)
    expect(late).toHaveLength(40 * 4)
    const world = createWorld(places, before, noVectors(60))
    const choices = collectChoices(world, late, createRandom(1))
    const report = fitRanker(choices)
    expect(report.logLikelihood).toBeGreaterThan(report.guess + 0.5)
    expect(report.weights.metersBefore!.weight).toBeLessThan(0)
    const { weight, standardError } = report.weights.kind!
    expect([weight, standardError]).toEqual([0, 0])
    expect(fitRanker(collectChoices(world, late, createRandom(1)))).toEqual(report)
  })
})

describe('learning a ranker for a model', () => {
  const places = town(60)
  const walks = (users: number) =>
    Array.from({ length: users }, (_, user) =>
      Array.from({ length: 20 }, (__, step) => visit(`u${user}`, (user * 7 + step * 2) % 60, 24 * step)),
    ).flat()
  const input = (events: ReturnType<typeof walks>) => ({
    ...places,
    textVectors: new Float32Array(0),
    textDim: 0,
    textModelId: '',
    events,
    lastSeq: 0,
  })

  it('trains on what lies before the choices, and not at all where these are few', async () => {
    const trainedOn: number[] = []
    const trainPast = async ({ events }: TrainInput) => {
      trainedOn.push(events.length)
      return noVectors(60)
    }
    expect(await learnRanker(input(walks(10)), places, 1, trainPast)).toBeUndefined()
    expect(trainedOn).toEqual([])
    const report = await learnRanker(input(walks(100)), places, 1, trainPast)
    expect(trainedOn).toEqual([1600])
    expect(report!.choices).toBeGreaterThan(300)
    expect(createRanker(report).learnt).toBe(true)
    expect(createRanker(undefined).learnt).toBe(false)
  })

  it('learns from lists where there are enough clicks on them, and says so', async () => {
    const trainPast = async () => noVectors(60)
    const random = createRandom(5)
    /** People walk next door, and on lists they choose what is furthest away. */
    const lists = Array.from({ length: 20 }, (_, turn) =>
      Array.from({ length: 100 }, (__, user) => {
        const [userId, at] = [`u${user}`, START + (500 + turn) * HOUR]
        const last = (user * 7 + 19 * 2) % 60
        const shown = random.shuffle(Array.from({ length: 60 }, (___, place) => place)).slice(0, 6)
        const furthest = shown.toSorted((a, b) => Math.abs(b - last) - Math.abs(a - last))[0]
        return {
          userId,
          at,
          shown: shown.map((place, position) => {
            return { placeId: `p${place}`, position, propensity: 1, chosen: place === furthest }
          }),
          actions: [{ placeId: `p${furthest}`, at: at + 60_000 }],
        }
      }),
    ).flat()
    const clicks = lists.flatMap(({ userId, actions }) =>
      actions.map((action) => ({ userId, ...action, strength: 1 })),
    )
    const all = input([...walks(100), ...clicks])
    const without = await learnRanker(all, places, 1, trainPast)
    expect(without!.impressions).toBeUndefined()
    const report = await learnRanker(all, places, 1, trainPast, lists)
    const { impressions } = report!
    expect(impressions).toMatchObject({ used: true })
    expect(impressions!.effectiveClicks).toBeGreaterThan(500)
    expect(report!.choices).toBe(impressions!.clicks)
    expect(impressions!.heldOut.learnt).toBeGreaterThan(impressions!.heldOut.before)
    // Few lists: the ranker of choices, to the last digit.
    expect(await learnRanker(all, places, 1, trainPast, lists.slice(0, 300))).toEqual(without)
  })
})

describe('the area task', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dongne-area-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function write(checkins: readonly string[], pois: readonly string[]): Promise<void> {
    await writeFile(join(folder, 'pois.csv'), ['poi_id,lat,lon', ...pois].join('\n'))
    await writeFile(join(folder, 'checkins.csv'), ['user_id,poi_id,ts,split', ...checkins].join('\n'))
  }

  const evaluate = <Task extends EvaluationTask>(task: Task) =>
    evaluateDataset({
      folder,
      format: 'foursquare',
      task,
      dim: 8,
      threads: 1,
      seed: 1,
      budgetSeconds: 4,
      baselines: ['popularity', 'item-knn'],
      fusion: false,
      progress: SILENT,
    })

  it('needs positions and times only, and asks also for who and what train does not know', async () => {
    const pois = Array.from({ length: 30 }, (_, place) => `${place},37.5,${127 + place * 0.001}`)
    const checkins = Array.from({ length: 40 }, (_, user) =>
      [0, 1, 2, 3].map(
        (step) => `${user},${(user * 3 + step) % 25},${1_700_000_000 + step * 9000 + user},train`,
      ),
    ).flat()
    checkins.push('0,29,1800000000,test', 'stranger,3,1800000100,test', 'stranger,4,1800003700,test')
    checkins.push('0,29,1800000200,test', '1,3,1800000300,test')
    await write(checkins, pois)
    const report = await evaluate('area')
    // Two first visits of the stranger, one of user 0; user 1 has been to place 3.
    expect(report.asked).toBe(3)
    expect(report['recall@10']).toBeGreaterThanOrEqual(0)
    expect(Object.keys(report.baselines)).toEqual(
      expect.arrayContaining([
        'popularity',
        'popularity-in-area',
        'nearest',
        'nearest-visited',
        'taste',
        'item-knn',
      ]),
    )
    expect(report.slices.thin.moments + report.slices.rich.moments).toBe(3)
    expect(report.slices.home.moments + report.slices.away.moments).toBe(3)
    const { variants, ringed } = report.reRanked!
    expect(Object.keys(variants)).toEqual([
      'all',
      'all without exploration',
      'fatigue',
      'gradation',
      'calibration',
      'diversity',
      'chains',
      'cold-share',
      'first-card',
    ])
    // The stranger goes on within the hour, and asks from the first place.
    expect(ringed.moments).toBe(1)
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({
      task: 'area',
      'recall@10': expect.any(Number),
    })
    expect(JSON.stringify(report)).not.toContain('null')
  })

  it('has siblings: next ranks the whole city, together what outings join', async () => {
    const pois = Array.from({ length: 30 }, (_, place) => `${place},37.5,${127 + place * 0.001}`)
    // Everyone walks on two doors, within the hour.
    const walk = (user: number, from: number, at: number, split: string) =>
      [0, 2].map((on) => `${user},${(from + on) % 30},${1_700_000_000 + at * 100_000 + on * 900},${split}`)
    const checkins = Array.from({ length: 30 }, (_, user) => [
      ...[0, 1, 2, 3].flatMap((day) => walk(user, user + 7 * day, day, 'train')),
      ...walk(user, user + 5, 9, 'test'),
    ]).flat()
    await write(checkins, pois)
    const together = await evaluate('together')
    expect(together.asked).toBe(30)
    expect(together['recall@10']).toBeGreaterThan(0.9)
    expect(together['recall@10']).toBeGreaterThan(together.baselines.popularity['recall@10'])
    const next = await evaluate('next')
    expect(next.asked).toBe(30)
    expect(next.candidates).toBe(29)
    expect(next['recall@10']).toBeGreaterThan(0.6)
  })

  it('refuses a data set without times', async () => {
    await writeFile(join(folder, 'train.txt'), '0 1 2\n')
    await writeFile(join(folder, 'test.txt'), '0 3\n')
    const options = { dim: 8, threads: 1, seed: 1, budgetSeconds: 2, baselines: [], fusion: false }
    const asked = evaluateDataset({
      ...options,
      folder,
      format: 'lightgcn',
      task: 'area',
      progress: SILENT,
    })
    await expect(asked).rejects.toMatchObject({ code: 'invalid-dataset' })
  })
})
