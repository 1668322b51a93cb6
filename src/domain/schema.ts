// Turns a TypeBox schema into a parser whose errors name the value, its place and near matches.
// Leaves the schemas themselves to the files beside it.
import { distance } from 'fastest-levenshtein'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { DongneError, type ErrorCode, type ErrorDetail } from '../errors.ts'

export type Parser<T> = (value: unknown) => T

/**
 * Compiles a parser for `schema`. It returns the value unchanged, or throws a DongneError `code` that lists every
 * offending value with its JSON pointer; unknown keys come with the nearest known ones. No text may hold half a surrogate
 * pair or NUL, which neither UTF-8 nor every database can store.
 */
export function createParser<S extends TSchema>(
  schema: S,
  code: ErrorCode = 'invalid-request',
): Parser<Static<S>> {
  const validator = Compile(schema)
  return (value) => {
    const fits = validator.Check(value)
    const errors = fits ? unreadableTexts(value) : describeErrors(schema, validator.Errors(value), value)
    if (errors.length === 0) return value as Static<S>
    throw new DongneError(
      code,
      errors.map(({ pointer, detail }) => `${pointer || '/'} ${detail}`).join('; '),
      {
        errors,
      },
    )
  }
}

/** The up to `limit` words of `known` nearest to `word` by edit distance, nearest first, ties by word. */
export function nearMatches(word: string, known: Iterable<string>, limit = 3): string[] {
  const needle = word.toLowerCase()
  const scored: { candidate: string; cost: number }[] = []
  for (const candidate of known) {
    const hay = candidate.toLowerCase()
    // A word inside the other is a likelier slip ("서울" for "서울특별시") than its edit distance says.
    const contained = hay.includes(needle) || (hay.length > 1 && needle.includes(hay))
    const cost = contained ? 0.5 : distance(needle, hay)
    if (cost <= Math.max(1, Math.floor(needle.length / 2))) scored.push({ candidate, cost })
  }
  scored.sort((a, b) => a.cost - b.cost || (a.candidate < b.candidate ? -1 : 1))
  return scored.slice(0, limit).map(({ candidate }) => candidate)
}

/** " Did you mean …?" for a message, or '' where nothing is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearMatches(word, known)
  return near.length === 0 ? '' : ` Did you mean ${near.map((match) => `"${match}"`).join(' or ')}?`
}

function unreadableTexts(value: unknown, pointer = ''): ErrorDetail[] {
  if (typeof value === 'string') {
    if (!value.isWellFormed())
      return [{ pointer, detail: 'holds half of a surrogate pair, which is no character' }]
    return value.includes('\u0000') ? [{ pointer, detail: 'holds the character NUL (U+0000)' }] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) =>
    typeof entry === 'number' ? [] : unreadableTexts(entry, `${pointer}/${escapePointer(key)}`),
  )
}

interface RawError {
  readonly keyword: string
  readonly schemaPath: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

function describeErrors(schema: TSchema, raw: readonly RawError[], value: unknown): ErrorDetail[] {
  const details: ErrorDetail[] = []
  const literals = new Map<string, string[]>()
  for (const error of raw.filter((entry) => isOfFittingBranch(schema, entry, value))) {
    const params = error.params as Record<string, unknown>
    switch (error.keyword) {
      case 'boolean': // the shadow of additionalProperties, told there with the key's name
      case 'anyOf': // the branches tell more
        break
      case 'additionalProperties': {
        const { properties, description } = schemaAt(schema, error.schemaPath)
        const known = Object.keys(properties ?? {})
        // A record has no known keys, only what they look like.
        const remedy = known.length === 0 ? ` ${description}.` : ` Known keys: ${known.join(', ')}.`
        for (const key of params.additionalProperties as string[]) {
          details.push({
            pointer: `${error.instancePath}/${escapePointer(key)}`,
            detail: `is not a known key.${didYouMean(key, known) || remedy}`,
          })
        }
        break
      }
      case 'required':
        for (const key of params.requiredProperties as string[]) {
          details.push({ pointer: `${error.instancePath}/${escapePointer(key)}`, detail: 'is missing' })
        }
        break
      case 'const': {
        const allowed = literals.get(error.instancePath) ?? []
        allowed.push(JSON.stringify(params.allowedValue))
        literals.set(error.instancePath, allowed)
        break
      }
      case 'enum': {
        const allowed = (params.allowedValues as unknown[]).map(String)
        const got = valueAt(value, error.instancePath)
        const near = typeof got === 'string' ? didYouMean(got, allowed) : ''
        details.push({
          pointer: error.instancePath,
          detail: `must be one of ${allowed.join(', ')} (got ${showValue(got)}).${near}`,
        })
        break
      }
      case 'pattern': {
        // People read words, not patterns; those of records (keys) have none.
        const { description } = schemaAt(schema, error.schemaPath)
        const wanted = description === undefined ? error.message : `must be: ${description}`
        const got = showValue(valueAt(value, error.instancePath))
        details.push({ pointer: error.instancePath, detail: `${wanted} (got ${got})` })
        break
      }
      default:
        details.push({
          pointer: error.instancePath,
          detail: `${error.message} (got ${showValue(valueAt(value, error.instancePath))})`,
        })
    }
  }
  for (const [pointer, allowed] of literals) {
    details.push({
      pointer,
      detail: `must be one of ${allowed.join(', ')} (got ${showValue(valueAt(value, pointer))})`,
    })
  }
  if (details.length === 0) return [{ pointer: '', detail: 'does not have the expected shape' }]
  // The branches of a union complain alike: once is enough.
  return [...new Map(details.map((detail) => [`${detail.pointer} ${detail.detail}`, detail])).values()]
}

/**
 * Of a union, only the branch that the value means is of use: the one with its `type`, or for other kinds of values the
 * one of that kind. Where none has its `type`, only that is wrong.
 */
