// The id of a request: the client's where it is usable, else a new one. Echoed in x-request-id, logged, in problems.
// Leaves logging to log.ts.
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

const HEADER = 'x-request-id'

/** Letters, digits and a little punctuation, short enough for a log line. */
const USABLE = /^[\w.:/+=-]{1,128}$/

export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const sent = request.headers[HEADER]
  return typeof sent === 'string' && USABLE.test(sent) ? sent : crypto.randomUUID()
}

export function registerRequestId(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.header(HEADER, request.id)
  })
}
