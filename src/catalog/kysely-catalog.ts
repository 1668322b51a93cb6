// The catalog port over Kysely, in portable SQL. Leaves changes to writes.ts, connections and their errors to the files
// named by database.
import type { Kysely } from 'kysely'
import type { Category } from '../domain/category.ts'
import type { Place } from '../domain/place.ts'
import type { Region } from '../domain/region.ts'
import type { Spot } from '../domain/spot.ts'
import { lockCounter, setCounter } from './counters.ts'
import {
  deletePlaceKeywords,
  readKeywords,
  readPlacesOfKeyword,
  saveKeywords,
  savePlaceKeywords,
  withKeywords,
} from './keywords.ts'
import { readModelOutput, saveModelOutput } from './model-outputs.ts'
import type { Catalog, CatalogPosition, PlaceChange } from './port.ts'
import { chunks, toEvent, withBoundary } from './rows.ts'
import type { CounterTable, Tables } from './schema.ts'
import {
  appendEvents,
  createWriteQueue,
  readExisting,
  savePlaces,
  saveVocabulary,
  type VocabularyKind,
} from './writes.ts'

const DEFAULT_BATCH = 1000

interface Connections {
  readonly where: string
  readonly reader: Kysely<Tables>
  /** The reader itself where the database keeps transactions apart. */
  readonly writer: Kysely<Tables>
}

