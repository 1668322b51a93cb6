// Keywords in the catalog: reads that bring them to their places, and the writes that replace them.
// Leaves transactions and the port to kysely-catalog.ts.
import type { Kysely, Transaction } from 'kysely'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { KeywordCluster, PlaceKeyword } from '../domain/keyword.ts'
import type { Place } from '../domain/place.ts'
import { lockCounter, setCounter } from './counters.ts'
import { chunks } from './rows.ts'
import type { Tables } from './schema.ts'

/** The places with their keywords, the highest score first. */
export async function withKeywords(db: Kysely<Tables>, places: readonly Place[]): Promise<Place[]> {
  const found = await readPlaceKeywords(
    db,
    places.map(({ id }) => id),
  )
  return places.map((place) => {
    const keywords = found.get(place.id)
    return keywords === undefined ? place : { ...place, keywords }
  })
}

export async function readKeywords(db: Kysely<Tables>): Promise<KeywordCluster[]> {
  const rows = await db.selectFrom('keywords').select('body').orderBy('id').execute()
  const keywords = rows.map(({ body }) => JSON.parse(body) as KeywordCluster)
  return keywords.sort((a, b) => b.places - a.places) // stable: ties stay in the order of their ids
}

export async function readPlacesOfKeyword(db: Kysely<Tables>, keywordId: string, limit: number) {
  const rows = await db
    .selectFrom('place_keywords')
    .select(['place_id', 'body'])
    .where('keyword_id', '=', keywordId)
    .orderBy('score', 'desc')
    .orderBy('place_id')
    .limit(limit)
    .execute()
  return rows.map(({ place_id, body }) => {
    const { count, score } = JSON.parse(body) as PlaceKeyword
    return { placeId: place_id, count, score }
  })
}

export async function saveKeywords(
  trx: Transaction<Tables>,
  keywords: readonly KeywordCluster[],
): Promise<void> {
  await trx.deleteFrom('keywords').execute()
  const rows = keywords.map((keyword) => ({ id: keyword.id, body: canonicalJson(keyword) }))
  for (const chunk of chunks(rows)) await trx.insertInto('keywords').values(chunk).execute()
}

export async function savePlaceKeywords(
  trx: Transaction<Tables>,
  keywords: ReadonlyMap<string, readonly PlaceKeyword[]>,
): Promise<number> {
  let revision = await lockCounter(trx, 'revision')
  const known = await existingIds(trx, [...keywords.keys()])
  const before = await readPlaceKeywords(trx, known)
  const changed = known.filter(
    (id) => canonicalJson(before.get(id) ?? []) !== canonicalJson(inOrder(keywords.get(id)!)),
  )
  if (changed.length === 0) return 0
  await deletePlaceKeywords(trx, changed)
  const rows = changed.flatMap((placeId) =>
    keywords.get(placeId)!.map((keyword) => ({
      place_id: placeId,
      keyword_id: keyword.id,
      score: keyword.score,
      body: canonicalJson(keyword),
    })),
  )
  for (const chunk of chunks(rows)) await trx.insertInto('place_keywords').values(chunk).execute()
  for (const id of changed) {
    await trx.updateTable('places').set({ revision: ++revision }).where('id', '=', id).execute()
  }
  await setCounter(trx, 'revision', revision)
  return changed.length
}

export async function deletePlaceKeywords(
  trx: Transaction<Tables>,
  placeIds: readonly string[],
): Promise<void> {
  for (const chunk of chunks(placeIds)) {
    await trx.deleteFrom('place_keywords').where('place_id', 'in', chunk).execute()
  }
}

/** Whether the texts that keywords quote are the same in both bodies. */
export function haveSameTexts(before: string, after: Place): boolean {
  const { reviews, tags, description } = JSON.parse(before) as Place
  return (
    canonicalJson([reviews, tags, description]) ===
    canonicalJson([after.reviews, after.tags, after.description])
  )
}

async function readPlaceKeywords(
  db: Kysely<Tables>,
  placeIds: readonly string[],
): Promise<Map<string, PlaceKeyword[]>> {
  const found = new Map<string, PlaceKeyword[]>()
  for (const chunk of chunks(placeIds)) {
    const rows = await db
      .selectFrom('place_keywords')
      .select(['place_id', 'body'])
      .where('place_id', 'in', chunk)
      .execute()
    for (const { place_id, body } of rows) {
      const keyword = JSON.parse(body) as PlaceKeyword
      const keywords = found.get(place_id)
      if (keywords === undefined) found.set(place_id, [keyword])
      else keywords.push(keyword)
    }
  }
  for (const [id, keywords] of found) found.set(id, inOrder(keywords))
  return found
}

function inOrder(keywords: readonly PlaceKeyword[]): PlaceKeyword[] {
  return keywords.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
}

async function existingIds(trx: Transaction<Tables>, ids: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const chunk of chunks(ids)) {
    const rows = await trx
      .selectFrom('places')
      .select('id')
      .where('id', 'in', chunk)
      .where('body', 'is not', null)
      .orderBy('id')
      .execute()
    found.push(...rows.map(({ id }) => id))
  }
  return found
}
