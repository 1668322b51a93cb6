// Write transactions of the catalog, one after the other. Each moves the change feed's counters, so that numbers are
// visible in their order. Leaves reads and the port to kysely-catalog.ts.
import type { Kysely, Transaction } from 'kysely'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Event } from '../domain/event.ts'
import type { Place } from '../domain/place.ts'
import { lockCounter, setCounter } from './counters.ts'
import { deletePlaceKeywords, haveSameTexts } from './keywords.ts'
import type { SaveResult, SaveStatus } from './port.ts'
import { chunks } from './rows.ts'
import type { Tables } from './schema.ts'

type Trx = Transaction<Tables>

/**
 * Runs write transactions one after the other: a SQLite connection can hold only one, and in PostgreSQL those behind
 * would hold a connection each while they wait for the counter's row. There each statement sees what was committed
 * before it (read committed), so what follows the counter's lock sees every change that moved the counter.
 */
export function createWriteQueue(db: Kysely<Tables>) {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: (trx: Trx) => Promise<T>): Promise<T> => {
    const run = () => db.transaction().setIsolationLevel('read committed').execute(work)
    const result = last.then(run, run)
    last = result
    return result
  }
}

/** The new body of a place takes the next revision; an unchanged one takes none. */
export async function savePlaces(trx: Trx, places: readonly Place[]): Promise<SaveResult> {
  const start = await lockCounter(trx, 'revision')
  const bodies = new Map<string, string | null>()
  for (const chunk of chunks(places.map(({ id }) => id))) {
    const rows = await trx.selectFrom('places').select(['id', 'body']).where('id', 'in', chunk).execute()
    for (const { id, body } of rows) bodies.set(id, body)
  }
  const changed = new Map<string, { place: Place; body: string }>()
  const rewritten = new Set<string>()
  const statuses = places.map(({ keywords: _, ...place }): SaveStatus => {
    const body = canonicalJson(place)
    const before = bodies.get(place.id)
    if (before === body) return 'unchanged'
    if (typeof before === 'string' && !haveSameTexts(before, place)) rewritten.add(place.id)
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
  await deletePlaceKeywords(trx, [...rewritten])
  const categories = [...changed.values()]
    .filter(({ place }) => place.closed !== true)
    .flatMap(({ place }) => [...new Set(place.categories)].map((code) => ({ place_id: place.id, code })))
  for (const chunk of chunks(categories)) await trx.insertInto('place_categories').values(chunk).execute()
  if (revision !== start) await setCounter(trx, 'revision', revision)
  return { ...tally(statuses), statuses }
}

/** An id that is there already, or came before in `events`, is a duplicate. */
export async function appendEvents(
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
    propensity: event.propensity ?? null,
    choice: event.choice === undefined ? null : canonicalJson(event.choice),
    experiments: event.experiments === undefined ? null : canonicalJson(event.experiments),
    call: event.call ?? null,
    query: event.query ?? null,
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

export type VocabularyKind = Tables['vocabulary']['kind']

/** Any change moves the vocabulary's version. */
export async function saveVocabulary(trx: Trx, kind: VocabularyKind, rows: readonly VocabularyRow[]) {
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

/** Rows of the vocabulary by id. */
export async function readExisting(trx: Trx, kind: VocabularyKind, ids: readonly string[]) {
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

function tally(statuses: readonly SaveStatus[]) {
  const counts = { created: 0, updated: 0, unchanged: 0 }
  for (const status of statuses) counts[status]++
  return counts
}
