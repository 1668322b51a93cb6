// One log line a request: method, path, status, time. Never bodies, headers or keys.
// Leaves what failed to problem.ts.
import { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { Config } from '../config.ts'

const MAX_URL = 500

/** pino on stderr: stdout belongs to the results of commands. */
export function loggerOptions(level: Config['DONGNE_LOG_LEVEL']): FastifyServerOptions['logger'] {
  return { level, stream: process.stderr }
}

/** Fastify's own lines (two a request) are replaced by one. */
export const quietLogController = (): LogController =>
  new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' })

export function registerRequestLog(server: FastifyInstance): void {
  server.addHook('onResponse', async (request, reply) => {
    const { method, url } = request
    const ms = Math.round(reply.elapsedTime * 10) / 10
    request.log.info({ method, url: url.slice(0, MAX_URL), status: reply.statusCode, ms }, 'request')
  })
}
