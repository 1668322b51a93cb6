// The demo job: a made-up city, imported, read for keywords, embedded, trained and indexed; a second run finds it ready.
// Leaves the city to demo-city/. Restartable: each step is done only where its result is missing.
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Catalog } from '../catalog/port.ts'
import { DongneError } from '../errors.ts'
import { createLocator } from '../geo/locate.ts'
import type { LexicalStore } from '../text/port.ts'
import type { VectorIndex } from '../vector-index/port.ts'
import { runIndex } from './build-index.ts'
import type { DataFolder } from './data-folder.ts'
import { generateDemoCity, type DemoCity } from './demo-city/city.ts'
import { openTextModel, runEmbed } from './embed.ts'
import { openEncoder } from './encoder.ts'
import { runKeywords } from './keywords.ts'
import type { Progress } from './progress.ts'
import type { TextProvider } from './text-provider.ts'
import { runTrain } from './train.ts'

export interface DemoOptions {
  readonly catalog: Catalog
  readonly index: VectorIndex
  readonly words: LexicalStore
  readonly folder: DataFolder
  readonly texts: TextProvider
  readonly seed: number
  readonly now: number
  /** TRAIN_SECONDS by default. */
  readonly budgetSeconds?: number
  readonly progress: Progress
  readonly signal?: AbortSignal
}

const DIM = 64
/** Training on the demo city stops here at the latest, so that a newcomer sees the map within a minute. */
const TRAIN_SECONDS = 20
/** A part of what there is, which ranks as well as all of it (docs/evaluate.md): the fit was a quarter of the start. */
const RANKER_CHOICES = 5000
const BATCH = 2000

/** What a finished demo remembers; without it the steps are run (again). */
interface DemoState {
  readonly seed: number
  /** Milliseconds since 1970: the day on which the city's events end. */
  readonly now: number
  readonly ready: boolean
}

export async function runDemo(
  options: DemoOptions,
): Promise<{ ready: 'already' | 'built'; seconds: number }> {
  const { catalog, index, folder, texts, progress, signal } = options
  const started = performance.now()
  const file = join(folder.root, 'demo.json')
  // An interrupted run goes on with its own day, so that its events keep their ids.
  const state: DemoState = (await readState(file)) ?? { seed: options.seed, now: options.now, ready: false }
  // A ready city has no index yet in an engine that it was not built with, nor a model of texts that others made.
  if (state.ready && (await index.versions()).active !== undefined && (await hasModel(options))) {
    return { ready: 'already', seconds: (performance.now() - started) / 1000 }
  }
  await writeFile(file, JSON.stringify(state))

  await storeCity(catalog, generateDemoCity(state), progress)
  const job = { catalog, texts, progress, ...(signal && { signal }) }
  // First, because keywords are part of the texts that are embedded.
  await runKeywords({ ...job, embedding: await openTextModel(job) })
  await runEmbed(job)
  await trainDemo({ ...options, seed: state.seed })
  await writeFile(file, JSON.stringify({ ...state, ready: true }))
  return { ready: 'built', seconds: (performance.now() - started) / 1000 }
}

/** A model of all events of the catalog, and the index of it. @param options.update goes on from the model before */
export async function trainDemo({
  catalog,
  index,
  words,
  folder,
  texts,
  seed,
  budgetSeconds = TRAIN_SECONDS,
  update = false,
  progress,
  signal,
}: Omit<DemoOptions, 'now'> & { readonly update?: boolean }): Promise<void> {
  const job = { catalog, texts, progress, ...(signal && { signal }) }
  const { version: modelVersion } = await runTrain({
    ...job,
    modelsFolder: folder.models,
    dim: DIM,
    seed,
    budgetSeconds,
    threads: availableParallelism(),
    rankerChoices: RANKER_CHOICES,
    update,
  })
  const encoder = await openEncoder({ catalog, folder, texts, modelVersion, patience: 'job' })
  await runIndex({ ...job, index, words, encoder })
}

/** Whether the newest model is there, and its text model is the configured one's. */
async function hasModel({ catalog, folder, texts }: DemoOptions): Promise<boolean> {
  try {
    await openEncoder({ catalog, folder, texts, patience: 'job' })
    return true
  } catch (error) {
    if (error instanceof DongneError && (error.code === 'no-model' || error.code === 'mixed-text-models'))
      return false
    throw error
  }
}

async function storeCity(catalog: Catalog, city: DemoCity, progress: Progress): Promise<void> {
  await catalog.saveRegions(city.regions)
  await catalog.saveSpots(city.spots)
  await catalog.saveCategories(city.categories)
  const locator = createLocator(city)
  const events = city.events()
  progress.start('demo city', city.places.length + events.length)
  for (let from = 0; from < city.places.length; from += BATCH) {
    await catalog.savePlaces(city.places.slice(from, from + BATCH).map((place) => locator.locate(place)))
    progress.update(from)
  }
  for (let from = 0; from < events.length; from += BATCH) {
    await catalog.appendEvents(events.slice(from, from + BATCH))
    progress.update(city.places.length + from)
  }
  progress.stop()
}

async function readState(file: string): Promise<DemoState | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as DemoState
  } catch (error) {
    // A half-written state is as good as none: every step can be run again.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}