function isOfFittingBranch(schema: TSchema, { schemaPath, instancePath }: RawError, value: unknown): boolean {
  const schemaSteps = schemaPath.split('/').slice(1)
  const instanceSteps = instancePath.split('/').slice(1)
  let depth = 0
  for (const [at, step] of schemaSteps.entries()) {
    if (step === 'items') depth++
    else if (['properties', 'prefixItems', 'patternProperties'].includes(schemaSteps[at - 1])) depth++
    else if (step === 'anyOf' && at + 1 < schemaSteps.length) {
      const { anyOf = [] } = schemaAt(schema, ['#', ...schemaSteps.slice(0, at)].join('/'))
      const meant = valueAt(value, ['', ...instanceSteps.slice(0, depth)].join('/'))
      const types = anyOf.map((branch) => branch.properties?.['type']?.const)
      const isTagged = typeof meant === 'object' && meant !== null && !types.includes(undefined)
      const fitting = isTagged
        ? types.indexOf((meant as { type?: unknown }).type)
        : anyOf.findIndex((branch) => branch.type === kindOf(meant))
      if (fitting >= 0 && fitting !== Number(schemaSteps[at + 1])) return false
      if (fitting < 0 && isTagged && schemaSteps.slice(at + 2).join('/') !== 'properties/type') return false
    }
  }
  return true
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value
}

interface SchemaNode {
  readonly description?: string
  readonly type?: string
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly anyOf?: readonly SchemaNode[]
}

/** The schema at a path such as "#/properties/where". */
function schemaAt(schema: TSchema, schemaPath: string): SchemaNode {
  let node: unknown = schema
  for (const step of schemaPath.split('/').slice(1)) {
    node = (node as Record<string, unknown> | undefined)?.[step]
  }
  return node ?? {}
}

function valueAt(value: unknown, pointer: string): unknown {
  let node = value
  for (const step of pointer.split('/').slice(1)) {
    node = (node as Record<string, unknown> | null | undefined)?.[
      step.replaceAll('~1', '/').replaceAll('~0', '~')
    ]
  }
  return node
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** A short rendering of an offending value; NaN and Infinity keep their names, which JSON would hide. */
export function showValue(value: unknown): string {
  if (typeof value === 'number') return String(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
