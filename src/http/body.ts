// Request bodies: strict UTF-8 JSON, and NDJSON line by line. Leaves shapes to the parsers of domain/.
import type { FastifyInstance } from 'fastify'
import { DongneError } from '../errors.ts'

export const NDJSON = 'application/x-ndjson'

const NEWLINE = 10
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Decodes and parses JSON. Throws invalid-json for bytes that are not UTF-8 (replacing them would corrupt names). */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch (cause) {
    throw new DongneError('invalid-json', 'The body holds bytes that are not UTF-8.', { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DongneError('invalid-json', `The body is not JSON: ${(cause as Error).message}.`, { cause })
  }
}

/** Replaces Fastify's parsers: JSON is decoded strictly, NDJSON is handed on as a stream. */
export function addBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  server.addContentTypeParser(NDJSON, (_request, payload, done) => done(null, payload))
}

export interface BodyLine {
  /** From 1. */
  readonly line: number
  /** The parsed value, or why there is none. */
  readonly value?: unknown
  readonly error?: DongneError
}

/** A body's rows: the lines of an NDJSON stream, the elements of an array, or one value. */
export async function* bodyRows(
  body: unknown,
  limits: { readonly lineBytes: number; readonly totalBytes: number },
): AsyncGenerator<BodyLine> {
  if (isStream(body)) yield* ndjsonLines(body, limits)
  else {
    const values = Array.isArray(body) ? body : [body]
    for (const [index, value] of values.entries()) yield { line: index + 1, value }
  }
}

/** Empty lines are skipped but counted. A line over the limit ends the body: what follows could not be told apart. */
async function* ndjsonLines(
  stream: AsyncIterable<Buffer>,
  limits: { readonly lineBytes: number; readonly totalBytes: number },
): AsyncGenerator<BodyLine> {
  let rest: Buffer = Buffer.alloc(0)
  let line = 0
  let total = 0
  for await (const chunk of stream) {
    total += chunk.length
    if (total > limits.totalBytes) {
      throw new DongneError('body-too-large', `The body is larger than ${limits.totalBytes} bytes.`)
    }
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let start = 0
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
      line++
      if (end > start) yield parseLine(rest.subarray(start, end), line)
      start = end + 1
    }
    rest = rest.subarray(start)
    if (rest.length > limits.lineBytes) {
      throw new DongneError('body-too-large', `Line ${line + 1} is larger than ${limits.lineBytes} bytes.`)
    }
  }
  if (rest.length > 0) yield parseLine(rest, line + 1)
}

function parseLine(bytes: Buffer, line: number): BodyLine {
  try {
    return { line, value: parseJson(bytes) }
  } catch (error) {
    if (error instanceof DongneError) return { line, error }
    throw error
  }
}

function isStream(body: unknown): body is AsyncIterable<Buffer> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}
