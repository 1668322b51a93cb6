// Duplicate places: found, merged, reviewed, told apart again.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Catalog } from '../../../src/catalog/port.ts'
import { openSqliteCatalog } from '../../../src/catalog/sqlite.ts'
import type { Place, PlaceInput } from '../../../src/domain/place.ts'
import { DongneError } from '../../../src/errors.ts'
import { createLocator } from '../../../src/geo/locate.ts'
import { candidatePairs } from '../../../src/pipeline/match/blocks.ts'
import { runMatch } from '../../../src/pipeline/match/match.ts'
import { compare, SAME_SCORE, UNSURE_SCORE, wordWeights } from '../../../src/pipeline/match/score.ts'
import { subjectOf } from '../../../src/pipeline/match/subject.ts'
import type { LanguageModel } from '../../../src/text/language-model.ts'
import { SILENT } from '../../silent-progress.ts'

const METER = 1 / 111_195
const locator = createLocator({ regions: [], spots: [] })
const place = (id: string, name: string, more: Partial<PlaceInput> = {}): Place =>
  locator.locate({ id, name, lng: 127.0561, lat: 37.5446, categories: ['food/cafe'], ...more })

const KNOWN = [
  place('dodam', '카페 도담', { phone: '02-1234-5678', address: '서울 성동구 연무장길 12' }),
  place('maru', '마루 커피', { lat: 37.5446 + 20 * METER, address: '서울 성동구 연무장길 14' }),
  place('starbucks', 'Starbucks Seongsu', { lat: 37.5446 + 40 * METER }),
]
const NEW = [
  place('n1', '카페 도담 성수점', {
    lat: 37.5446 + 25 * METER,
    tags: ['조용한'],
    description: '책이 많아요',
  }),
  place('n2', '스타벅스 성수', { lat: 37.5446 + 60 * METER, names: { ja: 'スターバックス' } }),
  place('n3', '면가', { lat: 37.5446 + 10 * METER, categories: ['food/noodles'] }),
  place('n4', '카페 도담', { lat: 37.5446 + 3000 * METER }),
]
/** Names whose words other places have too, so that words weigh what they do in a city. */
const OTHERS = Array.from({ length: 60 }, (_, index) =>
  place(`o${index}`, `${['카페', '식당', '커피'][index % 3]} 하나${index}`, {
    lat: 38 + index * 1000 * METER,
  }),
)

describe('the score of two places', () => {
  const weightOf = wordWeights([...KNOWN, ...NEW, ...OTHERS].map(subjectOf))
  const score = (a: Place, b: Place) => compare(subjectOf(a), subjectOf(b), weightOf).score

  it('is high for one place under another spelling, with its branch, in another script', () => {
    expect(score(KNOWN[0], NEW[0])).toBeGreaterThan(SAME_SCORE)
    expect(score(KNOWN[2], NEW[1])).toBeGreaterThan(SAME_SCORE)
    expect(score(KNOWN[0], place('x', '카페도담', { phone: '+82 2 1234 5678' }))).toBeGreaterThan(SAME_SCORE)
    expect(score(KNOWN[1], place('x', '마로 커피'))).toBeGreaterThan(UNSURE_SCORE)
  })

  it('is low for neighbours, for a branch elsewhere, and for colleagues of one office', () => {
    expect(score(KNOWN[0], KNOWN[1])).toBeLessThan(UNSURE_SCORE)
    expect(score(KNOWN[0], NEW[3])).toBeLessThan(UNSURE_SCORE)
    const office = { phone: '702 555 0000', address: '1 Main St' }
    expect(score(place('a', 'John Smith MD', office), place('b', 'Mary Baker MD', office))).toBeLessThan(
      UNSURE_SCORE,
    )
  })

  it('is symmetric', () => {
    for (const a of [...KNOWN, ...NEW])
      for (const b of [...KNOWN, ...NEW]) expect(score(a, b)).toBe(score(b, a))
  })

  it('is worked out for near pairs with a new place only, each once, and misses none that is one', () => {
    const subjects = [...KNOWN, ...NEW, ...OTHERS].map(subjectOf)
    const isNew = ({ id }: { id: string }) => id.startsWith('n')
    const pairs = [...candidatePairs(subjects, isNew)]
    expect(new Set(pairs.map(String)).size).toBe(pairs.length)
    for (const [i, j] of pairs) expect(i < j && (isNew(subjects[i]) || isNew(subjects[j]))).toBe(true)
    const found = new Set(pairs.map(String))
    for (let i = 0; i < subjects.length; i++) {
      for (let j = i + 1; j < subjects.length; j++) {
        if (!isNew(subjects[i]) && !isNew(subjects[j])) continue
        const same = compare(subjects[i], subjects[j], weightOf).score >= SAME_SCORE
        if (same) expect(found).toContain(`${i},${j}`)
      }
    }
    expect(pairs.length).toBeLessThan(30)
  })
})

