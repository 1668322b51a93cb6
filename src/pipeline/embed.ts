// The embed job: a vector for every text that has none yet, then what the text model has to learn of all of them.
// Leaves who embeds to text-provider.ts, the cache to text-vectors.ts. Restartable: what was embedded stays.
import type { Catalog } from '../catalog/port.ts'
import type { Place } from '../domain/place.ts'
import { DongneError } from '../errors.ts'
import { createRandom } from '../math/random.ts'
import type { EmbeddingSource, TextModel } from '../text/port.ts'
import { SAMPLE_SIZE } from '../text/reduction.ts'
import { estimateTokens } from '../text/tokens.ts'
import type { Progress } from './progress.ts'
import type { Corpus, TextProvider } from './text-provider.ts'
import { createDocuments, lookUp, sourceVectors } from './text-vectors.ts'

const BATCH = 1000

export interface EmbedOptions {
  readonly catalog: Catalog
  readonly texts: TextProvider
  /** Learn anew what the text model learns of texts, even where they have hardly changed. */
  readonly refit?: boolean
  /** Told what is left to do before an endpoint is asked. */
  readonly onPlan?: (plan: EmbedPlan) => void
  readonly progress: Progress
  readonly signal?: AbortSignal
}

/** What is left to embed, before it is. */
export interface EmbedPlan {
  readonly places: number
  /** Distinct texts without a vector. */
  readonly texts: number
  readonly cached: number
  /** Texts that are longer than the source takes: their ends are cut off. */
  readonly cut: number
  /** Estimated (text/tokens.ts). */
  readonly tokens: number
  readonly requests: number
  /** In the money of EMBEDDING_PRICE; absent where none is set. */
  readonly cost?: number
  readonly model: string
}

export interface EmbedSummary {
  readonly places: number
  readonly embedded: number
  readonly cached: number
  readonly model: string
  readonly dim: number
  /** What was asked of an endpoint; absent where none was. */
  readonly requests?: number
  readonly tokens?: number
  readonly cost?: number
  readonly seconds: number
}

/** What is left to do: asks nobody, stores no vector. Throws no-places. */
export async function planEmbed(options: EmbedOptions): Promise<EmbedPlan> {
  const { corpus, document } = await readCorpus(options)
  const source = await options.texts.prepare(corpus)
  return plan(options, corpus, source, document)
}

/** Throws no-places, embedding-failed, non-finite-vector, text-encoder-corrupt. */
export async function runEmbed(options: EmbedOptions): Promise<EmbedSummary> {
  const { catalog, texts: provider, progress, signal } = options
  const started = performance.now()
  const { corpus, document } = await readCorpus(options)
  const source = await provider.prepare(corpus)
  // Where calls cost time or money, it is known before how many there will be.
  const planned = source.usage === undefined ? undefined : await plan(options, corpus, source, document)
  if (planned !== undefined) options.onPlan?.(planned)

  const sample = createReservoir(SAMPLE_SIZE)
  let places = 0
  let embedded = 0
  progress.start('embed', planned?.texts ?? corpus.texts)
  const embedding = performance.now()
  for await (const batch of livePlaces(catalog)) {
    signal?.throwIfAborted()
    const vectors = await sourceVectors(catalog, source, batch.map(document), {
      ...(signal && { signal }),
      onEmbedded(texts) {
        embedded += texts
        if (source.usage === undefined) return
        const rate = embedded / ((performance.now() - embedding) / 1000)
        progress.update(embedded, `${rate.toFixed(1)} texts/s, ${spentText(source.usage().tokens, provider)}`)
      },
    })
    for (const vector of vectors) sample.add(vector)
    places += batch.length
    if (planned === undefined) progress.update(places)
  }
  progress.stop()
  const model = await provider.learn(source, sample.items, corpus)
  return {
    places,
    embedded,
    cached: places - embedded,
    model: model.id,
    dim: model.dim,
    ...(source.usage && { ...source.usage(), ...costOf(source.usage().tokens, provider) }),
    seconds: (performance.now() - started) / 1000,
  }
}

