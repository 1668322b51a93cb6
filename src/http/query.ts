// Query strings and path parameters: text → values, with the same errors as bodies.
import { DongneError } from '../errors.ts'
import { didYouMean } from '../domain/schema.ts'

type Kind =
  | 'boolean'
  | 'text'
  | 'locale'
  | { readonly min: number; readonly max: number; readonly default: number }

type ValueOf<K extends Kind> = K extends 'boolean'
  ? boolean
  : K extends 'locale'
    ? 'ko' | 'en'
    : K extends 'text'
      ? string | undefined
      : number

/** Parses a query by its known keys. Throws invalid-request for unknown keys and unusable values. */
export function parseQuery<const Q extends Readonly<Record<string, Kind>>>(
  query: unknown,
  kinds: Q,
): { [K in keyof Q]: ValueOf<Q[K]> } {
  const given = query as Readonly<Record<string, string | string[]>>
  for (const key of Object.keys(given)) {
    if (!(key in kinds)) throw invalid(key, `is not a known key.${didYouMean(key, Object.keys(kinds))}`)
  }
  const entries = Object.entries(kinds).map(([key, kind]) => [key, valueOf(key, given[key], kind)])
  return Object.fromEntries(entries) as { [K in keyof Q]: ValueOf<Q[K]> }
}

function valueOf(key: string, text: string | string[] | undefined, kind: Kind): unknown {
  if (Array.isArray(text)) throw invalid(key, 'is given more than once')
  if (kind === 'text') return text
  if (kind === 'boolean') {
    if (text === undefined || text === 'false') return false
    if (text === 'true' || text === '') return true
    throw invalid(key, `must be true or false (got "${text}")`)
  }
  if (kind === 'locale') {
    if (text === undefined || text === 'ko') return 'ko'
    if (text === 'en') return 'en'
    throw invalid(key, `must be ko or en (got "${text}")`)
  }
  if (text === undefined) return kind.default
  const number = Number(text)
  if (!Number.isInteger(number) || number < kind.min || number > kind.max) {
    throw invalid(key, `must be a whole number from ${kind.min} to ${kind.max} (got "${text}")`)
  }
  return number
}

function invalid(key: string, detail: string): DongneError {
  return new DongneError('invalid-request', `${key} ${detail}`, { errors: [{ pointer: `/${key}`, detail }] })
}
