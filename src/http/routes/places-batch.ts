// POST /v1/places:batch: rows in, an answer a row out, in order, while rows still arrive.
// A row is answered after the transaction that stored it, so an acknowledged row survives kill -9.
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { Type, type Static } from 'typebox'
import { parsePlaceInput, type PlaceInput } from '../../domain/place.ts'
import { DongneError, type ErrorDetail } from '../../errors.ts'
import { checkOpeningHours } from '../../geo/opening-hours.ts'
import { JSON_TYPE, NDJSON_TYPE, NdjsonBody, registerNdjsonParser } from '../body.ts'
import { readNdjson } from '../ndjson.ts'
import { answer, problems, shared } from '../openapi.ts'
import type { Parts } from '../parts.ts'
import { detailsOf, tooLarge, toDongneError, toProblem } from '../problem.ts'

/** Rows a transaction. Each costs one fsync: 500 keep that below a tenth of the work, and answers come in steps of some 50 ms. */
const CHUNK_ROWS = 500

/** A batch in NDJSON is streamed and may be this many times DONGNE_BODY_LIMIT. */
const NDJSON_LIMIT_FACTOR = 64

const RowAnswerSchema = Type.Object({
  line: Type.Integer({ minimum: 1, description: 'Line of the body, or position in the array, from 1' }),
  id: Type.Optional(Type.String({ description: 'Absent where the row has no readable one' })),
  status: Type.Enum(['created', 'updated', 'unchanged', 'rejected']),
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
})

type RowAnswer = Static<typeof RowAnswerSchema>

interface Row {
  readonly line: number
  parse(): unknown
}

export function registerPlacesBatch(parent: FastifyInstance, { service, config, metrics }: Parts): void {
  const bodyLimit = config.DONGNE_BODY_LIMIT
  void parent.register(async (server) => {
    registerNdjsonParser(server)
    server.post(
      '/v1/places::batch',
      {
        config: { scope: 'write' },
        // Compression would hold acknowledgements back until its buffer is full.
        compress: false,
        schema: {
          tags: ['places'],
          operationId: 'putPlaces',
          summary: `Create or replace many places: NDJSON of up to ${NDJSON_LIMIT_FACTOR} times DONGNE_BODY_LIMIT, or a JSON array`,
          body: {
            content: {
              [NDJSON_TYPE]: { schema: shared('PlaceInput') },
              [JSON_TYPE]: { schema: { type: 'array', items: shared('PlaceInput') } },
            },
          },
          response: {
            200: answer(
              'A line of JSON a row, in order, once the row is stored',
              RowAnswerSchema,
              NDJSON_TYPE,
            ),
            ...problems,
          },
        },
      },
      async (request, reply) => {
        const maxBytes = bodyLimit * NDJSON_LIMIT_FACTOR
        if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
          throw tooLarge(maxBytes, request.headers['content-length'])
        }
        const rows =
          request.body instanceof NdjsonBody
            ? readNdjson(request.body.stream, { maxBytes, maxLineBytes: bodyLimit })
            : arrayRows(request.body)
        const answers = answerRows(rows, {
          save: (places) => service.putPlaces(places),
          // Once the answer has begun there is no status left to tell a failure by.
          onFailure(error) {
            request.log.error({ err: error }, 'batch ended early')
            const { code, detail, remedy } = toProblem(toDongneError(error), request.id)
            return `${code}: ${detail} ${remedy}`
          },
        })
        // What fails before the first answer is an ordinary problem.
        const first = await answers.next()
        const lines = async function* () {
          if (first.done === true) return
          yield toLines(first.value, metrics)
          for await (const chunk of answers) yield toLines(chunk, metrics)
        }
        return reply.type(`${NDJSON_TYPE}; charset=utf-8`).send(Readable.from(lines(), { objectMode: false }))
      },
    )
  })
}

function arrayRows(body: unknown): Iterable<Row> {
  if (!Array.isArray(body)) {
    throw new DongneError('invalid-request', '/ must be an array of places, or NDJSON.', {
      errors: [{ pointer: '', detail: 'must be an array of places' }],
    })
  }
  return body.map((row: unknown, index) => ({ line: index + 1, parse: () => row }))
}

interface Saving {
  save(places: readonly PlaceInput[]): Promise<readonly RowAnswer['status'][]>
  /** Takes note of the failure and returns what a client may know of it. */
  onFailure(error: unknown): string
}

interface PendingRow {
  readonly line: number
  readonly id?: string
  readonly place?: PlaceInput
  readonly errors?: readonly ErrorDetail[]
}

/**
 * The answers, chunk by chunk. Rows before a fault of the body are stored all the same. A chunk that cannot be stored,
 * like the fault, ends the batch with a rejection; where nothing was answered yet it is thrown.
 */
async function* answerRows(
  rows: AsyncIterable<Row> | Iterable<Row>,
  { save, onFailure }: Saving,
): AsyncGenerator<RowAnswer[]> {
  let pending: PendingRow[] = []
  let lastLine = 0
  let answered = false

  async function commit(): Promise<RowAnswer[]> {
    const places = pending.flatMap(({ place }) => (place === undefined ? [] : [place]))
    const statuses = places.length === 0 ? [] : await save(places)
    let next = 0
    const answers = pending.map(({ place, errors, ...row }): RowAnswer =>
      place === undefined
        ? { ...row, status: 'rejected', errors: [...(errors ?? [])] }
        : { ...row, status: statuses[next++] },
    )
    pending = []
    answered = true
    return answers
  }

  try {
    let bodyFault: DongneError | undefined
    try {
      for await (const row of rows) {
        pending.push(readRow(row))
        lastLine = row.line
        if (pending.length === CHUNK_ROWS) yield await commit()
      }
    } catch (error) {
      if (!(error instanceof DongneError) || error.code !== 'body-too-large') throw error
      bodyFault = error
    }
    if (pending.length > 0) yield await commit()
    if (bodyFault !== undefined) throw bodyFault
  } catch (error) {
    if (!answered) throw error
    const errors = [{ pointer: '', detail: onFailure(error) }]
    const unanswered: PendingRow[] = pending.length > 0 ? pending : [{ line: lastLine + 1 }]
    yield unanswered.map(({ line, id }) => ({
      line,
      ...(id !== undefined && { id }),
      status: 'rejected',
      errors,
    }))
  }
}

function readRow({ line, parse }: Row): PendingRow {
  let row: unknown
  try {
    row = parse()
    const place = checkOpeningHours(parsePlaceInput(row))
    return { line, id: place.id, place }
  } catch (error) {
    if (!(error instanceof DongneError)) throw error
    const id = (row as { id?: unknown } | null | undefined)?.id
    return { line, ...(typeof id === 'string' && { id }), errors: detailsOf(error) }
  }
}

function toLines(answers: readonly RowAnswer[], metrics: Parts['metrics']): string {
  const counts = new Map<string, number>()
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1)
  for (const [status, rows] of counts) metrics.countSaved(status, rows)
  return answers.map((row) => `${JSON.stringify(row)}\n`).join('')
}
