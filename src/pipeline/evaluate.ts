// The evaluate job: trains on the train part of a data set and scores its test part once.
// Leaves formats to datasets/, tasks to evaluate/.
import type { Dataset } from './datasets/dataset.ts'
import { READERS } from './datasets/formats.ts'
import { evaluateArea, type AreaReport } from './evaluate/area-task.ts'
import { evaluateCold, type ColdReport } from './evaluate/cold-task.ts'
import type { EvaluateOptions, EvaluationTask } from './evaluate/options.ts'
import { evaluateNext, type NextReport } from './evaluate/next-task.ts'
import { evaluateRanking, type RankingReport } from './evaluate/ranking-task.ts'
import { evaluateTogether, type TogetherReport } from './evaluate/together-task.ts'

/** What each task reports. */
export interface EvaluationReports {
  readonly ranking: RankingReport
  readonly cold: ColdReport
  readonly area: AreaReport
  readonly next: NextReport
  readonly together: TogetherReport
}

const TASKS: {
  readonly [Task in EvaluationTask]: (
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

/** Throws invalid-dataset. */
export async function evaluateDataset<Task extends EvaluationTask>(
  options: EvaluateOptions & { readonly task: Task },
): Promise<EvaluationReports[Task]> {
  const started = performance.now()
  const dataset = await READERS[options.format](options.folder)
  return TASKS[options.task](dataset, options, started)
}
