// The cold task: how well are places found that nobody has visited yet, by their text, and how well are new users served?
// Leaves new users to cold-users.ts, the shape of scores to report.ts. The protocol is in docs/evaluate.md.
import { fitBaseline, type FitContext } from '../../graph/baselines/baseline.ts'
import { BASELINES } from '../../graph/baselines/index.ts'
import type { BaselineName } from '../../graph/baselines/names.ts'
import { popularities } from '../../graph/baselines/popularity.ts'
import { DongneError } from '../../errors.ts'
import { inductiveUsers } from '../../graph/inductive-users.ts'
import { buildGraph, graphMatrices } from '../../graph/interactions.ts'
import type { TrainInput } from '../../graph/parameters.ts'
import { embeddingScorer, globalScorer, type RankingTask, type Scorer } from '../../graph/ranking.ts'
import type { Trained } from '../../graph/train.ts'
import type { Embeddings } from '../../graph/trainer.ts'
import { createRandom } from '../../math/random.ts'
import type { SparseMatrix } from '../../math/sparse.ts'
import type { Dataset } from '../datasets/dataset.ts'
import type { EvaluationFormat } from '../datasets/formats.ts'
import { drawColdUsers, scoreColdUsers, type ColdUsersReport } from './cold-users.ts'
import type { EvaluateOptions } from './options.ts'
import { resources, scoresOf, type Resources, type Scores } from './report.ts'
import { testTask, trainInput } from './train-input.ts'
import { trainTimed } from './training.ts'

/** Share of the places with train events that are held out of training. */
const COLD_SHARE = 0.1
/** What new users are served by otherwise, where no baselines are named: each is fitted anew for each number of events. */
const NEW_USER_BASELINES: readonly BaselineName[] = ['item-knn', 'pinsage']

export interface ColdReport extends Resources {
  readonly task: 'cold'
  readonly format: EvaluationFormat
  readonly dim: number
  readonly threads: number
  readonly seed: number
  readonly places: number
  readonly coldPlaces: number
  /** Users who go to a cold place in test that they did not have in train. */
  readonly users: number
  readonly seconds: number
  readonly trainSeconds: number
  /** The cold places that users go to in test, ranked among the cold places; those left out that the user has in train. */
  readonly amongCold: Contest
  /** And among all places. */
  readonly amongAll: Contest
  readonly newUsers: ColdUsersReport
}

export interface Contest {
  /** Trained without the cold places, which are placed by their text. */
  readonly cold: Scores
  /** Trained with them; but the users' own visits to them are in no user vector on either side. */
  readonly warm: Scores
  readonly random: Scores
  /** Fitted without the cold places; it knows places by their ids alone. */
  readonly pinsage?: Scores
  /** By the number of users who have a place in all of train, cold ones included: what only the warm side can know. */
  readonly popularity: Scores
  /** recall@20 of cold over that of warm. */
  readonly kept: number
}

/** Throws invalid-dataset where places have no text. */
export async function evaluateCold(
  dataset: Dataset,
  options: EvaluateOptions,
  started: number,
): Promise<ColdReport> {
  const { dim, seed, threads, format, folder, signal } = options
  if (dataset.documents === undefined) {
    throw new DongneError(
      'invalid-dataset',
      `The places of ${folder} have no text: there is nothing to place a cold place by.`,
    )
  }
  const random = createRandom(seed)
  const input = await trainInput(dataset)
  const cold = coldPlaces(input, random.fork('cold').shuffle)
  const coldIds = new Set(cold.map((place) => input.placeIds[place]))
  const without = input.events.filter(({ placeId }) => !coldIds.has(placeId))
  const runs = {
    cold: await trainTimed({ ...input, events: without }, options, 'train without'),
    warm: await trainTimed(input, options, 'train with'),
  }
  const graph = buildGraph(input.events, input.placeIds)
  const everyTask = testTask(dataset, graph)
  const newUsers = drawColdUsers(input, graph, everyTask, random.fork('users').shuffle)
  const withoutUsers = await trainTimed({ ...input, events: newUsers.others }, options, 'train without users')
  const task = onlyPlaces(everyTask, new Set(cold))
  // Users are the mean of their places that are not cold, on both sides.
  const known = withoutColumns(graph.weights, new Set(cold))
  const { start } = graphMatrices(known)
  const vectorsOf = (trained: Trained): Embeddings => ({
    users: inductiveUsers(trained.places, dim, start),
    places: trained.places,
  })
  const vectors = {
    // Training places those without actions as a service places new ones (graph/new-places.ts).
    cold: vectorsOf(runs.cold.trained),
    warm: vectorsOf(runs.warm.trained),
  }
  const counts = popularities(graph.weights)
  const context: FitContext = {
    dim,
    random: random.fork('baselines'),
    budgetSeconds: options.budgetSeconds,
    ...(signal && { signal }),
  }
  const wanted = options.baselines.length > 0 ? options.baselines : NEW_USER_BASELINES
  const pinsage =
    wanted.includes('pinsage') && BASELINES.pinsage.limit(known) === undefined
      ? fitBaseline(BASELINES.pinsage, known, context).scorer
      : undefined
  const chance = Float32Array.from(counts, () => random.next())
  const contest = (of: readonly number[], asked: RankingTask): Contest => {
    const embedded = ({ users, places }: Embeddings): Scorer =>
      embeddingScorer({ users, places: rowsOf(places, of, dim) }, dim)
    const scores = {
      cold: scoresOf(embedded(vectors.cold), asked),
      warm: scoresOf(embedded(vectors.warm), asked),
      random: scoresOf(globalScorer(rowsOf(chance, of, 1)), asked),
      ...(pinsage && { pinsage: scoresOf(ofColumns(pinsage, of, known.columns), asked) }),
      popularity: scoresOf(globalScorer(rowsOf(counts, of, 1)), asked),
    }
    return { ...scores, kept: scores.cold['recall@20'] / scores.warm['recall@20'] }
  }
  const everyPlace = input.placeIds.map((_, place) => place)
  return {
    task: 'cold',
    format,
    dim,
    threads,
    seed,
    places: input.placeIds.length,
    coldPlaces: cold.length,
    users: task.users.length,
    amongCold: contest(cold, amongOnly(task, cold)),
    amongAll: contest(everyPlace, task),
    newUsers: scoreColdUsers(
      input,
      graph,
      everyTask,
      newUsers,
      { warm: runs.warm.trained, cold: withoutUsers.trained },
      wanted,
      context,
    ),
    trainSeconds: runs.cold.trainSeconds + runs.warm.trainSeconds + withoutUsers.trainSeconds,
    seconds: (performance.now() - started) / 1000,
    ...resources(),
  }
}

