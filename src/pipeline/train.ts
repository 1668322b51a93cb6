// The train job: text vectors and events of the catalog → a model snapshot.
// Leaves the training itself to graph/train.ts.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Catalog } from '../catalog/port.ts'
import { eventStrength } from '../domain/event.ts'
import { DongneError } from '../errors.ts'
import type { Drift } from '../graph/alignment.ts'
import { checkpointFile } from '../graph/checkpoint.ts'
import { buildGraph } from '../graph/interactions.ts'
import type { ModelInfo, RankerReport } from '../graph/model.ts'
import { userSegments } from '../graph/segments.ts'
import { loadPreviousModel, saveSnapshot } from '../graph/snapshot.ts'
import type { TrainInput } from '../graph/parameters.ts'
import { trainModel, type TrainOptions, type TrainProgress } from '../graph/train.ts'
import { livePlaces } from './embed.ts'
import type { Progress } from './progress.ts'
import { learnRanker, PAST_SHARE } from './ranker/learn.ts'
import { ListLog, type LoggedList } from './ranker/logged-lists.ts'
import { placeLists, type Places } from './ranker/world.ts'
import type { TextProvider } from './text-provider.ts'
import { createDocuments, createTextVectors } from './text-vectors.ts'
import { trainReport, type PlaceLabel } from './train-report/report.ts'

export interface TrainJobOptions {
  readonly catalog: Catalog
  readonly texts: TextProvider
  readonly modelsFolder: string
  readonly dim: number
  readonly seed: number
  readonly budgetSeconds: number
  readonly threads: number
  /** Choices among what was around that the ranker learns from at most; MAX_CHOICES of ranker/fit.ts by default. */
  readonly rankerChoices?: number
  /** Go on from the newest model, in its space. */
  readonly update?: boolean
  /** Go on with an interrupted run, if there is one. */
  readonly resume?: boolean
  /** File to write the report to (train-report/). */
  readonly reportPath?: string
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface TrainSummary extends ModelInfo {
  readonly events: number
  readonly epochs: number
  readonly loss: number
  readonly cutShort: boolean
  /** How far places moved from the model that was updated. */
  readonly drift?: Drift
  /** Absent where there were too few choices to learn it from. */
  readonly ranker?: RankerReport
  readonly seconds: number
}

/** Throws no-places, no-text-vectors; no-model and dim-mismatch with `update`; checkpoint-unusable with `resume`. */
export async function runTrain(options: TrainJobOptions): Promise<TrainSummary> {
  const { modelsFolder, dim, seed, budgetSeconds, threads, progress, signal } = options
  const started = performance.now()
  const previous = options.update ? await loadPreviousModel(modelsFolder) : undefined
  const { input, places, labels, lists: shown } = await readTrainInput(options)
  await mkdir(modelsFolder, { recursive: true })
  const train = async (label: string, of: TrainInput, share: number, more: Partial<TrainOptions> = {}) => {
    progress.start(label, 100)
    const trained = await trainModel(of, {
      dim,
      seed,
      budgetSeconds: share * budgetSeconds,
      threads,
      ...(signal && { signal }),
      onProgress: (step) => progress.update(Math.round(100 * step.fraction), epochNote(step)),
      ...more,
    })
    progress.stop()
    return trained
  }
  const trainPast = (past: TrainInput) => train('train on the past', past, PAST_SHARE)
  const ranker = await learnRanker(input, places, seed, trainPast, shown, options.rankerChoices)
  const trained = await train('train', input, ranker === undefined ? 1 : 1 - PAST_SHARE, {
    ...(previous && { previous }),
    checkpoints: checkpointFile(join(modelsFolder, 'interrupted.checkpoint')),
    resume: options.resume ?? false,
  })
  const { weights } = buildGraph(input.events, input.placeIds)
  const segments = userSegments(trained.users, dim, weights)
  const extras = { lists: placeLists(weights), ...(segments && { segments }), ...(ranker && { ranker }) }
  const info = await saveSnapshot(modelsFolder, trained, extras)
  if (options.reportPath !== undefined) {
    await writeFile(options.reportPath, trainReport(trained, info.version, labels))
  }
  const { epochs, loss, cutShort, drift } = trained.report
  return {
    ...info,
    events: input.events.length,
    epochs,
    loss,
    cutShort,
    ...(drift && { drift }),
    ...(ranker && { ranker }),
    seconds: (performance.now() - started) / 1000,
  }
}

/** "epoch 4 of 24, loss 12.31, validation ndcg 0.121" */
export function epochNote({ epoch, epochs, loss, ndcg }: TrainProgress): string {
  const score = ndcg === undefined ? '' : `, validation ndcg ${ndcg.toFixed(4)}`
  return `epoch ${epoch} of ${epochs}, loss ${loss.toFixed(4)}${score}`
}

async function readTrainInput({ catalog, texts, progress, signal, reportPath }: TrainJobOptions): Promise<{
  input: TrainInput
  places: Places
  labels: readonly PlaceLabel[]
  lists: readonly LoggedList[]
}> {
  const { places: total } = await catalog.counts()
  if (total === 0) throw new DongneError('no-places', 'The catalog has no places to train on.')
  const model = await texts.open()
  if (model === undefined) throw new DongneError('no-text-vectors', `There are no texts by ${texts.name}.`)
  const vectorsOf = createTextVectors(catalog, model, await createDocuments(catalog))

  progress.start('read places', total)
  const placeIds: string[] = []
  const rows: Float32Array[] = []
  const positions: number[] = []
  const categories: (readonly string[])[] = []
  const ratings: (number | undefined)[] = []
  const labels: PlaceLabel[] = []
  const vocabulary = new Map((await catalog.categories()).map((category) => [category.code, category]))
  for await (const batch of livePlaces(catalog)) {
    const vectors = await vectorsOf(batch, signal && { signal })
    for (const [index, place] of batch.entries()) {
      placeIds.push(place.id)
      rows.push(vectors[index])
      positions.push(place.lng, place.lat)
      categories.push(place.categories)
      ratings.push(place.rating)
      if (reportPath === undefined) continue // names are only for people
      const top = place.categories[0]?.split('/')[0]
      labels.push({ name: place.name, category: top === undefined ? '' : (vocabulary.get(top)?.name ?? top) })
    }
    progress.update(placeIds.length)
  }
  const textVectors = new Float32Array(rows.length * model.dim)
  rows.forEach((row, index) => textVectors.set(row, index * model.dim))

  const events: TrainInput['events'][number][] = []
  const lists = new ListLog()
  let lastSeq = 0
  for await (const batch of catalog.events({ since: 0 })) {
    for (const event of batch) {
      lists.add(event)
      const strength = eventStrength(event)
      if (strength !== 0)
        events.push({ userId: event.userId, placeId: event.placeId, strength, at: event.at })
    }
    lastSeq = batch[batch.length - 1].seq
  }
  progress.stop()
  const base = { placeIds, textVectors, textDim: model.dim, textModelId: model.id }
  const located = { placeIds, positions: Float64Array.from(positions) }
  const input = { ...base, ...located, events, lastSeq }
  return { input, places: { ...located, categories, ratings }, labels, lists: lists.lists() }
}
