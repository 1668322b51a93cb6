// What every catalog must do. Each adapter's test file calls it with a way to open an empty catalog.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Catalog } from '../../src/catalog/port.ts'
import type { Event } from '../../src/domain/event.ts'
import type { KeywordCluster, PlaceKeyword } from '../../src/domain/keyword.ts'
import type { Place } from '../../src/domain/place.ts'

interface OpenedCatalog {
  readonly catalog: Catalog
  /** A second, independent handle on the same data, as another process would have. */
  readonly openOther: () => Promise<Catalog>
  readonly cleanUp: () => Promise<void>
}

const place = (id: string, more: Partial<Place> = {}): Place => ({
  id,
  name: `가게 ${id}`,
  categories: ['food/cafe'],
  lng: 127,
  lat: 37.5,
  geohash: 'wydm9qwj7abc',
  regions: ['11', '11010'],
  spots: [],
  ...more,
})

const event = (id: string, more: Partial<Event> = {}): Event => ({
  id,
  userId: 'u',
  placeId: 'p',
  type: 'visit',
  at: 1000,
  ...more,
})

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const rows: T[] = []
  for await (const batch of batches) {
    expect(batch.length).toBeGreaterThan(0)
    rows.push(...batch)
  }
  return rows
}

export function catalogContract(name: string, open: () => Promise<OpenedCatalog>): void {
  describe(`the catalog contract on ${name}`, () => {
    let opened: OpenedCatalog | undefined
    let catalog: Catalog
    beforeEach(async () => {
      opened = await open()
      catalog = opened.catalog
    })
    afterEach(async () => {
      await opened?.cleanUp()
      opened = undefined
    })

    describe('keywords', () => {
      const keyword = (id: string, more: Partial<PlaceKeyword> = {}): PlaceKeyword => ({
        id,
        name: id,
        count: 1,
        score: 1,
        quotes: [{ source: 'review', index: 0, start: 0, end: 2, text: '조용' }],
        ...more,
      })
      const cluster = (id: string, more: Partial<KeywordCluster> = {}): KeywordCluster => ({
        id,
        name: id,
        phrases: [id],
        places: 1,
        mentions: 1,
        categories: [],
        ...more,
      })
      const reviewed = place('a', { reviews: ['조용해요'] })

      it('come with their place, the highest score first, wherever places are read', async () => {
        await catalog.savePlaces([reviewed, place('b')])
        const keywords = [keyword('조용', { score: 2.5 }), keyword('넓', { score: 3, negative: true })]
        expect(await catalog.savePlaceKeywords(new Map([['a', keywords]]))).toBe(1)
        const described = { ...reviewed, keywords: keywords.toReversed() }
        expect(await catalog.place('a')).toEqual(described)
        expect((await catalog.places(['a', 'b'])).get('a')).toEqual(described)
        expect((await catalog.place('b'))?.keywords).toBeUndefined()
        const changes = await all(catalog.placeChanges({ since: 0 }))
        expect(changes.map(({ place: changed }) => changed?.keywords?.length)).toEqual([undefined, 2])
      })

      it('give their place a new revision where they differ, and only there', async () => {
        await catalog.savePlaces([reviewed, place('b')])
        const keywords = new Map([
          ['a', [keyword('조용')]],
          ['b', []],
          ['unknown', [keyword('조용')]],
        ])
        const before = (await catalog.position()).revision
        expect(await catalog.savePlaceKeywords(keywords)).toBe(1)
        expect((await catalog.position()).revision).toBe(before + 1)
        expect(await all(catalog.placeChanges({ since: before }))).toMatchObject([{ id: 'a' }])
        expect(await catalog.savePlaceKeywords(keywords)).toBe(0)
        expect((await catalog.position()).revision).toBe(before + 1)
        expect(await catalog.savePlaceKeywords(new Map([['a', []]]))).toBe(1)
        expect((await catalog.place('a'))?.keywords).toBeUndefined()
      })

      it('stay when their place is saved with the same texts, and go with texts that change', async () => {
        await catalog.savePlaces([reviewed])
        await catalog.savePlaceKeywords(new Map([['a', [keyword('조용')]]]))
        await catalog.savePlaces([{ ...reviewed, name: '새 이름', keywords: [] }])
        expect((await catalog.place('a'))?.keywords).toHaveLength(1)
        await catalog.savePlaces([{ ...reviewed, reviews: ['시끄러워요'] }])
        expect((await catalog.place('a'))?.keywords).toBeUndefined()
        await catalog.savePlaceKeywords(new Map([['a', [keyword('조용')]]]))
        await catalog.deletePlace('a')
        await catalog.savePlaces([reviewed])
        expect((await catalog.place('a'))?.keywords).toBeUndefined()
      })

      it('are replaced as a whole, and lead to their places', async () => {
        await catalog.savePlaces([place('a'), place('b'), place('c')])
        await catalog.saveKeywords([cluster('b'), cluster('a'), cluster('z', { places: 9 })])
        expect((await catalog.keywords()).map(({ id }) => id)).toEqual(['z', 'a', 'b'])
        const rich = cluster('a', { names: { ko: '조용해요', en: 'quiet' }, generic: true })
        await catalog.saveKeywords([rich])
        expect(await catalog.keywords()).toEqual([rich])
        await catalog.savePlaceKeywords(
          new Map([
            ['b', [keyword('a', { score: 2, count: 4 })]],
            ['a', [keyword('a', { score: 2 }), keyword('z')]],
            ['c', [keyword('a', { score: 5 })]],
          ]),
        )
        expect(await catalog.placesOfKeyword('a', 10)).toEqual([
          { placeId: 'c', count: 1, score: 5 },
          { placeId: 'a', count: 1, score: 2 },
          { placeId: 'b', count: 4, score: 2 },
        ])
        expect(await catalog.placesOfKeyword('a', 1)).toHaveLength(1)
        expect(await catalog.placesOfKeyword('unknown', 1)).toEqual([])
      })
    })

    describe('places', () => {
      it('come back as they were saved', async () => {
        const rich = place('a', {
          names: { en: 'Shop' },
          attributes: { parking: true, seats: 4, note: '"quoted"' },
          tags: ['조용한', '🍵'],
          closed: false,
        })
        await catalog.savePlaces([rich])
        expect(await catalog.place('a')).toEqual(rich)
        expect(await catalog.place('b')).toBeUndefined()
        expect([...(await catalog.places(['b', 'a', 'a'])).keys()]).toEqual(['a'])
      })

      it('say what happened to each row, also within one batch', async () => {
        const saved = await catalog.savePlaces([
          place('a'),
          place('b'),
          place('a'),
          place('a', { name: '새 이름' }),
        ])
        expect(saved).toEqual({
          created: 2,
          updated: 1,
          unchanged: 1,
          statuses: ['created', 'created', 'unchanged', 'updated'],
        })
        expect((await catalog.place('a'))?.name).toBe('새 이름')
      })

      it('take no new revision when nothing changed, whatever the order of keys', async () => {
        await catalog.savePlaces([place('a')])
        const before = await catalog.position()
        const { id, ...rest } = place('a')
        expect(await catalog.savePlaces([{ ...rest, id }])).toMatchObject({ unchanged: 1 })
        expect(await catalog.position()).toEqual(before)
      })

      it('are gone after deletion, and created when saved again', async () => {
        await catalog.savePlaces([place('a')])
        expect(await catalog.deletePlace('a')).toBe(true)
        expect(await catalog.deletePlace('a')).toBe(false)
        expect(await catalog.place('a')).toBeUndefined()
        expect((await catalog.counts()).places).toBe(0)
        expect(await catalog.savePlaces([place('a')])).toMatchObject({ statuses: ['created'] })
      })

      it('are counted by category while they are open for business', async () => {
        await catalog.savePlaces([
          place('a'),
          place('b', { categories: ['bar', 'food/cafe'] }),
          place('c', { closed: true }),
        ])
        expect(await catalog.categoryCounts()).toEqual(
          new Map([
            ['bar', 1],
            ['food/cafe', 2],
          ]),
        )
        await catalog.savePlaces([place('a', { categories: ['bar'] })])
        await catalog.deletePlace('b')
        expect(await catalog.categoryCounts()).toEqual(new Map([['bar', 1]]))
      })

      it('can be saved by the thousand in one call', async () => {
        const many = Array.from({ length: 2345 }, (_, index) => place(`p${index}`))
        expect(await catalog.savePlaces(many)).toMatchObject({ created: 2345 })
        expect((await catalog.places(many.map(({ id }) => id))).size).toBe(2345)
      })
    })

    describe('the change feed', () => {
      it('gives each place once, at its last change, in order', async () => {
        await catalog.savePlaces([place('a'), place('b'), place('c')])
        await catalog.savePlaces([place('a', { name: '바뀜' })])
        const changes = await all(catalog.placeChanges({ since: 0, batchSize: 2 }))
        expect(changes.map(({ id }) => id)).toEqual(['b', 'c', 'a'])
        expect(changes.at(-1)!.revision).toBe((await catalog.position()).revision)
        expect(await all(catalog.placeChanges({ since: changes[1].revision }))).toEqual([changes[2]])
      })

      it('tells deletions only to those who ask', async () => {
        await catalog.savePlaces([place('a'), place('b')])
        const { revision } = await catalog.position()
        await catalog.deletePlace('a')
        expect(await all(catalog.placeChanges({ since: revision }))).toEqual([])
        expect(await all(catalog.placeChanges({ since: revision, withDeleted: true }))).toEqual([
          { id: 'a', revision: revision + 1 },
        ])
      })

      it('counts events from 1 in the order they were appended', async () => {
        await catalog.appendEvents([event('x'), event('y')])
        await catalog.appendEvents([event('z')])
        const events = await all(catalog.events({ since: 0, batchSize: 2 }))
        expect(events.map(({ id, seq }) => [id, seq])).toEqual([
          ['x', 1],
          ['y', 2],
          ['z', 3],
        ])
        expect((await all(catalog.events({ since: 2 }))).map(({ id }) => id)).toEqual(['z'])
        expect((await catalog.position()).seq).toBe(3)
      })

      it('shows another process every committed write on its next read', async () => {
        const other = await opened!.openOther()
        try {
          await catalog.savePlaces([place('a')])
          await catalog.appendEvents([event('x')])
          expect(await other.place('a')).toEqual(place('a'))
          expect(await other.position()).toEqual(await catalog.position())
          await other.savePlaces([place('b')])
          expect(await catalog.place('b')).toEqual(place('b'))
        } finally {
          await other.close()
        }
      })

      it('numbers concurrent writes without gaps or doubles', async () => {
        await Promise.all(Array.from({ length: 20 }, (_, index) => catalog.savePlaces([place(`p${index}`)])))
        const changes = await all(catalog.placeChanges({ since: 0 }))
        expect(changes.map(({ revision }) => revision)).toEqual(
          Array.from({ length: 20 }, (_, index) => index + 1),
        )
      })
    })

    describe('events', () => {
      it('are appended once by id, in one call or several', async () => {
        expect(await catalog.appendEvents([event('x'), event('x', { at: 5 }), event('y')])).toEqual({
          appended: 2,
          duplicates: 1,
        })
        expect(await catalog.appendEvents([event('y'), event('z')])).toEqual({ appended: 1, duplicates: 1 })
        expect((await catalog.userEvents('u', { limit: 10 })).find(({ id }) => id === 'x')?.at).toBe(1000)
      })

      it('of a user come newest first, impressions only when asked for', async () => {
        await catalog.appendEvents([
          event('old', { at: 1 }),
          event('new', { at: 3, rating: 4.5, recommendationId: 'r', position: 0 }),
          event('seen', { at: 9, type: 'impression' }),
          event('other', { userId: 'v', at: 9 }),
          event('same time', { at: 3 }),
        ])
        const ids = async (options: { limit: number; withImpressions?: boolean }) =>
          (await catalog.userEvents('u', options)).map(({ id }) => id)
        expect(await ids({ limit: 10 })).toEqual(['same time', 'new', 'old'])
        expect(await ids({ limit: 2, withImpressions: true })).toEqual(['seen', 'same time'])
        expect((await catalog.userEvents('u', { limit: 2 }))[1]).toMatchObject({
          rating: 4.5,
          recommendationId: 'r',
          position: 0,
        })
      })

      it('are erased with their user, and numbers are not used again', async () => {
        await catalog.appendEvents([event('x'), event('y', { userId: 'v' }), event('z')])
        const before = (await catalog.position()).erasures
        expect(await catalog.eraseUser('u')).toBe(2)
        expect((await catalog.position()).erasures).toBe(before + 1)
        expect(await catalog.eraseUser('u')).toBe(0)
        await catalog.appendEvents([event('w', { userId: 'v' })])
        expect((await all(catalog.events({ since: 0 }))).map(({ id, seq }) => [id, seq])).toEqual([
          ['y', 2],
          ['w', 4],
        ])
      })

      it('rank users by how much they did, ties by the bytes of their ids', async () => {
        await catalog.appendEvents([
          event('1', { userId: 'b' }),
          event('2', { userId: '가' }),
          event('3', { userId: 'c' }),
          event('4', { userId: 'c' }),
          event('5', { userId: 'Z' }),
          event('6', { userId: 'é' }),
        ])
        expect(await catalog.users(4)).toEqual([
          { id: 'c', events: 2 },
          { id: 'Z', events: 1 },
          { id: 'b', events: 1 },
          { id: 'é', events: 1 },
        ])
        expect(await catalog.counts()).toMatchObject({ events: 6, users: 5 })
      })

      it('keep what an impression says of its choice', async () => {
        const shown = event('x', {
          type: 'impression',
          propensity: 1 / 3,
          choice: { bandit: 'first-card', arm: 'taste', context: [1, 0.125, -0.5], propensity: 0.1 },
          experiments: ['mix:plain'],
          call: 'search',
          query: '조용한 카페',
        })
        await catalog.appendEvents([shown, event('y')])
        expect(await all(catalog.events({ since: 0 }))).toEqual([
          { ...shown, seq: 1 },
          { ...event('y'), seq: 2 },
        ])
      })

      it('keep numbers as they are: large moments, fractions, zero', async () => {
        const odd = event('x', { at: 8_640_000_000_000_000, rating: 0.1, position: 0 })
        await catalog.appendEvents([odd])
        expect(await all(catalog.events({ since: 0 }))).toEqual([{ ...odd, seq: 1 }])
      })
    })

    describe('vocabularies', () => {
      const geometry = {
        type: 'Polygon' as const,
        coordinates: [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      }

      it('keep boundaries apart from names', async () => {
        const region = { code: '11', name: '서울', parent: '1', geometry }
        expect(await catalog.saveRegions([region])).toEqual({ created: 1, updated: 0, unchanged: 0 })
        expect(await catalog.regions()).toEqual([{ code: '11', name: '서울', parent: '1' }])
        expect(await catalog.regions({ withGeometry: true })).toEqual([region])
        const spot = { id: 's', name: '역', circle: { lng: 1, lat: 2, radiusMeters: 3 } }
        await catalog.saveSpots([spot])
        expect(await catalog.spots()).toEqual([spot])
      })

      it('move the vocabulary counter only when something changed', async () => {
        await catalog.saveSpots([{ id: 's', name: '역', geometry }])
        const { vocabulary } = await catalog.position()
        expect(await catalog.saveSpots([{ id: 's', name: '역', geometry }])).toEqual({
          created: 0,
          updated: 0,
          unchanged: 1,
        })
        expect((await catalog.position()).vocabulary).toBe(vocabulary)
        await catalog.saveSpots([{ id: 's', name: '새 역', geometry }])
        expect((await catalog.position()).vocabulary).toBeGreaterThan(vocabulary)
      })

      it('keep the names of a category that comes again without any', async () => {
        await catalog.saveCategories([{ code: 'food', name: '음식', names: { en: 'Food' } }])
        expect(
          await catalog.saveCategories([
            { code: 'food', name: 'food' },
            { code: 'bar', name: 'bar' },
          ]),
        ).toEqual({
          created: 1,
          updated: 0,
          unchanged: 1,
        })
        expect(await catalog.categories()).toEqual([
          { code: 'bar', name: 'bar' },
          { code: 'food', name: '음식', names: { en: 'Food' } },
        ])
      })
    })

    describe('outputs of language models', () => {
      const key = { modelId: 'm', promptName: 'describe', promptVersion: 1, inputHash: 'h' }

      it('come back as they were answered, by everything they depend on', async () => {
        const output = { output: { text: '“조용해요” 🍵', list: [1, null, false] }, at: 1_795_581_072_000 }
        await catalog.saveModelOutput(key, output)
        expect(await catalog.modelOutput(key)).toEqual(output)
        const others = [{ modelId: 'n' }, { promptName: 'judge' }, { promptVersion: 2 }, { inputHash: 'g' }]
        for (const other of others) expect(await catalog.modelOutput({ ...key, ...other })).toBeUndefined()
      })

      it('are replaced by a later answer to the same question', async () => {
        await catalog.saveModelOutput(key, { output: 'a', at: 1 })
        await catalog.saveModelOutput(key, { output: 'b', at: 2 })
        expect(await catalog.modelOutput(key)).toEqual({ output: 'b', at: 2 })
      })
    })

    describe('text vectors', () => {
      it('come back to the bit, by model and hash', async () => {
        const vector = Float32Array.of(0.1, -1e-20, 3)
        await catalog.saveTextVectors(
          'm',
          new Map([
            ['h', vector],
            ['g', Float32Array.of(1, 2, 3)],
          ]),
        )
        await catalog.saveTextVectors('m', new Map([['g', Float32Array.of(4, 5, 6)]]))
        const found = await catalog.textVectors('m', ['h', 'x', 'g', 'h'])
        expect(found).toEqual(
          new Map([
            ['h', vector],
            ['g', Float32Array.of(4, 5, 6)],
          ]),
        )
        expect(await catalog.textVectors('other', ['h'])).toEqual(new Map())
      })
    })
  })
}
