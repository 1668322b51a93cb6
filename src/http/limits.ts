// Refuses more than the service can or should take: the rate limit by client, and load shedding.
// Leaves body sizes to body.ts.
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { DongneError } from '../errors.ts'
import type { KeyFinder } from './auth.ts'

const WINDOW_SECONDS = 60

// Mean wait of a task in a one-second sample. A second is some hundred queued answers of ten milliseconds.
const MAX_EVENT_LOOP_DELAY_MS = 1000

interface RateLimitOptions {
  /** Requests a minute and client; 0: no limit. */
  readonly quota: number
  readonly findKey: KeyFinder
}

/**
 * Limits calls of /v1 by key, or by address without one, with the header fields of draft-ietf-httpapi-ratelimit-headers
 * (RateLimit-Policy, RateLimit). Throws rate-limited.
 */
export async function registerRateLimit(
  server: FastifyInstance,
  { quota, findKey }: RateLimitOptions,
): Promise<void> {
  if (quota === 0) return
  await server.register(rateLimit, { global: false })
  const take = server.createRateLimit({
    max: quota,
    timeWindow: WINDOW_SECONDS * 1000,
    keyGenerator: (request: FastifyRequest) => {
      const key = findKey(request)
      return key === undefined ? `address ${rateLimit.normalizeIP(request.ip)}` : `key ${key}`
    },
  })
  server.addHook('onRequest', async (request, reply) => {
    if (!isCall(request)) return
    const taken = await take(request)
    if (taken.isAllowed) return
    reply.header('ratelimit-policy', `"default";q=${quota};w=${WINDOW_SECONDS}`)
    reply.header('ratelimit', `"default";r=${taken.remaining};t=${taken.ttlInSeconds}`)
    if (!taken.isExceeded) return
    reply.header('retry-after', taken.ttlInSeconds)
    throw new DongneError('rate-limited', `More than ${quota} requests in ${WINDOW_SECONDS} seconds.`)
  })
}

/** Refuses calls of /v1 while the event loop is far behind. Throws overloaded. */
export async function registerLoadShedding(server: FastifyInstance): Promise<void> {
  await server.register(underPressure, {
    maxEventLoopDelay: MAX_EVENT_LOOP_DELAY_MS,
    async pressureHandler(request, _reply, _type, value) {
      // Health and metrics must keep answering: a restart would not make it faster.
      if (!isCall(request)) return
      throw new DongneError('overloaded', `Answers wait ${Math.round(value ?? 0)} ms for their turn.`)
    },
  })
}

const isCall = (request: FastifyRequest): boolean => request.routeOptions.url?.startsWith('/v1/') ?? false
