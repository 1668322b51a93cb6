// GET / PUT / DELETE /v1/places/{id} and POST /v1/places:batch.
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { Config } from '../../config.ts'
import { parsePlaceInput, PlaceInputSchema, PlaceViewSchema, type PlaceInput } from '../../domain/place.ts'
import { DongneError } from '../../errors.ts'
import type { Service } from '../../recommend/port.ts'
import { bodyRows, NDJSON, type BodyLine } from '../body.ts'
import { ProblemSchema } from '../problem.ts'
import { parseQuery } from '../query.ts'

/** Rows a commit: an acknowledgement costs one synced transaction. */
const COMMIT_ROWS = 500
/** How much larger than one body a streamed batch may be. */
const BATCH_FACTOR = 64

const IdParams = Type.Object({ id: Type.String() })

const BatchRow = Type.Object({
  line: Type.Integer({ description: 'From 1; empty lines count' }),
  id: Type.Optional(Type.String()),
  status: Type.Enum(['created', 'updated', 'unchanged', 'rejected']),
  code: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
})

export function addPlaceRoutes(server: FastifyInstance, service: Service, config: Config): void {
  const tags = ['places']

  server.get<{ Params: { id: string } }>(
    '/v1/places/:id',
    {
      config: { scope: 'read' },
      schema: {
        summary: 'One place',
        tags,
        operationId: 'getPlace',
        params: IdParams,
        querystring: Type.Object({ locale: Type.Optional(Type.Enum(['ko', 'en'])) }),
        response: { 200: PlaceViewSchema, default: ProblemSchema },
      },
    },
    async (request) => {
      const { locale } = parseQuery(request.query, { locale: 'locale' })
      return service.place(request.params.id, locale)
    },
  )

  server.put<{ Params: { id: string } }>(
    '/v1/places/:id',
    {
      config: { scope: 'write' },
      schema: {
        summary: 'Create (201) or replace (200) a place; visible to the next request',
        tags,
        operationId: 'putPlace',
        params: IdParams,
        body: Type.Partial(PlaceInputSchema),
        response: { 200: PlaceViewSchema, 201: PlaceViewSchema, default: ProblemSchema },
      },
    },
    async (request, reply) => {
      const place = parsePlaceInput(withId(request.body, request.params.id))
      const [status] = await service.putPlaces([place])
      return reply.code(status === 'created' ? 201 : 200).send(await service.place(place.id, 'ko'))
    },
  )

  server.delete<{ Params: { id: string } }>(
    '/v1/places/:id',
    {
      config: { scope: 'write' },
      schema: {
        summary: 'Remove a place; gone with the next request',
        tags,
        operationId: 'deletePlace',
        params: IdParams,
        response: { 204: Type.Null({ description: 'Removed' }), default: ProblemSchema },
      },
    },
    async (request, reply) => {
      await service.deletePlace(request.params.id)
      return reply.code(204).send()
    },
  )

  server.post(
    '/v1/places::batch',
    {
      config: { scope: 'write' },
      schema: {
        summary: 'Create or replace many places; NDJSON or an array in, an NDJSON answer a row out',
        description:
          'A row is answered after its commit: what was answered created or updated is stored for good.',
        tags,
        operationId: 'batchPlaces',
        consumes: [NDJSON, 'application/json'],
        response: {
          200: { description: 'A line a row, in order', content: { [NDJSON]: { schema: BatchRow } } },
          default: ProblemSchema,
        },
      },
    },
    async (request, reply) => {
      const limits = {
        lineBytes: config.DONGNE_BODY_LIMIT,
        totalBytes: config.DONGNE_BODY_LIMIT * BATCH_FACTOR,
      }
      const answers = batchAnswers(service, bodyRows(request.body, limits), (error) =>
        request.log.error({ err: error }),
      )
      return reply.type(`${NDJSON}; charset=utf-8`).send(Readable.from(answers))
    },
  )
}

/** PUT takes the id from the path; a body that names another one is a mistake. */
function withId(body: unknown, id: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const named = (body as { id?: unknown }).id
  if (named !== undefined && named !== id) {
    const detail = `is "${String(named)}", the path says "${id}"`
    throw new DongneError('invalid-request', `/id ${detail}`, { errors: [{ pointer: '/id', detail }] })
  }
  return { ...body, id }
}

interface Rejected {
  readonly line: number
  readonly status: 'rejected'
  readonly code: string
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
}

interface Accepted {
  readonly line: number
  readonly place: PlaceInput
}

/** Answer lines, a commit's worth at a time. A failure in the middle answers the rows that it kept from being stored. */
async function* batchAnswers(
  service: Service,
  rows: AsyncIterable<BodyLine>,
  log: (error: unknown) => void,
): AsyncGenerator<string> {
  let pending: (Accepted | Rejected)[] = []
  try {
    for await (const row of rows) {
      pending.push(checkRow(row))
      if (pending.length < COMMIT_ROWS) continue
      yield await commit(service, pending)
      pending = []
    }
    if (pending.length > 0) yield await commit(service, pending)
  } catch (error) {
    // The status line is out already: the rest of the rows is answered as rejected, and the line says why.
    if (!(error instanceof DongneError)) log(error)
    const known =
      error instanceof DongneError ? error : new DongneError('internal', 'The rest could not be stored.')
    yield lines(pending.map((row) => ('place' in row ? rejected(row.line, known) : row)))
    yield lines([rejected((pending.at(-1)?.line ?? 0) + 1, known)])
  }
}

function checkRow({ line, value, error }: BodyLine): Accepted | Rejected {
  if (error !== undefined) return rejected(line, error)
  try {
    return { line, place: parsePlaceInput(value) }
  } catch (cause) {
    if (cause instanceof DongneError) return rejected(line, cause)
    throw cause
  }
}

function rejected(line: number, error: DongneError): Rejected {
  const errors = error.errors.length > 0 ? error.errors : [{ pointer: '', detail: error.message }]
  return { line, status: 'rejected', code: error.code, errors }
}

async function commit(service: Service, rows: readonly (Accepted | Rejected)[]): Promise<string> {
  const accepted = rows.filter((row) => 'place' in row)
  const statuses = accepted.length === 0 ? [] : await service.putPlaces(accepted.map(({ place }) => place))
  const statusOf = new Map(accepted.map(({ line }, index) => [line, statuses[index]]))
  return lines(
    rows.map((row) =>
      'place' in row ? { line: row.line, id: row.place.id, status: statusOf.get(row.line) } : row,
    ),
  )
}

function lines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}
