// The label job: a language model's labels for places from the sets of a file, as rows for people to look through.
// Leaves choosing to text/labels.ts; changes no place. Restartable: what was answered is not asked again.
import { readFile, writeFile } from 'node:fs/promises'
import { Type } from 'typebox'
import type { Catalog } from '../catalog/port.ts'
import type { Place } from '../domain/place.ts'
import { createParser } from '../domain/schema.ts'
import { DongneError } from '../errors.ts'
import { inLanes } from '../in-lanes.ts'
import { placeEvidence } from '../recommend/writing/evidence.ts'
import { readVocabulary } from '../recommend/live/vocabulary.ts'
import { createLabeller } from '../text/labels.ts'
import type { KeptLanguageModel } from '../text/language-model.ts'
import { livePlaces } from './embed.ts'
import type { Progress } from './progress.ts'

const parseQuestions = createParser(
  Type.Record(Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }), {
    minProperties: 1,
    description: 'Allowed labels by question: { "indoor": ["yes", "no"] }',
  }),
)

export interface LabelOptions {
  readonly catalog: Catalog
  readonly model: KeptLanguageModel
  /** JSON: allowed labels by question. */
  readonly questionsFile: string
  /** NDJSON, a row a place: `{ id, name, labels }`. */
  readonly outFile: string
  readonly limit?: number
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface LabelSummary {
  readonly places: number
  readonly labelled: number
  readonly failed: number
  readonly file: string
  readonly seconds: number
}

/** Throws no-places, file-not-found, invalid-request for unusable questions. */
export async function runLabel(options: LabelOptions): Promise<LabelSummary> {
  const { catalog, model, questionsFile, outFile, limit = Infinity, progress, signal } = options
  const started = performance.now()
  const label = createLabeller(model, parseQuestions(await readJson(questionsFile)))
  const { places } = await catalog.counts()
  if (places === 0) throw new DongneError('no-places', 'The catalog has no places to label.')
  const vocabulary = await readVocabulary(catalog)
  const rows: string[] = []
  let failed = 0
  progress.start('label', Math.min(places, limit))
  await inLanes(firstPlaces(catalog, limit), model.limits.maxParallelCalls, async (place) => {
    signal?.throwIfAborted()
    const { name, category, facts, texts } = placeEvidence(place, vocabulary, 'ko')
    try {
      const known = { name, category, facts, texts: texts.map(({ text }) => text) }
      rows.push(JSON.stringify({ id: place.id, name, labels: await label(known, signal) }))
    } catch (error) {
      if (!(error instanceof DongneError) || error.code !== 'language-model-failed') throw error
      failed++
    }
    progress.update(rows.length + failed)
  })
  progress.stop()
  await writeFile(outFile, rows.map((row) => `${row}\n`).join(''))
  const seconds = (performance.now() - started) / 1000
  return { places: rows.length + failed, labelled: rows.length, failed, file: outFile, seconds }
}

async function* firstPlaces(catalog: Catalog, limit: number): AsyncGenerator<Place> {
  let left = limit
  for await (const batch of livePlaces(catalog)) {
    for (const place of batch) {
      if (left-- <= 0) return
      yield place
    }
  }
}

async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new DongneError('file-not-found', `${path}: ${(cause as Error).message}`, { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DongneError('invalid-json', `${path}: ${(cause as Error).message}`, { cause })
  }
}
