// The evaluate job: trains on the train part of a data set and scores its test part once.
// Leaves formats to datasets/, tasks to evaluate/.
import { READERS } from './datasets/formats.ts'
import { evaluateCold, type ColdReport } from './evaluate/cold-task.ts'
import type { EvaluateOptions } from './evaluate/options.ts'
import { evaluateRanking, type RankingReport } from './evaluate/ranking-task.ts'

const TASKS = { ranking: evaluateRanking, cold: evaluateCold }

/** Throws invalid-dataset. */
export async function evaluateDataset(options: EvaluateOptions & { task: 'ranking' }): Promise<RankingReport>
export async function evaluateDataset(options: EvaluateOptions & { task: 'cold' }): Promise<ColdReport>
export async function evaluateDataset(
  options: EvaluateOptions & { readonly task: keyof typeof TASKS },
): Promise<RankingReport | ColdReport> {
  const started = performance.now()
  const dataset = await READERS[options.format](options.folder)
  return TASKS[options.task](dataset, options, started)
}
