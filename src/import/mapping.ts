// Mapping files: how the columns of a table become the fields of places, events or reviews (docs/import.md).
// Leaves our own field names to native.ts, reading rows to rows.ts and checking the result to domain/.
import { createHash } from 'node:crypto'
import { Type, type Static } from 'typebox'
import { categorySlug, type Category } from '../domain/category.ts'
import { EventInputSchema } from '../domain/event.ts'
import { Names } from '../domain/names.ts'
import { PlaceInputSchema } from '../domain/place.ts'
import { ReviewInputSchema } from '../domain/review.ts'
import type { Region } from '../domain/region.ts'
import { createParser, didYouMean } from '../domain/schema.ts'
import { DongneError, type ErrorDetail } from '../errors.ts'
import type { Table } from './table.ts'

const Columns = Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })

const RuleSchema = Type.Object(
  {
    column: Type.Optional(Type.String({ minLength: 1, description: 'The column to take' })),
    columns: Type.Optional({
      ...Columns,
      description: 'The first of these columns that is not empty; all of them for a list',
    }),
    constant: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    template: Type.Optional(
      Type.String({ description: 'Text with {column}s and {line}, e.g. "{user}:{time}"' }),
    ),
    hash: Type.Optional({ ...Columns, description: 'A stable id made from these columns' }),
    default: Type.Optional(Type.String({ minLength: 1, description: 'Taken where there is no value' })),
    prefix: Type.Optional(Type.String({ description: 'Put before a value that is not empty' })),
    separator: Type.Optional(Type.String({ minLength: 1, description: 'Splits a text into a list' })),
    counted: Type.Optional(
      Type.Number({
        description: 'The column holds a JSON object of counts: a list of its keys with at least this count',
      }),
    ),
    hierarchy: Type.Optional(
      Type.String({ minLength: 1, description: 'Separates the levels of a category, e.g. ">"' }),
    ),
    time: Type.Optional(
      Type.Enum(['iso', 'seconds', 'milliseconds'], { description: 'How an instant is written' }),
    ),
    oneOf: Type.Optional(
      Type.Array(Type.String(), { description: 'True where the column holds one of these' }),
    ),
  },
  { additionalProperties: false },
)

const FieldSchema = Type.Union([Type.String({ minLength: 1, description: 'A column' }), RuleSchema])

const CategoryParentSchema = Type.Object(
  { code: Type.String(), name: Type.String(), names: Type.Optional(Names) },
  { additionalProperties: false },
)

export const MappingSchema = Type.Object(
  {
    description: Type.Optional(Type.String()),
    target: Type.Enum(['places', 'events', 'reviews']),
    format: Type.Enum(['csv', 'ndjson', 'geojson']),
    encoding: Type.Optional(Type.String({ default: 'auto' })),
    fields: Type.Record(Type.String(), FieldSchema, {
      description: 'Target field ← rule; attributes.x and names.en too',
    }),
    under: Type.Optional({
      ...CategoryParentSchema,
      description: 'A category that all places of the file belong to',
    }),
    regions: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Columns with codes of regions, largest first; 0 and below are none',
      }),
    ),
  },
  { additionalProperties: false },
)

export type Mapping = Static<typeof MappingSchema>
type Rule = Static<typeof RuleSchema>

const parseShape = createParser(MappingSchema, 'invalid-mapping')

/** Fields of the target that a rule may fill; `names.xx` and `attributes.xx` come on top for places. */
export const TARGET_FIELDS = {
  places: Object.keys(PlaceInputSchema.properties).filter(
    (field) => !['geohash', 'keywords', 'regions', 'spots', 'names', 'attributes'].includes(field),
  ),
  events: Object.keys(EventInputSchema.properties),
  reviews: Object.keys(ReviewInputSchema.properties),
} as const
const REQUIRED_FIELDS = {
  places: ['id', 'name', 'lng', 'lat'],
  events: ['id', 'userId', 'placeId', 'type', 'at'],
  reviews: ['placeId', 'text'],
} as const

