// The area task: someone goes to a place that is new to them; where is it among everything around that is new to them?
// Leaves the contest to going-task.ts. The protocol is in docs/evaluate.md.
import type { Dataset } from '../datasets/dataset.ts'
import { NEW_AROUND } from '../ranker/fit.ts'
import { evaluateGoing, type GoingReport, type GoingTask } from './going-task.ts'
import type { EvaluateOptions } from './options.ts'

export type AreaReport = GoingReport<'area'>

/** Throws invalid-dataset where check-ins have no times or places no positions. */
export function evaluateArea(
  dataset: Dataset,
  options: EvaluateOptions,
  started: number,
): Promise<AreaReport> {
  const task: GoingTask<'area'> = {
    task: 'area',
    question: NEW_AROUND,
    rules: {
      'popularity-in-area': (feature) => feature('visits'),
      nearest: (feature) =>
        -(feature('metersNow') + feature('metersSoon') + feature('metersToday') + feature('metersBefore')),
      'nearest-visited': (feature) => -feature('nearest'),
      taste: (feature) => feature('taste'),
    },
    // The standard error of a recall is .003 there.
    mostMoments: 20_000,
    reRanked: true,
  }
  return evaluateGoing(task, dataset, options, started)
}
