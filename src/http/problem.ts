// Renders every failure as problem+json (RFC 9457): ours, Fastify's and unforeseen ones.
// Leaves the table of codes to errors.ts; docs/errors.md describes each.
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { DongneError, ERRORS, type ErrorCode, type ErrorDetail } from '../errors.ts'
import { allowedMethods } from './known-routes.ts'

export const PROBLEM_TYPE = 'application/problem+json'

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:dongne:error:<code>, stable' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; docs/errors.md lists them all' }),
    detail: Type.String({ description: 'What was wrong with this request' }),
    remedy: Type.String({ description: 'What to do about it' }),
    instance: Type.String({ description: 'The request id, also in x-request-id and in the log' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON pointer (RFC 6901) into the body, query or path' }),
          detail: Type.String(),
        }),
      ),
    ),
  },
  { description: 'Problem details (RFC 9457)' },
)

export type Problem = Static<typeof ProblemSchema>

/** Seconds after which a refused client may try again. */
const RETRY_AFTER_SECONDS = 2

/** Faults of the service whose messages say nothing that a caller may not know. */
const TOLD_SERVICE_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'starting',
  'not-ready',
  'overloaded',
  'unsupported-capability',
])

/** Those that are no news to the log. */
const EXPECTED_FAULTS: ReadonlySet<ErrorCode> = new Set(['starting', 'overloaded'])

export function toProblem(error: DongneError, requestId: string): Problem {
  const { status, title, remedy } = ERRORS[error.code]
  // Messages of the service's own faults name files and parts; they are for the log.
  const told = status < 500 || TOLD_SERVICE_FAULTS.has(error.code)
  return {
    type: `urn:dongne:error:${error.code}`,
    title,
    status,
    code: error.code,
    detail: told ? error.message : `${title}.`,
    remedy,
    instance: requestId,
    ...(told && error.errors.length > 0 && { errors: [...error.errors] }),
  }
}

/** The offending values; the message where none is named. */
export function detailsOf({ errors, message }: DongneError): ErrorDetail[] {
  return errors.length > 0 ? [...errors] : [{ pointer: '', detail: message }]
}

/** @param contentLength of the request, where it said how much it sends */
export function tooLarge(limitBytes: number, contentLength?: string, cause?: unknown): DongneError {
  const size = contentLength === undefined ? '' : `${contentLength} bytes, `
  return new DongneError(
    'body-too-large',
    `The body has ${size}more than the limit of ${limitBytes} bytes.`,
    {
      cause,
    },
  )
}

/**
 * The error as one of ours; what is not foreseen becomes `internal`.
 * @param request where there is one, to name what it sent
 */
export function toDongneError(error: unknown, request?: FastifyRequest): DongneError {
  if (error instanceof DongneError) return error
  const { code, statusCode, message } = error as Partial<FastifyError>
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' && request !== undefined) {
    const { 'content-length': length, 'content-encoding': encoding } = request.headers
    // The length of a compressed body says nothing of what it unpacks to.
    return tooLarge(request.routeOptions.bodyLimit, encoding === undefined ? length : undefined, error)
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' && request !== undefined) {
    const detail = `The call does not take a body of the type "${request.headers['content-type'] ?? ''}".`
    return new DongneError('unsupported-media-type', detail, { cause: error })
  }
  const known = code === undefined ? undefined : FRAMEWORK_ERRORS[code]
  if (known !== undefined) return new DongneError(known.code, known.detail, { cause: error })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new DongneError('invalid-request', message ?? ERRORS['invalid-request'].title, { cause: error })
  }
  return new DongneError('internal', ERRORS.internal.title, { cause: error })
}

/** Fastify's and its plugins' errors that a request can cause. */
const FRAMEWORK_ERRORS: Readonly<Record<string, { code: ErrorCode; detail: string } | undefined>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body-too-large', detail: 'The body is larger than this call takes.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported-media-type',
    detail: 'The call does not take a body of this content type.',
  },
  FST_CP_ERR_INVALID_CONTENT_ENCODING: {
    code: 'unsupported-media-type',
    detail: 'The content encoding is not one of gzip, deflate, br and zstd.',
  },
  FST_CP_ERR_INVALID_CONTENT: { code: 'invalid-json', detail: 'The body cannot be decompressed.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid-json',
    detail: 'The body is not as long as its Content-Length says.',
  },
  FST_ERR_BAD_URL: { code: 'invalid-request', detail: 'The path is not percent-encoded UTF-8.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'invalid-request', detail: 'A part of the path is too long.' },
  FST_STATIC_FORBIDDEN_PATH: { code: 'unknown-route', detail: 'There is no such file.' },
}

/** Fastify's error handler and, for failures before routing, its frameworkErrors. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const failure = toDongneError(error, request)
  if (failure.status >= 500 && !EXPECTED_FAULTS.has(failure.code)) {
    request.log.error({ err: failure.code === 'internal' ? failure.cause : failure }, failure.title)
  }
  const problem = toProblem(failure, request.id)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="dongne"')
  if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS)
  reply
    .code(problem.status)
    // Before routing no hook has set it.
    .header('x-request-id', request.id)
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(problem))
}

/** Answers what no route takes: 405 where another method would do, else 404. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.replace(/\?.*$/s, '')
  const methods = allowedMethods(request.server, path)
  // A route that takes the method and still calls this one has no such file or too long a parameter.
  if (methods.length === 0 || methods.includes(request.method)) {
    const error = new DongneError('unknown-route', `There is no ${request.method} ${path}.`)
    return sendProblem(error, request, reply)
  }
  reply.header('allow', methods.join(', '))
  const detail = `${path} does not take ${request.method}; it takes ${methods.join(', ')}.`
  sendProblem(new DongneError('method-not-allowed', detail), request, reply)
}

/** Answers bytes that are not HTTP: there is no request yet, so it is written to the socket. */
export function sendClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const failure = new DongneError(
    'invalid-request',
    'The request is not valid HTTP, or its head is too long.',
  )
  const body = JSON.stringify(toProblem(failure, crypto.randomUUID()))
  const head = [
    'HTTP/1.1 400 Bad Request',
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
