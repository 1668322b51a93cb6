// Reads bodies strictly: UTF-8 without repairs, JSON without prototype keys or bottomless nesting, NDJSON by line.
// Leaves shapes to the parsers of domain/.
import type { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { DongneError } from '../errors.ts'

export const JSON_TYPE = 'application/json'
export const NDJSON_TYPE = 'application/x-ndjson'

// The deepest body is a MultiPolygon inside `where`: 7 levels. Far deeper ones only exhaust the stack.
const MAX_DEPTH = 64

/** Body of an NDJSON request, undecoded. */
export class NdjsonBody {
  readonly stream: Readable

  constructor(stream: Readable) {
    this.stream = stream
  }
}

/** Replaces Fastify's parsers, which decode invalid UTF-8 to U+FFFD. */
export function registerBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(JSON_TYPE, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJson(body),
  )
}

/** Lets the routes of this scope take NDJSON; they read the stream themselves. */
export function registerNdjsonParser(server: FastifyInstance): void {
  server.addContentTypeParser(
    [NDJSON_TYPE, 'application/ndjson', 'application/jsonl'],
    async (_request: unknown, payload: Readable) => new NdjsonBody(payload),
  )
}

/**
 * Parses JSON in UTF-8. Throws invalid-json, also for keys that would reach a prototype.
 * @param what names the bytes in the message
 */
export function parseJson(bytes: Uint8Array, what = 'The body'): unknown {
  const text = decode(bytes, what)
  if (text.trim() === '') throw new DongneError('invalid-json', `${what} is empty.`)
  if (isDeeperThan(text, MAX_DEPTH)) {
    throw new DongneError('invalid-json', `${what} is nested deeper than ${MAX_DEPTH} levels.`)
  }
  try {
    return PROTOTYPE_WORDS.test(text) ? JSON.parse(text, refusePrototypeKeys) : JSON.parse(text)
  } catch (cause) {
    const detail = cause instanceof PrototypeKey ? 'has' : 'is not JSON:'
    throw new DongneError('invalid-json', `${what} ${detail} ${(cause as Error).message}.`, { cause })
  }
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new DongneError('invalid-json', `${what} holds bytes that are not UTF-8.`, { cause })
  }
}

// Either word may be written with \u escapes, so any escape is looked at closely.
const PROTOTYPE_WORDS = /__proto__|constructor|\\u/

class PrototypeKey extends Error {}

function refusePrototypeKeys(this: unknown, key: string, value: unknown): unknown {
  const reachesPrototype =
    key === '__proto__' ||
    (key === 'constructor' &&
      typeof value === 'object' &&
      value !== null &&
      Object.hasOwn(value, 'prototype'))
  if (reachesPrototype) throw new PrototypeKey(`the forbidden key "${key}"`)
  return value
}

function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at++
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '[' || char === '{') {
      if (++depth > limit) return true
    } else if (char === ']' || char === '}') depth--
  }
  return false
}
