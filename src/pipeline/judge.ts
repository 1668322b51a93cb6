// The judge job: two lists of answers to the same questions, compared place by place by a language model that does not know
// which list a place is from. Leaves comparing to text/judge.ts. Restartable: what was answered is not asked again.
import { readFile } from 'node:fs/promises'
import { Type, type Static } from 'typebox'
import type { Catalog } from '../catalog/port.ts'
import { createParser } from '../domain/schema.ts'
import { DongneError } from '../errors.ts'
import { placeEvidence } from '../recommend/writing/evidence.ts'
import { readVocabulary } from '../recommend/live/vocabulary.ts'
import { judge, type Comparison } from '../text/judge.ts'
import type { KeptLanguageModel } from '../text/language-model.ts'
import type { Progress } from './progress.ts'

const AnswerSchema = Type.Object(
  { query: Type.String({ minLength: 1 }), placeIds: Type.Array(Type.String()) },
  { additionalProperties: false },
)
const parseAnswer = createParser(AnswerSchema)

export interface JudgeOptions {
  readonly catalog: Catalog
  readonly model: KeptLanguageModel
  /** NDJSON, a row a query: `{ query, placeIds }`, best first. */
  readonly files: readonly [string, string]
  /** Places compared a query: the first of one list with the first of the other, and so on. */
  readonly depth: number
  readonly seed: number
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface JudgeSummary {
  readonly queries: number
  readonly compared: number
  /** Places that both lists have at the same rank: not asked, as good as each other. */
  readonly equal: number
  readonly first: number
  readonly second: number
  readonly same: number
  /** The model's answer changed with the order. */
  readonly inconsistent: number
  /** Of a sign test on the decided comparisons, two-sided. */
  readonly p: number
  readonly model: string
}

/** Throws file-not-found, invalid-request, invalid-json, language-model-failed. */
export async function runJudge(options: JudgeOptions): Promise<JudgeSummary> {
  const { catalog, model, files, depth, seed, progress, signal } = options
  const [first, second] = await Promise.all(files.map(readAnswers))
  const vocabulary = await readVocabulary(catalog)
  const queries = [...first.keys()].filter((query) => second.has(query))
  const ids = queries.flatMap((query) => [...first.get(query)!, ...second.get(query)!])
  const places = await catalog.places(ids)
  const known = (id: string) => {
    const place = places.get(id)
    if (place === undefined) return undefined
    const { name, category, area, facts, texts } = placeEvidence(place, vocabulary, 'ko')
    return { name, category, area, facts, texts: texts.slice(0, 3).map(({ text }) => text) }
  }
  let equal = 0
  const comparisons: Comparison[] = []
  for (const query of queries) {
    for (let rank = 0; rank < depth; rank++) {
      const [a, b] = [first, second].map((answers) => answers.get(query)![rank])
      if (a === undefined || b === undefined) continue
      const [one, other] = [known(a), known(b)]
      if (a === b) equal++
      else if (one !== undefined && other !== undefined)
        comparisons.push({ wanted: query, first: one, second: other })
    }
  }
  progress.start('judge', comparisons.length)
  const verdicts = await judge(model, comparisons, {
    seed,
    ...(signal && { signal }),
    onJudged: (done) => progress.update(done),
  })
  progress.stop()
  const count = (better: (typeof verdicts)[number]['better']) =>
    verdicts.filter((verdict) => verdict.better === better).length
  const [wins, losses] = [count('first'), count('second')]
  return {
    queries: queries.length,
    compared: comparisons.length,
    equal,
    first: wins,
    second: losses,
    same: count('same'),
    inconsistent: count('inconsistent'),
    p: signTest(wins, losses),
    model: model.id,
  }
}

async function readAnswers(path: string): Promise<Map<string, readonly string[]>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new DongneError('file-not-found', `${path}: ${(cause as Error).message}`, { cause })
  }
  const rows = text.split('\n').filter((line) => line.trim() !== '')
  return new Map(
    rows.map((line, index) => {
      let row: Static<typeof AnswerSchema>
      try {
        row = parseAnswer(JSON.parse(line))
      } catch (cause) {
        if (cause instanceof DongneError) throw cause
        throw new DongneError('invalid-json', `${path}, line ${index + 1}: ${(cause as Error).message}`, {
          cause,
        })
      }
      return [row.query, row.placeIds]
    }),
  )
}

/** Two-sided: how likely a split this uneven is where both are equally good. */
export function signTest(wins: number, losses: number): number {
  const n = wins + losses
  let term = 0.5 ** n
  let tail = 0
  for (let k = 0; k <= Math.min(wins, losses); k++) {
    tail += term
    term *= (n - k) / (k + 1)
  }
  return Math.min(1, 2 * tail)
}
