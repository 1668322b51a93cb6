// One OpenSearch server: requests in, bodies or named errors out. The only file that knows its client library.
// Leaves what to ask to the files beside it.
import { DongneError } from '../../errors.ts'
import { createFaultPolicy } from '../../fault-policy.ts'
import { loadSdk } from '../../load-sdk.ts'

export interface ServerRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: object
  /** NDJSON, one object a line, instead of `body`. */
  readonly lines?: readonly object[]
  readonly signal?: AbortSignal
  /** Of one try; that of the server's options by default, which suits requests that somebody waits for. */
  readonly timeoutMs?: number
  /** Statuses besides 2xx that are answers; others throw. */
  readonly expected?: readonly number[]
}

export interface ServerReply<T> {
  readonly status: number
  readonly body: T
}

/** Of requests that a build makes: on a busy server a thousand rows or a new index take their time. */
export const BUILD_TIMEOUT_MS = 60_000

export interface OpenSearchServer {
  readonly url: string
  /**
   * Throws engine-unavailable, engine-overloaded, engine-plugin-missing, index-read-only, no-index (the index is gone),
   * dim-mismatch, engine-failed, or the signal's reason.
   */
  send<T>(request: ServerRequest): Promise<ServerReply<T>>
  close(): Promise<void>
}

/** Nothing is asked yet. Throws missing-package. */
export async function connectOpenSearch(url: string, timeoutMs?: number): Promise<OpenSearchServer> {
  const { Client, errors } = await loadSdk('@opensearch-project/opensearch', async () => {
    const sdk = await import('@opensearch-project/opensearch')
    return sdk.default ?? sdk
  })
  const client = new Client({ node: url, maxRetries: 0 })
  const policy = createFaultPolicy({
    server: `OpenSearch at ${withoutPassword(url)}`,
    ...(timeoutMs !== undefined && { timeoutMs }),
  })

  async function once<T>(request: ServerRequest, signal: AbortSignal): Promise<ServerReply<T>> {
    const { method, path, query, body, lines, expected = [] } = request
    const call = client.transport.request(
      {
        method,
        path,
        ...(query && { querystring: query }),
        ...(body && { body }),
        ...(lines && { bulkBody: lines.map((line) => JSON.stringify(line)) }),
      },
      { ignore: [...expected] },
    )
    const abort = () => void call.abort() // it returns the call, whose rejection a listener must not pass on
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    try {
      const reply = await call
      return { status: reply.statusCode ?? 0, body: reply.body as T }
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof errors.ResponseError)
        throw namedError(cause.statusCode, cause.body, cause, request)
      if (cause instanceof errors.OpenSearchClientError) {
        const message = `OpenSearch at ${withoutPassword(url)}: ${cause.message}`
        throw new DongneError('engine-unavailable', message, { cause })
      }
      throw cause
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  return {
    url: withoutPassword(url),
    send: (request) => policy.run((signal) => once(request, signal), request),
    close: () => client.close(),
  }
}

interface ErrorBody {
  readonly error?:
    | string
    | {
        readonly type?: string
        readonly reason?: string
        readonly root_cause?: readonly { readonly type?: string; readonly reason?: string }[]
        readonly caused_by?: { readonly type?: string; readonly reason?: string }
      }
}

/** The error behind a response that is not 2xx; also used for single rows of a bulk. */
export function namedError(
  status: number,
  body: unknown,
  cause: unknown,
  { method, path }: Pick<ServerRequest, 'method' | 'path'>,
): DongneError {
  const { error } = (body ?? {}) as ErrorBody
  const parts = typeof error === 'object' ? [...(error.root_cause ?? []), error, error.caused_by ?? {}] : []
  const types = parts.map(({ type = '' }) => type)
  const reasons = [...new Set(parts.map(({ reason }) => reason).filter(Boolean))]
  const reason = typeof error === 'string' ? error : reasons.join('; ') || `status ${status}`
  const fail = (code: ConstructorParameters<typeof DongneError>[0]) =>
    new DongneError(code, `${method} ${path}: ${reason}`, { cause })

  if (types.includes('index_not_found_exception')) return fail('no-index')
  if (types.includes('cluster_block_exception') && /read-only/.test(reason)) return fail('index-read-only')
  if (
    /\[knn_vector\]|unknown setting \[index\.knn|unknown query \[knn\]|script_lang.*\[knn\]|\[nori_/.test(
      reason,
    )
  ) {
    return fail('engine-plugin-missing')
  }
  if (/dimension/i.test(reason)) return fail('dim-mismatch')
  if (status === 429) return fail('engine-overloaded')
  if (status === 502 || status === 503 || status === 504) return fail('engine-unavailable')
  return fail('engine-failed')
}

function withoutPassword(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + (pathname === '/' ? '' : pathname)
}
