// The ranking task: which places does a user go to next? All places are ranked, what the user has in train left out.
// Leaves the shape of scores to report.ts, baselines to baselines.ts.
import { chooseFusionWeight, fusedScorer, fusionLists } from '../../graph/fusion.ts'
import { buildGraph } from '../../graph/interactions.ts'
import { rankUsersOnThreads } from '../../graph/ranking-threads.ts'
import type { RankingTask } from '../../graph/ranking.ts'
import type { Trained } from '../../graph/train.ts'
import type { Embeddings } from '../../graph/trainer.ts'
import { createRandom } from '../../math/random.ts'
import type { Dataset } from '../datasets/dataset.ts'
import type { EvaluationFormat } from '../datasets/formats.ts'
import { scoreBaselines, type BaselineReport } from './baselines.ts'
import { foldedUsers } from './folded-users.ts'
import type { EvaluateOptions } from './options.ts'
import {
  detailedScoresOf,
  K,
  resources,
  scoresOf,
  scoresOfLists,
  type DetailedScores,
  type Resources,
  type Scores,
} from './report.ts'
import { testTask, trainInput } from './train-input.ts'
import { trainTimed } from './training.ts'

export interface RankingReport extends DetailedScores, Resources {
  readonly task: 'ranking'
  readonly format: EvaluationFormat
  readonly dim: number
  /** Threads used. */
  readonly threads: number
  readonly seed: number
  /** Users with places in test that they did not have in train. */
  readonly users: number
  readonly places: number
  readonly epochs: number
  readonly seconds: number
  readonly trainSeconds: number
  /** Full ranking for the embedding. */
  readonly rankSeconds: number
  /** Users placed by the mean of their places' vectors, as the service places a new user. */
  readonly inductive: Scores
  /** With item-item lists as a second score. */
  readonly fused?: FusedScores
  readonly baselines: BaselineReport
}

export interface FusedScores extends Scores {
  /** Chosen on the validation slice; 0: the lists did not help there. */
  readonly weight: number
  /** Building the lists of all places. */
  readonly listSeconds: number
  readonly listMb: number
}

export async function evaluateRanking(
  dataset: Dataset,
  options: EvaluateOptions,
  started: number,
): Promise<RankingReport> {
  const { format, dim, seed, threads, budgetSeconds, signal } = options
  const input = await trainInput(dataset)
  const { trained, trainSeconds } = await trainTimed(input, options)
  const graph = buildGraph(input.events, input.placeIds)
  const task = testTask(dataset, graph)
  const rankStarted = performance.now()
  const rank = ({ users, places }: Embeddings) =>
    rankUsersOnThreads({ users, places }, dim, task.train, task.users, K, threads)
  const scores = detailedScoresOf(await rank(trained), task, seed)
  const rankSeconds = (performance.now() - rankStarted) / 1000
  const folded = { users: foldedUsers(trained, graph.weights), places: trained.places }
  const inductive = scoresOfLists(await rank(folded), task)
  const fused = options.fusion ? scoreFused(trained, task) : undefined
  const context = {
    dim,
    random: createRandom(seed).fork('baselines'),
    budgetSeconds,
    ...(signal && { signal }),
  }
  const baselines = scoreBaselines(options.baselines, task, context, options.progress)
  return {
    task: 'ranking',
    format,
    dim,
    threads,
    seed,
    users: task.users.length,
    places: input.placeIds.length,
    epochs: trained.report.epochs,
    seconds: (performance.now() - started) / 1000,
    trainSeconds,
    rankSeconds,
    ...resources(),
    ...scores,
    inductive,
    ...(fused && { fused }),
    baselines,
  }
}

function scoreFused(trained: Trained, task: RankingTask): FusedScores {
  const { dim, slice } = trained
  const weight = chooseFusionWeight(slice.vectors, dim, slice.held)
  const started = performance.now()
  const lists = fusionLists(task.train)
  const listSeconds = (performance.now() - started) / 1000
  const scores = scoresOf(fusedScorer(trained, dim, lists, task.train, weight), task)
  const listMb = (lists.starts.byteLength + lists.indices.byteLength + lists.values.byteLength) / 1e6
  return { ...scores, weight, listSeconds, listMb }
}
