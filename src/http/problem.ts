// Errors as RFC 9457 problem+json. Leaves the table of errors to errors.ts.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { DongneError, ERRORS, type ErrorCode } from '../errors.ts'

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'A URI reference that identifies the kind of problem' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; one of docs/errors.md' }),
    detail: Type.String({ description: 'Names the offending value' }),
    remedy: Type.String(),
    instance: Type.String({ description: 'The id of the request' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'RFC 6901, into the body' }),
          detail: Type.String(),
        }),
      ),
    ),
  },
  { description: 'RFC 9457 problem details' },
)

/** Fastify's own errors, by their code or status, in our terms. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-json',
  FST_ERR_BAD_URL: 'unknown-route',
  FST_ERR_MAX_PARAM_LENGTH: 'unknown-route',
}

/** Fastify's error handler: expected errors as they are, everything else as `internal`, with its cause in the log only. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = toKnown(error)
  if (known.status >= 500) request.log.error({ err: error }, known.message)
  void reply
    .code(known.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problemOf(known, request.id)))
}

export function problemOf(error: DongneError, instance: string) {
  return {
    type: `urn:dongne:error:${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.message,
    remedy: error.remedy,
    instance,
    ...(error.errors.length > 0 && { errors: error.errors }),
  }
}

function toKnown(error: unknown): DongneError {
  if (error instanceof DongneError) return error
  const { code, message, statusCode } = error as Partial<FastifyError>
  const mapped = code === undefined ? undefined : FASTIFY_CODES[code]
  if (mapped !== undefined) return new DongneError(mapped, message ?? ERRORS[mapped].title)
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new DongneError('invalid-request', message ?? 'The request is not valid.')
  }
  return new DongneError('internal', 'The request could not be answered.', { cause: error })
}
