// Keyword structuring from texts to keywords with quotes, on small corpora.
import { describe, expect, it } from 'vitest'
import { concepts } from '../../../src/text/concepts.ts'
import { logOddsScore } from '../../../src/text/keywords/log-odds.ts'
import { nameByModel } from '../../../src/text/keywords/model-names.ts'
import { placeTexts, type PlaceTexts } from '../../../src/text/keywords/place-texts.ts'
import { structureKeywords } from '../../../src/text/keywords/structure.ts'
import { groupWords } from '../../../src/text/keywords/word-groups.ts'
import { createRandom } from '../../../src/math/random.ts'
import { normalize } from '../../../src/math/vector.ts'
import type { Place } from '../../../src/domain/place.ts'
import type { LanguageModel } from '../../../src/text/language-model.ts'
import { DongneError } from '../../../src/errors.ts'

const place = (id: string, reviews: string[], more: Partial<Place> = {}): Place => ({
  id,
  name: id,
  categories: ['food/cafe'],
  lng: 127,
  lat: 37,
  geohash: 'wydm9qwj7abc',
  regions: [],
  spots: [],
  reviews,
  ...more,
})

/** Ten cafés of which all say that the coffee is good, and each something of its own. */
const CAFES = ['소금빵', '크로플', '빙수', '와플', '스콘', '쿠키', '마카롱', '푸딩', '타르트', '도넛'].map(
  (item, index) =>
    place(`cafe${index}`, [
      `커피가 맛있어요. ${item}도 먹었어요`,
      `커피 정말 맛있어요! ${item} 맛있어요`,
      `${item} 최고예요. 커피도 맛있고 사장님도 친절하세요`,
      index % 2 === 0 ? '너무 시끄러워요' : '조용해서 공부하기 좋아요',
    ]),
)

const structure = (places: readonly PlaceTexts[], tags: ReadonlySet<string> = new Set()) =>
  structureKeywords({
    async *read() {
      for (const one of places) yield [one]
    },
    embed: async (words) => words.map(() => new Float32Array(4)),
    names: { attributes: concepts().attributes, tags, areas: new Set(['글벗동']) },
  })

