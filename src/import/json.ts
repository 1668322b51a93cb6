// A file that is one JSON value: TopoJSON and GeoJSON. Leaves its meaning to areas.ts and rows.ts.
import { DongneError } from '../errors.ts'
import type { Encoding, Source } from './source.ts'

/** Throws file-corrupt, invalid-encoding. */
export async function readJson(
  source: Source,
  options: { readonly encoding: Encoding; readonly onBytes?: (read: number) => void },
): Promise<unknown> {
  let text = ''
  for await (const chunk of source.text(options)) text += chunk
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    const message = `${source.path} is not JSON: ${(cause as Error).message}.`
    throw new DongneError('file-corrupt', message, { cause })
  }
}

/** An object as it is, anything else as an empty one: what is missing is then found by name. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}
