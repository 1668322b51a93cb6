// The catalog port over Kysely, in portable SQL. Leaves connections and their errors to the files named by database.
// Every write is one transaction that moves the change feed's counters, so numbers are visible in their order.
import type { Kysely, Transaction } from 'kysely'
import type { Category } from '../domain/category.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Event } from '../domain/event.ts'
import type { Place } from '../domain/place.ts'
import type { Region } from '../domain/region.ts'
import type { Spot } from '../domain/spot.ts'
import type { Catalog, CatalogPosition, PlaceChange, SaveResult, SaveStatus, StoredEvent } from './port.ts'
import type { CounterTable, EventTable, Tables } from './schema.ts'

/** Rows a statement: below SQLite's 32,766 variables for every table, and long enough that statements do not cost. */
const ROWS_PER_STATEMENT = 500
const DEFAULT_BATCH = 1000

interface Connections {
  readonly reader: Kysely<Tables>
  readonly writer: Kysely<Tables>
}

export function createKyselyCatalog({ reader, writer }: Connections): Catalog {
  const write = createWriteQueue(writer)
  return {
    async position() {
      const rows = await reader.selectFrom('counters').selectAll().execute()
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
        yield rows.map(({ id, revision, body }): PlaceChange => ({
          id,
          revision: Number(revision),
          ...(body !== null && { place: JSON.parse(body) as Place }),
        }))
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
    async textVectors(modelId, hashes) {
      const found = new Map<string, Float32Array>()
      for (const chunk of chunks([...new Set(hashes)])) {
        const rows = await reader
          .selectFrom('text_vectors')
          .select(['text_hash', 'vector'])
          .where('model_id', '=', modelId)
          .where('text_hash', 'in', chunk)
          .execute()
        // A copy: the bytes may not be aligned, or belong to a shared buffer.
        for (const { text_hash, vector } of rows)
          found.set(text_hash, new Float32Array(vector.slice().buffer))
      }
      return found
    },

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
        await setCounter(trx, 'revision', revision)
        return true
      }),
    appendEvents: (events) => write((trx) => appendEvents(trx, events)),
    eraseUser: (userId) =>
      write(async (trx) => {
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
    saveTextVectors: (modelId, vectors) =>
      write(async (trx) => {
        const rows = [...vectors].map(([text_hash, vector]) => ({
          model_id: modelId,
          text_hash,
          vector: new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength),
        }))
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
      await writer.destroy()
    },
  }
}

async function readPlaces(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, Place>> {
  const found = new Map<string, Place>()
  for (const chunk of chunks(ids)) {
    const rows = await db
      .selectFrom('places')
      .select(['id', 'body'])
      .where('id', 'in', chunk)
      .where('body', 'is not', null)
      .execute()
    for (const { id, body } of rows) found.set(id, JSON.parse(body!) as Place)
  }
  return found
}

type Trx = Transaction<Tables>

/** Runs write transactions one after the other: a SQLite connection can hold only one. */
function createWriteQueue(db: Kysely<Tables>) {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: (trx: Trx) => Promise<T>): Promise<T> => {
    const run = () => db.transaction().execute(work)
    const result = last.then(run, run)
    last = result
    return result
  }
}

/** The counter's value; the row stays locked until the transaction ends, so that no other takes the same numbers. */
async function lockCounter(trx: Trx, name: CounterTable['name']): Promise<number> {
  const { value } = await trx
    .insertInto('counters')
    .values({ name, value: 0 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet(({ ref }) => ({ value: ref('counters.value') })),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return Number(value)
}

async function setCounter(trx: Trx, name: CounterTable['name'], value: number): Promise<void> {
  await trx.updateTable('counters').set({ value }).where('name', '=', name).execute()
}

async function savePlaces(trx: Trx, places: readonly Place[]): Promise<SaveResult> {
  const start = await lockCounter(trx, 'revision')
  const bodies = new Map<string, string | null>()
  for (const chunk of chunks(places.map(({ id }) => id))) {
    const rows = await trx.selectFrom('places').select(['id', 'body']).where('id', 'in', chunk).execute()
    for (const { id, body } of rows) bodies.set(id, body)
  }
  const changed = new Map<string, { place: Place; body: string }>()
  const statuses = places.map((place): SaveStatus => {
    const body = canonicalJson(place)
    const before = bodies.get(place.id)
    if (before === body) return 'unchanged'
    bodies.set(place.id, body)
    changed.set(place.id, { place, body })
    return before === undefined || before === null ? 'created' : 'updated'
  })
  let revision = start
  const rows = [...changed.values()].map(({ place, body }) => ({ id: place.id, body, revision: ++revision }))
  for (const chunk of chunks(rows)) {
    await trx
      .insertInto('places')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          body: row.ref('excluded.body'),
          revision: row.ref('excluded.revision'),
        })),
      )
      .execute()
  }
  for (const chunk of chunks(rows.map(({ id }) => id))) {
    await trx.deleteFrom('place_categories').where('place_id', 'in', chunk).execute()
  }
  const categories = [...changed.values()]
    .filter(({ place }) => place.closed !== true)
    .flatMap(({ place }) => [...new Set(place.categories)].map((code) => ({ place_id: place.id, code })))
  for (const chunk of chunks(categories)) await trx.insertInto('place_categories').values(chunk).execute()
  if (revision !== start) await setCounter(trx, 'revision', revision)
  return { ...tally(statuses), statuses }
}

