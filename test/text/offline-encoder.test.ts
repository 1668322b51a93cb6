import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dot } from '../../src/math/vector.ts'
import {
  createOfflineEncoder,
  fitOfflineEncoder,
  offlineEncoderId,
  loadOfflineEncoder,
  saveOfflineEncoder,
} from '../../src/text/offline-encoder.ts'
import { ENGLISH_TAGS } from '../../bench/text/questions.ts'
import { isAbsent, sharedData } from '../shared-data.ts'

const CORPUS = [
  '카페 도담\n조용한 골목의 드립 커피',
  '돈사돈\n제주 흑돼지 구이',
  '바다횟집\n바다가 보이는 횟집',
  '한라산 국립공원\n등산과 산책',
  'Blue Bottle Coffee\nsingle origin drip coffee',
]

async function encoderOf(corpus: readonly string[]) {
  const model = createOfflineEncoder(await fitOfflineEncoder(corpus))
  const embed = async (text: string) => (await model.embed([text], 'query'))[0]
  return { model, embed, cosine: async (a: string, b: string) => dot(await embed(a), await embed(b)) }
}

describe('the offline encoder', () => {
  it('gives one vector of unit length a text, in order, the same every time', async () => {
    const { model } = await encoderOf(CORPUS)
    const vectors = await model.embed(CORPUS, 'document')
    expect(vectors).toHaveLength(CORPUS.length)
    for (const vector of vectors) {
      expect(vector).toHaveLength(model.dim)
      expect(dot(vector, vector)).toBeCloseTo(1, 6)
    }
    const again = (await encoderOf(CORPUS)).model
    expect(await again.embed([CORPUS[3]], 'query')).toEqual([vectors[3]])
    expect(again.id).toBe(model.id)
  })

  it('keeps the bytes of its vectors as long as the id stays the same', async () => {
    const { model, embed } = await encoderOf(CORPUS)
    expect(model.id).toMatchInlineSnapshot(`"static-256-534e5e76efac7e56"`)
    expect(Array.from((await embed('조용한 카페 coffee')).slice(0, 4))).toMatchInlineSnapshot(`
      [
        0.003198270220309496,
        -0.031417760998010635,
        0.033669669181108475,
        -0.06527891755104065,
      ]
    `)
  })

  it('gives zeros for a text without letters and digits', async () => {
    const { embed } = await encoderOf(CORPUS)
    for (const text of ['', ' \n', '★ !?'])
      expect((await embed(text)).every((value) => value === 0)).toBe(true)
  })

  it('gives finite vectors of length 1 or 0 for any text', async () => {
    const { model } = await encoderOf(CORPUS)
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
        const [vector] = await model.embed([text], 'document')
        const length = dot(vector, vector)
        expect(Math.abs(length - 1) < 1e-5 || length === 0).toBe(true)
      }),
    )
  })

  it('reads spellings of the same text alike: case, width, decomposed Hangul', async () => {
    const { cosine } = await encoderOf(CORPUS)
    expect(await cosine('Blue Bottle 카페', 'ＢＬＵＥ bottle 카페'.normalize('NFKD'))).toBeCloseTo(1, 6)
  })

  it('finds a Korean word behind any ending', async () => {
    const { cosine } = await encoderOf(CORPUS)
    expect(await cosine('흑돼지를', '흑돼지에서는')).toBeGreaterThan(0.3)
    expect(await cosine('흑돼지를', '바다에서는')).toBeLessThan(0.15)
  })

  it('finds what means the same in other words, in Korean and English', async () => {
    const { cosine } = await encoderOf(CORPUS)
    expect(await cosine('박물관', 'museum')).toBeGreaterThan(0.6)
    expect(await cosine('초밥', 'sushi restaurant')).toBeGreaterThan(0.4)
    expect(await cosine('초밥', 'museum')).toBeLessThan(0.2)
    expect(await cosine('커피', '카페')).toBeGreaterThan((await cosine('커피', '등산')) + 0.2)
  })

  it('tells words of other scripts apart by their letters', async () => {
    const { cosine } = await encoderOf(CORPUS)
    expect(await cosine('すし処', 'すし処')).toBeCloseTo(1, 6)
    expect(await cosine('すし処 카페', 'すし処')).toBeGreaterThan(0.2)
    expect(await cosine('すし処', 'бар')).toBeLessThan(0.3)
  })

  it('counts a rare word more than one that every text has', async () => {
    const { cosine } = await encoderOf([
      ...CORPUS.map((text) => `제주 ${text}`),
      ...Array(50).fill('제주 맛집'),
    ])
    const rare = await cosine('제주 등산', '등산')
    const common = await cosine('제주 등산', '제주')
    expect(rare).toBeGreaterThan(common)
  })

  it('changes its id with the corpus, and works before it saw one', async () => {
    const empty = await encoderOf([])
    const fitted = await encoderOf(CORPUS)
    expect(empty.model.id).not.toBe(fitted.model.id)
    expect(await empty.cosine('카페', '카페')).toBeCloseTo(1, 6)
  })

  it('cuts long texts where its limits say', async () => {
    const { model, cosine } = await encoderOf(CORPUS)
    const long = '바다 '.repeat(model.limits.maxCharsPerText)
    expect(await cosine(long.slice(0, model.limits.maxCharsPerText), `${long}카페`)).toBeCloseTo(1, 6)
  })

  it('stops when the signal was aborted', async () => {
    const { model } = await encoderOf(CORPUS)
    await expect(model.embed(CORPUS, 'document', AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    })
  })

  it('ranks the Jeju places by their tags, Korean or English, far better than letters alone', async (context) => {
    context.skip(isAbsent('jeju'), 'needs shared/data/jeju')
    const places = (await readFile(sharedData('jeju/places.ndjson'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; intro?: string; tags?: string[] })
    const texts = places.map(({ name, intro }) => `${name}\n${intro ?? ''}`)
    const model = createOfflineEncoder(await fitOfflineEncoder(texts))
    const documents = await model.embed(texts, 'document')
    const placesByTag = new Map<string, Set<number>>()
    places.forEach(({ tags = [] }, index) => {
      for (const tag of tags) placesByTag.set(tag, (placesByTag.get(tag) ?? new Set()).add(index))
    })
    const ndcg = async (asked: readonly (readonly [tag: string, query: string])[]) => {
      const queries = await model.embed(
        asked.map(([, query]) => query),
        'query',
      )
      let total = 0
      asked.forEach(([tag], index) => {
        const relevant = placesByTag.get(tag)!
        const scores = documents.map((document) => dot(document, queries[index]))
        const best = [...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, 10)
        const gain = (rank: number) => 1 / Math.log2(rank + 2)
        const found = best.reduce((sum, place, rank) => sum + (relevant.has(place) ? gain(rank) : 0), 0)
        const ideal = Array.from({ length: Math.min(10, relevant.size) }, (_, rank) => gain(rank))
        total += found / ideal.reduce((sum, value) => sum + value, 0)
      })
      return total / asked.length
    }
    const tags = [...placesByTag].flatMap(([tag, { size }]) => (size >= 10 ? [[tag, tag] as const] : []))
    expect(await ndcg(tags)).toBeGreaterThan(0.25) // measured .274; plain hashing of letters .207
    const english = Object.entries(ENGLISH_TAGS).filter(([tag]) => (placesByTag.get(tag)?.size ?? 0) >= 5)
    expect(await ndcg(english)).toBeGreaterThan(0.4) // measured .444; plain hashing .052
  })
})

