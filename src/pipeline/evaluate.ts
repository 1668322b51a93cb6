// The evaluate job: trains on the train part of a data set and scores its test part once, by full ranking.
// Leaves formats to datasets/, training to graph/train.ts, measures to graph/metrics.ts.
import { buildGraph, type InteractionGraph } from '../graph/interactions.ts'
import { foldIn } from '../graph/model.ts'
import type { RankingMetrics } from '../graph/metrics.ts'
import { scoreGlobalRanking, scoreRanking } from '../graph/ranking.ts'
import type { TrainInput } from '../graph/parameters.ts'
import { trainModel, type Trained } from '../graph/train.ts'
import { createLexicalEncoder, fitLexicalEncoder } from '../text/lexical-encoder.ts'
import type { Dataset } from './datasets/dataset.ts'
import { READERS, type EvaluationFormat } from './datasets/formats.ts'
import type { Progress } from './progress.ts'
import { epochNote } from './train.ts'

const K = 20

export interface EvaluateOptions {
  readonly folder: string
  readonly format: EvaluationFormat
  readonly task: 'ranking'
  readonly dim: number
  readonly threads: number
  readonly seed: number
  readonly budgetSeconds: number
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface Scores {
  readonly 'recall@20': number
  readonly 'ndcg@20': number
  readonly 'hit@20': number
  readonly 'mrr@20': number
  readonly 'coverage@20': number
}

export interface EvaluationReport extends Scores {
  readonly task: 'ranking'
  readonly format: EvaluationFormat
  readonly dim: number
  readonly threads: number
  readonly seed: number
  /** Users with places in test that they did not have in train. */
  readonly users: number
  readonly places: number
  readonly epochs: number
  readonly seconds: number
  readonly trainSeconds: number
  readonly cpuSeconds: number
  readonly peakMb: number
  /** Users placed by the mean of their places' vectors, as the service places a new user. */
  readonly inductive: Scores
  readonly baselines: { readonly popularity: Scores }
}

/** Throws invalid-dataset. */
export async function evaluateDataset(options: EvaluateOptions): Promise<EvaluationReport> {
  const { folder, format, dim, seed, budgetSeconds, progress, signal } = options
  const started = performance.now()
  const dataset = await READERS[format](folder)
  const input = await trainInput(dataset)
  const trainStarted = performance.now()
  progress.start('train', 100)
  const trained = await trainModel(input, {
    dim,
    seed,
    budgetSeconds,
    ...(signal && { signal }),
    threads: options.threads,
    onProgress: (step) => progress.update(Math.round(100 * step.fraction), epochNote(step)),
  })
  progress.stop()
  const trainSeconds = (performance.now() - trainStarted) / 1000

  const graph = buildGraph(input.events, input.placeIds)
  const task = { train: graph.weights, ...testPlaces(dataset, graph) }
  const scored = scoreRanking(trained, task, dim, K)
  const { cpuSeconds, peakMb } = resources()
  return {
    task: 'ranking',
    format,
    dim,
    threads: options.threads,
    seed,
    users: scored.users,
    places: input.placeIds.length,
    epochs: trained.report.epochs,
    seconds: (performance.now() - started) / 1000,
    trainSeconds,
    cpuSeconds,
    peakMb,
    ...named(scored),
    inductive: named(
      scoreRanking({ users: foldedUsers(trained, graph), places: trained.places }, task, dim, K),
    ),
    baselines: { popularity: named(scoreGlobalRanking(popularity(graph), task, K)) },
  }
}

async function trainInput(dataset: Dataset): Promise<TrainInput> {
  const base = { placeIds: dataset.placeIds, events: dataset.train, lastSeq: 0 }
  if (dataset.documents === undefined)
    return { ...base, textVectors: new Float32Array(0), textDim: 0, textModelId: '' }
  const model = createLexicalEncoder(await fitLexicalEncoder(dataset.documents))
  const textVectors = new Float32Array(dataset.placeIds.length * model.dim)
  const chunk = model.limits.maxTextsPerCall
  for (let from = 0; from < dataset.documents.length; from += chunk) {
    const vectors = await model.embed(dataset.documents.slice(from, from + chunk), 'document')
    vectors.forEach((vector, index) => textVectors.set(vector, (from + index) * model.dim))
  }
  return { ...base, textVectors, textDim: model.dim, textModelId: model.id }
}

/** Test places by user of the graph, without what the user already has in train. Users unknown to train are left out. */
function testPlaces(dataset: Dataset, graph: InteractionGraph) {
  const placeIndex = new Map(dataset.placeIds.map((id, index) => [id, index]))
  const userIndex = new Map(graph.userIds.map((id, index) => [id, index]))
  const { starts, indices } = graph.weights
  const wanted = new Map<number, Set<number>>()
  for (const { userId, placeId } of dataset.test) {
    const user = userIndex.get(userId)
    const place = placeIndex.get(placeId)
    if (user === undefined || place === undefined) continue
    if (indices.subarray(starts[user], starts[user + 1]).includes(place)) continue
    if (!wanted.has(user)) wanted.set(user, new Set())
    wanted.get(user)!.add(place)
  }
  const users = [...wanted.keys()].sort((a, b) => a - b)
  return { users, relevant: users.map((user) => Uint32Array.from(wanted.get(user)!).sort()) }
}

/** `[users, dim]`: each user folded in from their places, as the service does with users that the model does not know. */
function foldedUsers({ places, dim }: Trained, { weights }: InteractionGraph): Float32Array {
  const users = new Float32Array(weights.rows * dim)
  for (let user = 0; user < weights.rows; user++) {
    const entries = Array.from(
      { length: weights.starts[user + 1] - weights.starts[user] },
      (_, offset) => weights.starts[user] + offset,
    )
    const actions = entries.map((entry) => ({
      vector: places.subarray(weights.indices[entry] * dim, (weights.indices[entry] + 1) * dim),
      weight: weights.values[entry],
    }))
    users.set(foldIn(actions)?.vector ?? [], user * dim)
  }
  return users
}

/** How many users have a place, by place. */
function popularity({ weights }: InteractionGraph): Float32Array {
  const counts = new Float32Array(weights.columns)
  for (const place of weights.indices) counts[place]++
  return counts
}

function named({ recall, ndcg, hit, mrr, coverage }: RankingMetrics): Scores {
  return { 'recall@20': recall, 'ndcg@20': ndcg, 'hit@20': hit, 'mrr@20': mrr, 'coverage@20': coverage }
}

function resources(): { cpuSeconds: number; peakMb: number } {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 }
}
