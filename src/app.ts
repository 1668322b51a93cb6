// The composition root: configuration → wired parts. With data.ts the only file that names adapters.
// Leaves commands to cli.ts, jobs to pipeline/, answers to recommend/.
import { readFile } from 'node:fs/promises'
import type { Catalog } from './catalog/port.ts'
import type { Config } from './config.ts'
import { openData, type Data } from './data.ts'
import { DongneError } from './errors.ts'
import { createLocator, type Locator } from './geo/locate.ts'
import { openEncoder } from './pipeline/encoder.ts'
import { LiveState } from './recommend/live/live.ts'
import type { Service } from './recommend/port.ts'
import { createService } from './recommend/service.ts'
import { parseTuning, type Tuning } from './recommend/tuning.ts'
import { readCuratedThemes } from './recommend/themes/curated-file.ts'
import { concepts, type Concepts } from './text/concepts.ts'
import { createAskedModel } from './recommend/writing/asked-model.ts'
import { createWriter } from './recommend/writing/writer.ts'
import { lexicalFile } from './text/lexical-file.ts'
import type { LexicalStore } from './text/port.ts'
import type { VectorIndex } from './vector-index/port.ts'

export interface App extends Data {
  readonly index: VectorIndex
  /** The words of the places between runs, where the engine of the index does not search words itself. */
  readonly words: LexicalStore
  readonly service: Service
}

/**
 * Opens catalog and index of the configured data folder, making it where it is missing, and wires the service.
 * @param tuning asked at every request, instead of DONGNE_TUNING
 */
export async function openApp(
  config: Config,
  now: () => number = Date.now,
  tuning?: () => Tuning,
): Promise<App> {
  const configured = await readTuning(config.DONGNE_TUNING)
  const curatedThemes = readCuratedThemes(config.DONGNE_THEMES)
  const data = await openData(config)
  const { catalog, folder, texts } = data
  let index: VectorIndex
  let table: Concepts
  try {
    table = await readConcepts(folder.concepts)
    index = await openIndex(data)
  } catch (error) {
    await data.close()
    throw error
  }
  const source = config.DONGNE_DATABASE_URL === '' ? 'sqlite' : catalog.where
  const words = lexicalFile(folder.words, source, (message) => console.error(message))
  const live = new LiveState({
    catalog,
    index,
    words,
    concepts: table,
    loadEncoder: (modelVersion) =>
      openEncoder({ catalog, folder, texts, modelVersion, patience: 'somebody-waits' }),
    tuning: tuning ?? (() => configured),
    now,
  })
  const languageModel = data.languageModel('somebody-waits')
  const askedModel = languageModel && createAskedModel(languageModel)
  const service = createService({
    catalog,
    live,
    locate: createLiveLocator(catalog),
    writer: createWriter(askedModel),
    ...(askedModel && { askedModel }),
    now,
    curatedThemes,
  })
  return {
    ...data,
    index,
    words,
    service,
    async close() {
      await askedModel?.close()
      await live.close()
      await index.close()
      await data.close()
    },
  }
}

/** Throws invalid-tuning. */
async function readTuning(path: string): Promise<Tuning> {
  if (path === '') return {}
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new DongneError('invalid-tuning', `${path}: ${(cause as Error).message}`, { cause })
  }
  return parseTuning(value)
}

/** The table of concepts with the changes of the data folder. Throws invalid-config. */
async function readConcepts(file: string): Promise<Concepts> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return concepts()
    throw error
  }
  try {
    return concepts(JSON.parse(text))
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof DongneError)) throw cause
    throw new DongneError('invalid-config', `${file}: ${cause.message}`, { cause })
  }
}

/** The configured engine, loaded only then. */
async function openIndex({ config, folder }: Data): Promise<VectorIndex> {
  const prefix = config.DONGNE_INDEX_PREFIX
  switch (config.DONGNE_ENGINE) {
    case 'embedded': {
      const { openEmbeddedIndex } = await import('./vector-index/embedded/index.ts')
      return openEmbeddedIndex({ folder: folder.index })
    }
    case 'opensearch': {
      const { openOpenSearchIndex } = await import('./vector-index/opensearch/index.ts')
      return openOpenSearchIndex({ url: config.OPENSEARCH_URL, prefix })
    }
    case 'milvus': {
      const { openMilvusIndex } = await import('./vector-index/milvus/index.ts')
      return openMilvusIndex({ address: config.MILVUS_ADDRESS, prefix })
    }
  }
}

/** A locator that reads the boundaries again whenever the catalog's vocabulary changed. */
function createLiveLocator(catalog: Catalog) {
  let locator: Locator | undefined
  let vocabulary = -1
  return async (inputs: Parameters<Locator['locate']>[0][]) => {
    const position = await catalog.position()
    if (locator === undefined || position.vocabulary !== vocabulary) {
      const [regions, spots] = await Promise.all([catalog.regions({ withGeometry: true }), catalog.spots()])
      locator = createLocator({ regions, spots })
      vocabulary = position.vocabulary
    }
    return inputs.map((input) => locator!.locate(input))
  }
}
