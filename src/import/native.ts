// Tables in our own field names: JSON rows as they are, CSV columns by their names.
// Leaves foreign names to mapping.ts, checking rows to domain/.
import { createHash } from 'node:crypto'
import { categoryWithAncestors } from '../domain/category.ts'
import { didYouMean } from '../domain/schema.ts'
import { DongneError } from '../errors.ts'
import { LISTS, mappedTable, parseMapping, TARGET_FIELDS, type Mapping } from './mapping.ts'
import type { RowFormat } from './rows.ts'
import type { Table, Target } from './table.ts'

/** Between the entries of a list in a CSV cell. */
const LIST_SEPARATOR = '|'
/** What makes an event that has no id the same one in the next import. */
const EVENT_KEY = ['userId', 'type', 'placeId', 'at'] as const

/**
 * A table of places or events. In CSV a header "names.en" or "attributes.parking" fills that key, "|" separates the
 * entries of a list. Throws invalid-mapping for a CSV column that is no field, and for a missing one.
 */
export function nativeTable(
  target: Target,
  format: RowFormat,
  columns: readonly string[],
  path: string,
): Table {
  if (format === 'csv') return mappedTable(csvMapping(target, columns, path))
  return {
    target,
    format,
    encoding: 'utf-8',
    toRow: (values) =>
      target === 'places'
        ? { value: values, categories: categoriesOf(values['categories']), regions: [] }
        : { value: withEventId(values), categories: [], regions: [] },
  }
}

function csvMapping(target: Target, columns: readonly string[], path: string): Mapping {
  const fields: Mapping['fields'] = {}
  for (const column of columns) {
    if (column === 'categories') fields[column] = { column, separator: LIST_SEPARATOR, hierarchy: '/' }
    else if (LISTS.has(column)) fields[column] = { column, separator: LIST_SEPARATOR }
    else fields[column] = column
  }
  const open = (column: string) => target === 'places' && /^(names|attributes)\.[^.]+$/.test(column)
  const known: readonly string[] = TARGET_FIELDS[target]
  const unknown = columns.filter((column) => !known.includes(column) && !open(column))
  if (unknown.length > 0) {
    throw new DongneError('invalid-mapping', `${path} has columns that are no fields of ${target}.`, {
      errors: unknown.map((column) => ({
        pointer: `/fields/${column}`,
        detail: `is no field of ${target}; describe the columns with --map FILE.${didYouMean(column, known)}`,
      })),
    })
  }
  if (target === 'events' && !columns.includes('id')) fields['id'] = { hash: [...EVENT_KEY] }
  return parseMapping({ target, format: 'csv', fields })
}

/** The categories that codes name; those that the catalog knows keep their names there. */
function categoriesOf(codes: unknown): { code: string; name: string }[] {
  if (!Array.isArray(codes)) return []
  const all = codes.flatMap((code) => (typeof code === 'string' ? categoryWithAncestors(code) : []))
  return [...new Set(all)].map((code) => ({ code, name: code.slice(code.lastIndexOf('/') + 1) }))
}

/** An import has to find its events again: without an id their content is one. Throws invalid-request without a time. */
function withEventId(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (values['at'] === undefined) {
    const detail = 'is missing'
    throw new DongneError('invalid-request', `/at ${detail}`, { errors: [{ pointer: '/at', detail }] })
  }
  if (values['id'] !== undefined) return values
  const key = JSON.stringify(EVENT_KEY.map((field) => values[field]))
  return { ...values, id: createHash('sha256').update(key).digest('hex').slice(0, 16) }
}
