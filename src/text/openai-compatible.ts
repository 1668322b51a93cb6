// One OpenAI-compatible endpoint, cloud or self-hosted: requests in, plain values or named errors out. The only file that
// knows the client library. Leaves checking vectors to endpoint-embedding.ts, answers to endpoint-language-model.ts.
import type { TSchema } from 'typebox'
import { DongneError } from '../errors.ts'
import { createFaultPolicy, type Patience } from '../fault-policy.ts'
import { loadSdk } from '../load-sdk.ts'

export interface EndpointSettings {
  /** Usually ends in /v1. */
  readonly baseUrl: string
  readonly model: string
  /** Sent as a bearer token; '' sends none. */
  readonly apiKey: string
  /** Of one try. */
  readonly timeoutMs: number
  readonly patience: Patience
}

export interface EmbedRequest {
  readonly texts: readonly string[]
  /** Sent as `dimensions` where it is set. */
  readonly dimensions?: number
  /** Sent as `input_type` where it is set. */
  readonly inputType?: string
  readonly signal?: AbortSignal
}

export interface ChatRequest {
  readonly system: string
  readonly user: string
  readonly schema: TSchema
  /** Whether the endpoint keeps answers to a JSON schema; others are told it in words. */
  readonly keepsSchema: boolean
  readonly temperature?: number
  readonly maxOutputTokens?: number
  readonly signal?: AbortSignal
}

export interface Usage {
  readonly requests: number
  /** As the endpoint counts them; 0 from one that does not. */
  readonly tokens: number
  /** Of these, of answers of a chat model. */
  readonly outputTokens: number
}

export interface Endpoint {
  /** For messages. */
  readonly name: string
  /** Since it was opened. */
  readonly usage: Usage
  /** Vectors in the order of the texts, as they came. Throws embedding-failed. */
  embed(request: EmbedRequest): Promise<number[][]>
  /** The answer as JSON, not held against the schema. Throws language-model-failed. */
  chat(request: ChatRequest): Promise<unknown>
}

/** Nothing is asked yet. Throws missing-package. */
export async function openEndpoint(
  settings: EndpointSettings,
  failure: 'embedding-failed' | 'language-model-failed',
): Promise<Endpoint> {
  const [ai, { createOpenAICompatible }] = await loadSdk('ai', () =>
    Promise.all([import('ai'), import('@ai-sdk/openai-compatible')]),
  )
  // Warnings of the library would go to stdout, between our JSON.
  ;(globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false
  const { baseUrl, model, apiKey, timeoutMs, patience } = settings
  const name = `${model} at ${new URL(baseUrl).host}`
  const policy = createFaultPolicy({
    server: name,
    timeoutMs,
    unavailable: failure,
    isTransient: () => false,
    patience,
  })
  let requests = 0
  let tokens = 0
  let outputTokens = 0

  const provider = (extra: object, keepsSchema: boolean) =>
    createOpenAICompatible({
      name: 'endpoint',
      baseURL: baseUrl,
      ...(apiKey !== '' && { apiKey }),
      supportsStructuredOutputs: keepsSchema,
      fetch: (url, init) => {
        requests++
        return fetch(url, Object.keys(extra).length === 0 ? init : withFields(init, extra))
      },
    })

  async function asked<T>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return policy.run(async (limited) => {
      try {
        return await work(limited)
      } catch (cause) {
        limited.throwIfAborted()
        throw namedError(cause)
      }
    }, signal && { signal })
  }

  function namedError(cause: unknown): unknown {
    if (cause instanceof DongneError) return cause
    if (ai.NoObjectGeneratedError.isInstance(cause)) {
      const problem =
        cause.finishReason === 'length'
          ? 'did not come to the end of its answer: LLM_MAX_OUTPUT_TOKENS is too small, or the model cannot'
          : 'did not answer with JSON of the asked shape'
      return new DongneError(failure, `${name} ${problem}.`, { cause })
    }
    if (!ai.AISDKError.isInstance(cause)) return cause
    if (!ai.APICallError.isInstance(cause)) {
      return new DongneError(failure, `${name}: ${cause.message.slice(0, 300)}`, { cause })
    }
    const { statusCode = 0, responseHeaders = {} } = cause
    // Some say which key was wrong.
    const told = (apiKey === '' ? cause.message : cause.message.replaceAll(apiKey, '…')).slice(0, 300)
    if (statusCode === 0 || statusCode === 200) {
      // No connection, or a body that ended early.
      return new DongneError(failure, `${name}: ${told}`, { retryAfterMs: 0, cause })
    }
    return new DongneError(failure, `${name} answered ${statusCode}: ${told}`, {
      ...(isTransientStatus(statusCode) && { retryAfterMs: retryAfterMs(responseHeaders) }),
      cause,
    })
  }

  return {
    name,
    get usage() {
      return { requests, tokens, outputTokens }
    },
    embed: ({ texts, dimensions, inputType, signal }) =>
      asked(signal, async (limited) => {
        const extra = inputType === undefined ? {} : { input_type: inputType }
        const { embeddings, usage, responses } = await ai.embedMany({
          model: provider(extra, false).embeddingModel(model),
          values: [...texts],
          maxRetries: 0,
          abortSignal: limited,
          ...(dimensions !== undefined && { providerOptions: { endpoint: { dimensions } } }),
        })
        tokens += usage.tokens || 0 // NaN where it is not told
        return inOrder(embeddings, responses?.[0]?.body)
      }),
    chat: ({ system, user, schema, keepsSchema, temperature, maxOutputTokens, signal }) =>
      asked(signal, async (limited) => {
        const plain = JSON.parse(JSON.stringify(schema)) as Parameters<typeof ai.jsonSchema>[0]
        const { output, usage } = await ai.generateText({
          model: provider({}, keepsSchema).chatModel(model),
          instructions: keepsSchema
            ? system
            : `${system}\nAnswer with one JSON value of this JSON schema and nothing else:\n${JSON.stringify(plain)}`,
          prompt: user,
          output: keepsSchema ? ai.Output.object({ schema: ai.jsonSchema(plain) }) : ai.Output.json(),
          maxRetries: 0,
          abortSignal: limited,
          ...(temperature !== undefined && { temperature }),
          ...(maxOutputTokens !== undefined && { maxOutputTokens }),
        })
        tokens += usage.totalTokens ?? 0
        outputTokens += usage.outputTokens ?? 0
        return output
      }),
  }
}

/** The library has no such field in its requests. */
function withFields(init: RequestInit | undefined, extra: object): RequestInit {
  const body = JSON.parse(init?.body as string) as object
  return { ...init, body: JSON.stringify({ ...body, ...extra }) }
}

/** By the `index` that each vector comes with, which the library passes over. */
function inOrder(vectors: number[][], body: unknown): number[][] {
  const { data = [] } = (body ?? {}) as { data?: readonly { index?: unknown }[] }
  const indices = data.map(({ index }) => index)
  if (new Set(indices).size !== vectors.length) return vectors
  const ordered = vectors.map((_, position) => vectors[indices.indexOf(position)])
  return ordered.includes(undefined as never) ? vectors : ordered
}

/** Too early, too many or not now; anything else of the 400s stays as it is. */
function isTransientStatus(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500
}

/** Retry-After in seconds or as a date (RFC 9110, section 10.2.3); 0 without. */
function retryAfterMs(headers: Readonly<Record<string, string>>): number {
  const asked = headers['retry-after']
  if (asked === undefined) return 0
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}
