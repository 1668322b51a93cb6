// Shelves over a quarter with tagged places: what belongs to them, when they are offered, that they differ, pages and words.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Place, PlaceInput } from '../../../src/domain/place.ts'
import { parseThemeRequest, parseThemesRequest, type Shelves } from '../../../src/domain/theme.ts'
import { readCuratedThemes } from '../../../src/recommend/themes/curated-file.ts'
import {
  BUILT_IN_THEMES,
  isInSeason,
  matchTheme,
  type CuratedTheme,
} from '../../../src/recommend/themes/theme.ts'
import { createVocabulary } from '../../../src/recommend/live/vocabulary.ts'
import { serveStored } from '../served-places.ts'

const CORNER = { lng: 126.98, lat: 37.56 }
const METERS_PER_DEGREE = 88_150
const AFTERNOON = '2026-11-25T15:00:00+09:00'
const NIGHT = '2026-11-25T19:00:00+09:00'

const place = (id: string, index: number, more: Partial<PlaceInput>): PlaceInput => ({
  id,
  name: id,
  categories: ['cafe/coffee'],
  lng: CORNER.lng + (index * 40) / METERS_PER_DEGREE,
  lat: CORNER.lat,
  ...more,
})

/** Six each: cafés with a night view, quiet cafés, restaurants for one, wine bars; some bear two tags; and gyms. */
const QUARTER: readonly PlaceInput[] = [
  ...range(6).map((i) => place(`view-${i}`, i, { tags: ['야경', '테라스'] })),
  ...range(6).map((i) => place(`quiet-${i}`, 6 + i, { tags: ['조용한', ...(i < 2 ? ['야경'] : [])] })),
  ...range(6).map((i) => place(`solo-${i}`, 12 + i, { tags: ['혼밥'], categories: ['food/stew'] })),
  ...range(6).map((i) => place(`wine-${i}`, 18 + i, { tags: ['와인', '테라스'], categories: ['bar/wine'] })),
  ...range(6).map((i) => place(`gym-${i}`, 24 + i, { tags: ['야경', '혼자'], categories: ['sport/gym'] })),
]

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

const serve = (places: readonly PlaceInput[] = QUARTER) =>
  serveStored({ places, now: () => Date.parse(AFTERNOON) })

const shelfIds = ({ items }: Shelves) => items.map(({ id }) => id)
const placesOf = ({ items }: Shelves, id: string) =>
  items.find((shelf) => shelf.id === id)!.items.map(({ place: { id: of } }) => of!)

describe('shelves', () => {
  it('hold what is tagged so and of the kind, with the tag as the reason', async () => {
    const { service } = await serve()
    const answer = await service.themes(parseThemesRequest({ near: CORNER, at: NIGHT, limit: 20 }))
    expect(shelfIds(answer)).toEqual(
      expect.arrayContaining(['night-view-cafe', 'quiet-work', 'solo-meal', 'wine']),
    )
    // Gyms have a view, too, but are no café.
    expect(placesOf(answer, 'night-view-cafe').every((id) => /^(view|quiet)-/.test(id))).toBe(true)
    const [first] = answer.items.find(({ id }) => id === 'wine')!.items
    expect(first.reasons[0]).toMatchObject({ kind: 'text-match', text: '태그에 “와인”' })
    // Nor does a mined shelf have errands.
    expect(
      answer.items.flatMap(({ items }) => items).some(({ place: { id } }) => id!.startsWith('gym')),
    ).toBe(false)
  })

  it('are offered at their hours', async () => {
    const { service } = await serve()
    const at = async (time: string) =>
      shelfIds(await service.themes(parseThemesRequest({ near: CORNER, at: time, limit: 20 })))
    expect(await at(NIGHT)).toContain('wine')
    expect(await at('2026-11-25T10:00:00+09:00')).not.toContain('wine')
  })

  it('share at most a third of their places', async () => {
    const { service } = await serve()
    const { items } = await service.themes(parseThemesRequest({ near: CORNER, at: NIGHT, limit: 20 }))
    const shown = items.map((shelf) => new Set(shelf.items.map(({ place: { id } }) => id)))
    expect(shown.length).toBeGreaterThan(3)
    shown.forEach((ids, i) => {
      for (const other of shown.slice(i + 1)) {
        expect(ids.intersection(other).size).toBeLessThanOrEqual(Math.min(ids.size, other.size) / 3)
      }
    })
  })

  it('are mined where nobody thought of them', async () => {
    const { service } = await serve([
      ...QUARTER,
      ...range(4).map((i) =>
        place(`fox-${i}`, 30 + i, { tags: ['여우 벽화'], categories: ['culture/street'] }),
      ),
    ])
    const answer = await service.themes(parseThemesRequest({ near: CORNER, at: NIGHT, limit: 20 }))
    const fox = answer.items.find(({ id }) => id === 'tag:여우 벽화')!
    expect(fox).toMatchObject({ title: '#여우 벽화', source: 'tag', places: 4 })
    expect(fox.items).toHaveLength(4)
  })

  it('come page by page, each once', async () => {
    const { service } = await serve()
    const ask = (more: object) => service.themes(parseThemesRequest({ near: CORNER, at: NIGHT, ...more }))
    const all = shelfIds(await ask({ limit: 20 }))
    const first = await ask({ limit: 2 })
    const second = await ask({ limit: 2, pageToken: first.nextPageToken })
    expect([...shelfIds(first), ...shelfIds(second)]).toEqual(all.slice(0, 4))
  })

  it('are explained where there are none', async () => {
    const { service } = await serve([place('one', 0, {})])
    const ask = (body: object) => service.themes(parseThemesRequest({ at: NIGHT, locale: 'en', ...body }))
    expect(await ask({ near: CORNER })).toMatchObject({
      items: [],
      explanation: 'There is 1 place, but nothing to put on a shelf together. Try a wider area.',
    })
    const sea = { circle: { lng: 0, lat: 0, radiusMeters: 100 } }
    expect((await ask({ where: sea })).explanation).toBe('No place matches; without the circle 1 would.')
  })
})

