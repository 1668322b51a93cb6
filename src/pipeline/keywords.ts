// The keywords job: the texts of all places → keywords over all places, and each place's own with quotes.
// Leaves finding them to text/keywords/. Restartable: a rerun writes only what differs, vectors come from the cache.
import type { Catalog } from '../catalog/port.ts'
import { DongneError } from '../errors.ts'
import { concepts } from '../text/concepts.ts'
import type { KnownNames } from '../text/keywords/describing.ts'
import { nameByModel } from '../text/keywords/model-names.ts'
import { placeTexts } from '../text/keywords/place-texts.ts'
import { structureKeywords } from '../text/keywords/structure.ts'
import type { LanguageModel } from '../text/language-model.ts'
import type { TextModel } from '../text/port.ts'
import { normalizeText } from '../text/words.ts'
import { livePlaces } from './embed.ts'
import type { Progress } from './progress.ts'
import { embedTexts } from './text-vectors.ts'

export interface KeywordsOptions {
  readonly catalog: Catalog
  /** Tells which words mean the same. */
  readonly embedding: TextModel
  /** Names keywords in Korean and English; without one they are named as people write them. */
  readonly languageModel?: LanguageModel
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface KeywordsSummary {
  readonly places: number
  /** Places that got any keyword, and those whose keywords are others than before. */
  readonly described: number
  readonly changed: number
  readonly keywords: number
  /** Keywords that the language model named; batches in which it did not answer. */
  readonly namedByModel: number
  readonly failedCalls: number
  readonly seconds: number
}

/** Reads of all places: for tags, stems, phrases, clusters, and for each place's keywords. */
const PASSES = 5

/** Throws no-places. */
export async function runKeywords(options: KeywordsOptions): Promise<KeywordsSummary> {
  const { catalog, embedding, languageModel, progress, signal } = options
  const started = performance.now()
  const { places } = await catalog.counts()
  if (places === 0) throw new DongneError('no-places', 'The catalog has no places to describe.')

  progress.start('keywords', PASSES * places)
  let read = 0
  const names = await knownNames(catalog)
  read += places
  const named = { byModel: 0, failed: 0 }
  const structure = await structureKeywords({
    async *read() {
      for await (const batch of livePlaces(catalog)) {
        signal?.throwIfAborted()
        yield batch.map(placeTexts)
        progress.update((read += batch.length))
      }
    },
    embed: (words) => embedTexts(catalog, embedding, words, signal),
    names,
    async rename(clusters) {
      if (languageModel === undefined) return clusters
      const renamed = await nameByModel(clusters, languageModel, signal)
      named.byModel = renamed.named
      named.failed = renamed.failedCalls
      return renamed.clusters
    },
  })

  await catalog.saveKeywords(structure.clusters)
  let described = 0
  let changed = 0
  // Saving gives places new revisions, so the places to read are those up to now.
  const { revision } = await catalog.position()
  for await (const batch of livePlaces(catalog, revision)) {
    signal?.throwIfAborted()
    const found = new Map(batch.map((place) => [place.id, structure.keywordsOf(placeTexts(place))]))
    described += [...found.values()].filter(({ length }) => length > 0).length
    changed += await catalog.savePlaceKeywords(found)
    progress.update((read += batch.length))
  }
  progress.stop()
  return {
    places,
    described,
    changed,
    keywords: structure.clusters.length,
    namedByModel: named.byModel,
    failedCalls: named.failed,
    seconds: (performance.now() - started) / 1000,
  }
}

/** What the catalog names: a keyword that is a tag describes, one that is an area does not. */
async function knownNames(catalog: Catalog): Promise<KnownNames> {
  const [regions, spots] = await Promise.all([catalog.regions(), catalog.spots()])
  const areas = [...regions, ...spots].flatMap(({ name, names = {} }) => [name, ...Object.values(names)])
  const tags = new Set<string>()
  for await (const batch of livePlaces(catalog)) {
    for (const place of batch) for (const tag of place.tags ?? []) tags.add(normalizeText(tag))
  }
  return { attributes: concepts().attributes, tags, areas: new Set(areas.map(normalizeText)) }
}
