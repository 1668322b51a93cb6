// The export job: places, events, or the log of recommendations as NDJSON or CSV, row by row.
// Leaves joining impressions with what came of them to evaluate/logged-rows.ts.
import type { CatalogReader } from '../catalog/port.ts'
import { loggedRows } from './evaluate/logged-rows.ts'

export const EXPORTS = ['places', 'events', 'recommendations'] as const
export type Exported = (typeof EXPORTS)[number]

/** Columns of the CSV; lists and objects stand in them as JSON. */
const COLUMNS: Readonly<Record<Exported, readonly string[]>> = {
  places: words(
    'id name names categories lng lat regions spots address description tags attributes openingHours priceLevel rating',
    'phone url images reviews closed',
  ),
  events: words(
    'id userId type placeId at rating recommendationId position propensity choice experiments call query',
  ),
  recommendations: words('userId recommendationId placeId position at propensity choice experiments reward'),
}

function words(...lines: readonly string[]): readonly string[] {
  return lines.join(' ').split(' ')
}

export interface ExportOptions {
  readonly catalog: CatalogReader
  readonly what: Exported
  readonly format: 'ndjson' | 'csv'
  readonly signal?: AbortSignal
}

/** Pieces of the file. Places and events come as `import` takes them. */
export async function* exported({ catalog, what, format, signal }: ExportOptions): AsyncGenerator<string> {
  const columns = COLUMNS[what]
  if (format === 'csv') yield `${columns.join(',')}\n`
  for await (const rows of batches(catalog, what)) {
    signal?.throwIfAborted()
    let piece = ''
    for (const row of rows) {
      piece +=
        format === 'ndjson'
          ? `${JSON.stringify(row)}\n`
          : `${columns.map((name) => cell(row[name])).join(',')}\n`
    }
    yield piece
  }
}

type Row = Readonly<Record<string, unknown>>

async function* batches(catalog: CatalogReader, what: Exported): AsyncGenerator<Row[]> {
  switch (what) {
    case 'places':
      for await (const batch of catalog.placeChanges({ since: 0 }))
        yield batch.map(({ place }) => {
          const { geohash: _, ...row } = place!
          return row
        })
      return
    case 'events':
      for await (const batch of catalog.events({ since: 0 }))
        yield batch.map(({ seq: _, at, ...event }) => ({ ...event, at: new Date(at).toISOString() }))
      return
    case 'recommendations':
      for await (const row of loggedRows(catalog)) yield [row]
      return
    default:
      what satisfies never
  }
}

/** RFC 4180: quoted where it holds a comma, a quote or a line break. */
function cell(value: unknown): string {
  if (value === undefined) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
