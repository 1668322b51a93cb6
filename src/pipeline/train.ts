// The train job: text vectors and events of the catalog → a model snapshot.
// Leaves the training itself to graph/train.ts.
import type { Catalog } from '../catalog/port.ts'
import { eventStrength } from '../domain/event.ts'
import { DongneError } from '../errors.ts'
import type { ModelInfo } from '../graph/model.ts'
import { saveSnapshot } from '../graph/snapshot.ts'
import type { TrainInput } from '../graph/parameters.ts'
import { trainModel } from '../graph/train.ts'
import { createLexicalEncoder, loadLexicalEncoder } from '../text/lexical-encoder.ts'
import { livePlaces } from './embed.ts'
import type { Progress } from './progress.ts'
import { createDocuments, createTextVectors } from './text-vectors.ts'

export interface TrainJobOptions {
  readonly catalog: Catalog
  readonly textFolder: string
  readonly modelsFolder: string
  readonly dim: number
  readonly seed: number
  readonly budgetSeconds: number
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface TrainSummary extends ModelInfo {
  readonly events: number
  readonly epochs: number
  readonly loss: number
  readonly seconds: number
}

/** Throws no-places, no-text-vectors. */
export async function runTrain(options: TrainJobOptions): Promise<TrainSummary> {
  const { modelsFolder, dim, seed, budgetSeconds, progress, signal } = options
  const started = performance.now()
  const input = await readTrainInput(options)
  progress.start('train', 100)
  const trained = await trainModel(input, {
    dim,
    seed,
    budgetSeconds,
    ...(signal && { signal }),
    onProgress: ({ fraction, epoch, loss, validation }) => {
      const score = validation === undefined ? '' : `, validation ndcg ${validation.toFixed(4)}`
      progress.update(Math.round(100 * fraction), `epoch ${epoch}, loss ${loss.toFixed(4)}${score}`)
    },
  })
  progress.stop()
  const info = await saveSnapshot(modelsFolder, trained)
  const { epochs, loss } = trained.report
  return { ...info, events: input.events.length, epochs, loss, seconds: (performance.now() - started) / 1000 }
}

async function readTrainInput({
  catalog,
  textFolder,
  progress,
  signal,
}: TrainJobOptions): Promise<TrainInput> {
  const { places: total } = await catalog.counts()
  if (total === 0) throw new DongneError('no-places', 'The catalog has no places to train on.')
  const state = await loadLexicalEncoder(textFolder)
  if (state === undefined)
    throw new DongneError('no-text-vectors', `There is no text encoder in ${textFolder}.`)
  const model = createLexicalEncoder(state)
  const texts = createTextVectors(catalog, model, await createDocuments(catalog))

  progress.start('read places', total)
  const placeIds: string[] = []
  const rows: Float32Array[] = []
  for await (const batch of livePlaces(catalog)) {
    const { vectors } = await texts.of(batch, signal)
    for (const [index, place] of batch.entries()) {
      placeIds.push(place.id)
      rows.push(vectors[index])
    }
    progress.update(placeIds.length)
  }
  const textVectors = new Float32Array(rows.length * model.dim)
  rows.forEach((row, index) => textVectors.set(row, index * model.dim))

  const events: TrainInput['events'][number][] = []
  let lastSeq = 0
  for await (const batch of catalog.events({ since: 0 })) {
    for (const event of batch) {
      const strength = eventStrength(event)
      if (strength !== 0)
        events.push({ userId: event.userId, placeId: event.placeId, strength, at: event.at })
    }
    lastSeq = batch[batch.length - 1].seq
  }
  progress.stop()
  return { placeIds, textVectors, textDim: model.dim, textModelId: model.id, events, lastSeq }
}
