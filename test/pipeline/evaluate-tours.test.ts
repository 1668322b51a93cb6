// The tours task: its measures by hand, its format, its protocol, and a city whose tours follow a rule.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { detectFormat } from '../../src/pipeline/datasets/formats.ts'
import { readTours, type Tour } from '../../src/pipeline/datasets/tours.ts'
import { evaluateDataset } from '../../src/pipeline/evaluate.ts'
import { linesOf } from '../../src/pipeline/evaluate/lines.ts'
import type { EvaluateOptions } from '../../src/pipeline/evaluate/options.ts'
import { fitPinSage } from '../../src/pipeline/evaluate/tours/baselines.ts'
import { pairsF1, placesF1 } from '../../src/pipeline/evaluate/tours/measures.ts'
import { TourStatistics } from '../../src/pipeline/evaluate/tours/statistics.ts'
import { bestOrder } from '../../src/pipeline/evaluate/tours/tour-model.ts'
import { SILENT } from '../silent-progress.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dongne-tours-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const file = (name: string, lines: readonly string[]) =>
  writeFile(join(folder, name), lines.map((line) => `${line}\n`).join(''))

const OPTIONS = { format: 'tours', dim: 8, threads: 1, seed: 1, budgetSeconds: 20, fusion: true } as const

const evaluate = (changes: Partial<Pick<EvaluateOptions, 'baselines' | 'seed'>> = {}) =>
  evaluateDataset({
    ...OPTIONS,
    baselines: ['popularity'],
    progress: SILENT,
    folder,
    ...changes,
    task: 'tours',
  })

/**
 * Twelve places on a street, 500 m apart, and tours along it that leave out every other one: what lies between the first
 * and the last place is not what is nearest or most visited, but what others stopped at.
 */
async function streetCity(): Promise<void> {
  const places = Array.from({ length: 12 }, (_, i) => `${i},Street,${37.5},${127 + i * 0.0057}`)
  await file('poi-Street.csv', ['poiID,poiCat,poiLat,poiLon', ...places])
  const rows: string[] = []
  for (let tour = 0; tour < 120; tour++) {
    const from = tour % 6
    const stops = [from, from + 2, from + 4, from + 6].slice(0, 3 + (tour % 2))
    // In the file by place and not by time, as in the real ones; every second tour goes the other way.
    const order = tour % 4 < 2 ? stops : stops.toReversed()
    order.forEach((place, step) =>
      rows.push(`u${tour % 40},${tour},${place},${1e9 + tour * 1e5 + step * 3600}`),
    )
  }
  await file('traj-Street.csv', ['userID,trajID,poiID,startTime', ...rows.sort()])
}

/** Sixty tours of three drawn out of thirty places: what lies between cannot be known. */
async function arbitraryCity(): Promise<void> {
  const random = createRandom(5)
  const places = Array.from(
    { length: 30 },
    (_, i) => `${i},,${37 + random.next() / 50},${127 + random.next() / 50}`,
  )
  await file('poi-Arbitrary.csv', ['poiID,poiCat,poiLat,poiLon', ...places])
  const rows = Array.from({ length: 60 }, (_, tour) => {
    const stops = random.shuffle([...places.keys()]).slice(0, 3)
    return stops.map((place, step) => `u${tour},${tour},${place},${1e9 + step * 3600}`)
  }).flat()
  await file('traj-Arbitrary.csv', ['userID,trajID,poiID,startTime', ...rows])
}

