// A question in words, taken apart: areas, categories, attributes, rest, and words that were changed.
import { describe, expect, it } from 'vitest'
import { UNDERSTOOD_PARTS } from '../../../src/domain/understood.ts'
import type { LexicalDocument } from '../../../src/domain/lexical.ts'
import { createGazetteer } from '../../../src/recommend/query/gazetteer.ts'
import { understand } from '../../../src/recommend/query/understand.ts'
import { createVocabulary } from '../../../src/recommend/live/vocabulary.ts'
import { concepts } from '../../../src/text/concepts.ts'
import { createLexicalIndex } from '../../../src/text/lexical-index.ts'

const source = {
  regions: [
    { code: '11', name: '서울특별시', names: { en: 'Seoul' } },
    { code: '11040', name: '성동구', parent: '11' },
    { code: '1104066', name: '성수1가1동', parent: '11040' },
    { code: '1104067', name: '성수1가2동', parent: '11040' },
    { code: '39', name: '제주특별자치도' },
    { code: '39010', name: '제주시', parent: '39' },
    { code: '3901012', name: '애월읍', names: { en: 'Aewol-eup' }, parent: '39010' },
  ],
  spots: [
    { id: 'seongsu', name: '성수동 카페거리', names: { en: 'Seongsu Café Street' }, aliases: ['성카'] },
    { id: 'station', name: '성수역' },
  ],
  categories: [
    { code: 'food', name: '음식', names: { en: 'Food' } },
    { code: 'food/cafe', name: '카페', names: { en: 'Café' } },
    { code: 'stay', name: '숙박' },
  ],
}
const vocabulary = createVocabulary(source)
const gazetteer = createGazetteer({ ...source, concepts: concepts() })
const named = createLexicalIndex()
named.upsert(place('a', '스타벅스 성수점'))
named.upsert(place('b', '블루보틀'))
named.upsert(place('c', '철이네 떡볶이', ["Cheol's Tteokbokki"]))
named.upsert(place('d', '우물가 국밥', ['Umulga Gukbap']))
for (const name of [
  '필코 스튜디오',
  '깡',
  '부촌',
  '블랙피그',
  '뚝배기 집',
  'Oakpocha',
  'Geumeumhof',
  'No Brand Burger',
  '간판 없는 가게',
  '어디',
  '좋은 커피',
]) {
  named.upsert(place(name, name))
}
const RARE = new Set(['카폐'])
const HELD = new Set(['도담', '스타벅스', '블루보틀', '국수', '국밥', '카폐', '매운'])

const ask = (query: string, parts: readonly (typeof UNDERSTOOD_PARTS)[number][] = UNDERSTOOD_PARTS) =>
  understand(query, {
    gazetteer,
    vocabulary,
    locale: 'ko',
    parts: new Set(parts),
    isHeld: async (word) => HELD.has(word),
    isNamed: async (words, how) => named.isNamed(words, how),
    isRareBeside: async (word) => RARE.has(word),
    slipOf: async (word) => named.slipOf(word),
    soundsLike: async (word, how) => named.soundsLike(word, how)?.name,
  })
const ids = async (query: string) => (await ask(query)).areas.map(({ id }) => id)