describe('keywords of a place', () => {
  it('begin with what only it is known for, and end with what all have', async () => {
    const { keywordsOf, clusters } = await structure(CAFES.map(placeTexts))
    const keywords = keywordsOf(placeTexts(CAFES[0]))
    expect(keywords[0]).toMatchObject({ id: '소금빵', name: '소금빵', count: 3 })
    const common = keywords.findIndex(({ id }) => id === '맛있-커피')
    expect([-1, keywords.length - 1]).toContain(common)
    expect(clusters[0]).toMatchObject({ places: 10 })
  })

  it('quote the place verbatim', async () => {
    const { keywordsOf } = await structure(CAFES.map(placeTexts))
    for (const cafe of CAFES) {
      const keywords = keywordsOf(placeTexts(cafe))
      expect(keywords.length).toBeGreaterThan(0)
      for (const { quotes, count } of keywords) {
        expect(quotes.length).toBe(Math.min(3, count))
        for (const { source, index, start, end, text } of quotes) {
          expect(source).toBe('review')
          expect(cafe.reviews![index].slice(start, end)).toBe(text)
        }
      }
    }
  })

  it('mark complaints', async () => {
    const { keywordsOf } = await structure(CAFES.map(placeTexts))
    const complaints = (cafe: Place) => keywordsOf(placeTexts(cafe)).filter(({ negative }) => negative)
    expect(complaints(CAFES[0])).toMatchObject([{ quotes: [{ text: '시끄러워요' }] }])
    expect(complaints(CAFES[1])).toEqual([])
  })

  it('take what is denied for the opposite, and no wish for praise', async () => {
    const lines = ['시끄럽지 않아요', '친절하지 않아요', '단맛은 달지 않아요', '주차장이 있었으면 좋겠어요']
    const forms = '않고 않은 않아서, 시끄럽고 시끄럽네요, 친절하고 친절해요, 달고 달아서, 주차장은 주차장도'
    const places = ['a', 'b', 'c'].map((id) => place(id, [...lines, forms]))
    const { clusters } = await structure(places.map(placeTexts))
    const isNegative = (id: string) => clusters.find((cluster) => cluster.id === id)?.negative === true
    expect(clusters.map(({ id }) => id)).toEqual(expect.arrayContaining(['시끄럽-않', '않-친절']))
    expect(isNegative('시끄럽-않')).toBe(false)
    expect(isNegative('않-친절')).toBe(true)
    expect(clusters.find(({ id }) => id === '단맛은-달-않')).toBeDefined()
    expect(isNegative('단맛은-달-않')).toBe(false)
    expect(clusters.find(({ id }) => id === '주차장')).toMatchObject({ mentions: 3 })
  })

  it('leave out who came, when and why, areas, and what only ends in a particle', async () => {
    const visits = [
      '여자친구가 정말 좋아했어요',
      '약속이 취소돼서 혼자 갔어요',
      '조만간 또 올게요',
      '우연히 들렀어요',
      '오랜만에 왔어요',
      '이사 오고 처음이에요',
      '생일에 다녀왔어요',
      '글벗동에서 만났어요',
    ]
    const { clusters } = await structure(
      ['a', 'b', 'c'].map((id) => placeTexts(place(id, [...visits, '분위기 좋아요', '소금빵이 맛있어요']))),
    )
    const names = clusters.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['분위기 좋아요', '소금빵이 맛있어요', '혼자']))
    expect(names.filter((name) => /친구|약속|조만간|우연|오랜만|이사|생일|글벗/.test(name))).toEqual([])
  })

  it('are named without the particle that most write after them', async () => {
    const { clusters } = await structure(
      ['a', 'b', 'c'].map((id) =>
        placeTexts(
          place(id, [
            '특별한 메뉴가 있어요',
            '크로플을 먹었어요',
            '크로플도 시켰어요',
            '메뉴를 보았다. 특별하고',
          ]),
        ),
      ),
    )
    const names = clusters.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['특별한 메뉴', '크로플']))
    for (const { name, phrases } of clusters) expect([name, phrases.length > 0]).toEqual([name, true])
  })

  it('of complaints are complaints: what is hard, rubbish or no more than average', async () => {
    const lines = ['대화가 어려워요', '커피가 쓰레기예요', '디저트는 평타예요', '자리가 비좁아요']
    const forms = '대화를 대화도, 커피를 커피도, 디저트를 디저트도, 자리를 자리도'
    const { clusters } = await structure(
      ['a', 'b', 'c'].map((id) => placeTexts(place(id, [...lines, forms]))),
    )
    const complaints = clusters.filter(({ negative }) => negative).map(({ name }) => name)
    expect(complaints).toEqual(expect.arrayContaining(['자리가 비좁아요', '대화가 어려워요']))
    const praise = clusters.filter(({ negative }) => negative !== true).map(({ name }) => name)
    expect(praise.filter((name) => /어려|쓰레기|평타|비좁/.test(name))).toEqual([])
  })

  it('may be tags of the catalog, whatever the texts do with them', async () => {
    const lines = ['여자친구가 좋아하는 야시장식', '야시장식', '야시장식']
    const known = ['a', 'b', 'c'].map((id) => placeTexts(place(id, lines)))
    const { clusters } = await structure(known, new Set(['야시장식']))
    expect(clusters.map(({ id }) => id)).toContain('야시장식')
  })

  it('come from tags and the description where there are no reviews', async () => {
    const places = ['a', 'b', 'c', 'd'].map((id, index) =>
      place(id, [], {
        tags: ['야경', index < 3 ? '루프탑' : '온천'],
        description: '바다가 보이는 전망 좋은 곳입니다',
      }),
    )
    const { keywordsOf } = await structure(places.map(placeTexts))
    const [first] = keywordsOf(placeTexts(places[0]))
    expect(first).toMatchObject({ id: '루프탑', quotes: [{ source: 'tag', index: 1, start: 0, end: 3 }] })
  })

  it('have an English name where the table of concepts knows one', async () => {
    const places = ['주차 편해요', '주차하기 좋아요', '주차도 됩니다'].map((line, index) =>
      place(`p${index}`, [line]),
    )
    const { clusters } = await structure(places.map(placeTexts))
    const [parking] = clusters.filter(({ id }) => id.includes('주차'))
    expect(parking.names?.en).toBe('parking')
    expect(clusters.every(({ names }) => names === undefined || Object.keys(names).length === 2)).toBe(true)
  })

  it('are none for a place without texts', async () => {
    const { keywordsOf } = await structure(CAFES.map(placeTexts))
    expect(keywordsOf(placeTexts(place('silent', [])))).toEqual([])
  })

  it('are the same in every run', async () => {
    const run = async () => {
      const { clusters, keywordsOf } = await structure(CAFES.map(placeTexts))
      return JSON.stringify([clusters, CAFES.map((cafe) => keywordsOf(placeTexts(cafe)))])
    }
    expect(await run()).toBe(await run())
  })
})

