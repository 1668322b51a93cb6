// The next task: within an outing, where does someone go from where they are? Every place of the city, known ones too.
// Leaves the contest to going-task.ts. The protocol is in docs/evaluate.md.
import type { Dataset } from '../datasets/dataset.ts'
import { NEXT_IN_OUTING } from '../ranker/fit.ts'
import { evaluateGoing, type GoingReport, type GoingTask } from './going-task.ts'
import type { EvaluateOptions } from './options.ts'

export type NextReport = GoingReport<'next'>

/** Throws invalid-dataset where check-ins have no times or places no positions. */
export function evaluateNext(
  dataset: Dataset,
  options: EvaluateOptions,
  started: number,
): Promise<NextReport> {
  const task: GoingTask<'next'> = {
    task: 'next',
    question: NEXT_IN_OUTING,
    rules: {
      nearest: (feature) => -(feature('metersNow') + feature('metersSoon')),
      'most-visited': (feature) => feature('own'),
      'went-next': (feature) => feature('after'),
      'item-lists': (feature) => feature('lastList'),
      taste: (feature) => feature('taste'),
    },
    // Each ranks the whole city; the standard error of a recall is .01 there.
    mostMoments: 2000,
    reRanked: false,
  }
  return evaluateGoing(task, dataset, options, started)
}
