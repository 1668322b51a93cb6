// The embed job: fits the text encoder to the catalog's texts, then embeds every text that has no vector yet.
// Leaves the cache to text-vectors.ts. Restartable: what was embedded stays.
import type { Catalog } from '../catalog/port.ts'
import type { Place } from '../domain/place.ts'
import { DongneError } from '../errors.ts'
import {
  createLexicalEncoder,
  fitLexicalEncoder,
  loadLexicalEncoder,
  saveLexicalEncoder,
} from '../text/lexical-encoder.ts'
import type { EmbeddingModel } from '../text/port.ts'
import type { Progress } from './progress.ts'
import { createDocuments, createTextVectors } from './text-vectors.ts'

const BATCH = 1000
/** Word statistics of a corpus this much smaller or larger are another corpus's. */
const REFIT_GROWTH = 1.2

export interface EmbedOptions {
  readonly catalog: Catalog
  readonly textFolder: string
  /** Fit the encoder anew even where the corpus has hardly changed. */
  readonly refit?: boolean
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface EmbedSummary {
  readonly places: number
  readonly embedded: number
  readonly cached: number
  readonly model: string
  readonly dim: number
  readonly seconds: number
}

/** Throws no-places. */
export async function runEmbed(options: EmbedOptions): Promise<EmbedSummary> {
  const { catalog, progress, signal } = options
  const started = performance.now()
  const { places } = await catalog.counts()
  if (places === 0) throw new DongneError('no-places', 'The catalog has no places to embed.')
  const document = await createDocuments(catalog)
  const model = await openTextEncoder(options)

  const vectors = createTextVectors(catalog, model, document)
  let done = 0
  let embedded = 0
  progress.start('embed', places)
  for await (const batch of livePlaces(catalog)) {
    signal?.throwIfAborted()
    const result = await vectors.of(batch, signal)
    done += batch.length
    embedded += result.embedded
    progress.update(done)
  }
  progress.stop()
  const seconds = (performance.now() - started) / 1000
  return { places: done, embedded, cached: done - embedded, model: model.id, dim: model.dim, seconds }
}

/**
 * Every place that exists, in batches.
 * @param until leaves out what changed after this revision, such as what the reader itself writes
 */
export async function* livePlaces(catalog: Catalog, until = Infinity): AsyncGenerator<Place[]> {
  for await (const batch of catalog.placeChanges({ since: 0, batchSize: BATCH })) {
    const places = batch.flatMap(({ place, revision }) =>
      place === undefined || revision > until ? [] : [place],
    )
    if (places.length > 0) yield places
    if (batch[batch.length - 1].revision >= until) return
  }
}

/** The text encoder of the folder, fitted to the catalog's texts where it is not yet, or to another corpus. */
export async function openTextEncoder({
  catalog,
  textFolder,
  refit,
  progress,
}: Pick<EmbedOptions, 'catalog' | 'textFolder' | 'refit' | 'progress'>): Promise<EmbeddingModel> {
  const { places } = await catalog.counts()
  const fitted = refit === true ? undefined : await loadLexicalEncoder(textFolder)
  if (fitted !== undefined) {
    const growth = places / fitted.documents
    if (growth < REFIT_GROWTH && growth > 1 / REFIT_GROWTH) return createLexicalEncoder(fitted)
  }
  progress.start('fit text encoder', places)
  const state = await fitLexicalEncoder(documents(catalog, progress))
  await saveLexicalEncoder(textFolder, state)
  progress.stop()
  return createLexicalEncoder(state)
}

async function* documents(catalog: Catalog, progress: Progress): AsyncGenerator<string> {
  const document = await createDocuments(catalog)
  let done = 0
  for await (const batch of livePlaces(catalog)) {
    for (const place of batch) yield document(place)
    progress.update((done += batch.length))
  }
}