describe('F1 of places and of pairs', () => {
  it('counts the given ends, as in the paper', () => {
    expect(placesF1([1, 2, 3], [1, 9, 3])).toBeCloseTo(2 / 3)
    expect(pairsF1([1, 2, 3], [1, 9, 3])).toBeCloseTo(1 / 3)
  })

  it('is 1 for the same tour alone', () => {
    expect([placesF1([1, 2, 3, 4], [1, 2, 3, 4]), pairsF1([1, 2, 3, 4], [1, 2, 3, 4])]).toEqual([1, 1])
    expect(placesF1([1, 2, 3, 4], [1, 3, 2, 4])).toBe(1)
    // One of six pairs stands the other way round.
    expect(pairsF1([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(5 / 6)
  })

  it('is 0 where nothing is shared', () => {
    expect([placesF1([1, 2, 3], [4, 5, 6]), pairsF1([1, 2, 3], [4, 5, 6])]).toEqual([0, 0])
  })
})

describe('the tours format', () => {
  it('orders a tour by time, takes poiCat or poiTheme, and marks loops', async () => {
    await file('poi-X.csv', ['poiID,poiTheme,poiLat,poiLon', 'a,Park,37.5,127', 'b,Museum,37.6,127.1'])
    await file('traj-X.csv', [
      'userID,trajID,poiID,startTime',
      'u,1,b,20',
      'u,1,a,10',
      'u,2,a,1',
      'u,2,b,2',
      'u,2,a,3',
    ])
    const { places, tours } = await readTours(folder)
    expect(places[1]).toEqual({ id: 'b', category: 'Museum', lng: 127.1, lat: 37.6 })
    expect(tours).toEqual([
      { userId: 'u', places: [0, 1], loop: false },
      { userId: 'u', places: [0, 1], loop: true },
    ])
  })

  it('is told by its files', async () => {
    await streetCity()
    expect(await detectFormat(folder)).toBe('tours')
  })

  it.each<[string, Record<string, readonly string[]>, string]>([
    ['no files', {}, 'no pair of files'],
    [
      'several cities',
      { 'poi-A.csv': [], 'traj-A.csv': [], 'poi-B.csv': [], 'traj-B.csv': [] },
      'several cities (poi-A.csv, poi-B.csv)',
    ],
    [
      'a place that is not in the first file',
      {
        'poi-A.csv': ['poiID,poiLat,poiLon', 'a,1,2'],
        'traj-A.csv': ['userID,trajID,poiID,startTime', 'u,1,b,3'],
      },
      'line 2: poiID "b"',
    ],
    [
      'a position off the globe',
      { 'poi-A.csv': ['poiID,poiLat,poiLon', 'a,95,2'], 'traj-A.csv': ['userID,trajID,poiID,startTime'] },
      'poi-A.csv, line 2',
    ],
    [
      'a time that is none',
      {
        'poi-A.csv': ['poiID,poiLat,poiLon', 'a,5,2'],
        'traj-A.csv': ['userID,trajID,poiID,startTime', 'u,1,a,noon'],
      },
      'startTime "noon"',
    ],
    [
      'too few tours',
      {
        'poi-A.csv': ['poiID,poiLat,poiLon', 'a,5,2'],
        'traj-A.csv': ['userID,trajID,poiID,startTime', 'u,1,a,1'],
      },
      'has 0 tours',
    ],
  ])('is refused by name: %s', async (_, files, words) => {
    for (const [name, lines] of Object.entries(files)) await file(name, lines)
    await expect(evaluate()).rejects.toMatchObject({
      code: 'invalid-dataset',
      message: expect.stringContaining(words),
    })
  })

  it('is of its own task alone', async () => {
    const options = { ...OPTIONS, baselines: [], progress: SILENT, folder } as const
    await expect(evaluateDataset({ ...options, task: 'ranking' })).rejects.toMatchObject({
      code: 'invalid-dataset',
    })
    await expect(evaluateDataset({ ...options, format: 'lightgcn', task: 'tours' })).rejects.toMatchObject({
      code: 'invalid-dataset',
    })
  })
})

describe('statistics without a tour', () => {
  it('are those of all other tours, and whole again afterwards', () => {
    const tour = fc.record({
      userId: fc.constantFrom('a', 'b', 'c'),
      places: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 5 }),
      loop: fc.constant(false),
    })
    const numbers = (statistics: TourStatistics) =>
      Array.from({ length: 6 }, (_, a) => [
        statistics.popularity(a),
        statistics.between(a),
        statistics.visits,
        statistics.transitions.outings(a),
        statistics.transitions.visits,
        ...Array.from({ length: 6 }, (__, b) => [
          statistics.transitions.next(a, b),
          statistics.transitions.before(a, b),
          statistics.transitions.together(a, b),
        ]).flat(),
      ])
    fc.assert(
      fc.property(fc.array(tour, { minLength: 1, maxLength: 8 }), fc.nat(), (tours: Tour[], pick) => {
        const left = tours[pick % tours.length]
        const all = new TourStatistics(6, tours)
        const others = new TourStatistics(6, tours.toSpliced(pick % tours.length, 1))
        expect(all.without(left, () => numbers(all))).toEqual(numbers(others))
        expect(numbers(all)).toEqual(numbers(new TourStatistics(6, tours)))
      }),
    )
  })
})

describe('the order with the most expected pairs', () => {
  const permutations = (items: readonly number[]): number[][] =>
    items.length === 0
      ? [[]]
      : items.flatMap((item) =>
          permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
        )

  it('is that of the brute force', () => {
    const odds = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 15, maxLength: 15 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), odds, (n, values) => {
        const first = Array.from({ length: n }, () => new Float64Array(n))
        let at = 0
        for (let a = 0; a < n; a++) {
          for (let b = a + 1; b < n; b++) {
            first[a][b] = values[at++]
            first[b][a] = 1 - first[a][b]
          }
        }
        const worth = (order: readonly number[]) =>
          order.reduce((sum, a, i) => sum + order.slice(i + 1).reduce((part, b) => part + first[a][b], 0), 0)
        const best = Math.max(...permutations([...first.keys()]).map(worth))
        expect(worth(bestOrder(first))).toBeCloseTo(best, 9)
      }),
      { numRuns: 50 },
    )
  })
})

