// The evaluation formats and the job on small splits with a known answer; the real data set is run by the commands.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BASELINE_NAMES } from '../../src/graph/baselines/names.ts'
import { evaluateDataset } from '../../src/pipeline/evaluate.ts'
import type { EvaluationFormat } from '../../src/pipeline/datasets/formats.ts'
import { readFoursquare } from '../../src/pipeline/datasets/foursquare.ts'
import { readLightGcn } from '../../src/pipeline/datasets/lightgcn.ts'
import { readVldb17 } from '../../src/pipeline/datasets/vldb17.ts'
import { SILENT } from '../silent-progress.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dongne-evaluate-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text)
}

const OPTIONS = {
  dim: 8,
  threads: 1,
  seed: 1,
  budgetSeconds: 20,
  baselines: [],
  fusion: true,
  progress: SILENT,
}

const evaluate = (format: EvaluationFormat) =>
  evaluateDataset({ ...OPTIONS, folder, format, task: 'ranking' })

describe('the lightgcn format', () => {
  it('is a user and their places a line', async () => {
    await files({ 'train.txt': '0 1 2 2\n1 10\n', 'test.txt': '0 3\n\n1 2 1\n' })
    const { placeIds, train, test, documents } = await readLightGcn(folder)
    expect(placeIds).toEqual(['1', '2', '3', '10'])
    expect(train.map(({ userId, placeId }) => [userId, placeId])).toEqual([
      ['0', '1'],
      ['0', '2'],
      ['1', '10'],
    ])
    expect(test.map(({ userId, placeId }) => [userId, placeId])).toEqual([
      ['0', '3'],
      ['1', '2'],
      ['1', '1'],
    ])
    expect(documents).toBeUndefined()
  })
})

describe('the vldb17 format', () => {
  it('counts visits, and keeps tune out of training', async () => {
    await files({
      'poi_coos.txt': '0 40.7 -74\n1 40.8 -74.1\n',
      'train.txt': '5 0 3\n',
      'tune.txt': '5\t1\t1\n',
      'test.txt': '5 1 2\n',
    })
    const { placeIds, train, test } = await readVldb17(folder)
    expect(placeIds).toEqual(['0', '1'])
    expect(train.map(({ userId, placeId, strength }) => [userId, placeId, strength])).toEqual([['5', '0', 3]])
    expect(test.map(({ userId, placeId }) => [userId, placeId])).toEqual([['5', '1']])
  })
})

describe('the foursquare format', () => {
  it('splits by a column and makes texts of names, categories and tags', async () => {
    await files({
      'pois.csv': 'poi_id,lat,lon,name,category,tags\na,40.7,-74,Dodam,Café,coffee|cake\nb,40.8,-74,,Bar,\n',
      'checkins.csv': 'user_id,poi_id,ts,split\n7,a,1333476009,train\n7,b,1333476010,test\n',
    })
    const { documents, train, test } = await readFoursquare(folder)
    expect(documents).toEqual(['Dodam\nCafé\ncoffee cake', 'Bar'])
    expect(train).toEqual([{ userId: '7', placeId: 'a', strength: 5, at: 1_333_476_009_000 }])
    expect(test).toEqual([{ userId: '7', placeId: 'b', at: 1_333_476_010_000 }])
  })
})

describe('a data set that is not usable', () => {
  it.each<[string, EvaluationFormat, Record<string, string>, string]>([
    ['a missing file', 'lightgcn', { 'train.txt': '0 1\n' }, 'test.txt cannot be read (ENOENT)'],
    ['an empty file', 'lightgcn', { 'train.txt': '', 'test.txt': '0 1\n' }, 'train.txt is empty'],
    ['a word for an id', 'lightgcn', { 'train.txt': '0 1\n0 x\n', 'test.txt': '0 1\n' }, 'line 2: "x"'],
    ['a position off the globe', 'vldb17', { 'poi_coos.txt': '0 95 10\n' }, 'poi_coos.txt, line 1'],
    ['a column short', 'vldb17', { 'poi_coos.txt': '0 1 2\n', 'train.txt': '0 1\n' }, 'expected 3 numbers'],
    [
      'a table without a column',
      'foursquare',
      { 'pois.csv': 'poi_id,lat,lon\na,1,2\n', 'checkins.csv': 'user_id,poi_id,ts\n1,a,2\n' },
      'lacks the column split',
    ],
    [
      'a place that is not in pois.csv',
      'foursquare',
      { 'pois.csv': 'poi_id,lat,lon\na,1,2\n', 'checkins.csv': 'user_id,poi_id,ts,split\n1,b,2,train\n' },
      'line 2: poi_id "b"',
    ],
  ])('is refused by name: %s', async (_, format, contents, words) => {
    await files(contents)
    await expect(evaluate(format)).rejects.toMatchObject({
      code: 'invalid-dataset',
      message: expect.stringContaining(words),
    })
  })
})