describe('a stored offline encoder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dongne-encoder-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('comes back as it was saved, by id and as the newest', async () => {
    const [first, second] = [await fitOfflineEncoder(CORPUS), await fitOfflineEncoder(CORPUS.slice(1))]
    await saveOfflineEncoder(join(folder, 'text'), first)
    await saveOfflineEncoder(join(folder, 'text'), second)
    expect(await loadOfflineEncoder(join(folder, 'text'))).toEqual(second)
    expect(await loadOfflineEncoder(join(folder, 'text'), offlineEncoderId(first))).toEqual(first)
    expect((await readdir(join(folder, 'text'))).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('is absent before it was saved', async () => {
    expect(await loadOfflineEncoder(join(folder, 'nowhere'))).toBeUndefined()
    await saveOfflineEncoder(folder, await fitOfflineEncoder(CORPUS))
    expect(await loadOfflineEncoder(folder, 'lexical-256-0000000000000000')).toBeUndefined()
  })

  it('is refused when its file is damaged, cut short or gone', async () => {
    const state = await fitOfflineEncoder(CORPUS)
    const path = join(folder, offlineEncoderId(state))
    await saveOfflineEncoder(folder, state)
    const bytes = await readFile(path)
    const flipped = Buffer.from(bytes)
    flipped[1000] ^= 1
    const refused = { code: 'text-encoder-corrupt', message: expect.stringContaining(path) }
    for (const damaged of [flipped, bytes.subarray(0, 1000), Buffer.alloc(0)]) {
      await writeFile(path, damaged)
      await expect(loadOfflineEncoder(folder)).rejects.toMatchObject(refused)
      await expect(loadOfflineEncoder(folder, offlineEncoderId(state))).rejects.toMatchObject(refused)
    }
    await rm(path)
    await expect(loadOfflineEncoder(folder)).rejects.toMatchObject(refused)
    await saveOfflineEncoder(folder, state)
    expect(await loadOfflineEncoder(folder)).toEqual(state)
  })
})
