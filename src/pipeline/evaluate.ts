// The evaluate job: trains on the train part of a data set and scores its test part once.
// Leaves formats to datasets/, tasks to evaluate/.
import { DongneError } from '../errors.ts'
import type { Dataset } from './datasets/dataset.ts'
import { READERS } from './datasets/formats.ts'
import { evaluateArea, type AreaReport } from './evaluate/area-task.ts'
import { evaluateCold, type ColdReport } from './evaluate/cold-task.ts'
import type { EvaluateOptions, EvaluationTask } from './evaluate/options.ts'
import { evaluateNext, type NextReport } from './evaluate/next-task.ts'
import { evaluateRanking, type RankingReport } from './evaluate/ranking-task.ts'
import { evaluateTogether, type TogetherReport } from './evaluate/together-task.ts'
import { evaluateTours, type ToursReport } from './evaluate/tours-task.ts'

/** What each task reports. */
export interface EvaluationReports {
  readonly ranking: RankingReport
  readonly cold: ColdReport
  readonly tours: ToursReport
  readonly area: AreaReport
  readonly next: NextReport
  readonly together: TogetherReport
}

/** The tasks on users' visits. */
const TASKS: {
  readonly [Task in Exclude<EvaluationTask, 'tours'>]: (
    dataset: Dataset,
    options: EvaluateOptions,
    started: number,
  ) => Promise<EvaluationReports[Task]>
} = {
  ranking: evaluateRanking,
  cold: evaluateCold,
  area: evaluateArea,
  next: evaluateNext,
  together: evaluateTogether,
}

/** Throws invalid-dataset, also where the format is not one of the task. */
export async function evaluateDataset<Task extends EvaluationTask>(
  options: EvaluateOptions & { readonly task: Task },
): Promise<EvaluationReports[Task]>
export async function evaluateDataset(
  options: EvaluateOptions & { readonly task: EvaluationTask },
): Promise<EvaluationReports[EvaluationTask]> {
  const started = performance.now()
  const { task, format, folder } = options
  if (task === 'tours' && format === 'tours') return evaluateTours(options, started)
  if (task === 'tours' || format === 'tours') {
    throw new DongneError('invalid-dataset', `The task ${task} cannot be asked of the format ${format}.`)
  }
  return TASKS[task](await READERS[format](folder), options, started)
}
