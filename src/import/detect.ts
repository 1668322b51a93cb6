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
    const properties = /"properties"\s*:\s*(\{[^{}]*\})/.exec(head)?.[1] ?? '{}'
    return {
      format: 'geojson',
      columns: ['id', ...Object.keys(JSON.parse(properties) as object), 'lng', 'lat'],
    }
  }
  try {
    return { format: 'ndjson', columns: Object.keys(JSON.parse(firstLine) as object) }
  } catch (cause) {
    throw unknown(source, `its first line starts with ${firstLine.slice(0, 80)}`, cause)
  }
}

function unknown(source: Source, seen: string, cause?: unknown): DongneError {
  return new DongneError('unknown-format', `The format of ${source.path} cannot be told: ${seen}.`, { cause })
}
