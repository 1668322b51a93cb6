// The exact best of one OpenSearch index by inner product: every match scored where they are few, else the graph.
// Leaves bodies to clauses.ts, what is asked to index.ts.
import { DongneError } from '../../errors.ts'
import { dot } from '../../math/vector.ts'
import type { Hit } from '../port.ts'
import { settleBest } from '../settle.ts'
import { approximateBody, countBody, exactBody, type Clause } from './clauses.ts'
import { idOf, pointOf, vectorOf, type SearchHit } from './document.ts'
import type { OpenSearchServer } from './server.ts'

/** Width of the graph's search; `k` where that is more. */
export const EF_SEARCH = 256
/** OpenSearch's limit for k. */
export const MAX_K = 10_000
/** index.max_result_window of the mappings. */
export const MAX_SIZE = 20_000
/** float32 sums of products, as measured against float64 at 1,024 dimensions. */
const SCORE_TOLERANCE = 4e-6

export interface NearestQuery {
  readonly index: string
  /** Rows of the index. */
  readonly count: number
  /** Sets of at most so many rows are scored one by one. */
  readonly exactUpTo: number
  /** `[dim]` */
  readonly vector: Float32Array
  readonly clauses: readonly Clause[]
  /** Whether the clauses may leave few rows, so that counting them first is worth a request. */
  readonly isNarrow: boolean
  /** What hits are tested for again. */
  readonly test?: ((at: { lng: number; lat: number }) => boolean) | undefined
  readonly k: number
  readonly signal?: AbortSignal | undefined
}

/** min(k, matches) rows by descending inner product, ties by ascending id. */
export async function nearest(server: OpenSearchServer, query: NearestQuery): Promise<Hit[]> {
  const { index, count, exactUpTo, vector, clauses, isNarrow, test, k, signal } = query
  checkK(k)
  const options = { vector, clauses, withPoint: test !== undefined }
  const best = (toBody: (size: number) => object, maxSize: number) =>
    settleBest({
      k,
      maxSize,
      ordersTies: true,
      tolerance: (served) => SCORE_TOLERANCE * (1 + Math.abs(served)),
      fetch: async (size) =>
        (await searchHits(server, index, toBody(size), signal)).map((hit) => ({
          id: idOf(hit),
          served: innerProductOf(hit.sort![0]),
          score: test === undefined || test(pointOf(hit)) ? dot(vector, vectorOf(hit)) + 0 : undefined,
        })),
    })
  const exact = () => best((size) => exactBody({ ...options, size }), MAX_SIZE)
  const isFew =
    count <= exactUpTo ||
    (isNarrow && (await countHits(server, index, clauses, exactUpTo + 1, signal)) <= exactUpTo)
  if (isFew) return exact()
  const hits = await best((size) => approximateBody({ ...options, size, efSearch: EF_SEARCH }), MAX_K)
  // A graph may not reach all that match (k-NN issue 1043).
  return hits.length < k ? exact() : hits
}

export async function searchHits(
  server: OpenSearchServer,
  index: string,
  body: object,
  signal?: AbortSignal,
): Promise<readonly SearchHit[]> {
  const reply = await server.send<{ hits: { hits: readonly SearchHit[] } }>({
    method: 'POST',
    path: `/${index}/_search`,
    body,
    ...(signal && { signal }),
  })
  return reply.body.hits.hits
}

/** How many match, up to `most` where it is given. */
export async function countHits(
  server: OpenSearchServer,
  index: string,
  clauses: readonly Clause[],
  most?: number,
  signal?: AbortSignal,
): Promise<number> {
  const reply = await server.send<{ hits: { total: { value: number } } }>({
    method: 'POST',
    path: `/${index}/_search`,
    body: countBody(clauses, most),
    ...(signal && { signal }),
  })
  return reply.body.hits.total.value
}

export function checkK(k: number): void {
  if (k > MAX_K)
    throw new DongneError('unsupported-capability', `OpenSearch gives at most ${MAX_K} places, not ${k}.`)
}

/** Lucene's score of an inner product, undone: 1 + dot from 0 on, 1 / (1 − dot) below. */
function innerProductOf(score: number): number {
  return score >= 1 ? score - 1 : 1 - 1 / score
}