describe('PinSage-style vectors of tours', () => {
  it('find the places that share tours with both ends most alike to them', () => {
    // Two towns of six places each; a tour stays in one.
    const random = createRandom(3)
    const tours = Array.from({ length: 200 }, (_, index): Tour => {
      const town = Array.from({ length: 6 }, (__, place) => 6 * (index % 2) + place)
      return { userId: `u${index % 20}`, places: random.shuffle(town).slice(0, 5), loop: false }
    })
    const places = Array.from({ length: 12 }, (_, i) => ({ id: `p${i}`, category: '', lng: 127, lat: 37 }))
    const worth = fitPinSage(places, tours, { dim: 8, random: createRandom(1), budgetSeconds: 20 })
    const query = { first: 0, last: 3, length: 4 }
    const of = (town: readonly number[]) => town.map((place) => worth(query, place))
    expect(Math.min(...of([1, 2, 4, 5]))).toBeGreaterThan(Math.max(...of([6, 7, 8, 9, 10, 11])))
  })
})

describe('the tours task', () => {
  it('learns what others stop at between two places, and in which order', async () => {
    await streetCity()
    const report = await evaluate()
    expect(report).toMatchObject({ task: 'tours', trajectories: 120, allTrajectories: 120, places: 12 })
    expect(report.f1).toBeGreaterThan(0.95)
    expect(report.pairsF1).toBeGreaterThan(0.95)
    expect(report.f1).toBeGreaterThan(report.baselines.popularity.f1 + 0.1)
    expect(report.without.transitions.f1).toBeLessThan(report.f1)
    expect(linesOf(report).join('\n')).toContain('120 tours asked, of 120')
  })

  it('tells how far it is ahead of each rival, tour by tour', async () => {
    await streetCity()
    const { f1, pairsF1: pairs, baselines, without } = await evaluate()
    for (const { ahead, ...rival } of [...Object.values(baselines), ...Object.values(without)]) {
      expect(ahead.f1[0]).toBeLessThanOrEqual(f1 - rival.f1 + 1e-9)
      expect(ahead.f1[1]).toBeGreaterThanOrEqual(f1 - rival.f1 - 1e-9)
      expect(ahead.pairsF1[0]).toBeLessThanOrEqual(pairs - rival.pairsF1 + 1e-9)
      expect(ahead.pairsF1[1]).toBeGreaterThanOrEqual(pairs - rival.pairsF1 - 1e-9)
    }
    // Differences of the same tours: the interval of popularity ends well above a coin's toss.
    expect(baselines.popularity.ahead.f1[0]).toBeGreaterThan(0.1)
  })

  it('fits PinSage-style vectors unless other baselines are named', async () => {
    await streetCity()
    expect((await evaluate()).baselines).not.toHaveProperty('pinsage')
    const { baselines } = await evaluate({ baselines: ['pinsage'] })
    expect(baselines.pinsage!.f1).toBeGreaterThan(baselines.random.f1 + 0.1)
  })

  it('knows nothing of the tour that it is asked for', async () => {
    await arbitraryCity()
    const { f1, baselines, trajectories } = await evaluate({ baselines: ['pinsage'] })
    expect(trajectories).toBeGreaterThan(50)
    // Chance finds 2 of 60 places between, .68; eight, far out in the binomial's tail, give .71.
    expect(f1).toBeLessThan(0.72)
    expect(baselines.pinsage!.f1).toBeLessThan(0.72)
  })

  it('draws at random what the paper calls random: one of nine right of three', async () => {
    await streetCity()
    const { baselines, slices } = await evaluate()
    // Eleven places are visited: (2 + 1/9) / 3 for tours of three, (2 + 2 · 2/9) / 4 for tours of four.
    expect(baselines.random.f1).toBeCloseTo(((2 + 1 / 9) / 3 + (2 + 4 / 9) / 4) / 2, 10)
    expect(slices.map(({ length, trajectories }) => [length, trajectories])).toEqual([
      ['3', 60],
      ['4', 60],
    ])
  })
})
