// What Fastify alone does with the same requests: parses the body, answers a small object. Ends on SIGTERM.
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'

const server = fastify({ forceCloseConnections: true })
server.post('/v1/bare', async () => ({ ok: true }))
await server.listen({ port: 0, host: '127.0.0.1' })
process.once('SIGTERM', () => void server.close())
console.error(`bare is ready: http://127.0.0.1:${(server.server.address() as AddressInfo).port} `)
