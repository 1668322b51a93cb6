// The baselines that an evaluation was asked for: fitted, ranked and timed one after the other.
// Leaves the models to graph/baselines/.
import { fitBaseline, type FitContext } from '../../graph/baselines/baseline.ts'
import { BASELINES } from '../../graph/baselines/index.ts'
import type { BaselineName } from '../../graph/baselines/names.ts'
import type { RankingTask } from '../../graph/ranking.ts'
import type { Progress } from '../progress.ts'
import { scoresOf, type Scores } from './report.ts'

export interface BaselineScores extends Scores {
  /** The settings that the validation slice chose. */
  readonly settings: object
  /** Choosing the settings and fitting, then ranking. */
  readonly fitSeconds: number
  readonly rankSeconds: number
}

export interface SkippedBaseline {
  /** Why the data set is too large for it. */
  readonly skipped: string
}

export type BaselineReport = { readonly popularity: BaselineScores } & Partial<
  Record<Exclude<BaselineName, 'popularity'>, BaselineScores | SkippedBaseline>
>

/** Popularity is always among them: it costs nothing. */
export function scoreBaselines(
  names: readonly BaselineName[],
  task: RankingTask,
  context: FitContext,
  progress: Progress,
): BaselineReport {
  const report: Partial<Record<BaselineName, BaselineScores | SkippedBaseline>> = {}
  const wanted = names.filter((name) => name !== 'popularity')
  if (wanted.length > 0) progress.start('baselines', wanted.length)
  wanted.forEach((name, done) => {
    progress.update(done, name)
    report[name] = scoreBaseline(name, task, context)
  })
  if (wanted.length > 0) progress.stop()
  return { ...report, popularity: scoreFitted('popularity', task, context) }
}

function scoreBaseline(
  name: BaselineName,
  task: RankingTask,
  context: FitContext,
): BaselineScores | SkippedBaseline {
  const skipped = BASELINES[name].limit(task.train)
  return skipped === undefined ? scoreFitted(name, task, context) : { skipped }
}

function scoreFitted(name: BaselineName, task: RankingTask, context: FitContext): BaselineScores {
  const started = performance.now()
  const { scorer, settings } = fitBaseline(BASELINES[name], task.train, context)
  const fitted = performance.now()
  const scores = scoresOf(scorer, task)
  return {
    ...scores,
    settings,
    fitSeconds: (fitted - started) / 1000,
    rankSeconds: (performance.now() - fitted) / 1000,
  }
}
