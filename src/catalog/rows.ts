// Rows of the tables as values of the domain, and how many go into a statement.
import type { Choice, Event } from '../domain/event.ts'
import type { StoredEvent } from './port.ts'
import type { EventTable } from './schema.ts'

/** Rows a statement: below SQLite's 32,766 variables for every table, and long enough that statements do not cost. */
const ROWS_PER_STATEMENT = 500

export function withBoundary<T>(body: string, geometry: string | null): T {
  return { ...JSON.parse(body), ...(geometry !== null && { geometry: JSON.parse(geometry) }) } as T
}

export function toEvent(row: {
  [K in keyof EventTable]: K extends 'seq' ? number : EventTable[K]
}): StoredEvent {
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
    ...(row.propensity !== null && { propensity: row.propensity }),
    ...(row.choice !== null && { choice: JSON.parse(row.choice) as Choice }),
    ...(row.experiments !== null && { experiments: JSON.parse(row.experiments) as string[] }),
    ...(row.call !== null && { call: row.call as NonNullable<Event['call']> }),
    ...(row.query !== null && { query: row.query }),
  }
}

export function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
    yield rows.slice(from, from + ROWS_PER_STATEMENT)
}
