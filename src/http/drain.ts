// Ends each connection once its last answer is out while the server closes.
// Leaves idle connections to Fastify, a limit on the whole to serve.ts.
import type { FastifyInstance } from 'fastify'

/** Without it a connection that was in use when closing began stays open until its keep-alive time is over. */
export function registerDrain(server: FastifyInstance): void {
  let isClosing = false
  server.addHook('preClose', async () => {
    isClosing = true
  })
  server.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
  server.addHook('onResponse', async () => {
    // For answers whose head was sent before; the connection is idle only after this event.
    if (isClosing) setImmediate(() => server.server.closeIdleConnections())
  })
}
