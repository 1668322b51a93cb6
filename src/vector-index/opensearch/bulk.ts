// Bulk writes: a thousand rows a request, and only the rows that failed are sent again.
// Leaves faults of whole requests to server.ts.
import { setTimeout as sleep } from 'node:timers/promises'
import { namedError, type OpenSearchServer } from './server.ts'

/** Measured here: larger requests gain nothing, and 2 MB of them stay below every limit of a proxy. */
export const BULK_ROWS = 1000
const TRIES = 8
const BACKOFF_MS = 100
const MAX_BACKOFF_MS = 5000

/** One row: to index (with its document) or to delete. */
export interface BulkRow {
  readonly id: string
  readonly document?: object
}

interface BulkItem {
  readonly status: number
  readonly result?: string
  readonly error?: object
}

export interface BulkCounts {
  readonly created: number
  readonly deleted: number
}

/** Writes rows with distinct ids. Throws what the first row that cannot be written failed of. */
export async function sendBulk(
  server: OpenSearchServer,
  index: string,
  rows: readonly BulkRow[],
  { refresh, timeoutMs }: { readonly refresh: boolean; readonly timeoutMs?: number },
): Promise<BulkCounts> {
  const counts = { created: 0, deleted: 0 }
  for (let from = 0; from < rows.length; from += BULK_ROWS) {
    let waiting = rows.slice(from, from + BULK_ROWS)
    for (let attempt = 1; waiting.length > 0; attempt++) {
      const path = `/${index}/_bulk`
      const { body } = await server.send<{ items: readonly Record<string, BulkItem>[] }>({
        method: 'POST',
        path,
        query: { refresh },
        ...(timeoutMs !== undefined && { timeoutMs }),
        lines: waiting.flatMap(({ id, document }) =>
          document === undefined ? [{ delete: { _id: id } }] : [{ index: { _id: id } }, document],
        ),
      })
      const failed: BulkRow[] = []
      body.items.forEach((item, position) => {
        const [{ status, result, error }] = Object.values(item)
        if (result === 'created') counts.created++
        else if (result === 'deleted') counts.deleted++
        else if (error !== undefined) {
          const named = namedError(status, { error }, undefined, { method: 'POST', path })
          if (named.code !== 'engine-overloaded' || attempt === TRIES) throw named
          failed.push(waiting[position])
        }
      })
      waiting = failed
      // Full jitter: writers that were refused together do not come back together.
      if (failed.length > 0) await sleep(Math.random() * Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** attempt))
    }
  }
  return counts
}
