// The curated themes of a file, or those that come with dongne. Leaves their shape to theme.ts.
import { readFileSync } from 'node:fs'
import { DongneError } from '../../errors.ts'
import { BUILT_IN_THEMES, parseCuratedThemes, type CuratedTheme } from './theme.ts'

/** @param path empty for the built-in ones. Throws invalid-config where the file cannot be used. */
export function readCuratedThemes(path: string): readonly CuratedTheme[] {
  if (path === '') return BUILT_IN_THEMES
  try {
    return parseCuratedThemes(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    const { message } = cause as Error
    throw new DongneError('invalid-config', `DONGNE_THEMES ${path}: ${message}`, { cause })
  }
}
