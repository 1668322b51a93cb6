// GET and DELETE /v1/users/{id}, GET /v1/users and /v1/users/{id}/similar: what is known about users, export, erasure.
// Leaves what a user likes to the service.
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { CategoryCode } from '../../domain/category.ts'
import { EventInputSchema, Instant, UserId, type Event } from '../../domain/event.ts'
import { NDJSON_TYPE } from '../body.ts'
import { withDeadline } from '../deadline.ts'
import { answer, problems } from '../openapi.ts'
import type { Parts } from '../parts.ts'
import { createQueryParser } from '../query.ts'

const Params = Type.Object({ id: UserId })
const UserQuery = Type.Object(
  { export: Type.Optional(Type.Boolean({ description: 'All events as NDJSON, newest first' })) },
  { additionalProperties: false },
)
const UsersQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 20 })) },
  { additionalProperties: false },
)

const SimilarUsersQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })) },
  { additionalProperties: false },
)

const parseParams = createQueryParser(Params)
const parseUserQuery = createQueryParser(UserQuery)
const parseUsersQuery = createQueryParser(UsersQuery)
const parseSimilarUsersQuery = createQueryParser(SimilarUsersQuery)

const { userId, ...actionProperties } = EventInputSchema.properties
const ActionSchema = Type.Object({ ...actionProperties, id: Type.String(), at: Instant })

const UserSchema = Type.Object({
  id: UserId,
  events: Type.Integer({ description: 'Events stored, impressions included' }),
  firstEventAt: Type.Optional(Instant),
  lastEventAt: Type.Optional(Instant),
  inModel: Type.Boolean({ description: 'Whether the model was trained with this user' }),
  topCategories: Type.Array(
    Type.Object({ code: CategoryCode, name: Type.String(), share: Type.Number({ description: '0 to 1' }) }),
  ),
  recent: Type.Array(ActionSchema, { description: 'Newest first, at most 100' }),
})

const UsersSchema = Type.Object({
  users: Type.Array(Type.Object({ id: UserId, events: Type.Integer() })),
})

const SimilarUsersSchema = Type.Object({
  users: Type.Array(
    Type.Object({ id: UserId, likeness: Type.Number({ description: 'Cosine of the tastes, at most 1' }) }),
  ),
})

export function registerUsers(server: FastifyInstance, { service }: Parts): void {
  server.get(
    '/v1/users',
    {
      // Other people's ids: a key for one app's questions does not need them.
      config: { scope: 'admin' },
      schema: {
        tags: ['users'],
        operationId: 'listUsers',
        summary: 'The users with the most events, most first',
        querystring: UsersQuery,
        response: { 200: answer('The users', UsersSchema), ...problems },
      },
    },
    async (request) => ({ users: await service.users(parseUsersQuery(request.query).limit ?? 20) }),
  )

  server.get(
    '/v1/users/:id',
    {
      config: { scope: 'read' },
      // The export is streamed; held back by compression it would arrive at once after all.
      compress: false,
      schema: {
        tags: ['users'],
        operationId: 'getUser',
        summary: 'What is known about a user, or all of their events with export=true',
        params: Params,
        querystring: UserQuery,
        response: {
          200: {
            description: 'The user',
            content: {
              'application/json': { schema: UserSchema },
              [NDJSON_TYPE]: { schema: Type.Object({ ...ActionSchema.properties, userId }) },
            },
          },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { id } = parseParams(request.params)
      if (parseUserQuery(request.query).export !== true) return service.user(id)
      const events = await service.exportUser(id)
      return reply
        .type(`${NDJSON_TYPE}; charset=utf-8`)
        .send(Readable.from(toLines(events), { objectMode: false }))
    },
  )

  server.get(
    '/v1/users/:id/similar',
    {
      config: { scope: 'admin' }, // other people's ids, as above
      schema: {
        tags: ['users'],
        operationId: 'similarUsers',
        summary: 'The users whose taste is most like this one, most alike first',
        params: Params,
        querystring: SimilarUsersQuery,
        response: { 200: answer('The users', SimilarUsersSchema), ...problems },
      },
    },
    async (request, reply) => {
      const { id } = parseParams(request.params)
      const { limit = 10 } = parseSimilarUsersQuery(request.query)
      return { users: await withDeadline(reply, (signal) => service.similarUsers(id, limit, signal)) }
    },
  )

  server.delete(
    '/v1/users/:id',
    {
      config: { scope: 'write' },
      schema: {
        tags: ['users'],
        operationId: 'eraseUser',
        summary: 'Erase what is stored about a user',
        params: Params,
        response: {
          200: answer('How much was erased', Type.Object({ events: Type.Integer() })),
          ...problems,
        },
      },
    },
    async (request) => service.eraseUser(parseParams(request.params).id),
  )
}

const LINES_A_CHUNK = 256

/** Events as they could be sent to POST /v1/events again. */
function* toLines(events: readonly Event[]): Generator<string> {
  for (let start = 0; start < events.length; start += LINES_A_CHUNK) {
    yield events
      .slice(start, start + LINES_A_CHUNK)
      .map((event) => `${JSON.stringify({ ...event, at: new Date(event.at).toISOString() })}\n`)
      .join('')
  }
}
