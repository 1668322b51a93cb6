// What an evaluation is asked. Leaves the tasks to the files beside it.
import type { BaselineName } from '../../graph/baselines/names.ts'
import type { EvaluationFormat } from '../datasets/formats.ts'
import type { Progress } from '../progress.ts'

export const EVALUATION_TASKS = ['ranking', 'cold', 'area', 'next', 'together', 'tours'] as const
export type EvaluationTask = (typeof EVALUATION_TASKS)[number]

export interface EvaluateOptions {
  readonly folder: string
  readonly format: EvaluationFormat
  readonly dim: number
  readonly threads: number
  readonly seed: number
  /** Longest time of each training: the model's, and that of each baseline that is trained. */
  readonly budgetSeconds: number
  /** Beside popularity: of the ranking task those named, of the others all where none is named. */
  readonly baselines: readonly BaselineName[]
  /** Of the ranking task: whether item-item lists are tried as a second score. */
  readonly fusion: boolean
  readonly progress: Progress
  readonly signal?: AbortSignal
}
