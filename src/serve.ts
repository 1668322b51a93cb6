// Runs the HTTP server until a signal: listen, say where, drain, close.
// Leaves routes to http/, parts to app.ts.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { App } from './app.ts'
import { DongneError } from './errors.ts'
import { createServer } from './http/server.ts'

/** How long requests in flight may take once the process was asked to stop. */
const DRAIN_MS = 10_000

/** Serves until `signal` aborts; requests in flight are answered first. Throws port-in-use. */
export async function serve({ service, config }: App, signal: AbortSignal): Promise<undefined> {
  // What answers are made of is read before anybody asks: the first one would take seconds, and the next be turned away.
  await service.readiness()
  const server = await createServer({ service, config })
  try {
    await server.listen({ port: config.PORT, host: config.HOST })
  } catch (error) {
    await server.close()
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new DongneError('port-in-use', `Port ${config.PORT} of ${config.HOST} is taken.`, { cause: error })
  }
  const { port } = server.server.address() as AddressInfo
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST
  console.error(`dongne is ready: http://${host}:${port}  (map at /, API at /docs; Ctrl-C stops)`)
  if (!signal.aborted) await once(signal, 'abort')
  const late = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS)
  await server.close()
  clearTimeout(late)
}
