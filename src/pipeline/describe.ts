// The describe job: a language model's description of every place, kept in the catalog for those who ask later.
// Leaves asking, writing and checking to recommend/writing/writer.ts. Restartable: what was answered is not asked again.
import type { Catalog } from '../catalog/port.ts'
import type { Locale } from '../domain/names.ts'
import type { Place } from '../domain/place.ts'
import { DongneError } from '../errors.ts'
import { inLanes } from '../in-lanes.ts'
import { createAskedModel } from '../recommend/writing/asked-model.ts'
import { placeEvidence } from '../recommend/writing/evidence.ts'
import { readVocabulary } from '../recommend/live/vocabulary.ts'
import { createWriter, descriptionRequest } from '../recommend/writing/writer.ts'
import type { KeptLanguageModel } from '../text/language-model.ts'
import { estimateTokens } from '../text/tokens.ts'
import { costText, livePlaces } from './embed.ts'
import type { Progress } from './progress.ts'

export interface DescribeOptions {
  readonly catalog: Catalog
  readonly model: KeptLanguageModel
  readonly locales: readonly Locale[]
  /** Places at most, in the catalog's order. */
  readonly limit?: number
  readonly prices?: TokenPrices
  readonly progress: Progress
  readonly signal?: AbortSignal
}

/** What is left to write, before the model is asked. */
export interface DescribePlan {
  /** One a place and language. */
  readonly descriptions: number
  /** Descriptions without an answer of this model; each is a request. */
  readonly texts: number
  readonly cached: number
  /** Whose evidence is longer than the model takes: they keep their template and are not asked for. */
  readonly tooLong: number
  readonly requests: number
  /** Of questions and answers, estimated (text/tokens.ts). */
  readonly tokens: number
  readonly outputTokens: number
  /** In the money of the prices; absent without them. */
  readonly cost?: number
  readonly model: string
}

/** Of a million tokens. */
export interface TokenPrices {
  readonly input?: number
  readonly output?: number
}

export interface DescribeSummary {
  /** Descriptions, one a place and language. */
  readonly descriptions: number
  readonly byModel: number
  /** What the model wrote and what was not used: it failed, or said more than the evidence. */
  readonly byTemplate: number
  readonly requests: number
  readonly tokens: number
  readonly outputTokens: number
  /** In the money of the prices; absent without them. */
  readonly cost?: number
  readonly model: string
  /** Why texts were not used, the most frequent first. */
  readonly problems: readonly { readonly problem: string; readonly times: number }[]
  readonly seconds: number
}

/** A model that has answered nothing by then is not there. */
const GIVE_UP_AFTER = 5
const SHOWN_PROBLEMS = 5
/** Of a description in either language, with its JSON; measured on answers of 200 characters at most. */
const TOKENS_OF_ANSWER = 60
/** Marks around the data, and the words that say what they are (endpoint-language-model.ts). */
const TOKENS_OF_MARKS = 70

/** What is left to do: asks nobody. Throws no-places. */
export async function planDescribe(options: DescribeOptions): Promise<DescribePlan> {
  const { catalog, model, locales, limit = Infinity, prices, progress, signal } = options
  const { places } = await catalog.counts()
  if (places === 0) throw new DongneError('no-places', 'The catalog has no places to describe.')
  const vocabulary = await readVocabulary(catalog)
  const counts = { descriptions: 0, cached: 0, tooLong: 0, requests: 0, inputTokens: 0 }
  progress.start('look for descriptions', Math.min(places, limit) * locales.length)
  for await (const [place, locale] of pairs(catalog, locales, limit)) {
    signal?.throwIfAborted()
    const request = descriptionRequest(placeEvidence(place, vocabulary, locale))
    if (request.input.length > model.limits.maxInputChars) counts.tooLong++
    else if ((await model.recall(request)) !== undefined) counts.cached++
    else {
      counts.requests++
      counts.inputTokens +=
        TOKENS_OF_MARKS + estimateTokens(request.prompt.system) + estimateTokens(request.input)
    }
    progress.update(++counts.descriptions)
  }
  progress.stop()
  const { inputTokens, ...rest } = counts
  const outputTokens = TOKENS_OF_ANSWER * counts.requests
  const tokens = inputTokens + outputTokens
  return {
    ...rest,
    texts: counts.requests,
    tokens,
    outputTokens,
    ...costOf({ tokens, outputTokens }, prices),
    model: model.id,
  }
}

/** "200 descriptions to write with m#1a2b: some 92000 tokens (12000 of answers) in 200 requests, some 0.0210" */
export function describePlanText({
  texts,
  tokens,
  outputTokens,
  requests,
  cost,
  tooLong,
  model,
}: DescribePlan): string {
  return (
    `${texts} descriptions to write with ${model}: some ${tokens} tokens (${outputTokens} of answers) in ${requests} requests` +
    (cost === undefined ? '' : `, some ${costText(cost)}`) +
    (tooLong === 0 ? '' : `; ${tooLong} have more evidence than the model takes and keep their template`)
  )
}

function costOf(
  { tokens, outputTokens }: { readonly tokens: number; readonly outputTokens: number },
  { input, output }: TokenPrices = {},
): { cost?: number } {
  if (input === undefined && output === undefined) return {}
  return { cost: ((tokens - outputTokens) * (input ?? 0) + outputTokens * (output ?? 0)) / 1e6 }
}

/** Throws no-places, and language-model-failed where the first answers all fail. */
export async function runDescribe(options: DescribeOptions): Promise<DescribeSummary> {
  const { catalog, model, locales, limit = Infinity, prices, progress, signal } = options
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
  const usage = model.usage?.() ?? { requests: 0, tokens: 0, outputTokens: 0 }
  return {
    descriptions: done,
    byModel,
    byTemplate: done - byModel,
    ...usage,
    ...costOf(usage, prices),
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