describe('a question', () => {
  it('is area, category, attributes and the rest', async () => {
    const { areas, categories, attributes, rest, changed, words } = await ask('애월 조용한 카페 주차 도담')
    expect(areas).toEqual([{ kind: 'region', id: '3901012', name: '애월읍', words: '애월' }])
    expect(categories).toEqual([{ code: 'food/cafe', name: '카페', words: '카페' }])
    expect(attributes.map(({ id, name }) => [id, name])).toEqual([
      ['quiet', '조용한'],
      ['parking', '주차'],
    ])
    expect(rest).toBe('도담')
    expect(words).toBe('조용한 주차 도담')
    expect(changed).toEqual([])
  })

  it.each([
    ['성수', ['1104066', '1104067', 'station']],
    ['성수동', ['1104066', '1104067']],
    ['성수역에서', ['station']],
    ['성수동 카페거리', ['seongsu']],
    ['성카', ['seongsu']],
    ['Seongsu Cafe Street', ['seongsu']],
    ['Aewol', ['3901012']],
    ['aewol-eup', ['3901012']],
    ['seongdonggu', ['11040']],
    ['Seongsu-dong', ['1104066', '1104067']],
    ['jeju', ['39']],
    ['서울', ['11']],
  ])('knows %s as %j', async (query, areas) => {
    expect((await ids(query)).toSorted()).toEqual(areas)
  })

  it('means the province by its name, and the narrower of two named areas', async () => {
    expect(await ids('제주 카페')).toEqual(['39'])
    expect(await ids('제주시 카페')).toEqual(['39010'])
    expect(await ids('제주 애월 카페')).toEqual(['3901012'])
  })

  it('maps conditions that no text says to attributes', async () => {
    const asked = async (query: string) => (await ask(query)).attributes.map(({ id }) => id)
    expect(await asked('비 오는 날 갈 곳')).toEqual(['indoor'])
    expect(await asked('비오는날')).toEqual(['indoor'])
    expect(await asked('아이와 카페')).toEqual(['kids'])
    expect(await asked('늦게까지 하는 카페')).toEqual(['late'])
    expect(await asked('혼자 밥')).toEqual(['alone'])
    expect(await asked('cafe for a rainy day with kids')).toEqual(['indoor', 'kids'])
  })

  it('reads two words written as one', async () => {
    expect(await ask('애월카페')).toMatchObject({
      areas: [{ id: '3901012' }],
      categories: [{ code: 'food/cafe' }],
    })
  })

  it('mends a slip, another keyboard and another script, and says so', async () => {
    expect(await ask('애월 카패')).toMatchObject({
      categories: [{ code: 'food/cafe' }],
      changed: [{ from: '카패', to: '카페', why: 'typo' }],
      mended: '애월 카페',
    })
    expect((await ask('zkvp')).changed).toEqual([{ from: 'zkvp', to: '카페', why: 'keyboard' }])
    expect((await ask('starbucks')).changed).toEqual([{ from: 'starbucks', to: '스타벅스', why: 'sound' }])
    expect(await ask('blue bottle')).toMatchObject({
      changed: [{ from: 'blue bottle', to: '블루보틀', why: 'sound' }],
      words: '블루보틀',
    })
  })

  it('hears no names in a sentence', async () => {
    expect((await ask('친구랑 하염없이 수다 떨며 스다벅스 말고 아무도 없는 데')).changed).toEqual([])
    const { changed, rest } = await ask('somewhere to read among star backs watching you')
    expect(changed).toEqual([])
    expect(rest).toContain('star backs')
    expect((await ask('quiet star backs near Seongsu station')).changed).toEqual([
      { from: 'star backs', to: '스타벅스', why: 'sound' },
    ])
  })

  it('leaves alone what a place holds, and what is near several words or none', async () => {
    expect((await ask('국수')).changed).toEqual([])
    expect(await ask('무지개다리')).toMatchObject({ rest: '무지개다리', changed: [] })
  })

  it('mends a rare word that is a slip of a very common one', async () => {
    expect(await ask('애월 카폐')).toMatchObject({
      categories: [{ code: 'food/cafe' }],
      changed: [{ from: '카폐', to: '카페', why: 'typo' }],
    })
  })

  it('mends a Korean name by its letters, not by its sound', async () => {
    expect((await ask('떡볶기')).changed).toEqual([{ from: '떡볶기', to: '떡볶이', why: 'typo' }])
  })

  it.each([
    '벽돌동 조용한 카페 주차',
    '매운 거 말고 국밥',
    '말고',
    'hidden gem for a first date',
    'hiking',
    'seafood near the beach in aewol',
    'jeju folk village',
    'folk',
    'black pork',
    'black pork, again',
  ])('hears no name in the words of %j', async (query) => {
    expect((await ask(query)).changed).toEqual([])
  })

  it('joins no slip with the next word', async () => {
    expect((await ask('카패 주차')).changed).toEqual([{ from: '카패', to: '카페', why: 'typo' }])
  })

  it.each([
    ['매운 거 말고 국밥', '국밥'],
    ['국밥 말고 파스타', '파스타'],
    ['주차 안 되는 카페', '카페'],
    ['주차 없는 카페', '카페'],
    ['cafe without parking', 'cafe'],
    ['cafe that is not too quiet', 'cafe that is'],
    ['pub without loud music', 'pub'],
    ['no loud music, 도담', '도담'],
    ['aewol without loud music cafe', 'aewol cafe'],
    ['pub without smoke or tv', 'pub'],
    ['국밥, 빼고 파스타', '파스타'],
    ['not spicy noodles', 'noodles'],
    ['No Brand Burger 말고 도담', '도담'],
    ['애월 간판 없는 가게 빼고 국밥', '애월 국밥'],
  ])('%s asks for %s', async (query, mended) => {
    const understood = await ask(query)
    expect(understood).toMatchObject({ attributes: [], mended })
    expect(understood.denied).not.toEqual([])
  })

  it.each([
    'quiet cafe',
    'not quiet',
    '말고',
    'no kids zone cafe',
    'No Brand Burger near me',
    '간판 없는 가게 도담',
    '애월 간판 없는 가게',
    'not only coffee but dessert cafe',
    'not just coffee',
    'no. 1 cafe',
  ])('%j denies nothing', async (query) => {
    expect(await ask(query)).toMatchObject({ mended: query, denied: [] })
  })

  it('says what is denied, each by itself, and what it means', async () => {
    const { denied } = await ask('pub without smoke or loud music')
    expect(denied.map(({ words }) => words)).toEqual([['smoke'], ['loud', 'music']])
    const [{ words, meaning }] = (await ask('카페 말고 국밥')).denied
    expect([words, meaning?.categories]).toEqual([['카페'], ['food/cafe']])
    expect((await ask('음식 말고 카페')).denied[0].meaning?.categories).toEqual([])
  })

  it('counts no words that only join others', async () => {
    expect((await ask('where can I see the 도담?')).restWords).toEqual(['see', '도담'])
  })

  it.each([
    ['어디 카페', '어디'],
    ['애월 어디', '어디'],
    ['애월 어디 좋은 카페', ''],
    ['좋은 카페', ''],
    ['어디', ''],
    ['어디 조용한 카페', ''],
    ['어디 도담 카페', ''],
  ])('of %j takes %j for a name among its joining words', async (query, name) => {
    expect((await ask(query)).name).toBe(name)
  })

  it('understands only the parts that are wanted', async () => {
    expect(await ask('애월 조용한 카패', [])).toMatchObject({
      areas: [],
      categories: [],
      attributes: [],
      changed: [],
      rest: '애월 조용한 카패',
      words: '애월 조용한 카패',
    })
    expect(await ask('애월 조용한 카페', ['attributes'])).toMatchObject({
      areas: [],
      categories: [],
      words: '애월 조용한 카페',
    })
  })

  it('of words without letters, or of a story, is searched for as it is', async () => {
    expect(await ask('!!!')).toMatchObject({ rest: '', words: '' })
    const story = '카페 '.repeat(30).trim()
    expect(await ask(story)).toMatchObject({ categories: [], rest: story })
  })
})

