// Tells a file's format from its first characters. Leaves named formats to presets.ts.
import { parse } from 'csv-parse/sync'
import { DongneError } from '../errors.ts'
import type { RowFormat } from './rows.ts'
import type { Source } from './source.ts'

export interface Detected {
  readonly format: RowFormat | 'areas'
  /** Columns of the first row; of GeoJSON the properties of the first feature, lng and lat. */
  readonly columns: readonly string[]
}

/** Throws unknown-format, saying what was seen. */
export async function detectFormat(source: Source): Promise<Detected> {
  const head = (await source.head()).replace(/^\uFEFF/, '').trimStart()
  if (head === '') throw new DongneError('file-empty', `${source.path} has no text.`)
  if (head.startsWith('{')) return detectJson(source, head)
  if (head.startsWith('[')) throw unknown(source, 'it is a JSON array; write one object a line (NDJSON)')
  const [header] = parse(head.slice(0, Math.max(head.indexOf('\n'), 0) || undefined), {
    relax_quotes: true,
  }) as string[][]
  const columns = (header ?? []).map((name) => name.trim())
  if (columns.length < 2) throw unknown(source, `its first line is "${head.slice(0, 80).split('\n')[0]}"`)
  return { format: 'csv', columns }
}

function detectJson(source: Source, head: string): Detected {
  const firstLine = head.split('\n')[0]
  const type = /"type"\s*:\s*"(Topology|FeatureCollection)"/.exec(head.slice(0, 2000))?.[1]
  if (type === 'Topology') return { format: 'areas', columns: [] }
  if (type === 'FeatureCollection') {
    const geometry = /"geometry"\s*:\s*\{[^}]*?"type"\s*:\s*"(\w+)"/.exec(head)?.[1]
    if (geometry !== 'Point') return { format: 'areas', columns: [] }
    return { format: 'geojson', columns: ['id', ...firstProperties(head), 'lng', 'lat'] }
  }
  try {
    return { format: 'ndjson', columns: Object.keys(JSON.parse(firstLine) as object) }
  } catch (cause) {
    throw unknown(source, `its first line starts with ${firstLine.slice(0, 80)}`, cause)
  }
}

/** Keys of the first feature's properties: of the shortest text from their brace to a later one that is an object. */
function firstProperties(head: string): string[] {
  const start = /"properties"\s*:\s*\{/.exec(head)
  if (start === null) return []
  const open = start.index + start[0].length - 1
  for (let close = head.indexOf('}', open); close >= 0; close = head.indexOf('}', close + 1)) {
    try {
      return Object.keys(JSON.parse(head.slice(open, close + 1)) as object)
    } catch {
      // A brace of an inner object or of a text.
    }
  }
  return []
}

function unknown(source: Source, seen: string, cause?: unknown): DongneError {
  return new DongneError('unknown-format', `The format of ${source.path} cannot be told: ${seen}.`, { cause })
}