async function appendEvents(
  trx: Trx,
  events: readonly Event[],
): Promise<{ appended: number; duplicates: number }> {
  const start = await lockCounter(trx, 'seq')
  const fresh = new Map<string, Event>()
  for (const event of events) if (!fresh.has(event.id)) fresh.set(event.id, event)
  for (const chunk of chunks([...fresh.keys()])) {
    const rows = await trx.selectFrom('events').select('id').where('id', 'in', chunk).execute()
    for (const { id } of rows) fresh.delete(id)
  }
  let seq = start
  const rows = [...fresh.values()].map((event) => ({
    seq: ++seq,
    id: event.id,
    user_id: event.userId,
    place_id: event.placeId,
    type: event.type,
    at: event.at,
    rating: event.rating ?? null,
    recommendation_id: event.recommendationId ?? null,
    position: event.position ?? null,
  }))
  for (const chunk of chunks(rows)) await trx.insertInto('events').values(chunk).execute()
  if (seq !== start) await setCounter(trx, 'seq', seq)
  return { appended: rows.length, duplicates: events.length - rows.length }
}

interface VocabularyRow {
  readonly id: string
  readonly body: object
  readonly geometry: object | undefined
}

type VocabularyKind = Tables['vocabulary']['kind']

async function saveVocabulary(trx: Trx, kind: VocabularyKind, rows: readonly VocabularyRow[]) {
  const version = await lockCounter(trx, 'vocabulary')
  const known = await readExisting(
    trx,
    kind,
    rows.map(({ id }) => id),
  )
  const changed = new Map<string, Tables['vocabulary']>()
  const statuses = rows.map(({ id, body, geometry }): SaveStatus => {
    const row = {
      kind,
      id,
      body: canonicalJson(body),
      geometry: geometry === undefined ? null : canonicalJson(geometry),
    }
    const before = known.get(id)
    if (before?.body === row.body && before.geometry === row.geometry) return 'unchanged'
    known.set(id, row)
    changed.set(id, row)
    return before === undefined ? 'created' : 'updated'
  })
  for (const chunk of chunks([...changed.values()])) {
    await trx
      .insertInto('vocabulary')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['kind', 'id']).doUpdateSet((row) => ({
          body: row.ref('excluded.body'),
          geometry: row.ref('excluded.geometry'),
        })),
      )
      .execute()
  }
  if (changed.size > 0) await setCounter(trx, 'vocabulary', version + 1)
  return tally(statuses)
}

async function readExisting(trx: Trx, kind: VocabularyKind, ids: readonly string[]) {
  const known = new Map<string, { body: string; geometry: string | null }>()
  for (const chunk of chunks(ids)) {
    const rows = await trx
      .selectFrom('vocabulary')
      .select(['id', 'body', 'geometry'])
      .where('kind', '=', kind)
      .where('id', 'in', chunk)
      .execute()
    for (const { id, ...row } of rows) known.set(id, row)
  }
  return known
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

function withBoundary<T>(body: string, geometry: string | null): T {
  return { ...JSON.parse(body), ...(geometry !== null && { geometry: JSON.parse(geometry) }) } as T
}

function toEvent(row: { [K in keyof EventTable]: K extends 'seq' ? number : EventTable[K] }): StoredEvent {
  return {
    seq: Number(row.seq),
    id: row.id,
    userId: row.user_id,
    placeId: row.place_id,
    type: row.type as Event['type'],
    at: Number(row.at),
    ...(row.rating !== null && { rating: row.rating }),
    ...(row.recommendation_id !== null && { recommendationId: row.recommendation_id }),
    ...(row.position !== null && { position: row.position }),
  }
}

function tally(statuses: readonly SaveStatus[]) {
  const counts = { created: 0, updated: 0, unchanged: 0 }
  for (const status of statuses) counts[status]++
  return counts
}

function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
    yield rows.slice(from, from + ROWS_PER_STATEMENT)
}
