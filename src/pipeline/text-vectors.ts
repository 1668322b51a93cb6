// Text vectors of places, through the catalog's cache: a text that was embedded once is not embedded again.
// Leaves documents and encoding to text/.
import { createHash } from 'node:crypto'
import type { Catalog } from '../catalog/port.ts'
import type { Place } from '../domain/place.ts'
import { inLanes } from '../in-lanes.ts'
import { readVocabulary } from '../recommend/live/vocabulary.ts'
import { placeDocument } from '../text/document.ts'
import type { EmbeddingSource, TextModel } from '../text/port.ts'

export interface EmbedCallOptions {
  readonly signal?: AbortSignal
  /** Called as texts are embedded and stored, with how many there were since the last call. */
  readonly onEmbedded?: (texts: number) => void
}

/** What is embedded for each place, with the catalog's names of today. */
export async function createDocuments(catalog: Catalog): Promise<(place: Place) => string> {
  const vocabulary = await readVocabulary(catalog)
  return (place) =>
    placeDocument(place, {
      regionName: (code) => vocabulary.regionName(code, 'ko'),
      spotName: (id) => vocabulary.spotName(id, 'ko'),
      categoryName: (code) => vocabulary.categoryName(code, 'ko'),
    })
}

/** Vectors of places by a text model, `[dim]` each, in order. */
export function createTextVectors(
  catalog: Catalog,
  model: TextModel,
  document: (place: Place) => string,
): (places: readonly Place[], options?: EmbedCallOptions) => Promise<Float32Array[]> {
  return async (places, options) => {
    const vectors = await sourceVectors(catalog, model.source, places.map(document), options)
    return vectors.map(model.refine)
  }
}

/** Vectors of any texts by a text model, `[dim]` each, in order, through the same cache. */
export async function embedTexts(
  catalog: Catalog,
  model: TextModel,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const vectors = await sourceVectors(catalog, model.source, texts, signal && { signal })
  return vectors.map(model.refine)
}

/** Vectors of texts as the source gives them, in order. Each call of the source is stored as soon as it has come. */
export async function sourceVectors(
  catalog: Catalog,
  source: EmbeddingSource,
  texts: readonly string[],
  options: EmbedCallOptions = {},
): Promise<Float32Array[]> {
  const { cached, missing } = await lookUp(catalog, source.id, texts)
  const made = await embedAll(catalog, source, missing, options)
  return texts.map(textHash).map((hash) => cached.get(hash) ?? made.get(hash)!)
}

/** The vectors that the cache has, and the other texts once each, both by hash. */
export async function lookUp(catalog: Catalog, sourceId: string, texts: readonly string[]) {
  const textByHash = new Map(texts.map((text) => [textHash(text), text]))
  const cached = await catalog.textVectors(sourceId, [...textByHash.keys()])
  const missing = new Map([...textByHash].filter(([hash]) => !cached.has(hash)))
  return { cached, missing }
}

/** As many calls at once as the source takes. After a failure no other call begins; what is under way is paid for, and kept. */
async function embedAll(
  catalog: Catalog,
  source: EmbeddingSource,
  missing: ReadonlyMap<string, string>,
  { signal, onEmbedded }: EmbedCallOptions,
): Promise<Map<string, Float32Array>> {
  const { maxTextsPerCall, maxParallelCalls } = source.limits
  const made = new Map<string, Float32Array>()
  await inLanes(chunks([...missing], maxTextsPerCall), maxParallelCalls, async (chunk) => {
    signal?.throwIfAborted()
    const vectors = await source.embed(
      chunk.map(([, text]) => text),
      'document',
      signal,
    )
    const byHash = new Map(chunk.map(([hash], index) => [hash, vectors[index]]))
    await catalog.saveTextVectors(source.id, byHash)
    for (const [hash, vector] of byHash) made.set(hash, vector)
    onEmbedded?.(chunk.length)
  })
  return made
}

function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}

function textHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32)
}
