// One Milvus server: calls of its client library with named errors. The only file that knows the library.
// Leaves what to ask to the files beside it.
import type { MilvusClient } from '@zilliz/milvus2-sdk-node'
import { DongneError, type ErrorCode } from '../../errors.ts'
import { createFaultPolicy, type RunOptions } from '../../fault-policy.ts'
import { loadSdk } from '../../load-sdk.ts'

export type { MilvusClient }

interface Status {
  readonly error_code?: string | number
  readonly code?: number
  readonly reason?: string
}

export interface MilvusServer {
  readonly address: string
  /**
   * Runs a call and checks its status. Throws engine-unavailable, engine-overloaded, no-index (the collection is gone),
   * dim-mismatch, index-read-only, engine-failed, or the signal's reason: the call itself then ends by its time limit.
   */
  call<T extends object>(
    what: string,
    work: (client: MilvusClient) => Promise<T>,
    options?: RunOptions,
  ): Promise<T>
  close(): Promise<void>
}

/** Of calls that a build makes. */
export const BUILD_TIMEOUT_MS = 60_000
/** gRPC waits up to two minutes between tries to connect by default: too long to notice a server that is back. */
const MAX_RECONNECT_MS = 1000

/** Nothing is asked yet. Throws missing-package. */
export async function connectMilvus(address: string, timeoutMs?: number): Promise<MilvusServer> {
  const { MilvusClient } = await loadSdk('@zilliz/milvus2-sdk-node', async () => {
    const sdk = await import('@zilliz/milvus2-sdk-node')
    return sdk.default ?? sdk
  })
  const policy = createFaultPolicy({
    server: `Milvus at ${address}`,
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
  let connecting: Promise<MilvusClient> | undefined

  async function connect(): Promise<MilvusClient> {
    const client = new MilvusClient({
      address,
      timeout: BUILD_TIMEOUT_MS,
      maxRetries: 0,
      telemetry: { enabled: false },
      logLevel: 'error',
      channelOptions: {
        'grpc.max_reconnect_backoff_ms': MAX_RECONNECT_MS,
        'grpc.initial_reconnect_backoff_ms': 100,
      },
    })
    try {
      await client.connectPromise
      return client
    } catch (error) {
      connecting = undefined
      await client.closeConnection().catch(() => {}) // it never was open
      throw error
    }
  }

  function fail(code: ErrorCode, what: string, reason: string, cause?: unknown): DongneError {
    return new DongneError(code, `Milvus at ${address}, ${what}: ${reason}`, { cause })
  }

  async function once<T extends object>(
    what: string,
    work: (client: MilvusClient) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    let answer: T
    try {
      connecting ??= connect()
      answer = await orAborted(connecting.then(work), signal)
    } catch (cause) {
      signal.throwIfAborted()
      // Of some refusals, as of a collection that is gone, the library only says that it cannot read them (3.0.6).
      if (cause instanceof TypeError) throw fail('engine-failed', what, 'the request was refused', cause)
      const { code, details, message } = cause as { code?: number; details?: string; message?: string }
      const reason = details ?? message ?? String(cause)
      throw fail(
        UNAVAILABLE_CODES.has(code ?? -1) ? 'engine-unavailable' : codeOf(reason),
        what,
        reason,
        cause,
      )
    }
    const status = (answer as { status?: Status }).status ?? (answer as Status)
    const okay = status.error_code === 'Success' || status.error_code === 0 || status.error_code === undefined
    if (okay && (status.code ?? 0) === 0) return answer
    throw fail(codeOf(status.reason ?? ''), what, status.reason ?? String(status.error_code), status)
  }

  return {
    address,
    call: (what, work, options) => policy.run((signal) => once(what, work, signal), options),
    async close() {
      await (await connecting)?.closeConnection()
    },
  }
}

/** gRPC: CANCELLED by a closed channel, DEADLINE_EXCEEDED, UNAVAILABLE. */
const UNAVAILABLE_CODES: ReadonlySet<number> = new Set([1, 4, 14])

function codeOf(reason: string): ErrorCode {
  if (/(?:collection|alias).*(?:not exist|not found)|can't find collection/i.test(reason)) return 'no-index'
  if (/rate limit|too many requests|request limit|overload/i.test(reason)) return 'engine-overloaded'
  if (/deny.?to.?write|read.?only|disk quota|memory quota/i.test(reason)) return 'index-read-only'
  if (/dimension|\bdim\b/i.test(reason)) return 'dim-mismatch'
  if (/connect|UNAVAILABLE|deadline/i.test(reason)) return 'engine-unavailable'
  return 'engine-failed'
}

/** The result, or the signal's reason where that comes first. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