describe('matching', () => {
  let folder: string
  let catalog: Catalog
  let since: number
  const reviewFile = () => join(folder, 'matches.csv')
  const match = (mode: 'merge' | 'review', languageModel?: LanguageModel) =>
    runMatch({
      catalog,
      mode,
      since,
      reviewFile: reviewFile(),
      progress: SILENT,
      ...(languageModel && { languageModel }),
    })
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dongne-match-'))
    catalog = await openSqliteCatalog(join(folder, 'catalog.sqlite'))
    await catalog.savePlaces([...KNOWN, ...OTHERS])
    since = (await catalog.position()).revision
    await catalog.savePlaces(NEW)
  })
  afterEach(async () => {
    await catalog.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('completes what was known, puts the new copy aside, and does so once', async () => {
    expect(await match('merge')).toMatchObject({ same: 2, merged: 2, restored: 0 })
    expect(await catalog.place('dodam')).toMatchObject({
      name: '카페 도담',
      phone: '02-1234-5678',
      tags: ['조용한'],
      description: '책이 많아요',
    })
    expect(await catalog.place('n1')).toMatchObject({ closed: true, attributes: { duplicateOf: 'dodam' } })
    expect((await catalog.place('n3'))?.closed).toBeUndefined()
    const { revision } = await catalog.position()
    expect(await match('merge')).toMatchObject({ merged: 0 })
    expect((await catalog.position()).revision).toBe(revision)
  })

  it('only lists pairs for review, and does what a person decides then', async () => {
    expect(await match('review')).toMatchObject({ same: 2, merged: 0 })
    expect((await catalog.place('n1'))?.closed).toBeUndefined()
    const text = await readFile(reviewFile(), 'utf8')
    expect(text).toContain('dodam,카페 도담,n1,카페 도담 성수점')
    const decided = text.replace(/^same(?=.*,n1,)/m, 'different')
    await writeFile(reviewFile(), decided)
    expect(await match('merge')).toMatchObject({ same: 1, merged: 1 })
    expect((await catalog.place('n1'))?.closed).toBeUndefined()
    expect((await catalog.place('n2'))?.closed).toBe(true)
  })

  it('brings back what a person tells apart later', async () => {
    await match('merge')
    const text = await readFile(reviewFile(), 'utf8')
    await writeFile(reviewFile(), text.replace(/^same(?=.*,n1,)/m, 'different'))
    expect(await match('merge')).toMatchObject({ restored: 1, merged: 0 })
    expect(await catalog.place('n1')).toEqual(NEW[0])
    expect(await match('merge')).toMatchObject({ restored: 0, merged: 0 })
  })

  it('asks a model for ties only, and does without one that fails', async () => {
    const tie = place('tie', '마루 커피 하우스', { lat: 37.5446 + 25 * METER })
    await catalog.savePlaces([tie])
    const asked: string[] = []
    const model = (answer: () => unknown): LanguageModel => ({
      id: 'stub',
      limits: { maxInputChars: 4000, maxParallelCalls: 1 },
      generate: async ({ input }) => {
        asked.push(input)
        return answer() as never
      },
    })
    const before = await match('review')
    expect(before.unsure).toBe(1)
    const failing = model(() => {
      throw new DongneError('language-model-failed', 'no answer')
    })
    expect(await match('review', failing)).toMatchObject({ unsure: 1 })
    asked.length = 0
    const decided = await match(
      'review',
      model(() => ({ same: false })),
    )
    expect(decided.unsure).toBe(0)
    expect(asked).toHaveLength(1)
    expect(asked[0]).toContain('마루 커피 하우스')
    // What it said stands in the file.
    await match(
      'review',
      model(() => ({ same: true })),
    )
    expect(asked).toHaveLength(1)
    expect(await readFile(reviewFile(), 'utf8')).toMatch(/^different,different,.*,tie,마루 커피 하우스$/m)
  })

  it('refuses a decision that is none, and names its row', async () => {
    await match('review')
    const text = await readFile(reviewFile(), 'utf8')
    await writeFile(reviewFile(), text.replace(/^same/m, 'maybe'))
    await expect(match('merge')).rejects.toThrow(/row 1.*same, different, unsure.*"maybe"/)
  })
})
