// Names of keywords by a language model: Korean and English, from the phrases alone. Where it does not answer, or not
// with a usable name, the name that people write stays. The keywords of one call are of many places: so that no phrase can
// order another keyword's name, a Korean one has to share a word with its own phrases, and none holds more than words.
import { Type } from 'typebox'
import type { KeywordCluster } from '../../domain/keyword.ts'
import { DongneError } from '../../errors.ts'
import { stemCandidates } from '../korean-endings.ts'
import type { LanguageModel } from '../language-model.ts'
import { readPrompt } from '../prompts.ts'
import { wordsOf } from '../words.ts'

export const KeywordNamesSchema = Type.Object(
  {
    keywords: Type.Array(
      Type.Object(
        { id: Type.String(), ko: Type.String(), en: Type.String(), negative: Type.Boolean() },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

/** Keywords named at all, those of the most places; and how many a call. */
const MAX_NAMED = 1000
const PER_CALL = 25
const MAX_PHRASES = 5
const MAX_PHRASE_LENGTH = 40
const MAX_NAME_LENGTH = 40

export interface NamedByModel {
  readonly clusters: readonly KeywordCluster[]
  readonly named: number
  readonly failedCalls: number
}

/** The clusters in their order, the first thousand with names by the model. Throws only where `signal` is aborted. */
export async function nameByModel(
  clusters: readonly KeywordCluster[],
  model: LanguageModel,
  signal?: AbortSignal,
): Promise<NamedByModel> {
  const calls = packed(clusters.slice(0, MAX_NAMED), model.limits.maxInputChars)
  const renamed = new Map<string, KeywordCluster>()
  let failedCalls = 0
  let next = 0
  const work = async () => {
    while (next < calls.length) {
      const batch = calls[next++]
      for (const cluster of (await askNames(batch, model, signal)) ?? []) renamed.set(cluster.id, cluster)
      if (!batch.some(({ id }) => renamed.has(id))) failedCalls++
    }
  }
  await Promise.all(Array.from({ length: model.limits.maxParallelCalls }, work))
  return {
    clusters: clusters.map((cluster) => renamed.get(cluster.id) ?? cluster),
    named: renamed.size,
    failedCalls,
  }
}

async function askNames(
  batch: readonly KeywordCluster[],
  model: LanguageModel,
  signal?: AbortSignal,
): Promise<KeywordCluster[] | undefined> {
  signal?.throwIfAborted()
  const input = `[${batch.map(entryOf).join(',')}]`
  let answer
  try {
    answer = await model.generate({
      prompt: readPrompt('name-keywords'),
      input,
      schema: KeywordNamesSchema,
      ...(signal && { signal }),
    })
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof DongneError) return undefined
    throw error
  }
  const byId = new Map(answer.keywords.map((entry) => [entry.id, entry]))
  return batch.flatMap((cluster): KeywordCluster[] => {
    const entry = byId.get(cluster.id)
    if (entry === undefined || !isName(entry.ko) || !isName(entry.en) || !isSaid(entry.ko, cluster)) return []
    const { negative: _, ...rest } = cluster
    const names = { ko: entry.ko.trim(), en: entry.en.trim() }
    // What the words themselves say to be a complaint stays one, whatever a model makes of it.
    const isNegative = cluster.negative === true || entry.negative
    return [{ ...rest, name: names.ko, names, ...(isNegative && { negative: true }) }]
  })
}

/** Batches of as many clusters as a call takes. */
function packed(clusters: readonly KeywordCluster[], maxInputChars: number): KeywordCluster[][] {
  const calls: KeywordCluster[][] = []
  let length = Infinity
  for (const cluster of clusters) {
    const added = entryOf(cluster).length + 1
    const batch = calls.at(-1)
    if (batch === undefined || batch.length === PER_CALL || length + added > maxInputChars) {
      calls.push([cluster])
      length = added + 2
    } else {
      batch.push(cluster)
      length += added
    }
  }
  return calls
}

function entryOf({ id, phrases }: KeywordCluster): string {
  return JSON.stringify({
    id,
    phrases: phrases.slice(0, MAX_PHRASES).map((phrase) => phrase.slice(0, MAX_PHRASE_LENGTH)),
  })
}

/** Words and what joins them: no markup, addresses, numbers to call. */
const PLAIN = /^(?!.*\d{4})[\p{L}\p{M}\p{N} '’&%·/,-]+$/u

function isName(name: string): boolean {
  return name.trim() !== '' && name.length <= MAX_NAME_LENGTH && PLAIN.test(name)
}

/** Whether a word of the name is one of the keyword, in whatever form. */
function isSaid(name: string, { id, phrases }: KeywordCluster): boolean {
  const stemsOf = (text: string) =>
    wordsOf(text).flatMap((word) => stemCandidates(word).map(({ stem }) => stem))
  const said = new Set([id, ...phrases].flatMap(stemsOf))
  return stemsOf(name).some((stem) => said.has(stem))
}
