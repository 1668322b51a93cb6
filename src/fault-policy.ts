// How calls of a server meet faults: a time limit, retries with jitter, and a circuit breaker.
// Leaves telling transient faults from others to who calls: engines, embedding endpoints, language models.
import {
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
  retry,
  wrap,
  type IBackoff,
  type IBackoffFactory,
  type IRetryBackoffContext,
} from 'cockatiel'
import { DongneError, type ErrorCode } from './errors.ts'

export interface FaultPolicyOptions {
  /** Named in errors. */
  readonly server: string
  /** Of one try. */
  readonly timeoutMs?: number
  /** The code of a server that does not answer in time, or failed many times in a row. */
  readonly unavailable?: ErrorCode
  /** Whether a later try may work; a server's wish for a later one (`retryAfterMs`) says so anyway. */
  readonly isTransient?: (error: DongneError) => boolean
  /** `somebody-waits`: a few quick retries, then at once for a while nothing. `job`: as often and as long as a job can. */
  readonly patience?: Patience
}

export type Patience = 'somebody-waits' | 'job'

export interface RunOptions {
  readonly signal?: AbortSignal
  /** Of one try, instead of the policy's. */
  readonly timeoutMs?: number
}

export interface FaultPolicy {
  /**
   * Calls `work`, again where it soon throws something transient. Throws that where it does not help, and the code of an
   * unavailable server at once for a while after many failures; the signal's reason where it aborts.
   */
  run<T>(work: (signal: AbortSignal) => Promise<T>, options?: RunOptions): Promise<T>
}

/** Below the deadline of a request, so that there is time for a degraded answer. */
const TIMEOUT_MS = 5000

/** The delays are decorrelated jitter (M. Brooker, AWS Architecture Blog, 2015), the library's default. */
const PATIENCE = {
  'somebody-waits': { retries: 2, backoffMs: { initialDelay: 30, maxDelay: 500 }, breakAfterFailures: 5 },
  /** Limits of cloud endpoints are counted by the minute. */
  job: { retries: 6, backoffMs: { initialDelay: 500, maxDelay: 70_000 }, breakAfterFailures: Infinity },
} as const satisfies Record<Patience, object>

/** How soon a server that is back is noticed. */
const HALF_OPEN_AFTER_MS = 1000

const TRANSIENT_ENGINE_FAULTS: readonly ErrorCode[] = ['engine-unavailable', 'engine-overloaded']

export function createFaultPolicy({
  server,
  timeoutMs: policyTimeoutMs = TIMEOUT_MS,
  unavailable = 'engine-unavailable',
  isTransient: isTransientError = ({ code }) => TRANSIENT_ENGINE_FAULTS.includes(code),
  patience = 'somebody-waits',
}: FaultPolicyOptions): FaultPolicy {
  const { retries, backoffMs, breakAfterFailures } = PATIENCE[patience]
  const isTransient = (error: unknown) =>
    error instanceof DongneError && (error.retryAfterMs !== undefined || isTransientError(error))
  const isWorthRetrying = (error: unknown) =>
    isTransient(error) &&
    // Who waited for a whole time limit waits no longer.
    (patience === 'job' || ((error as Error).cause as Error | undefined)?.name !== 'TimeoutError') &&
    ((error as DongneError).retryAfterMs ?? 0) <= backoffMs.maxDelay
  const policy = wrap(
    retry(handleWhen(isWorthRetrying), {
      maxAttempts: retries,
      backoff: notBeforeAsked(new ExponentialBackoff(backoffMs)),
    }),
    circuitBreaker(handleWhen(isTransient), {
      halfOpenAfter: HALF_OPEN_AFTER_MS,
      breaker: new ConsecutiveBreaker(breakAfterFailures),
    }),
  )
  let lastFailure = `${server} failed`
  policy.onFailure(({ reason }) => {
    if ('error' in reason && isTransient(reason.error)) lastFailure = (reason.error as DongneError).message
  })

  return {
    async run(work, { signal, timeoutMs = policyTimeoutMs } = {}) {
      signal?.throwIfAborted()
      try {
        const result = policy.execute(async ({ signal: given }) => {
          const limit = AbortSignal.timeout(timeoutMs)
          try {
            return await work(AbortSignal.any([given, limit]))
          } catch (error) {
            if (!limit.aborted || given.aborted) throw error
            const message = `${server} did not answer within ${timeoutMs} ms.`
            throw new DongneError(unavailable, message, { retryAfterMs: 0, cause: limit.reason })
          }
        }, signal)
        return await orAborted(result, signal)
      } catch (cause) {
        signal?.throwIfAborted()
        if (!isBrokenCircuitError(cause)) throw cause
        const message = `${lastFailure} (many times in a row: it is asked again within a second)`
        throw new DongneError(unavailable, message, { cause })
      }
    },
  }
}

type Backoff = IBackoffFactory<IRetryBackoffContext<unknown>>

/** The delays of `inner`, or what the server asked for (Retry-After) where that is longer. */
function notBeforeAsked(inner: Backoff): Backoff {
  return {
    next(context): IBackoff<IRetryBackoffContext<unknown>> {
      const backoff = inner.next(context)
      const asked = 'error' in context.result ? ((context.result.error as DongneError).retryAfterMs ?? 0) : 0
      return { ...notBeforeAsked(backoff), duration: Math.max(backoff.duration, asked) }
    },
  }
}

/** The library's delays do not end when the signal aborts; who asked need not wait for them. */
async function orAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason as Error)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([result, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
    result.catch(() => {}) // it may still fail when nobody waits for it
  }
}
