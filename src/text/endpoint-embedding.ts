// Embeddings of an OpenAI-compatible endpoint, behind the port: prefixes, limits, and checks of what comes back.
// Leaves requests and retries to openai-compatible.ts, chunking and caching to pipeline/text-vectors.ts.
import { createHash } from 'node:crypto'
import { DongneError } from '../errors.ts'
import { cutText } from './document.ts'
import { openEndpoint, type EndpointSettings } from './openai-compatible.ts'
import type { EmbeddingSource, TextKind } from './port.ts'

export interface EndpointEmbeddingSettings extends EndpointSettings {
  readonly maxTextsPerCall: number
  readonly maxParallelCalls: number
  /** UTF-16 units; the rest of a text is cut off, the prefix is not. */
  readonly maxCharsPerText: number
  /** Asked of the endpoint; 0 takes what it gives. */
  readonly dimensions: number
  /** Put before texts, as "query: " and "passage: " for e5. */
  readonly prefixes: Readonly<Record<TextKind, string>>
  /** Sent as `input_type`, for endpoints that know queries from documents. */
  readonly inputTypes?: Readonly<Record<TextKind, string>>
}

/** Names the model and what else its vectors depend on; not the address, which may move. */
export function endpointEmbeddingId(settings: EndpointEmbeddingSettings): string {
  const { model, dimensions, prefixes, inputTypes, maxCharsPerText } = settings
  const hash = createHash('sha256').update(
    JSON.stringify([dimensions, prefixes, inputTypes ?? null, maxCharsPerText]),
  )
  return `${model}#${hash.digest('hex').slice(0, 8)}`
}

/** Nothing is asked yet. Its `embed` throws embedding-failed, and for NaN or Infinity non-finite-vector. */
export async function openEndpointEmbedding(settings: EndpointEmbeddingSettings): Promise<EmbeddingSource> {
  const endpoint = await openEndpoint(settings, 'embedding-failed')
  const { dimensions, prefixes, inputTypes, maxCharsPerText } = settings
  /** Of the first vector; all others must have it too. */
  let dim = dimensions === 0 ? undefined : dimensions

  return {
    id: endpointEmbeddingId(settings),
    limits: {
      maxTextsPerCall: settings.maxTextsPerCall,
      maxCharsPerText,
      maxParallelCalls: settings.maxParallelCalls,
    },
    usage() {
      const { requests, tokens } = endpoint.usage
      return { requests, tokens }
    },
    async embed(texts, kind, signal) {
      const vectors = await endpoint.embed({
        texts: texts.map((text) => prefixes[kind] + cutText(text, maxCharsPerText)),
        ...(dimensions !== 0 && { dimensions }),
        ...(inputTypes && { inputType: inputTypes[kind] }),
        ...(signal && { signal }),
      })
      return vectors.map((vector) => {
        dim ??= vector.length
        if (vector.length !== dim || dim === 0)
          throw failed(`gave a vector of ${vector.length} dimensions, not ${dim}`)
        return unit(vector)
      })
    },
  }

  function failed(what: string): DongneError {
    return new DongneError('embedding-failed', `${endpoint.name} ${what}.`)
  }

  function unit(vector: readonly number[]): Float32Array {
    let squares = 0
    for (const value of vector) squares += value * value
    if (!Number.isFinite(squares)) {
      throw new DongneError(
        'non-finite-vector',
        `${endpoint.name} gave a vector with NaN, Infinity or numbers near it.`,
      )
    }
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares)
    return Float32Array.from(vector, (value) => value * scale)
  }
}