describe('the evaluation', () => {
  /** Two camps of users, each at its own places; later each goes to another place of its camp. */
  async function camps(): Promise<void> {
    const [train, test]: string[][] = [[], []]
    for (let user = 0; user < 60; user++) {
      const camp = (user % 2) * 30
      const places = Array.from({ length: 9 }, (_, index) => camp + ((user * 7 + index * 3) % 30))
      train.push(`${user} ${places.slice(1).join(' ')}`)
      test.push(`${user} ${places[0]}`)
    }
    await files({ 'train.txt': train.join('\n'), 'test.txt': test.join('\n') })
  }

  it('tells camps apart that popularity cannot', async () => {
    await camps()
    const report = await evaluate('lightgcn')
    expect(report).toMatchObject({ task: 'ranking', format: 'lightgcn', dim: 8, users: 60, places: 60 })
    expect(report['recall@20']).toBeGreaterThan(0.85)
    expect(report.inductive['recall@20']).toBeGreaterThan(0.85)
    expect(report.baselines.popularity['recall@20']).toBeLessThan(0.6)
  })

  it('reports slices, intervals, the fused score and every baseline that was asked for', async () => {
    await camps()
    const report = await evaluateDataset({
      ...OPTIONS,
      folder,
      format: 'lightgcn',
      task: 'ranking',
      baselines: BASELINE_NAMES,
    })
    expect(report.slices.map(({ trainPlaces, users }) => [trainPlaces, users])).toEqual([['6-10', 60]])
    const [low, high] = report.intervals['recall@20']
    expect(low).toBeLessThanOrEqual(report['recall@20'])
    expect(high).toBeGreaterThanOrEqual(report['recall@20'])
    expect(report.fused?.['recall@20']).toBeGreaterThan(0.85)
    expect(Object.keys(report.baselines).sort()).toEqual([...BASELINE_NAMES].sort())
    for (const name of ['item-knn', 'ease', 'turbo-cf', 'mf', 'lightgcn', 'pinsage'] as const) {
      expect(report.baselines[name], name).toMatchObject({ 'recall@20': expect.closeTo(1, 0) })
    }
  }, 60_000)

  it('finds cold places by their text', async () => {
    // Two camps again: a place's word says whose it is.
    const pois = ['poi_id,lat,lon,category']
    const checkins = ['user_id,poi_id,ts,split']
    for (let place = 0; place < 120; place++) pois.push(`${place},40,-74,${place % 2 === 0 ? 'tea' : 'rock'}`)
    for (let user = 0; user < 60; user++) {
      for (let visit = 0; visit < 24; visit++) {
        const place = 2 * ((user * 7 + visit * 11) % 60) + (user % 2)
        checkins.push(`${user},${place},${1_333_476_000 + visit},${visit < 16 ? 'train' : 'test'}`)
      }
    }
    await files({ 'pois.csv': pois.join('\n'), 'checkins.csv': checkins.join('\n') })
    const report = await evaluateDataset({ ...OPTIONS, folder, format: 'foursquare', task: 'cold' })
    expect(report).toMatchObject({ task: 'cold', places: 120, coldPlaces: 12 })
    const { cold, random } = report.amongCold
    expect(cold['ndcg@20']).toBeGreaterThan(random['ndcg@20'])
    expect(report.amongAll.kept).toBeGreaterThan(0.3)
    // One visit tells the camp; what each camp likes best is all that popularity knows.
    const { known, popularity, coldUsers } = report.newUsers
    expect(coldUsers).toBe(12)
    expect(known.map(({ events }) => events)).toEqual([0, 1, 2, 5, 10, 'all'])
    expect(known[0].baselines).toEqual({})
    expect(known[1].ours['recall@20']).toBeGreaterThan(popularity['recall@20'])
    expect(known[5].ours['recall@20']).toBeGreaterThan(known[0].ours['recall@20'])
    expect(known[5].baselines['item-knn']!['recall@20']).toBeGreaterThan(popularity['recall@20'])
  })

  it('refuses the cold task where places have no text', async () => {
    await camps()
    await expect(
      evaluateDataset({ ...OPTIONS, folder, format: 'lightgcn', task: 'cold' }),
    ).rejects.toMatchObject({ code: 'invalid-dataset', message: expect.stringContaining('no text') })
  })
})