describe('one theme', () => {
  it('has all its places, page by page', async () => {
    const { service } = await serve()
    const ask = (id: string, more: object = {}) =>
      service.theme(id, parseThemeRequest({ near: CORNER, at: NIGHT, ...more }))
    const all = (await ask('solo-meal', { limit: 20 })).items.map(({ place: { id } }) => id)
    expect(all.toSorted()).toEqual(range(6).map((i) => `solo-${i}`))
    const first = await ask('solo-meal', { limit: 4 })
    const second = await ask('solo-meal', { limit: 4, pageToken: first.nextPageToken })
    expect([...first.items, ...second.items].map(({ place: { id } }) => id)).toEqual(all)
    const tagged = (await ask('tag:테라스', { limit: 20 })).items
    expect(tagged).toHaveLength(12)
  })

  it('says what is in the way where it has none here', async () => {
    const { service } = await serve()
    const answer = await service.theme('tag:없는 말', parseThemeRequest({ where: {}, locale: 'en' }))
    expect(answer).toMatchObject({ items: [], explanation: 'No place matches; without the tags 30 would.' })
  })

  it('is refused where nobody has heard of it', async () => {
    const { service } = await serve()
    for (const id of ['no-such', 'keyword:nowhere']) {
      await expect(service.theme(id, parseThemeRequest({}))).rejects.toMatchObject({ code: 'unknown-theme' })
    }
  })
})

describe('a curated theme', () => {
  const vocabulary = createVocabulary({ regions: [], spots: [], categories: [] })
  const theme = (more: Partial<CuratedTheme>): CuratedTheme => ({
    id: 'x',
    title: { ko: 'x', en: 'x' },
    all: [['tea']],
    ...more,
  })
  const stored = (more: Partial<PlaceInput>): Place => ({
    ...place('p', 0, more),
    categories: more.categories ?? ['cafe/tea'],
    geohash: '',
    regions: [],
    spots: [],
  })

  it.each([
    [
      'a word of each list',
      theme({ all: [['tea'], ['quiet', '조용']] }),
      { tags: ['tea', '조용한'] },
      ['tea', '조용'],
    ],
    ['not one of two', theme({ all: [['tea'], ['조용']] }), { tags: ['tea'] }, undefined],
    ['in Korean compounds', theme({ all: [['맥주']] }), { tags: ['수제맥주'] }, ['맥주']],
    ['Latin words by themselves', theme({}), { tags: ['steak'], categories: ['food'] }, undefined],
    ['folded', theme({ all: [['CAFÉ']] }), { tags: ['cafe'] }, ['cafe']],
    ['of its categories', theme({ categories: ['bar'] }), { tags: ['tea'] }, undefined],
    ['of its roles', theme({ roles: ['cafe'] }), { tags: ['tea'] }, ['tea']],
  ])('matches %s', (_, of, more, words) => {
    expect(matchTheme(of, stored(more), vocabulary)).toEqual(words)
  })

  it('is in season over midnight and the turn of the year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), (hour) => {
        expect(isInSeason(theme({ hours: [21, 27] }), hour, 5)).toBe(hour >= 21 || hour < 3)
      }),
    )
    expect(isInSeason(theme({ months: [12, 1] }), 12, 1)).toBe(true)
    expect(isInSeason(theme({ months: [12, 1] }), 12, 6)).toBe(false)
  })

  it('comes with dongne under an id of its own', () => {
    expect(new Set(BUILT_IN_THEMES.map(({ id }) => id)).size).toBe(BUILT_IN_THEMES.length)
  })

  it('comes from a file that is named, or is refused by name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dongne-themes-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const path = join(folder, 'themes.json')
    await writeFile(path, JSON.stringify([theme({})]))
    expect(readCuratedThemes(path)).toEqual([theme({})])
    await writeFile(path, JSON.stringify([{ ...theme({}), hour: 3 }]))
    expect(() => readCuratedThemes(path)).toThrow(expect.objectContaining({ code: 'invalid-config' }))
    expect(() => readCuratedThemes(join(folder, 'none.json'))).toThrow(
      expect.objectContaining({ code: 'invalid-config', message: expect.stringContaining('ENOENT') }),
    )
  })
})
