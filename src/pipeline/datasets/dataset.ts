// What every evaluation format is read into: users' train and test places, and texts where the format has some.
// Leaves formats to the files beside it, scoring to evaluate.ts.
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Interaction } from '../../graph/interactions.ts'
import { DongneError } from '../../errors.ts'

export interface Dataset {
  readonly placeIds: readonly string[]
  /** What is embedded for each place, in step with `placeIds`; absent where the format has no text. */
  readonly documents?: readonly string[]
  /** `[places, 2]` lng, lat; absent where the format has none. */
  readonly positions?: Float64Array
  /** Category codes of each place (domain/category.ts), in step; absent where no place has one. */
  readonly categories?: readonly (readonly string[])[]
  /** The name of each place, '' where it is not known, in step. */
  readonly names?: readonly string[]
  /** The region of each place, '' where it is not known; absent where no place has one. */
  readonly regions?: readonly string[]
  /** What may be trained on. */
  readonly train: readonly Interaction[]
  /** What users did later; scored once. */
  readonly test: readonly LaterVisit[]
}

export interface LaterVisit {
  readonly userId: string
  readonly placeId: string
  /** Milliseconds since 1970; absent where the format has no times. */
  readonly at?: number
}

/** The lines of a file of the data set with their numbers, from 1; empty lines left out. Throws invalid-dataset. */
export async function* datasetLines(
  folder: string,
  name: string,
): AsyncGenerator<{ line: number; text: string }> {
  const path = join(folder, name)
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line++
      if (text.trim() !== '') yield { line, text }
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new DongneError('invalid-dataset', `${path} cannot be read (${code}).`, { cause })
  }
  if (line === 0) throw new DongneError('invalid-dataset', `${path} is empty.`)
}

export function invalidLine(folder: string, name: string, line: number, problem: string): DongneError {
  return new DongneError('invalid-dataset', `${join(folder, name)}, line ${line}: ${problem}`)
}
