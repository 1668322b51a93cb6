// The rows of a tabular source: CSV, NDJSON or GeoJSON features, each with its line, streamed.
// Leaves what the columns mean to mapping.ts.
import { Readable } from 'node:stream'
import { parse, type CsvError } from 'csv-parse'
import { DongneError } from '../errors.ts'
import { objectOf, readJson } from './json.ts'
import type { Encoding, Source } from './source.ts'

export type RowFormat = 'csv' | 'ndjson' | 'geojson'

export interface Row {
  /** Of the text, from 1; of GeoJSON the number of the feature. */
  readonly line: number
  readonly values: Readonly<Record<string, unknown>>
}

/** A row that cannot be read at all. */
export interface BrokenRow {
  readonly line: number
  readonly reason: string
  readonly value: string
}

interface ReadOptions {
  readonly format: RowFormat
  readonly encoding: Encoding
  readonly onBytes?: (read: number) => void
}

/** Reads rows one by one; memory does not grow with the file, except for GeoJSON, which is one JSON value. */
export async function* readRows(source: Source, options: ReadOptions): AsyncGenerator<Row | BrokenRow> {
  const { format, encoding, onBytes } = options
  if (format === 'csv') yield* readCsv(source.text({ encoding, onBytes }))
  else if (format === 'ndjson') yield* readNdjson(source.text({ encoding, onBytes }))
  else yield* readGeoJson(await readJson(source, { encoding, onBytes }), source.path)
}

export function isBroken(row: Row | BrokenRow): row is BrokenRow {
  return 'reason' in row
}

async function* readCsv(text: AsyncIterable<string>): AsyncGenerator<Row | BrokenRow> {
  const broken: CsvError[] = []
  // The header's, then that of the last row.
  let line = 1
  const parser = parse({
    columns: (header: string[]) => header.map((name) => name.trim()),
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    info: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      if (error !== undefined) broken.push(error)
    },
  })
  const input = Readable.from(text)
  // Errors of the source reach the reader through the parser.
  input.on('error', (error) => parser.destroy(error))
  input.pipe(parser)
  for await (const { record, info } of parser as AsyncIterable<{
    record: Record<string, string>
    info: { lines: number }
  }>) {
    yield { line: (line = info.lines), values: record }
  }
  // Short and long rows and stray quotes are read; what is left is a quote that takes in all up to the end.
  for (const error of broken) {
    const reason =
      error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? `a quote that opens here or below never closes; nothing from here to line ${error['lines']} is read`
        : error.message
    yield { line: line + 1, reason, value: '' }
  }
}

async function* readNdjson(text: AsyncIterable<string>): AsyncGenerator<Row | BrokenRow> {
  let rest = ''
  let line = 0
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const entry of lines) {
      line++
      if (entry.trim() !== '') yield parseLine(entry, line)
    }
  }
  if (rest.trim() !== '') yield parseLine(rest, line + 1)
}

function parseLine(text: string, line: number): Row | BrokenRow {
  let value: unknown
  try {
    value = JSON.parse(line === 1 ? text.replace(/^\uFEFF/, '') : text)
  } catch (error) {
    return { line, reason: `not JSON: ${(error as Error).message}`, value: text.slice(0, 200) }
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { line, values: value as Record<string, unknown> }
  }
  return { line, reason: 'not a JSON object', value: text.slice(0, 200) }
}

/** Properties of point features, with lng and lat from the geometry. */
function* readGeoJson(json: unknown, path: string): Generator<Row | BrokenRow> {
  const { features } = objectOf(json)
  if (!Array.isArray(features)) {
    throw new DongneError('unknown-format', `${path} is no GeoJSON FeatureCollection.`)
  }
  for (const [index, feature] of features.entries()) {
    const line = index + 1
    const { geometry, properties, id } = objectOf(feature)
    const { type = 'nothing', coordinates } = objectOf(geometry)
    if (type !== 'Point' || !Array.isArray(coordinates)) {
      const found = type === 'Point' ? 'one without coordinates' : String(type)
      const value = JSON.stringify(geometry ?? null).slice(0, 200)
      yield { line, reason: `a place needs a Point, not ${found}`, value }
      continue
    }
    const [lng, lat] = coordinates as unknown[]
    yield { line, values: { ...(id !== undefined && { id: String(id) }), ...objectOf(properties), lng, lat } }
  }
}