/** Parses a mapping. Throws invalid-mapping that names unknown and missing fields. */
export function parseMapping(value: unknown): Mapping {
  const mapping = parseShape(value)
  const errors: ErrorDetail[] = []
  const known: readonly string[] = TARGET_FIELDS[mapping.target]
  for (const field of Object.keys(mapping.fields)) {
    const open = mapping.target === 'places' && /^(names|attributes)\.[^.]+$/.test(field)
    if (!open && !known.includes(field)) {
      errors.push({
        pointer: `/fields/${field}`,
        detail: `is not a field of ${mapping.target}.${didYouMean(field, known)}`,
      })
    }
  }
  for (const field of REQUIRED_FIELDS[mapping.target]) {
    if (!(field in mapping.fields)) errors.push({ pointer: `/fields/${field}`, detail: 'is missing' })
  }
  if (errors.length > 0) throw invalidMapping(errors)
  return mapping
}

/**
 * Checks that the file has the columns which the mapping names. Throws invalid-mapping with near matches.
 * @param leniently only what required fields cannot do without: publishers drop columns from one year to the next
 */
export function checkColumns(
  mapping: Mapping,
  columns: readonly string[],
  path: string,
  { leniently = false }: { readonly leniently?: boolean } = {},
): void {
  const errors: ErrorDetail[] = []
  const check = (pointer: string, column: string) => {
    if (!columns.includes(column)) {
      errors.push({
        pointer,
        detail: `"${column}" is not a column of ${path}.${didYouMean(column, columns)}`,
      })
    }
  }
  const required: readonly string[] = REQUIRED_FIELDS[mapping.target]
  for (const [field, given] of Object.entries(mapping.fields)) {
    const rule = asRule(given)
    if (!leniently) for (const column of ruleColumns(rule)) check(`/fields/${field}`, column)
    else if (required.includes(field) && rule.hash === undefined) {
      const wanted = ruleColumns(rule)
      if (wanted.length > 0 && !wanted.some((column) => columns.includes(column)))
        check(`/fields/${field}`, wanted[0])
    }
  }
  if (!leniently) mapping.regions?.forEach((column, index) => check(`/regions/${index}`, column))
  if (errors.length > 0) throw invalidMapping(errors)
}

function invalidMapping(errors: readonly ErrorDetail[]): DongneError {
  const message = errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')
  return new DongneError('invalid-mapping', message, { errors })
}

/** The table that a mapping describes. */
export function mappedTable(mapping: Mapping): Table {
  const { target, format, encoding = 'auto' } = mapping
  return { target, format, encoding, toRow: compileMapping(mapping) }
}

function compileMapping(mapping: Mapping): Table['toRow'] {
  const fields = Object.entries(mapping.fields).map(([field, rule]) => ({ field, rule: asRule(rule) }))
  return (values, line) => {
    const value: Record<string, unknown> = {}
    const categories = new Map<string, Category>()
    for (const { field, rule } of fields) {
      if (field === 'categories') continue
      const read = readField(field, rule, values, line)
      if (read === undefined) continue
      const [group, key] = field.split('.')
      if (key === undefined) value[field] = read
      else value[group] = { ...(value[group] as object | undefined), [key]: read }
    }
    if (mapping.target !== 'places') return { value, categories: [], regions: [] }
    value['categories'] = readCategories(mapping, values, line, categories)
    const regions = readRegions(mapping, values)
    if (regions.length > 0) value['regions'] = regions.map(({ code }) => code)
    return { value, categories: [...categories.values()], regions }
  }
}

const asRule = (rule: string | Rule): Rule => (typeof rule === 'string' ? { column: rule } : rule)

function ruleColumns({ column, columns, template, hash }: Rule): string[] {
  const named = [...(template ?? '').matchAll(/\{([^}]+)\}/g)]
    .map(([, name]) => name)
    .filter((name) => name !== 'line')
  return [...(column === undefined ? [] : [column]), ...(columns ?? []), ...named, ...(hash ?? [])]
}

const NUMBERS = new Set(['lng', 'lat', 'priceLevel', 'rating', 'position'])
export const LISTS: ReadonlySet<string> = new Set(['tags', 'images', 'reviews'])
const FLAGS = new Set(['closed'])

function readField(
  field: string,
  rule: Rule,
  values: Readonly<Record<string, unknown>>,
  line: number,
): unknown {
  if (rule.oneOf !== undefined) return rule.oneOf.includes(textOf(values[rule.column ?? '']))
  if (LISTS.has(field)) return readList(rule, values)
  const found = readValue(rule, values, line)
  const raw = isEmpty(found) ? rule.default : found
  if (raw === undefined) return undefined
  if (field === 'at') return readInstant(raw, rule.time ?? 'iso')
  // What is no number stays as it is, so that the reject shows it.
  if (NUMBERS.has(field))
    return typeof raw === 'string' && raw.trim() !== '' && !Number.isNaN(Number(raw)) ? Number(raw) : raw
  if (FLAGS.has(field))
    return typeof raw === 'boolean' ? raw : ({ true: true, false: false }[textOf(raw)] ?? raw)
  if (field.startsWith('attributes.') && typeof raw !== 'object') return flagOrValue(raw)
  return (rule.prefix ?? '') + textOf(raw)
}

