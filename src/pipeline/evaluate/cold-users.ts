// Users kept out of training: how well are they served by the first few things they do? Part of the cold task.
// Leaves folding in to folded-users.ts, the shape of scores to report.ts. The protocol is in docs/evaluate.md.
import { fitBaseline, type FitContext } from '../../graph/baselines/baseline.ts'
import { BASELINES } from '../../graph/baselines/index.ts'
import type { BaselineName } from '../../graph/baselines/names.ts'
import { buildGraph, type Interaction, type InteractionGraph } from '../../graph/interactions.ts'
import type { TrainInput } from '../../graph/parameters.ts'
import { embeddingScorer, globalScorer, type RankingTask, type Scorer } from '../../graph/ranking.ts'
import { popularities } from '../../graph/baselines/popularity.ts'
import type { Trained } from '../../graph/train.ts'
import { foldedUsers } from './folded-users.ts'
import { scoresOf, type Scores } from './report.ts'

/** Share of the users who are asked that are held out of training. */
const COLD_SHARE = 0.2
/** How many of the user's latest train events are known. */
const KNOWN = [0, 1, 2, 5, 10, Infinity] as const

export interface ColdUsersReport {
  readonly coldUsers: number
  /** Trained with them and their whole history. */
  readonly warm: Scores
  /** By users in train, the cold ones not counted. */
  readonly popularity: Scores
  /** Trained without them, and folded in from so many of their latest events; `all` of them at the end. */
  readonly known: readonly ColdUserScores[]
}

export interface ColdUserScores {
  readonly events: number | 'all'
  readonly ours: Scores
  /** recall@20 over that of warm. */
  readonly kept: number
  /** Fitted without the users but for these events; of no event they say nothing. */
  readonly baselines: Readonly<Partial<Record<BaselineName, Scores>>>
}

export interface ColdUsers {
  readonly ids: ReadonlySet<string>
  /** What is left for training. */
  readonly others: readonly Interaction[]
}

/** A fifth of the users of a task. */
export function drawColdUsers(
  { events }: Pick<TrainInput, 'events'>,
  { userIds }: InteractionGraph,
  { users }: RankingTask,
  shuffle: (list: string[]) => string[],
): ColdUsers {
  const asked = shuffle(Array.from(users, (user) => userIds[user]))
  const ids = new Set(asked.slice(0, Math.round(COLD_SHARE * asked.length)))
  return { ids, others: events.filter(({ userId }) => !ids.has(userId)) }
}

interface Sides {
  /** Trained on all events, and on those of the others. */
  readonly warm: Trained
  readonly cold: Trained
}

/**
 * Every number of events asks the same question: of all places but those of the user's whole history in train, where are
 * those of test? @param task of all users and all of train
 */
export function scoreColdUsers(
  input: Pick<TrainInput, 'events' | 'placeIds'>,
  graph: InteractionGraph,
  task: RankingTask,
  { ids, others }: ColdUsers,
  { warm, cold }: Sides,
  names: readonly BaselineName[],
  context: FitContext,
): ColdUsersReport {
  const kept = Array.from(task.users, (_, index) => index).filter((index) =>
    ids.has(graph.userIds[task.users[index]]),
  )
  const asked = {
    train: task.train,
    users: kept.map((index) => task.users[index]),
    relevant: kept.map((index) => task.relevant[index]),
  }
  const latest = new Map<string, Interaction[]>()
  for (const event of input.events) {
    if (!ids.has(event.userId)) continue
    const own = latest.get(event.userId)
    if (own === undefined) latest.set(event.userId, [event])
    else own.push(event)
  }
  for (const own of latest.values()) own.sort((a, b) => b.at - a.at)
  const { dim } = warm
  const warmScores = scoresOf(embeddingScorer(warm, dim), asked)
  const known = KNOWN.map((events): ColdUserScores => {
    const seen = [...latest.values()].flatMap((own) => own.slice(0, events))
    const partial = buildGraph([...others, ...seen], input.placeIds)
    const rows = new Map(partial.userIds.map((id, row) => [id, row]))
    /** Rows of the partial graph by those of the whole one. */
    const rowOf = (user: number) => rows.get(graph.userIds[user])
    const folded = foldedUsers(cold, partial.weights)
    const users = new Float32Array(graph.userIds.length * dim)
    for (const user of asked.users) {
      const row = rowOf(user)
      if (row === undefined) users[(user + 1) * dim - 1] = 1
      else users.set(folded.subarray(row * dim, (row + 1) * dim), user * dim)
    }
    const ours = scoresOf(embeddingScorer({ users, places: cold.places }, dim), asked)
    const fitted =
      events === 0 ? [] : names.filter((name) => BASELINES[name].limit(partial.weights) === undefined)
    return {
      events: events === Infinity ? 'all' : events,
      ours,
      kept: warmScores['recall@20'] === 0 ? 0 : ours['recall@20'] / warmScores['recall@20'],
      baselines: Object.fromEntries(
        fitted.map((name) => {
          const { scorer } = fitBaseline(BASELINES[name], partial.weights, context)
          return [
            name,
            scoresOf(
              ofRows(scorer, (user) => rowOf(user)!),
              asked,
            ),
          ]
        }),
      ),
    }
  })
  return {
    coldUsers: asked.users.length,
    warm: warmScores,
    popularity: scoresOf(globalScorer(popularities(buildGraph(others, input.placeIds).weights)), asked),
    known,
  }
}

/** The same scores for users by other numbers. */
function ofRows(scorer: Scorer, rowOf: (user: number) => number): Scorer {
  return {
    tilePlaces: scorer.tilePlaces,
    open(kernels) {
      const score = scorer.open(kernels)
      return (users, from, to, scores) => score(users.map(rowOf), from, to, scores)
    },
  }
}
