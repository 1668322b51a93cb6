// Opens the data folder and its catalog: all that import, embedding and training need.
// Leaves index and service to app.ts, which commands that answer load on top.
import { mkdir } from 'node:fs/promises'
import type { Catalog } from './catalog/port.ts'
import { openPostgresCatalog } from './catalog/postgres.ts'
import { openSqliteCatalog } from './catalog/sqlite.ts'
import type { Config } from './config.ts'
import { dataFolder, type DataFolder } from './pipeline/data-folder.ts'
import { endpointTexts, offlineTexts, type TextProvider } from './pipeline/text-provider.ts'

export interface Data {
  readonly config: Config
  readonly folder: DataFolder
  readonly catalog: Catalog
  readonly texts: TextProvider
  close(): Promise<void>
}

/** Opens the data folder and the configured catalog, making them where they are missing. */
export async function openData(config: Config): Promise<Data> {
  const folder = dataFolder(config.DONGNE_DATA_DIR)
  await mkdir(folder.root, { recursive: true })
  const url = config.DONGNE_DATABASE_URL
  const catalog = await (url === '' ? openSqliteCatalog(folder.catalog) : openPostgresCatalog(url))
  return { config, folder, catalog, texts: textProvider(config, folder.text), close: () => catalog.close() }
}

/** The configured provider of text vectors; nothing is asked or loaded yet. */
function textProvider(config: Config, folder: string): TextProvider {
  switch (config.DONGNE_EMBEDDING) {
    case 'offline':
      return offlineTexts(folder)
    case 'openai-compatible':
      return endpointTexts(folder, {
        baseUrl: config.EMBEDDING_BASE_URL,
        model: config.EMBEDDING_MODEL,
        apiKey: config.EMBEDDING_API_KEY,
        timeoutMs: config.EMBEDDING_TIMEOUT_MS,
        maxTextsPerCall: config.EMBEDDING_BATCH_SIZE,
        maxParallelCalls: config.EMBEDDING_PARALLEL_CALLS,
        maxCharsPerText: config.EMBEDDING_MAX_CHARS,
        dimensions: config.EMBEDDING_DIMENSIONS,
        reducedDim: config.EMBEDDING_REDUCED_DIM,
        prefixes: { query: config.EMBEDDING_QUERY_PREFIX, document: config.EMBEDDING_DOCUMENT_PREFIX },
        ...(config.EMBEDDING_INPUT_TYPES && { inputTypes: config.EMBEDDING_INPUT_TYPES }),
        ...(config.EMBEDDING_PRICE !== undefined && { price: config.EMBEDDING_PRICE }),
      })
  }
}
