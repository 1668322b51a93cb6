// How calls of a server meet faults: a time limit, retries with jitter, and a circuit breaker.
// Leaves telling transient faults from others to the engines.
import {
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
  retry,
  wrap,
} from 'cockatiel'
import { DongneError, type ErrorCode } from '../errors.ts'

export interface FaultPolicyOptions {
  /** Named in errors. */
  readonly server: string
  /** Of one try. */
  readonly timeoutMs?: number
}

export interface RunOptions {
  readonly signal?: AbortSignal
  /** Of one try, instead of the policy's. */
  readonly timeoutMs?: number
}

export interface FaultPolicy {
  /**
   * Calls `work`, again where it soon throws engine-unavailable or engine-overloaded. Throws those where it does not help,
   * and engine-unavailable at once for a while after many failures; the signal's reason where it aborts.
   */
  run<T>(work: (signal: AbortSignal) => Promise<T>, options?: RunOptions): Promise<T>
}

/** Below the deadline of a request, so that there is time for a degraded answer. */
const TIMEOUT_MS = 5000
const RETRIES = 2
/** Decorrelated jitter (M. Brooker, AWS Architecture Blog, 2015), the library's default. */
const BACKOFF_MS = { initialDelay: 30, maxDelay: 500 }
const BREAK_AFTER_FAILURES = 5
/** How soon a server that is back is noticed. */
const HALF_OPEN_AFTER_MS = 1000

const TRANSIENT: readonly ErrorCode[] = ['engine-unavailable', 'engine-overloaded']
const isTransient = (error: unknown) => error instanceof DongneError && TRANSIENT.includes(error.code)
/** Whoever waited for a whole time limit waits no longer. */
const isQuick = (error: unknown) => ((error as Error).cause as Error | undefined)?.name !== 'TimeoutError'

export function createFaultPolicy({ server, ...defaults }: FaultPolicyOptions): FaultPolicy {
  const policy = wrap(
    retry(
      handleWhen((error) => isTransient(error) && isQuick(error)),
      { maxAttempts: RETRIES, backoff: new ExponentialBackoff(BACKOFF_MS) },
    ),
    circuitBreaker(handleWhen(isTransient), {
      halfOpenAfter: HALF_OPEN_AFTER_MS,
      breaker: new ConsecutiveBreaker(BREAK_AFTER_FAILURES),
    }),
  )
  let lastFailure = `${server} failed`
  policy.onFailure(({ reason }) => {
    if ('error' in reason && isTransient(reason.error)) lastFailure = (reason.error as DongneError).message
  })

  return {
    async run(work, { signal, timeoutMs = defaults.timeoutMs ?? TIMEOUT_MS } = {}) {
      signal?.throwIfAborted()
      try {
        return await policy.execute(async ({ signal: given }) => {
          const limit = AbortSignal.timeout(timeoutMs)
          try {
            return await work(AbortSignal.any([given, limit]))
          } catch (error) {
            if (!limit.aborted || given.aborted) throw error
            const message = `${server} did not answer within ${timeoutMs} ms.`
            throw new DongneError('engine-unavailable', message, { cause: limit.reason })
          }
        }, signal)
      } catch (cause) {
        signal?.throwIfAborted()
        if (!isBrokenCircuitError(cause)) throw cause
        const message = `${lastFailure} (many times in a row: it is asked again within a second)`
        throw new DongneError('engine-unavailable', message, { cause })
      }
    },
  }
}