describe('the log-odds score', () => {
  const prior = { count: 5, total: 100 }
  it('is 0 where both say it alike, positive where it is said more here, and antisymmetric', () => {
    const here = { count: 20, total: 100 }
    const there = { count: 20, total: 400 }
    expect(logOddsScore(here, here, prior)).toBe(0)
    expect(logOddsScore(here, there, prior)).toBeGreaterThan(2)
    expect(logOddsScore(there, here, prior)).toBeCloseTo(0 - logOddsScore(here, there, prior), 12)
  })

  it('is 0 where nothing else is said anywhere', () => {
    const all = { count: 3, total: 3 }
    expect(logOddsScore(all, { count: 0, total: 0 }, { count: 100, total: 100 })).toBe(0)
  })

  it('trusts many mentions more than one, at the same shares', () => {
    const few = logOddsScore({ count: 1, total: 5 }, { count: 100, total: 1000 }, prior)
    const many = logOddsScore({ count: 20, total: 100 }, { count: 100, total: 1000 }, prior)
    expect(many).toBeGreaterThan(few)
  })

  it('is the formula of the paper', () => {
    // δ = ln(25 / 175) − ln(25 / 475), σ² = 1/25 + 1/25
    const delta = Math.log(25 / 175) - Math.log(25 / 475)
    expect(logOddsScore({ count: 20, total: 100 }, { count: 20, total: 400 }, prior)).toBeCloseTo(
      delta / Math.sqrt(2 / 25),
      12,
    )
  })
})

describe('words that mean the same', () => {
  const random = createRandom(7)
  const vector = () => normalize(Float32Array.from({ length: 64 }, () => random.normal()))
  const others = Array.from({ length: 300 }, (_, index) => ({ word: `말${index}`, vector: vector() }))
  const pretty = vector()
  const near = () => normalize(pretty.map((value) => value + 0.02 * random.normal()))

  it('are those that are each other’s nearest, under the more frequent one', () => {
    const words = [{ word: '예쁘', vector: pretty }, ...others, { word: '이쁘', vector: near() }]
    expect(groupWords(words)).toEqual(new Map([['이쁘', '예쁘']]))
  })

  it('are never a complaint and its opposite', () => {
    const words = [{ word: '조용', vector: pretty }, ...others, { word: '시끄럽', vector: near() }]
    expect(groupWords(words)).toEqual(new Map())
  })

  it('are none where there are too few to compare', () => {
    const words = [
      { word: '예쁘', vector: pretty },
      { word: '이쁘', vector: near() },
    ]
    expect(groupWords(words)).toEqual(new Map())
  })
})

describe('names by a language model', () => {
  const clusters = ['조용', '넓', '시끄럽'].map((id) => ({
    id,
    name: id,
    phrases: [`${id}어요`],
    places: 3,
    mentions: 3,
    categories: [],
    ...(id === '시끄럽' && { negative: true }),
  }))
  const model = (generate: (input: string) => unknown): LanguageModel => ({
    id: 'stub',
    limits: { maxInputChars: 1000, maxParallelCalls: 2 },
    generate: async ({ input }) => generate(input) as never,
  })

  it('replace the written ones, id by id; unknown ids and unusable names are ignored', async () => {
    const answer = {
      keywords: [
        { id: '조용', ko: '조용해요', en: 'quiet', negative: false },
        { id: '넓', ko: ' ', en: 'spacious', negative: false },
        { id: '시끄럽', ko: '시끄러워요', en: 'noisy', negative: false },
        { id: 'injected', ko: '무료', en: 'free', negative: false },
      ],
    }
    const { clusters: named, named: count } = await nameByModel(
      clusters,
      model(() => answer),
    )
    expect(count).toBe(2)
    expect(named.map(({ name }) => name)).toEqual(['조용해요', '넓', '시끄러워요'])
    expect(named[0].names).toEqual({ ko: '조용해요', en: 'quiet' })
    // The words say that it is a complaint, whatever the model says.
    expect(named[2].negative).toBe(true)
  })

  it.each([
    ['of something else', { ko: '사기 가게', en: 'scam' }],
    ['with markup', { ko: '조용해요 <b>', en: 'quiet' }],
    ['with an address', { ko: '조용해요', en: 'quiet: evil.example' }],
    ['with a number to call', { ko: '조용해요 010 1234 5678', en: 'quiet' }],
  ])('stay the written ones where the model obeys a phrase: a name %s', async (_, names) => {
    const answer = { keywords: [{ id: '조용', negative: false, ...names }] }
    expect(
      (
        await nameByModel(
          clusters,
          model(() => answer),
        )
      ).clusters,
    ).toEqual(clusters)
  })

  it('stay the written ones where it fails', async () => {
    const failing = model(() => {
      throw new DongneError('language-model-failed', 'no answer')
    })
    expect(await nameByModel(clusters, failing)).toEqual({ clusters, named: 0, failedCalls: 1 })
  })

  it('are asked for in calls that the model takes', async () => {
    const inputs: string[] = []
    const small = model((input) => {
      inputs.push(input)
      return { keywords: [] }
    })
    await nameByModel(clusters, { ...small, limits: { maxInputChars: 60, maxParallelCalls: 1 } })
    expect(inputs.length).toBeGreaterThan(1)
    for (const input of inputs) expect(input.length).toBeLessThanOrEqual(60)
    expect(inputs.flatMap((input) => JSON.parse(input) as unknown[])).toHaveLength(3)
  })
})
