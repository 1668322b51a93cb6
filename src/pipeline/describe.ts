// The describe job: a language model's description of every place, kept in the catalog for those who ask later.
// Leaves writing and checking to recommend/writer.ts. Restartable: what was answered is not asked again.
import type { Catalog } from '../catalog/port.ts'
import type { Locale } from '../domain/names.ts'
import type { Place } from '../domain/place.ts'
import { DongneError } from '../errors.ts'
import { inLanes } from '../in-lanes.ts'
import { createAskedModel } from '../recommend/asked-model.ts'
import { placeEvidence } from '../recommend/evidence.ts'
import { readVocabulary } from '../recommend/vocabulary.ts'
import { createWriter } from '../recommend/writer.ts'
import type { KeptLanguageModel } from '../text/language-model.ts'
import { livePlaces } from './embed.ts'
import type { Progress } from './progress.ts'

export interface DescribeOptions {
  readonly catalog: Catalog
  readonly model: KeptLanguageModel
  readonly locales: readonly Locale[]
  /** Places at most, in the catalog's order. */
  readonly limit?: number
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface DescribeSummary {
  /** Descriptions, one a place and language. */
  readonly descriptions: number
  readonly byModel: number
  /** What the model wrote and what was not used: it failed, or said more than the evidence. */
  readonly byTemplate: number
  readonly requests: number
  readonly tokens: number
  readonly model: string
  /** Why texts were not used, the most frequent first. */
  readonly problems: readonly { readonly problem: string; readonly times: number }[]
  readonly seconds: number
}

/** A model that has answered nothing by then is not there. */
const GIVE_UP_AFTER = 5
const SHOWN_PROBLEMS = 5

/** Throws no-places, and language-model-failed where the first answers all fail. */
export async function runDescribe(options: DescribeOptions): Promise<DescribeSummary> {
  const { catalog, model, locales, limit = Infinity, progress, signal } = options
  const started = performance.now()
  const { places } = await catalog.counts()
  if (places === 0) throw new DongneError('no-places', 'The catalog has no places to describe.')
  const vocabulary = await readVocabulary(catalog)
  const writer = createWriter(createAskedModel(model))
  const problems = new Map<string, number>()
  let done = 0
  let byModel = 0

  async function describe(place: Place, locale: Locale): Promise<void> {
    const evidence = placeEvidence(place, vocabulary, locale)
    const { generatedBy, rejected } = await writer.describePlace(evidence, {
      wait: 'job',
      ...(signal && { signal }),
    })
    if (generatedBy === 'model') byModel++
    if (rejected !== undefined) problems.set(rejected, (problems.get(rejected) ?? 0) + 1)
    progress.update(++done, `${byModel} by the model, ${model.usage?.().tokens ?? 0} tokens`)
    if (done === GIVE_UP_AFTER && byModel === 0 && (model.usage?.().tokens ?? 1) === 0) {
      throw new DongneError('language-model-failed', `The first ${done} questions had no answer: ${rejected}`)
    }
  }

  progress.start('describe', Math.min(places, limit) * locales.length)
  await inLanes(pairs(catalog, locales, limit), model.limits.maxParallelCalls, async ([place, locale]) => {
    signal?.throwIfAborted()
    await describe(place, locale)
  })
  progress.stop()
  return {
    descriptions: done,
    byModel,
    byTemplate: done - byModel,
    ...(model.usage?.() ?? { requests: 0, tokens: 0 }),
    model: model.id,
    problems: [...problems]
      .map(([problem, times]) => ({ problem, times }))
      .sort((a, b) => b.times - a.times)
      .slice(0, SHOWN_PROBLEMS),
    seconds: (performance.now() - started) / 1000,
  }
}

async function* pairs(
  catalog: Catalog,
  locales: readonly Locale[],
  limit: number,
): AsyncGenerator<[Place, Locale]> {
  let left = limit
  for await (const batch of livePlaces(catalog)) {
    for (const place of batch) {
      if (left-- <= 0) return
      for (const locale of locales) yield [place, locale]
    }
  }
}
