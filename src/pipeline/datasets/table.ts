// A CSV file of a data set with a header. Leaves the meaning of columns to the formats beside it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { DongneError } from '../../errors.ts'

/** The rows by column name. Throws invalid-dataset where it cannot be read, has no rows or lacks a column. */
export async function readTable(
  folder: string,
  name: string,
  required: readonly string[],
): Promise<Record<string, string>[]> {
  const path = join(folder, name)
  let rows: Record<string, string>[]
  try {
    rows = parse(await readFile(path), { columns: true, bom: true, skip_empty_lines: true })
  } catch (cause) {
    throw new DongneError('invalid-dataset', `${path}: ${(cause as Error).message}`, { cause })
  }
  if (rows.length === 0) throw new DongneError('invalid-dataset', `${path} has no rows.`)
  const missing = required.filter((column) => !(column in rows[0]))
  if (missing.length > 0)
    throw new DongneError('invalid-dataset', `${path} lacks the column ${missing.join(', ')}.`)
  return rows
}
