// The evaluation formats by name. Leaves reading to the files beside it.
import { readdir } from 'node:fs/promises'
import { DongneError } from '../../errors.ts'
import type { Dataset } from './dataset.ts'
import { readFoursquare } from './foursquare.ts'
import { readLightGcn } from './lightgcn.ts'
import { readVldb17 } from './vldb17.ts'

/** Formats of users' visits; each throws invalid-dataset. */
export const READERS = {
  lightgcn: readLightGcn,
  vldb17: readVldb17,
  foursquare: readFoursquare,
} as const satisfies Record<string, (folder: string) => Promise<Dataset>>

export type VisitFormat = keyof typeof READERS

/** `tours` is the format of the task of that name, and of no other one. */
export type EvaluationFormat = VisitFormat | 'tours'
export const EVALUATION_FORMATS = [...Object.keys(READERS), 'tours'] as EvaluationFormat[]

/** By a file that only one format has. */
const MARKS: readonly (readonly [RegExp, EvaluationFormat])[] = [
  [/^traj-.*\.csv$/, 'tours'],
  [/^checkins\.csv$/, 'foursquare'],
  [/^poi_coos\.txt$/, 'vldb17'],
  [/^train\.txt$/, 'lightgcn'],
]

/** The format of a folder by its files. Throws invalid-dataset. */
export async function detectFormat(folder: string): Promise<EvaluationFormat> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new DongneError('invalid-dataset', `${folder} cannot be read (${code}).`, { cause })
  }
  const mark = MARKS.find(([file]) => names.some((name) => file.test(name)))
  if (mark !== undefined) return mark[1]
  throw new DongneError(
    'invalid-dataset',
    `${folder} has files of no known format (${EVALUATION_FORMATS.join(', ')}); docs/evaluate.md describes them.`,
  )
}
