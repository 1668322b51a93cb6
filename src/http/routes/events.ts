// POST /v1/events: one event, an array or NDJSON. Leaves storage, and what is a duplicate, to the service.
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { EventInputSchema, parseEvent, type Event } from '../../domain/event.ts'
import { DongneError, type ErrorDetail } from '../../errors.ts'
import { JSON_TYPE, NDJSON_TYPE, NdjsonBody, registerNdjsonParser } from '../body.ts'
import { readNdjson } from '../ndjson.ts'
import { answer, problems } from '../openapi.ts'
import type { Parts } from '../parts.ts'
import { detailsOf } from '../problem.ts'

const AnswerSchema = Type.Object({
  appended: Type.Integer({ description: 'Events stored now' }),
  duplicates: Type.Integer({ description: 'Events whose id was known; nothing changed' }),
  rejected: Type.Array(
    Type.Object({
      index: Type.Integer({ description: 'Position in the array, or line, from 0' }),
      errors: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() })),
    }),
  ),
})

interface Rejection {
  readonly index: number
  readonly errors: readonly ErrorDetail[]
}

export function registerEvents(parent: FastifyInstance, { service, config, metrics }: Parts): void {
  void parent.register(async (server) => {
    registerNdjsonParser(server)
    server.post(
      '/v1/events',
      {
        config: { scope: 'write' },
        schema: {
          tags: ['events'],
          operationId: 'addEvents',
          summary: 'Append events: one, an array or NDJSON; sending an id again changes nothing',
          body: {
            content: {
              [JSON_TYPE]: { schema: Type.Union([EventInputSchema, Type.Array(EventInputSchema)]) },
              [NDJSON_TYPE]: { schema: EventInputSchema },
            },
          },
          response: { 200: answer('What became of the events', AnswerSchema), ...problems },
        },
      },
      async (request) => {
        const { events, rejected } = await readEvents(request.body, config.DONGNE_BODY_LIMIT)
        const { appended, duplicates } =
          events.length === 0 ? { appended: 0, duplicates: 0 } : await service.addEvents(events)
        metrics.countEvents('appended', appended)
        metrics.countEvents('duplicate', duplicates)
        metrics.countEvents('rejected', rejected.length)
        return { appended, duplicates, rejected }
      },
    )
  })
}

/** A lone event that is not valid throws; among several it is set aside. */
async function readEvents(
  body: unknown,
  maxBytes: number,
): Promise<{ events: Event[]; rejected: Rejection[] }> {
  const now = Date.now()
  const events: Event[] = []
  const rejected: Rejection[] = []
  const take = (index: number, read: () => unknown) => {
    try {
      events.push(parseEvent(read(), now))
    } catch (error) {
      if (!(error instanceof DongneError)) throw error
      rejected.push({ index, errors: detailsOf(error) })
    }
  }
  if (body instanceof NdjsonBody) {
    for await (const { line, parse } of readNdjson(body.stream, { maxBytes, maxLineBytes: maxBytes })) {
      take(line - 1, parse)
    }
  } else if (Array.isArray(body)) body.forEach((event: unknown, index) => take(index, () => event))
  else events.push(parseEvent(body, now))
  return { events, rejected }
}
