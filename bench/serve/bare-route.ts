// The yardstick of bench:serve: a Fastify route that takes the same bodies and answers nothing of use.
import fastify from 'fastify'

const server = fastify()
server.post('/v1/nearby', async () => ({ hello: 'world' }))
console.error(`dongne is ready: ${await server.listen({ port: 0, host: '127.0.0.1' })}`)
process.once('SIGTERM', () => void server.close())
