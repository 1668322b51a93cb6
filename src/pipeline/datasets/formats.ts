// The evaluation formats by name. Leaves reading to the files beside it.
import type { Dataset } from './dataset.ts'
import { readFoursquare } from './foursquare.ts'
import { readLightGcn } from './lightgcn.ts'
import { readVldb17 } from './vldb17.ts'

/** Each throws invalid-dataset. */
export const READERS = {
  lightgcn: readLightGcn,
  vldb17: readVldb17,
  foursquare: readFoursquare,
} as const satisfies Record<string, (folder: string) => Promise<Dataset>>

export type EvaluationFormat = keyof typeof READERS
export const EVALUATION_FORMATS = Object.keys(READERS) as EvaluationFormat[]
