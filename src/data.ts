// Opens the data folder and its catalog: all that import, embedding and training need.
// Leaves index and service to app.ts, which commands that answer load on top.
import { mkdir } from 'node:fs/promises'
import type { Catalog } from './catalog/port.ts'
import { openPostgresCatalog } from './catalog/postgres.ts'
import { openSqliteCatalog } from './catalog/sqlite.ts'
import type { Config } from './config.ts'
import { dataFolder, type DataFolder } from './pipeline/data-folder.ts'
import type { Patience } from './fault-policy.ts'
import { endpointTexts, offlineTexts, type TextProvider } from './pipeline/text-provider.ts'
import { endpointLanguageModel } from './text/endpoint-language-model.ts'
import { keptLanguageModel } from './text/kept-language-model.ts'
import type { KeptLanguageModel } from './text/language-model.ts'

export interface Data {
  readonly config: Config
  readonly folder: DataFolder
  readonly catalog: Catalog
  readonly texts: TextProvider
  /** The configured language model with its answers kept in the catalog; undefined where none is configured. */
  languageModel(patience: Patience): KeptLanguageModel | undefined
  close(): Promise<void>
}

/** Opens the data folder and the configured catalog, making them where they are missing. */
export async function openData(config: Config): Promise<Data> {
  const folder = dataFolder(config.DONGNE_DATA_DIR)
  await mkdir(folder.root, { recursive: true })
  const url = config.DONGNE_DATABASE_URL
  const catalog = await (url === '' ? openSqliteCatalog(folder.catalog) : openPostgresCatalog(url))
  return {
    config,
    folder,
    catalog,
    texts: textProvider(config, folder.text),
    languageModel: (patience) => languageModel(config, catalog, patience),
    close: () => catalog.close(),
  }
}

/** How the configured embedding endpoint is asked. */
export function embeddingEndpoint(config: Config) {
  return {
    baseUrl: config.EMBEDDING_BASE_URL,
    model: config.EMBEDDING_MODEL,
    apiKey: config.EMBEDDING_API_KEY,
    timeoutMs: config.EMBEDDING_TIMEOUT_MS,
    maxTextsPerCall: config.EMBEDDING_BATCH_SIZE,
    maxParallelCalls: config.EMBEDDING_PARALLEL_CALLS,
    maxCharsPerText: config.EMBEDDING_MAX_CHARS,
    dimensions: config.EMBEDDING_DIMENSIONS,
    prefixes: { query: config.EMBEDDING_QUERY_PREFIX, document: config.EMBEDDING_DOCUMENT_PREFIX },
    ...(config.EMBEDDING_INPUT_TYPES && { inputTypes: config.EMBEDDING_INPUT_TYPES }),
  }
}

/** The configured provider of text vectors; nothing is asked or loaded yet. */
function textProvider(config: Config, folder: string): TextProvider {
  switch (config.DONGNE_EMBEDDING) {
    case 'offline':
      return offlineTexts(folder)
    case 'openai-compatible':
      return endpointTexts(folder, {
        ...embeddingEndpoint(config),
        reducedDim: config.EMBEDDING_REDUCED_DIM,
        ...(config.EMBEDDING_PRICE !== undefined && { price: config.EMBEDDING_PRICE }),
      })
  }
}

function languageModel(config: Config, catalog: Catalog, patience: Patience): KeptLanguageModel | undefined {
  if (config.LLM_BASE_URL === '') return undefined
  const model = endpointLanguageModel({
    baseUrl: config.LLM_BASE_URL,
    model: config.LLM_MODEL,
    apiKey: config.LLM_API_KEY,
    timeoutMs: config.LLM_TIMEOUT_MS,
    maxInputChars: config.LLM_MAX_INPUT_CHARS,
    maxParallelCalls: config.LLM_PARALLEL_CALLS,
    maxOutputTokens: config.LLM_MAX_OUTPUT_TOKENS,
    ...(config.LLM_TEMPERATURE !== undefined && { temperature: config.LLM_TEMPERATURE }),
    keepsSchema: config.LLM_OUTPUT === 'json-schema',
    patience,
  })
  return keptLanguageModel(model, catalog)
}
