// Loads a new index in bulk, and checks what has become of it: counts, stored vectors, recall of the graph.
// Leaves making and completing versions to versions.ts.
import { DongneError } from '../../errors.ts'
import { checkVector } from '../check-vector.ts'
import { toOrderedId } from '../id-order.ts'
import { BULK_ROWS, sendBulk } from './bulk.ts'
import { approximateBody, exactBody, pageBody } from './clauses.ts'
import { documentId, idOf, vectorOf } from './document.ts'
import { countHits, EF_SEARCH, searchHits } from './nearest.ts'
import { BUILD_TIMEOUT_MS, type OpenSearchServer } from './server.ts'

/** Recall@10 of the graph without filters: measured at 20,000 x 64 and more (bench/engines.ts), and checked by `check`. */
export const GRAPH_RECALL = 0.95
const RECALL_SAMPLES = 20
const BUILDING = { refresh: false, timeoutMs: BUILD_TIMEOUT_MS }

interface Row {
  readonly id: string
  readonly vector: Float32Array
}

export interface Loaded<R extends Row> {
  /** Rows with different ids. */
  readonly created: number
  readonly samples: readonly R[]
}

/** The last row with an id wins. Throws dim-mismatch, non-finite-vector; `owner` names a row's vector in them. */
export async function loadIndex<R extends Row>(
  server: OpenSearchServer,
  index: string,
  batches: AsyncIterable<readonly R[]>,
  { dim, owner, toDocument }: { dim: number; owner: (row: R) => string; toDocument: (row: R) => object },
): Promise<Loaded<R>> {
  let created = 0
  const samples = new Map<string, R>()
  // The next rows are made while the last ones are written; never two writes at once, so the last row wins.
  let writing: Promise<unknown> = Promise.resolve()
  const write = async (rows: readonly R[]) => {
    const documents = rows.map((row) => ({ id: documentId(row.id), document: toDocument(row) }))
    created += (await sendBulk(server, index, documents, BUILDING)).created
  }
  let waiting: R[] = []
  const flush = async () => {
    const rows = lastOfEach(waiting)
    waiting = []
    await writing
    writing = write(rows)
    writing.catch(() => {}) // awaited by the next flush, or at the end
  }
  for await (const rows of batches) {
    for (const row of rows) {
      checkVector(row.vector, dim, owner(row))
      waiting.push(row)
      if (samples.size < RECALL_SAMPLES || samples.has(row.id)) samples.set(row.id, row)
      if (waiting.length === BULK_ROWS) await flush()
    }
  }
  await flush()
  await writing
  return { created, samples: [...samples.values()] }
}

/** The number of rows in an index that is visible by now. Throws index-corrupt where it is not what was loaded. */
export async function checkLoaded(
  server: OpenSearchServer,
  index: string,
  { created, samples }: Loaded<Row>,
): Promise<number> {
  const count = await countHits(server, index, [])
  if (count !== created) {
    const message = `The index ${index} has ${count} rows after ${created} were written.`
    throw new DongneError('index-corrupt', message)
  }
  await checkRecall(server, index, samples)
  return count
}

/** The graph against scoring every row, with sampled rows as queries. */
async function checkRecall(server: OpenSearchServer, index: string, samples: readonly Row[]): Promise<void> {
  let found = 0
  let wanted = 0
  for (const { id, vector } of samples) {
    const body = { vector, clauses: [], size: 10, withPoint: false }
    const exact = await searchHits(server, index, exactBody(body))
    const graph = await searchHits(server, index, approximateBody({ ...body, efSearch: EF_SEARCH }))
    const ids = new Set(graph.map(idOf))
    // Rows that tie with the last one are as good.
    const worst = exact.length === 0 ? 0 : exact[exact.length - 1].sort![0]
    wanted += exact.length
    found += Math.max(
      exact.filter((hit) => ids.has(idOf(hit))).length,
      graph.filter(({ sort }) => sort![0] >= worst).length,
    )
    const byId = pageBody([{ term: { id: toOrderedId(id) } }], ['bytes'], 1)
    const stored = await searchHits(server, index, byId)
    if (stored.length !== 1 || vectorOf(stored[0]).some((value, i) => value !== vector[i])) {
      throw new DongneError(
        'index-corrupt',
        `The index ${index} has another vector of "${id}" than was sent.`,
      )
    }
  }
  if (found < wanted * GRAPH_RECALL) {
    const message = `The index ${index} finds ${found} of the ${wanted} nearest of ${samples.length} samples.`
    throw new DongneError('index-corrupt', message)
  }
}

export function lastOfEach<R extends { readonly id: string }>(rows: readonly R[]): R[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}