/**
 * The newest text model, fitted where it learns of texts alone. Throws no-places, and no-text-vectors where it learns of
 * vectors, which `embed` makes.
 */
export async function openTextModel(options: EmbedOptions): Promise<TextModel> {
  const { texts } = options
  const model = (await texts.open()) ?? (await texts.fit?.((await readCorpus(options)).corpus))
  if (model === undefined) throw new DongneError('no-text-vectors', `There are no texts by ${texts.name}.`)
  return model
}

/**
 * Every place that exists, in batches.
 * @param until leaves out what changed after this revision, such as what the reader itself writes
 */
export async function* livePlaces(catalog: Catalog, until = Infinity): AsyncGenerator<Place[]> {
  for await (const batch of catalog.placeChanges({ since: 0, batchSize: BATCH })) {
    const places = batch.flatMap(({ place, revision }) =>
      place === undefined || revision > until ? [] : [place],
    )
    if (places.length > 0) yield places
    if (batch[batch.length - 1].revision >= until) return
  }
}

async function readCorpus({ catalog, refit = false, progress }: EmbedOptions) {
  const { places: texts } = await catalog.counts()
  if (texts === 0) throw new DongneError('no-places', 'The catalog has no places to embed.')
  const document = await createDocuments(catalog)
  const corpus: Corpus = {
    texts,
    refit,
    async *documents() {
      progress.start('read texts', texts)
      let done = 0
      for await (const batch of livePlaces(catalog)) {
        for (const place of batch) yield document(place)
        progress.update((done += batch.length))
      }
      progress.stop()
    },
  }
  return { corpus, document }
}

async function plan(
  { catalog, texts: provider, progress, signal }: EmbedOptions,
  corpus: Corpus,
  source: EmbeddingSource,
  document: (place: Place) => string,
): Promise<EmbedPlan> {
  const { maxCharsPerText, maxTextsPerCall } = source.limits
  const counts = { places: 0, texts: 0, cut: 0, tokens: 0, requests: 0 }
  progress.start('look for texts', corpus.texts)
  for await (const batch of livePlaces(catalog)) {
    signal?.throwIfAborted()
    const { missing } = await lookUp(catalog, source.id, batch.map(document))
    for (const text of missing.values()) {
      counts.tokens += estimateTokens(text.slice(0, maxCharsPerText))
      if (text.length > maxCharsPerText) counts.cut++
    }
    counts.texts += missing.size
    counts.requests += Math.ceil(missing.size / maxTextsPerCall)
    progress.update((counts.places += batch.length))
  }
  progress.stop()
  return {
    ...counts,
    cached: counts.places - counts.texts,
    ...costOf(counts.tokens, provider),
    model: source.id,
  }
}

/** "3312 texts to embed with e5#1a2b: some 400000 tokens in 104 requests, some 0.0080" */
export function planText({ texts, tokens, requests, cost, cut, model }: EmbedPlan): string {
  return (
    `${texts} texts to embed with ${model}: some ${tokens} tokens in ${requests} requests` +
    (cost === undefined ? '' : `, some ${costText(cost)}`) +
    (cut === 0 ? '' : `; ${cut} are longer than the model takes and lose their ends`)
  )
}

function spentText(tokens: number, provider: TextProvider): string {
  const { cost } = costOf(tokens, provider)
  return `${tokens} tokens${cost === undefined ? '' : `, ${costText(cost)}`}`
}

function costOf(tokens: number, { price }: TextProvider): { cost?: number } {
  return price === undefined ? {} : { cost: (tokens * price) / 1e6 }
}

export const costText = (cost: number) => cost.toFixed(cost < 1 ? 4 : 2)

/** A uniform sample of what is added, of at most `size` (Vitter, ACM TOMS 1985, algorithm R); the same in every run. */
function createReservoir(size: number) {
  const items: Float32Array[] = []
  const random = createRandom(1)
  let seen = 0
  return {
    items,
    add(vector: Float32Array): void {
      seen++
      if (items.length < size) items.push(vector)
      else {
        const slot = random.integer(seen)
        if (slot < size) items[slot] = vector
      }
    },
  }
}