/** A tenth of the places with events, ascending. */
function coldPlaces(
  { placeIds, events }: TrainInput,
  shuffle: (list: number[]) => number[],
): readonly number[] {
  const seen = new Set(events.map(({ placeId }) => placeId))
  const candidates = shuffle(placeIds.flatMap((id, place) => (seen.has(id) ? place : [])))
  return candidates.slice(0, Math.round(COLD_SHARE * candidates.length)).sort((a, b) => a - b)
}

/** The users who go to the given places, and what of what they do lies there. */
function onlyPlaces({ train, users, relevant }: RankingTask, places: ReadonlySet<number>): RankingTask {
  const there = relevant.map((wanted) => wanted.filter((place) => places.has(place)))
  const kept = there.flatMap((wanted, index) => (wanted.length > 0 ? index : []))
  return {
    train,
    users: kept.map((index) => users[index]),
    relevant: kept.map((index) => there[index]),
  }
}

/** The same task where only some places stand to choose from, numbered in their order. @param places ascending */
function amongOnly({ train, users, relevant }: RankingTask, places: readonly number[]): RankingTask {
  const at = new Map(places.map((place, index) => [place, index]))
  const others = new Set(Array.from({ length: train.columns }, (_, place) => place))
  for (const place of places) others.delete(place)
  const kept = withoutColumns(train, others)
  return {
    train: { ...kept, columns: places.length, indices: kept.indices.map((place) => at.get(place)!) },
    users,
    relevant: relevant.map((wanted) => wanted.map((place) => at.get(place)!)),
  }
}

/** Without the entries of some columns, which stay. */
function withoutColumns(matrix: SparseMatrix, columns: ReadonlySet<number>): SparseMatrix {
  const starts = new Uint32Array(matrix.rows + 1)
  const keep = (_: number, entry: number) => !columns.has(matrix.indices[entry])
  for (let row = 0; row < matrix.rows; row++) {
    let kept = 0
    for (let e = matrix.starts[row]; e < matrix.starts[row + 1]; e++) if (keep(0, e)) kept++
    starts[row + 1] = starts[row] + kept
  }
  return { ...matrix, starts, indices: matrix.indices.filter(keep), values: matrix.values.filter(keep) }
}

/** The same scores where only some places stand to choose from, numbered in their order. */
function ofColumns(scorer: Scorer, places: readonly number[], columns: number): Scorer {
  return {
    tilePlaces: Infinity,
    open(kernels) {
      const score = scorer.open(kernels)
      const row = kernels.floats(columns)
      return (users, from, to, scores) => {
        users.forEach((user, i) => {
          score(Uint32Array.of(user), 0, columns, row)
          for (let place = from; place < to; place++)
            scores[i * (to - from) + place - from] = row[places[place]]
        })
      }
    },
  }
}

function rowsOf(values: Float32Array, rows: readonly number[], d: number): Float32Array {
  const out = new Float32Array(rows.length * d)
  rows.forEach((row, i) => out.set(values.subarray(row * d, (row + 1) * d), i * d))
  return out
}
