// Documents: an index row in the fields of mappings/opensearch, and what is read back of it.
// Leaves filters over the fields to clauses.ts.
import { createHash } from 'node:crypto'
import { romanize } from 'es-hangul'
import { fromOrderedId, toOrderedId } from '../id-order.ts'
import type { IndexRow, UserRow } from '../port.ts'

/** OpenSearch's limit for `_id`, in bytes of UTF-8. */
const MAX_DOCUMENT_ID_BYTES = 512

/** `_id` of a place: its id, or a hash of one that is too long. */
export function documentId(id: string): string {
  if (Buffer.byteLength(id) <= MAX_DOCUMENT_ID_BYTES) return id
  return `sha256:${createHash('sha256').update(id).digest('hex')}`
}

/** Reads go to doc values, which are columns: `bytes` has the vector as float32, exactly and short. */
export function toDocument(row: IndexRow) {
  const { vector, lng, lat, geohash, openMinutes, id, words, ...rest } = row
  return {
    id: toOrderedId(id),
    vector: [...vector],
    bytes: toBase64(vector),
    location: [lng, lat],
    lng,
    lat,
    geohash: String(geohashRange(geohash)[0]),
    ...(openMinutes !== undefined && {
      openMinutes: openMinutes.map(([from, to]) => ({ gte: from, lt: to })),
    }),
    ...(words && { words: toWords(words) }),
    ...rest,
  }
}

/** Names are kept in Latin letters too, as many type them: "성수" → "seongsu". */
function toWords({ name, names, ...rest }: NonNullable<IndexRow['words']>) {
  const texts = { name, names, romanised: [name, ...names].map((text) => romanize(text.normalize('NFC'))) }
  return Object.fromEntries(
    Object.entries({ ...texts, ...rest }).map(([field, text]) => [
      field,
      typeof text === 'string' ? text.normalize('NFKC') : text.map((part) => part.normalize('NFKC')),
    ]),
  )
}

export function toUserDocument({ id, vector }: UserRow) {
  return { id: toOrderedId(id), vector: [...vector], bytes: toBase64(vector) }
}

export interface SearchHit {
  readonly _score?: number | null
  readonly sort?: readonly [number, string]
  readonly fields: Readonly<Record<string, readonly unknown[]>>
}

export function idOf({ fields }: SearchHit): string {
  return fromOrderedId(fields['id'][0] as string)
}

export function numberOf({ fields }: SearchHit, field: 'lng' | 'lat' | 'popularity'): number {
  return fields[field][0] as number
}

export function pointOf(hit: SearchHit): { lng: number; lat: number } {
  return { lng: numberOf(hit, 'lng'), lat: numberOf(hit, 'lat') }
}

/** A copy, `[dim]`. */
export function vectorOf({ fields }: SearchHit): Float32Array {
  const bytes = Buffer.from(fields['bytes'][0] as string, 'base64')
  const vector = new Float32Array(bytes.length / 4)
  for (let i = 0; i < vector.length; i++) vector[i] = bytes.readFloatLE(4 * i)
  return vector
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4)
  vector.forEach((value, index) => bytes.writeFloatLE(value, 4 * index))
  return bytes.toString('base64')
}

const GEOHASH_DIGITS = '0123456789bcdefghjkmnpqrstuvwxyz'
const GEOHASH_LENGTH = 12

/** The cells of 12 characters below a prefix, as numbers of 60 bits: a range of a tree of numbers, not a scan of terms. */
export function geohashRange(prefix: string): [first: bigint, last: bigint] {
  let first = 0n
  for (const character of prefix) first = first * 32n + BigInt(GEOHASH_DIGITS.indexOf(character))
  const below = 32n ** BigInt(GEOHASH_LENGTH - prefix.length)
  return [first * below, (first + 1n) * below - 1n]
}