export function createKyselyCatalog({ where, reader, writer }: Connections): Catalog {
  const write = createWriteQueue(writer)
  // Asked for by every request: compiled once.
  const readCounters = reader.selectFrom('counters').selectAll().compile()
  return {
    where,
    async position() {
      const { rows } = await reader.executeQuery(readCounters)
      const position: Record<CounterTable['name'], number> = { revision: 0, seq: 0, vocabulary: 0 }
      for (const { name, value } of rows) position[name] = Number(value)
      return position satisfies CatalogPosition
    },
    async counts() {
      const count = async (from: Promise<{ n: string | number | bigint }>) => Number((await from).n)
      const vocabulary = (kind: 'region' | 'spot' | 'category') =>
        count(
          reader
            .selectFrom('vocabulary')
            .select(({ fn }) => fn.countAll().as('n'))
            .where('kind', '=', kind)
            .executeTakeFirstOrThrow(),
        )
      return {
        places: await count(
          reader
            .selectFrom('places')
            .select(({ fn }) => fn.countAll().as('n'))
            .where('body', 'is not', null)
            .executeTakeFirstOrThrow(),
        ),
        events: await count(
          reader
            .selectFrom('events')
            .select(({ fn }) => fn.countAll().as('n'))
            .executeTakeFirstOrThrow(),
        ),
        users: await count(
          reader
            .selectFrom('events')
            .select(({ fn }) => fn.count('user_id').distinct().as('n'))
            .executeTakeFirstOrThrow(),
        ),
        regions: await vocabulary('region'),
        spots: await vocabulary('spot'),
        categories: await vocabulary('category'),
      }
    },
    place: async (id) => (await readPlaces(reader, [id])).get(id),
    places: (ids) => readPlaces(reader, ids),
    async *placeChanges({ since, batchSize = DEFAULT_BATCH, withDeleted = false }) {
      for (let last = since; ;) {
        let query = reader.selectFrom('places').selectAll().where('revision', '>', last)
        if (!withDeleted) query = query.where('body', 'is not', null)
        const rows = await query.orderBy('revision').limit(batchSize).execute()
        if (rows.length === 0) return
        last = Number(rows[rows.length - 1].revision)
        const stored = rows.flatMap(({ body }) => (body === null ? [] : [JSON.parse(body) as Place]))
        const places = new Map((await withKeywords(reader, stored)).map((place) => [place.id, place]))
        yield rows.map(({ id, revision }): PlaceChange => {
          const place = places.get(id)
          return { id, revision: Number(revision), ...(place !== undefined && { place }) }
        })
      }
    },
    async *events({ since, batchSize = DEFAULT_BATCH }) {
      for (let last = since; ;) {
        const rows = await reader
          .selectFrom('events')
          .selectAll()
          .where('seq', '>', last)
          .orderBy('seq')
          .limit(batchSize)
          .execute()
        if (rows.length === 0) return
        last = Number(rows[rows.length - 1].seq)
        yield rows.map(toEvent)
      }
    },
    async userEvents(userId, { limit, withImpressions = false }) {
      let query = reader.selectFrom('events').selectAll().where('user_id', '=', userId)
      if (!withImpressions) query = query.where('type', '!=', 'impression')
      const rows = await query.orderBy('at', 'desc').orderBy('seq', 'desc').limit(limit).execute()
      return rows.map(toEvent)
    },
    async regions({ withGeometry = false } = {}) {
      if (!withGeometry) return readVocabulary<Region>(reader, 'region')
      const rows = await reader
        .selectFrom('vocabulary')
        .select(['body', 'geometry'])
        .where('kind', '=', 'region')
        .orderBy('id')
        .execute()
      return rows.map(({ body, geometry }) => withBoundary<Region>(body, geometry))
    },
    async spots() {
      const rows = await reader
        .selectFrom('vocabulary')
        .select(['body', 'geometry'])
        .where('kind', '=', 'spot')
        .orderBy('id')
        .execute()
      return rows.map(({ body, geometry }) => withBoundary<Spot>(body, geometry))
    },
    categories: () => readVocabulary<Category>(reader, 'category'),
    async categoryCounts() {
      const rows = await reader
        .selectFrom('place_categories')
        .select(({ fn }) => ['code', fn.countAll().as('n')])
        .groupBy('code')
        .execute()
      return new Map(rows.map(({ code, n }) => [code, Number(n)]))
    },
    async users(limit) {
      const rows = await reader
        .selectFrom('events')
        .select(({ fn }) => ['user_id', fn.countAll().as('n')])
        .groupBy('user_id')
        .orderBy('n', 'desc')
        .orderBy('user_id')
        .limit(limit)
        .execute()
      return rows.map(({ user_id, n }) => ({ id: user_id, events: Number(n) }))
    },
    keywords: () => readKeywords(reader),
    placesOfKeyword: (keywordId, limit) => readPlacesOfKeyword(reader, keywordId, limit),
    async textVectors(modelId, hashes) {
      const found = new Map<string, Float32Array>()
      for (const chunk of chunks([...new Set(hashes)])) {
        const rows = await reader
          .selectFrom('text_vectors')
          .select(['text_hash', 'vector'])
          .where('model_id', '=', modelId)
          .where('text_hash', 'in', chunk)
          .execute()
        // A copy: the bytes may not be aligned, or belong to a shared buffer (a Buffer's slice is no copy).
        for (const { text_hash, vector } of rows)
          found.set(text_hash, new Float32Array(new Uint8Array(vector).buffer))
      }
      return found
    },

    modelOutput: (key) => readModelOutput(reader, key),

    savePlaces: (places) => write((trx) => savePlaces(trx, places)),
    deletePlace: (id) =>
      write(async (trx) => {
        const revision = (await lockCounter(trx, 'revision')) + 1
        const { numUpdatedRows } = await trx
          .updateTable('places')
          .set({ body: null, revision })
          .where('id', '=', id)
          .where('body', 'is not', null)
          .executeTakeFirst()
        if (numUpdatedRows === 0n) return false
        await trx.deleteFrom('place_categories').where('place_id', '=', id).execute()
        await deletePlaceKeywords(trx, [id])
        await setCounter(trx, 'revision', revision)
        return true
      }),
    appendEvents: (events) => write((trx) => appendEvents(trx, events)),
    eraseUser: (userId) =>
      write(async (trx) => {
        await lockCounter(trx, 'seq') // after what other processes are appending
        const { numDeletedRows } = await trx
          .deleteFrom('events')
          .where('user_id', '=', userId)
          .executeTakeFirst()
        return Number(numDeletedRows)
      }),
    saveRegions: (regions) =>
      write((trx) =>
        saveVocabulary(
          trx,
          'region',
          regions.map(({ geometry, ...region }) => ({ id: region.code, body: region, geometry })),
        ),
      ),
    saveSpots: (spots) =>
      write((trx) =>
        saveVocabulary(
          trx,
          'spot',
          spots.map(({ geometry, ...spot }) => ({ id: spot.id, body: spot, geometry })),
        ),
      ),
    saveCategories: (categories) =>
      write(async (trx) => {
        const known = await readExisting(
          trx,
          'category',
          categories.map(({ code }) => code),
        )
        const named = categories.filter(({ code, names }) => names !== undefined || !known.has(code))
        const { unchanged, ...saved } = await saveVocabulary(
          trx,
          'category',
          named.map((category) => ({ id: category.code, body: category, geometry: undefined })),
        )
        return { ...saved, unchanged: unchanged + categories.length - named.length }
      }),
    saveKeywords: (keywords) => write((trx) => saveKeywords(trx, keywords)),
    savePlaceKeywords: (keywords) => write((trx) => savePlaceKeywords(trx, keywords)),
    saveModelOutput: (key, output) => write((trx) => saveModelOutput(trx, key, output)),
    saveTextVectors: (modelId, vectors) =>
      write(async (trx) => {
        const rows = [...vectors]
          .map(([text_hash, vector]) => ({
            model_id: modelId,
            text_hash,
            vector: new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
          }))
          // In one order everywhere: two processes that lock the same rows in two orders would wait for each other.
          .sort((a, b) => (a.text_hash < b.text_hash ? -1 : 1))
        for (const chunk of chunks(rows)) {
          await trx
            .insertInto('text_vectors')
            .values(chunk)
            .onConflict((conflict) =>
              conflict
                .columns(['model_id', 'text_hash'])
                .doUpdateSet((row) => ({ vector: row.ref('excluded.vector') })),
            )
            .execute()
        }
      }),

    async close() {
      await reader.destroy()
      if (writer !== reader) await writer.destroy()
    },
  }
}

async function readPlaces(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, Place>> {
  const found: Place[] = []
  for (const chunk of chunks(ids)) {
    const rows = await db
      .selectFrom('places')
      .select('body')
      .where('id', 'in', chunk)
      .where('body', 'is not', null)
      .execute()
    for (const { body } of rows) found.push(JSON.parse(body!) as Place)
  }
  return new Map((await withKeywords(db, found)).map((place) => [place.id, place]))
}

async function readVocabulary<T>(db: Kysely<Tables>, kind: VocabularyKind): Promise<T[]> {
  const rows = await db
    .selectFrom('vocabulary')
    .select('body')
    .where('kind', '=', kind)
    .orderBy('id')
    .execute()
  return rows.map(({ body }) => JSON.parse(body) as T)
}