function readValue(rule: Rule, values: Readonly<Record<string, unknown>>, line: number): unknown {
  if (rule.constant !== undefined) return rule.constant
  if (rule.template !== undefined) {
    return rule.template.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
      name === 'line' ? String(line) : textOf(values[name]),
    )
  }
  if (rule.hash !== undefined) {
    const key = rule.hash.map((column) => textOf(values[column])).join('\u0000')
    return createHash('sha256').update(key).digest('hex').slice(0, 16)
  }
  if (rule.columns !== undefined)
    return rule.columns.map((column) => values[column]).find((value) => !isEmpty(value))
  return values[rule.column ?? '']
}

/** All columns of the rule, split, trimmed, each entry once; undefined where nothing is left. */
function readList(rule: Rule, values: Readonly<Record<string, unknown>>): string[] | undefined {
  const raw =
    rule.constant !== undefined ? [rule.constant] : ruleColumns(rule).map((column) => values[column])
  const entries = raw
    .flatMap((value) => (rule.counted === undefined ? value : keysOf(value, rule.counted)))
    .flatMap((value) => (Array.isArray(value) ? value : splitText(textOf(value), rule.separator)))
    .map((entry) => textOf(entry))
    .filter((entry) => entry !== '')
  return entries.length === 0 ? undefined : [...new Set(entries)]
}

/** What is no object of counts has no keys. */
function keysOf(value: unknown, atLeast: number): string[] {
  let counts: unknown = value
  try {
    if (typeof value === 'string') counts = JSON.parse(value)
  } catch {
    return []
  }
  return Object.entries(counts ?? {}).flatMap(([key, count]) => (Number(count) >= atLeast ? [key] : []))
}

function splitText(text: string, separator: string | undefined): string[] {
  return separator === undefined ? [text] : text.split(separator)
}

/** Codes of the row's categories; each level's category goes into `found`. */
function readCategories(
  mapping: Mapping,
  values: Readonly<Record<string, unknown>>,
  line: number,
  found: Map<string, Category>,
): string[] {
  const { under } = mapping
  if (under !== undefined) found.set(under.code, under)
  const rule = mapping.fields['categories'] === undefined ? undefined : asRule(mapping.fields['categories'])
  const raw = rule === undefined ? undefined : readValue(rule, values, line)
  const paths: string[][] = (Array.isArray(raw) ? raw : splitText(textOf(raw), rule?.separator)).map(
    (entry) =>
      (Array.isArray(entry) ? entry : splitText(textOf(entry), rule?.hierarchy))
        .map((step) => textOf(step).normalize('NFC'))
        .filter((step) => step !== ''),
  )
  const codes = new Set<string>()
  for (const path of paths) {
    let code = under?.code ?? ''
    for (const step of path) {
      code = code === '' ? categorySlug(step) : `${code}/${categorySlug(step)}`
      if (!found.has(code)) found.set(code, { code, name: step })
    }
    if (code !== '') codes.add(code)
  }
  return [...codes]
}

function readRegions({ regions = [] }: Mapping, values: Readonly<Record<string, unknown>>): Region[] {
  const found: Region[] = []
  for (const column of regions) {
    const code = textOf(values[column])
    if (code === '' || Number(code) <= 0) continue
    const parent = found.at(-1)?.code
    found.push({ code, name: code, ...(parent !== undefined && { parent }) })
  }
  return found
}

function readInstant(raw: unknown, time: 'iso' | 'seconds' | 'milliseconds'): unknown {
  if (time === 'iso') return textOf(raw)
  const number = Number(textOf(raw)) * (time === 'seconds' ? 1000 : 1)
  const date = new Date(number)
  return Number.isNaN(date.getTime()) ? raw : date.toISOString()
}

function flagOrValue(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw
  const text = raw.trim()
  return { Y: true, N: false, true: true, false: false }[text] ?? text
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value).trim()
}
