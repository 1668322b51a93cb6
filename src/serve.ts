// Runs the HTTP server until a signal: listen, read, say where, drain, close.
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
  let isStarting = true
  const server = await createServer({
    config,
    service: {
      ...service,
      async readiness() {
        if (isStarting) throw new DongneError('starting', 'What answers are made of is being read.')
        return service.readiness()
      },
    },
  })
  try {
    await server.listen({ port: config.PORT, host: config.HOST })
  } catch (error) {
    await server.close()
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new DongneError('port-in-use', `Port ${config.PORT} of ${config.HOST} is taken.`, { cause: error })
  }
  const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort')
  // Before anybody is told to ask: it takes seconds, and who asks meanwhile waits for it. Where it fails, the next one who
  // asks tries again.
  const read = service.readiness().catch((error: unknown) => {
    if (!signal.aborted) server.log.error({ err: error }, 'What answers are made of could not be read')
  })
  await Promise.race([read, stopped])
  isStarting = false
  if (!signal.aborted) {
    const { port } = server.server.address() as AddressInfo
    const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST
    console.error(`dongne is ready: http://${host}:${port}  (map at /, API at /docs; Ctrl-C stops)`)
    await stopped
  }
  const late = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS)
  await server.close()
  clearTimeout(late)
}
