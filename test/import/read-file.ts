// Writes a file into a temporary folder and reads it back as the import does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readRows, type BrokenRow, type Row, type RowFormat } from '../../src/import/rows.ts'
import { openSource } from '../../src/import/source.ts'

/** The path of a new file; removed when the test ends. */
export async function fileWith(content: string | Uint8Array, name = 'file'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-import-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

export async function textOf(content: string | Uint8Array, encoding = 'auto'): Promise<string> {
  const source = await openSource(await fileWith(content))
  let text = ''
  for await (const chunk of source.text({ encoding })) text += chunk
  return text
}

export async function rowsOf(content: string | Uint8Array, format: RowFormat): Promise<(Row | BrokenRow)[]> {
  const source = await openSource(await fileWith(content))
  return Array.fromAsync(readRows(source, { format, encoding: 'auto' }))
}
