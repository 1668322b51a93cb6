// The baselines that an evaluation was asked for: fitted, ranked and timed one after the other.
// Leaves the models to graph/baselines/.
import { BASELINES, fitBaseline, type BaselineName, type FitContext } from '../../graph/baselines/index.ts'
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
  Record<BaselineName, BaselineScores | SkippedBaseline>
>

/** Popularity is always among them: it costs nothing. */
export function scoreBaselines(
  names: readonly BaselineName[],
  task: RankingTask,
  context: FitContext,
  progress: Progress,
): BaselineReport {
  const popularity = scoreBaseline('popularity', task, context)
  if ('skipped' in popularity) throw new Error(popularity.skipped)
  const others: Partial<Record<BaselineName, BaselineScores | SkippedBaseline>> = {}
  const wanted = names.filter((name) => name !== 'popularity')
  if (wanted.length > 0) progress.start('baselines', wanted.length)
  wanted.forEach((name, done) => {
    progress.update(done, name)
    others[name] = scoreBaseline(name, task, context)
  })
  if (wanted.length > 0) progress.stop()
  return { popularity, ...others }
}

function scoreBaseline(
  name: BaselineName,
  task: RankingTask,
  context: FitContext,
): BaselineScores | SkippedBaseline {
  const baseline = BASELINES[name]
  const skipped = baseline.limit(task.train)
  if (skipped !== undefined) return { skipped }
  const started = performance.now()
  const { scorer, settings } = fitBaseline(baseline, task.train, context)
  const fitted = performance.now()
  const scores = scoresOf(scorer, task)
  return {
    ...scores,
    settings,
    fitSeconds: (fitted - started) / 1000,
    rankSeconds: (performance.now() - fitted) / 1000,
  }
}
