// The keywords job: the texts of all places → keywords over all places, and each place's own with quotes.
// Leaves finding them to text/keywords/. Restartable: a rerun writes only what differs, vectors come from the cache.
import type { Catalog } from '../catalog/port.ts'
import type { Place } from '../domain/place.ts'
import { DongneError } from '../errors.ts'
import { concepts } from '../text/concepts.ts'
import { nameByModel } from '../text/keywords/model-names.ts'
import { placeTexts } from '../text/keywords/place-texts.ts'
import { structureKeywords } from '../text/keywords/structure.ts'
import type { LanguageModel } from '../text/language-model.ts'
import type { TextModel } from '../text/port.ts'
import { normalizeText, wordsOf } from '../text/words.ts'
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

/** Reads of all texts: for stems, phrases, clusters, and for each place's keywords. */
const PASSES = 4

/** Throws no-places. */
export async function runKeywords(options: KeywordsOptions): Promise<KeywordsSummary> {
  const { catalog, embedding, languageModel, progress, signal } = options
  const started = performance.now()
  const { places } = await catalog.counts()
  if (places === 0) throw new DongneError('no-places', 'The catalog has no places to describe.')

  progress.start('keywords', PASSES * places)
  let read = 0
  // The first read fills it; names are asked for after that.
  const tags = new Set<string>()
  const named = { byModel: 0, failed: 0 }
  const structure = await structureKeywords({
    async *read() {
      for await (const batch of livePlaces(catalog)) {
        signal?.throwIfAborted()
        addTags(tags, batch)
        yield batch.map(placeTexts)
        progress.update((read += batch.length))
      }
    },
    embed: (words) => embedTexts(catalog, embedding, words, signal),
    names: { attributes: concepts().attributes, tags, areas: await areaNames(catalog) },
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

/** Regions and spots, folded: where a place is says nothing of what it is like. */
async function areaNames(catalog: Catalog): Promise<ReadonlySet<string>> {
  const [regions, spots] = await Promise.all([catalog.regions(), catalog.spots()])
  const called = [...regions, ...spots].flatMap(({ name, names = {} }) => [name, ...Object.values(names)])
  // "새터 오피스타운" is an area by its second word as well; short ones are words of their own.
  return new Set(
    called.flatMap((name) => [normalizeText(name), ...wordsOf(name).filter(({ length }) => length > 3)]),
  )
}

/** Folding costs more than looking: most tags are there already, as they are written. */
function addTags(tags: Set<string>, places: readonly Place[]): void {
  for (const { tags: own = [] } of places) {
    for (const tag of own) if (!tags.has(tag)) tags.add(normalizeText(tag))
  }
}
