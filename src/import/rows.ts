// The rows of a tabular source: CSV, NDJSON or GeoJSON features, each with its line, streamed.
// Leaves what the columns mean to mapping.ts.
import { Readable } from 'node:stream'
import { parse, type CsvError } from 'csv-parse'
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
  const text = source.text({ encoding: options.encoding, onBytes: options.onBytes })
  if (options.format === 'csv') yield* readCsv(text)
  else if (options.format === 'ndjson') yield* readNdjson(text)
  else yield* readGeoJson(text)
}

export function isBroken(row: Row | BrokenRow): row is BrokenRow {
  return 'reason' in row
}

async function* readCsv(text: AsyncIterable<string>): AsyncGenerator<Row | BrokenRow> {
  const broken: BrokenRow[] = []
  const parser = parse({
    columns: (header: string[]) => header.map((name) => name.trim()),
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    info: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      if (error !== undefined)
        broken.push({ line: Number(error['lines'] ?? 0), reason: error.message, value: '' })
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
    yield* broken.splice(0)
    yield { line: info.lines, values: record }
  }
  yield* broken
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
async function* readGeoJson(text: AsyncIterable<string>): AsyncGenerator<Row | BrokenRow> {
  let json = ''
  for await (const chunk of text) json += chunk
  const { features } = JSON.parse(json) as { features: unknown[] }
  for (const [index, feature] of features.entries()) {
    const { geometry, properties, id } = feature as {
      geometry?: { type: string; coordinates: number[] } | null
      properties?: Record<string, unknown> | null
      id?: unknown
    }
    if (geometry?.type !== 'Point') {
      const value = JSON.stringify(geometry ?? null).slice(0, 200)
      yield { line: index + 1, reason: `a place needs a Point, not ${geometry?.type ?? 'nothing'}`, value }
      continue
    }
    const [lng, lat] = geometry.coordinates
    yield {
      line: index + 1,
      values: { ...(id !== undefined && { id: String(id) }), ...properties, lng, lat },
    }
  }
}
