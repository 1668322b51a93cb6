// The embedding port: texts in, unit vectors out, limits as data.
// Leaves chunking and caching to pipeline/embed.ts, providers to the files beside it.

import type { LexicalDocument, LexicalHit } from '../domain/lexical.ts'

export type { LexicalDocument, LexicalHit }

export interface EmbeddingLimits {
  readonly maxTextsPerCall: number
  /** Longer texts are cut by the provider at this many UTF-16 units. */
  readonly maxCharsPerText: number
  readonly maxParallelCalls: number
}

/** A query and a document may be encoded differently (e5 prefixes); providers without the difference ignore it. */
export type TextKind = 'document' | 'query'

export interface EmbeddingModel {
  /** Changes whenever the same text may get another vector; keys the cache. */
  readonly id: string
  readonly dim: number
  readonly limits: EmbeddingLimits
  /** One vector `[dim]` of unit length a text, in order; a text without any feature gives zeros. */
  embed(texts: readonly string[], kind: TextKind, signal?: AbortSignal): Promise<Float32Array[]>
}

/** Word search over places on one machine; engines with their own analysis (OpenSearch) bring another one. */
export interface LexicalIndex {
  readonly size: number
  /** Visible to the next search. */
  upsert(document: LexicalDocument): void
  /** Unknown ids are ignored. */
  delete(id: string): void
  /** The best `limit` documents, ties by ascending id. */
  search(query: string, limit: number): LexicalHit[]
}
