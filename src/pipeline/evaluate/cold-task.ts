// The cold-place task: how well are places found that nobody has visited yet, by their text alone?
// Leaves the shape of scores to report.ts. The protocol is in docs/evaluate.md.
import { popularities } from '../../graph/baselines/popularity.ts'
import { DongneError } from '../../errors.ts'
import { inductiveUsers } from '../../graph/inductive-users.ts'
import { buildGraph, graphMatrices } from '../../graph/interactions.ts'
import { placeFromText } from '../../graph/model.ts'
import type { TrainInput } from '../../graph/parameters.ts'
import { embeddingScorer, globalScorer, type RankingTask, type Scorer } from '../../graph/ranking.ts'
import type { Trained } from '../../graph/train.ts'
import type { Embeddings } from '../../graph/trainer.ts'
import { createRandom } from '../../math/random.ts'
import type { SparseMatrix } from '../../math/sparse.ts'
import type { Dataset } from '../datasets/dataset.ts'
import type { EvaluationFormat } from '../datasets/formats.ts'
import type { EvaluateOptions } from './options.ts'
import { resources, scoresOf, type Resources, type Scores } from './report.ts'
import { trainInput } from './train-input.ts'
import { trainTimed } from './training.ts'

/** Share of the places with train events that are held out of training. */
const COLD_SHARE = 0.1

export interface ColdReport extends Resources {
  readonly task: 'cold'
  readonly format: EvaluationFormat
  readonly dim: number
  readonly threads: number
  readonly seed: number
  readonly places: number
  readonly coldPlaces: number
  /** Users who go to a cold place. */
  readonly users: number
  readonly seconds: number
  readonly trainSeconds: number
  /** The users' cold places, ranked among the cold places. */
  readonly amongCold: Contest
  /** And among all places, those aside that the user has in what was trained on. */
  readonly amongAll: Contest
}

export interface Contest {
  /** Trained without the cold places, which are placed by their text. */
  readonly cold: Scores
  /** Trained with them; a user's own visits to the cold places are not in the user's vector. */
  readonly warm: Scores
  readonly random: Scores
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
  const { dim, seed, threads, format, folder } = options
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
  const graph = buildGraph(without, input.placeIds)
  const task = coldTask(dataset, input, graph.userIds, graph.weights, coldIds)
  const { start } = graphMatrices(graph.weights)
  // Users are the mean of their places that are not cold, on both sides.
  const vectorsOf = (trained: Trained, places = trained.places): Embeddings => ({
    users: inductiveUsers(trained.places, dim, start),
    places,
  })
  const placed = runs.cold.trained.places.slice()
  for (const place of cold) {
    const text = input.textVectors.subarray(place * input.textDim, (place + 1) * input.textDim)
    placed.set(placeFromText(runs.cold.trained, text), place * dim)
  }
  const vectors = {
    cold: vectorsOf(runs.cold.trained, placed),
    warm: vectorsOf(runs.warm.trained),
  }
  const counts = popularities(buildGraph(input.events, input.placeIds).weights)
  const chance = Float32Array.from(counts, () => random.next())
  const contest = (of: readonly number[], asked: RankingTask): Contest => {
    const embedded = ({ users, places }: Embeddings): Scorer =>
      embeddingScorer({ users, places: rowsOf(places, of, dim) }, dim)
    const scores = {
      cold: scoresOf(embedded(vectors.cold), asked),
      warm: scoresOf(embedded(vectors.warm), asked),
      random: scoresOf(globalScorer(rowsOf(chance, of, 1)), asked),
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
    trainSeconds: runs.cold.trainSeconds + runs.warm.trainSeconds,
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

/** Who goes to cold places, in train or test. */
function coldTask(
  { test }: Dataset,
  { events, placeIds }: TrainInput,
  userIds: readonly string[],
  train: SparseMatrix,
  coldIds: ReadonlySet<string>,
): RankingTask {
  const placeIndex = new Map(placeIds.map((id, index) => [id, index]))
  const userIndex = new Map(userIds.map((id, index) => [id, index]))
  const wanted = new Map<number, Set<number>>()
  for (const { userId, placeId } of [...events, ...test]) {
    const user = userIndex.get(userId)
    if (user === undefined || !coldIds.has(placeId)) continue
    if (!wanted.has(user)) wanted.set(user, new Set())
    wanted.get(user)!.add(placeIndex.get(placeId)!)
  }
  const users = [...wanted.keys()].sort((a, b) => a - b)
  return { train, users, relevant: users.map((user) => Uint32Array.from(wanted.get(user)!).sort()) }
}

/** The same task where only some places stand to choose from, numbered in their order. */
function amongOnly({ train, users, relevant }: RankingTask, places: readonly number[]): RankingTask {
  const at = new Map(places.map((place, index) => [place, index]))
  return {
    // None of the cold places is in what was trained on.
    train: { ...train, columns: places.length, starts: new Uint32Array(train.rows + 1) },
    users,
    relevant: relevant.map((wanted) => wanted.map((place) => at.get(place)!)),
  }
}

function rowsOf(values: Float32Array, rows: readonly number[], d: number): Float32Array {
  const out = new Float32Array(rows.length * d)
  rows.forEach((row, i) => out.set(values.subarray(row * d, (row + 1) * d), i * d))
  return out
}
