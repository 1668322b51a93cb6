// The embedding port: texts in, unit vectors out, limits as data.
// Leaves chunking and caching to pipeline/embed.ts, providers to the files beside it.

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