describe('the table of concepts', () => {
  it('is changed by id and grows by what is new', async () => {
    const changed = concepts({
      attributes: [
        { id: 'quiet', ko: '고요한', en: 'silent', words: ['고요'] },
        { id: 'sauna', ko: '사우나', en: 'sauna', words: ['사우나'] },
      ],
      sounds: [['도담', 'dodam']],
    })
    expect(changed.attributes.filter(({ id }) => id === 'quiet')).toMatchObject([{ words: ['고요'] }])
    expect(changed.attributes.map(({ id }) => id)).toContain('sauna')
    expect(changed.sounds).toContainEqual(['도담', 'dodam'])
  })

  it('refuses what it does not know, by name', async () => {
    expect(() => concepts({ attributes: [{ id: 'x', ko: 'x', en: 'x', wrods: [] }] })).toThrow(/wrods/)
  })

  it('ships each id and each word of attributes once', async () => {
    const { attributes } = concepts()
    const all = attributes.map(({ id }) => id)
    expect(new Set(all).size).toBe(all.length)
    for (const { words, phrases = [] } of attributes)
      expect(new Set([...words, ...phrases]).size).toBe(words.length + phrases.length)
  })
})

function place(id: string, name: string, names: string[] = []): LexicalDocument {
  return { id, name, names, categories: [], areas: [], tags: [], address: '', description: '' }
}
