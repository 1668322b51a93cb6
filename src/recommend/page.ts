// Page tokens: what was shown and when the first page was asked, so that later pages repeat nothing and skip nothing.
// Stateless: any process continues any list, also after a restart or a model switch.
import { Buffer } from 'node:buffer'
import { canonicalJson } from '../domain/canonical-json.ts'
import { DongneError } from '../errors.ts'

/** How deep a list can be paged; keeps tokens below 4,000 characters. */
export const MAX_SHOWN = 600
const VERSION = 1
const HEADER_BYTES = 1 + 4 + 8 + 16

export interface Page {
  readonly recommendationId: string
  /** Milliseconds since 1970 of the first page: later pages answer for the same moment. */
  readonly now: number
  /** 32-bit hashes of the ids of earlier pages. A collision (1 in 7 million at the deepest page) hides one place. */
  readonly shown: ReadonlySet<number>
}

/** The page that a request asks for. Throws invalid-page-token for a token of another request or a broken one. */
export function readPage(request: object & { readonly pageToken?: string }, now: number): Page {
  if (request.pageToken === undefined) return { recommendationId: crypto.randomUUID(), now, shown: new Set() }
  const bytes = Buffer.from(request.pageToken, 'base64url')
  const shownBytes = bytes.length - HEADER_BYTES
  if (shownBytes < 4 || shownBytes % 4 !== 0 || bytes.readUInt8(0) !== VERSION) {
    throw new DongneError('invalid-page-token', 'The page token is not one that this service made.', {
      errors: [{ pointer: '/pageToken', detail: 'is not a page token' }],
    })
  }
  if (bytes.readUInt32LE(1) !== requestHash(request)) {
    throw new DongneError('invalid-page-token', 'The page token belongs to another request.', {
      errors: [{ pointer: '/pageToken', detail: 'was made for a request with another body' }],
    })
  }
  const shown = new Set<number>()
  for (let at = HEADER_BYTES; at < bytes.length; at += 4) shown.add(bytes.readUInt32LE(at))
  const hex = bytes.toString('hex', 13, 29)
  const recommendationId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { recommendationId, now: bytes.readDoubleLE(5), shown }
}

/** The token of the page after one that showed `ids`; undefined where paging ends. */
export function nextPageToken(request: object, page: Page, ids: readonly string[]): string | undefined {
  const shown = [...page.shown, ...ids.map(idHash)]
  if (shown.length >= MAX_SHOWN) return undefined
  const bytes = Buffer.alloc(HEADER_BYTES + 4 * shown.length)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeUInt32LE(requestHash(request), 1)
  bytes.writeDoubleLE(page.now, 5)
  bytes.write(page.recommendationId.replaceAll('-', ''), 13, 'hex')
  shown.forEach((hash, index) => bytes.writeUInt32LE(hash, HEADER_BYTES + 4 * index))
  return bytes.toString('base64url')
}

export function isShown(page: Page, id: string): boolean {
  return page.shown.has(idHash(id))
}

/** FNV-1a over UTF-16 units, then a mixing step (the finaliser of MurmurHash3) so that like ids spread. */
function idHash(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Page size, language and moment may differ between pages; the question may not. */
function requestHash(request: object): number {
  const question = Object.entries(request).filter(
    ([key]) => !['pageToken', 'limit', 'locale', 'fields', 'at', 'debug'].includes(key),
  )
  return idHash(canonicalJson(Object.fromEntries(question)))
}
