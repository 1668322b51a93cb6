// The embedding port: texts in, unit vectors out, limits as data.
// Leaves chunking and caching to pipeline/text-vectors.ts, providers to the files beside it.

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

/** Where vectors come from: an encoder here, or an endpoint. */
export interface EmbeddingSource {
  /** Changes whenever the same text may get another vector; keys the cache. */
  readonly id: string
  readonly limits: EmbeddingLimits
  /** What was asked of the provider so far; absent where nothing is counted. */
  usage?(): { readonly requests: number; readonly tokens: number }
  /** One vector of unit length a text, in order; a text without any feature gives zeros. */
  embed(texts: readonly string[], kind: TextKind, signal?: AbortSignal): Promise<Float32Array[]>
}

/** A source whose vectors are `[dim]`. */
export interface EmbeddingModel extends EmbeddingSource {
  readonly dim: number
  /** Cosine below which a query and a document have nothing in common but chance; absent where cosines do not tell. */
  readonly leastLikeness?: number
}

/** What models are trained on: the vectors of a source, as what was learnt of the catalog's texts makes them. */
export interface TextModel extends EmbeddingModel {
  /** Its vectors are cached: they are what was paid for. */
  readonly source: EmbeddingSource
  /** A vector of the source as one of this model, `[dim]`. Throws mixed-text-models for another dimension. */
  refine(vector: Float32Array): Float32Array
}

export interface HeardName {
  /** Its words without spaces, as `wordsOf` gives them. */
  readonly name: string
  /** Of a document. */
  readonly id: string
}

/** Word search over places on one machine; engines with their own analysis (OpenSearch) bring another one. */
export interface LexicalIndex {
  readonly size: number
  /** Visible to the next search. */
  upsert(document: LexicalDocument): void
  /** Unknown ids are ignored. */
  delete(id: string): void
  /** The best `limit` documents, of all or of those `within`, ties by ascending id. */
  search(query: string, limit: number, within?: readonly string[]): LexicalHit[]
  /** Whether one document holds every word of a text, or words like them. */
  holds(text: string): boolean
  /** Whether it is a name of a document or, unless asked `wholly`, a word of one, apart from spacing and punctuation. */
  isNamed(text: string, options?: { readonly wholly?: boolean }): boolean
  /** How many documents hold a word, or one like it. */
  count(word: string): number
  /**
   * A name or a word of one in the other script that sounds like `word`, and a document called so; undefined without one.
   * @param surely only where they read the same but for a letter in four
   */
  soundsLike(word: string, options?: { readonly surely?: boolean }): HeardName | undefined
  /** The name or word of one that a Korean word is one jamo from, of several the commonest; undefined without one. */
  slipOf(word: string): string | undefined
}

/** Which places, and which names of areas and categories, an index of words reflects: counters of the catalog. */
export interface LexicalPosition {
  readonly revision: number
  readonly vocabulary: number
}

/** Keeps an index of words between runs. Never fails: without a stored index words are made anew. */
export interface LexicalStore {
  /** An empty index. */
  create(): LexicalIndex
  /** The index that was stored last, undefined where there is none. */
  read(): Promise<{ readonly index: LexicalIndex; readonly position: LexicalPosition } | undefined>
  /** The index as it is when called. Survives kill -9 once it resolves; killed before, the one before is read. */
  write(index: LexicalIndex, position: LexicalPosition): Promise<void>
}
