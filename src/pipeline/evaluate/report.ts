// The shape of an evaluation's JSON, and lists turned into it. Leaves measures to graph/metrics.ts.
import {
  bootstrapIntervals,
  degreeSlices,
  rankingMetrics,
  userMeasures,
  type RankingMetrics,
} from '../../graph/metrics.ts'
import { rankUsers, type RankingTask, type Scorer } from '../../graph/ranking.ts'
import { createRandom } from '../../math/random.ts'

export const K = 20

export interface Scores {
  readonly 'recall@20': number
  readonly 'ndcg@20': number
  readonly 'hit@20': number
  readonly 'mrr@20': number
  readonly 'coverage@20': number
}

type Interval = readonly [low: number, high: number]

export interface DetailedScores extends Scores {
  /** 95 % bootstrap intervals over users. */
  readonly intervals: Readonly<Record<Exclude<keyof Scores, 'coverage@20'>, Interval>>
  /** By how many places a user has in train. */
  readonly slices: readonly SliceScores[]
}

export interface SliceScores extends Scores {
  /** "≤5", "6-10", …, ">50" places in train. */
  readonly trainPlaces: string
  readonly users: number
}

/** What a run cost, of the whole process. */
export interface Resources {
  readonly cpuSeconds: number
  readonly peakMb: number
}

export function resources(): Resources {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 }
}

export function scoresOf(scorer: Scorer, task: RankingTask): Scores {
  return scoresOfLists(rankUsers(scorer, task.train, task.users, K), task)
}

/** @param lists the first K places of the task's users, in step */
export function scoresOfLists(lists: readonly Uint32Array[], { train, relevant }: RankingTask): Scores {
  return named(rankingMetrics(lists, relevant, K, train.columns))
}

/** @param lists the first K places of the task's users, in step */
export function detailedScoresOf(
  lists: readonly Uint32Array[],
  task: RankingTask,
  seed: number,
): DetailedScores {
  const { train, users, relevant } = task
  const degrees = Array.from(users, (user) => train.starts[user + 1] - train.starts[user])
  const { recall, ndcg, hit, mrr } = bootstrapIntervals(
    userMeasures(lists, relevant, K),
    createRandom(seed).fork('bootstrap'),
  )
  return {
    ...named(rankingMetrics(lists, relevant, K, train.columns)),
    intervals: { 'recall@20': recall, 'ndcg@20': ndcg, 'hit@20': hit, 'mrr@20': mrr },
    slices: degreeSlices(lists, relevant, degrees, K, train.columns).map(({ from, to, ...metrics }) => ({
      trainPlaces: to === undefined ? `>${from - 1}` : from === 0 ? `≤${to}` : `${from}-${to}`,
      users: metrics.users,
      ...named(metrics),
    })),
  }
}

export function named({ recall, ndcg, hit, mrr, coverage }: RankingMetrics): Scores {
  return { 'recall@20': recall, 'ndcg@20': ndcg, 'hit@20': hit, 'mrr@20': mrr, 'coverage@20': coverage }
}
