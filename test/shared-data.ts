// Where the real data sets lie that some tests use, and the reason to skip where they are absent.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = process.env['DONGNE_TEST_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url))

/** The path of a data set below ../shared/data (or DONGNE_TEST_DATA). */
export function sharedData(name: string): string {
  return `${root}/${name}`
}

/** Pass to `context.skip(condition, note)`: true where the data set is absent. */
export function isAbsent(name: string): boolean {
  return !existsSync(sharedData(name))
}
