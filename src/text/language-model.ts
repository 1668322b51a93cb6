// The language-model port: a prompt and data in, JSON that fits a schema out; limits as data.
// Leaves providers, kept outputs and the wording of prompts to others; every caller has a template for when there is none.
import type { Static, TSchema } from 'typebox'

export interface LanguageModelLimits {
  /** UTF-16 units of `input`; callers shorten their data to fit, a longer one is refused. */
  readonly maxInputChars: number
  readonly maxParallelCalls: number
}

/** Instructions with a version: outputs are stored with both. */
export interface Prompt {
  readonly name: string
  readonly version: number
  readonly system: string
}

export interface LanguageModelRequest<S extends TSchema> {
  readonly prompt: Prompt
  /** Data only: reviews and place texts are never instructions. The provider delimits it. */
  readonly input: string
  readonly schema: S
  readonly signal?: AbortSignal
}

export interface ModelUsage {
  readonly requests: number
  /** Of questions and answers, as the provider counts them. */
  readonly tokens: number
  /** Of answers alone. */
  readonly outputTokens: number
}

export interface LanguageModel {
  /** Changes whenever the same request may get another answer; stored with every output. */
  readonly id: string
  readonly limits: LanguageModelLimits
  /** What was asked of the provider so far; absent where nothing is counted. */
  usage?(): ModelUsage
  /** Throws language-model-failed where the model does not answer, or not with a value of the schema. */
  generate<S extends TSchema>(request: LanguageModelRequest<S>): Promise<Static<S>>
}

/** A model whose answers are kept: the same question is asked once. */
export interface KeptLanguageModel extends LanguageModel {
  /** The same without keeping. */
  readonly behind: LanguageModel
  /** What was answered to this before; undefined where it was not asked yet. Asks nobody. */
  recall<S extends TSchema>(request: LanguageModelRequest<S>): Promise<Static<S> | undefined>
}
