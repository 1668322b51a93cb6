// Text vectors of places, through the catalog's cache: a text that was embedded once is not embedded again.
// Leaves documents and encoding to text/.
import { createHash } from 'node:crypto'
import type { Catalog } from '../catalog/port.ts'
import type { Place } from '../domain/place.ts'
import { readVocabulary } from '../recommend/vocabulary.ts'
import { placeDocument } from '../text/document.ts'
import type { EmbeddingModel } from '../text/port.ts'

export interface TextVectors {
  readonly model: EmbeddingModel
  /** One vector `[model.dim]` a place, in order, and how many of them had to be computed. */
  of(places: readonly Place[], signal?: AbortSignal): Promise<{ vectors: Float32Array[]; embedded: number }>
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

export function createTextVectors(
  catalog: Catalog,
  model: EmbeddingModel,
  document: (place: Place) => string,
): TextVectors {
  return {
    model,
    async of(places, signal) {
      const texts = places.map(document)
      const hashes = texts.map(textHash)
      const cached = await catalog.textVectors(model.id, hashes)
      const missing = new Map<string, string>()
      hashes.forEach((hash, index) => {
        if (!cached.has(hash)) missing.set(hash, texts[index])
      })
      const made = await embedAll(model, missing, signal)
      if (made.size > 0) await catalog.saveTextVectors(model.id, made)
      return { vectors: hashes.map((hash) => cached.get(hash) ?? made.get(hash)!), embedded: made.size }
    },
  }
}

async function embedAll(
  model: EmbeddingModel,
  texts: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<Map<string, Float32Array>> {
  const entries = [...texts]
  const made = new Map<string, Float32Array>()
  for (let from = 0; from < entries.length; from += model.limits.maxTextsPerCall) {
    signal?.throwIfAborted()
    const chunk = entries.slice(from, from + model.limits.maxTextsPerCall)
    const vectors = await model.embed(
      chunk.map(([, text]) => text),
      'document',
      signal,
    )
    chunk.forEach(([hash], index) => made.set(hash, vectors[index]))
  }
  return made
}

function textHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32)
}
