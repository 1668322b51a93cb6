// Who makes text vectors: the offline encoder or an endpoint, with what each learns of the catalog's texts.
// Leaves embedding and caching to embed.ts and text-vectors.ts, the choice between them to data.ts.
import { DongneError } from '../errors.ts'
import type { Patience } from '../fault-policy.ts'
import {
  endpointEmbeddingId,
  openEndpointEmbedding,
  type EndpointEmbeddingSettings,
} from '../text/endpoint-embedding.ts'
import {
  createOfflineEncoder,
  fitOfflineEncoder,
  loadOfflineEncoder,
  saveOfflineEncoder,
} from '../text/offline-encoder.ts'
import type { EmbeddingModel, EmbeddingSource, TextModel } from '../text/port.ts'
import { loadReduction, saveReduction } from '../text/reduction-file.ts'
import { asTextModel, learnReduction, reducedModel } from '../text/reduction.ts'

/** What `embed` shows a provider of the catalog. */
export interface Corpus {
  readonly texts: number
  /** Learn anew, even where the texts have hardly changed. */
  readonly refit: boolean
  /** All of them, in the catalog's order. */
  documents(): AsyncIterable<string>
}

export interface TextProvider {
  /** Of its models, for people. */
  readonly name: string
  /** What is paid for a million tokens; absent where nothing is. */
  readonly price?: number
  /** Asks for one vector and returns its dimension; absent where there is nobody to ask. */
  probe?(signal?: AbortSignal): Promise<number>
  /** The text model of a corpus by its texts alone; absent where vectors are needed. */
  fit?(corpus: Corpus): Promise<TextModel>
  /** Where the corpus's vectors come from. */
  prepare(corpus: Corpus): Promise<EmbeddingSource>
  /** The text model over these vectors, from now on the newest. @param sample of all of them, not empty */
  learn(source: EmbeddingSource, sample: readonly Float32Array[], corpus: Corpus): Promise<TextModel>
  /** The text model with this id, or the newest; undefined where this provider has none. */
  open(modelId?: string, patience?: Patience): Promise<TextModel | undefined>
}

/** What was learnt of a corpus this much smaller or larger is learnt anew. */
const REFIT_GROWTH = 1.2

/** The encoder in the package. Learns the frequencies of words before it embeds. */
export function offlineTexts(folder: string): TextProvider {
  async function fit({ texts, refit, documents }: Corpus): Promise<TextModel> {
    const fitted = refit ? undefined : await loadOfflineEncoder(folder)
    if (fitted !== undefined && !hasGrown(texts, fitted.documents))
      return asTextModel(createOfflineEncoder(fitted))
    const state = await fitOfflineEncoder(documents())
    await saveOfflineEncoder(folder, state)
    return asTextModel(createOfflineEncoder(state))
  }
  return {
    name: 'the offline encoder',
    fit,
    prepare: async (corpus) => (await fit(corpus)).source,
    learn: async (source) => asTextModel(source as EmbeddingModel),
    async open(modelId) {
      const state = await loadOfflineEncoder(folder, modelId)
      return state && asTextModel(createOfflineEncoder(state))
    },
  }
}

export interface EndpointTextsSettings extends Omit<EndpointEmbeddingSettings, 'patience'> {
  /** Of the text model; a source with fewer keeps its own. */
  readonly reducedDim: number
  readonly price?: number
}

/** How long a search waits for its words' vector before it goes on without. */
const QUERY_TIMEOUT_MS = 3000

/** An OpenAI-compatible endpoint. Learns mean and directions of the vectors after it has embedded. */
export function endpointTexts(folder: string, settings: EndpointTextsSettings): TextProvider {
  const { reducedDim, price, ...endpoint } = settings
  const sourceId = endpointEmbeddingId({ ...endpoint, patience: 'job' })
  return {
    name: sourceId,
    ...(price !== undefined && { price }),
    async probe(signal) {
      const source = await openEndpointEmbedding({ ...endpoint, patience: 'somebody-waits' })
      const [vector] = await source.embed(['안녕하세요'], 'query', signal)
      return vector.length
    },
    prepare: () => openEndpointEmbedding({ ...endpoint, patience: 'job' }),
    async learn(source, sample, { texts, refit }) {
      const known = refit ? undefined : await loadReduction(folder, sourceId)
      if (known !== undefined && known.sourceDim === sample[0].length && !hasGrown(texts, known.texts))
        return reducedModel(source, known)
      const learnt = learnReduction(sample, reducedDim, texts)
      await saveReduction(folder, sourceId, learnt)
      return reducedModel(source, learnt)
    },
    async open(modelId, patience = 'job') {
      if (modelId !== undefined && !modelId.startsWith(`${sourceId}~`)) return undefined
      const reduction = await loadReduction(folder, sourceId, modelId)
      if (reduction === undefined) return undefined
      const timeoutMs =
        patience === 'job' ? endpoint.timeoutMs : Math.min(endpoint.timeoutMs, QUERY_TIMEOUT_MS)
      return reducedModel(await openEndpointEmbedding({ ...endpoint, timeoutMs, patience }), reduction)
    },
  }
}

/**
 * The text model that a model was trained on. Throws mixed-text-models where the configured provider does not have it:
 * places and queries would be brought together by vectors that mean different things.
 */
export async function textModelOf(
  { version, textModelId }: { readonly version: string; readonly textModelId: string },
  provider: TextProvider,
  patience?: Patience,
): Promise<TextModel> {
  const model = await provider.open(textModelId, patience)
  if (model !== undefined) return model
  throw new DongneError(
    'mixed-text-models',
    `Model ${version} was trained on texts by ${textModelId}; configured is ${provider.name}, which does not have that.`,
  )
}

function hasGrown(now: number, then: number): boolean {
  return now >= then * REFIT_GROWTH || now * REFIT_GROWTH <= then
}
