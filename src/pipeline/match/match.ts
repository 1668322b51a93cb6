// The match job: which places are one – by rules, by a model for ties, by the people who edit the review file – and what
// follows. Leaves comparing to score.ts, merging to merge.ts. A rerun changes nothing.
import { Type } from 'typebox'
import type { Catalog } from '../../catalog/port.ts'
import type { Place } from '../../domain/place.ts'
import { DongneError } from '../../errors.ts'
import type { LanguageModel } from '../../text/language-model.ts'
import { readPrompt } from '../../text/prompts.ts'
import { livePlaces } from '../embed.ts'
import type { Progress } from '../progress.ts'
import { candidatePairs } from './blocks.ts'
import { broughtBack, completed, DUPLICATE_OF, putAside } from './merge.ts'
import { pairKey, readReviews, writeReviews, type Decision, type ReviewRow } from './review-file.ts'
import { compare, SAME_SCORE, UNSURE_SCORE, wordWeights } from './score.ts'
import { subjectOf, type Subject } from './subject.ts'

export interface MatchOptions {
  readonly catalog: Catalog
  /** `review` only writes the file; `merge` also does what it says. */
  readonly mode: 'merge' | 'review'
  /** Pairs are looked for with places that changed after this revision; 0 compares all. */
  readonly since: number
  readonly reviewFile: string
  /** Decides ties; without one they stay unsure. */
  readonly languageModel?: LanguageModel
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface MatchSummary {
  /** Pairs compared, and of how many there are with a changed place. */
  readonly compared: number
  readonly pairs: number
  readonly same: number
  readonly unsure: number
  /** Places put aside in this run, and brought back because a person said that they differ. */
  readonly merged: number
  readonly restored: number
  readonly reviewFile: string
}

/** Of names that a model is asked about. */
const MAX_NAME_CHARS = 60

const SamePlaceSchema = Type.Object({ same: Type.Boolean() }, { additionalProperties: false })

export async function runMatch(options: MatchOptions): Promise<MatchSummary> {
  const { catalog, mode, since, reviewFile, progress, signal } = options
  const reviews = await readReviews(reviewFile)
  const changed = new Set<string>()
  for await (const batch of catalog.placeChanges({ since })) for (const { id } of batch) changed.add(id)
  const subjects: Subject[] = []
  for await (const batch of livePlaces(catalog)) {
    signal?.throwIfAborted()
    for (const place of batch)
      if (place.attributes?.[DUPLICATE_OF] === undefined) subjects.push(subjectOf(place))
  }

  progress.start('match', subjects.length)
  const weightOf = wordWeights(subjects)
  let compared = 0
  for (const [i, j] of candidatePairs(subjects, ({ id }) => changed.has(id))) {
    if (compared++ % 10_000 === 0) {
      signal?.throwIfAborted()
      progress.update(i)
    }
    const { score, why } = compare(subjects[i], subjects[j], weightOf)
    if (score < UNSURE_SCORE) continue
    const [keep, other] = inOrder(subjects[i], subjects[j], changed)
    const before = reviews.get(pairKey(keep.id, other.id))
    const proposed = score >= SAME_SCORE ? 'same' : await askModel(options, keep.id, other.id, before)
    reviews.set(pairKey(keep.id, other.id), {
      decision: before === undefined || before.decision === before.proposed ? proposed : before.decision,
      proposed,
      score: Math.round(score * 1000) / 1000,
      why,
      keep: keep.id,
      keepName: keep.name,
      other: other.id,
      otherName: other.name,
    })
  }
  progress.stop()
  await writeReviews(reviewFile, reviews.values())

  const rows = [...reviews.values()]
  const done = mode === 'merge' ? await apply(catalog, rows) : { merged: 0, restored: 0 }
  const n = subjects.length
  const old = subjects.filter(({ id }) => !changed.has(id)).length
  return {
    compared,
    pairs: (n * (n - 1) - old * (old - 1)) / 2,
    same: rows.filter(({ decision }) => decision === 'same').length,
    unsure: rows.filter(({ decision }) => decision === 'unsure').length,
    ...done,
    reviewFile,
  }
}

/** What was there before stays; of two new places the first by id. */
function inOrder(a: Subject, b: Subject, changed: ReadonlySet<string>): [keep: Subject, other: Subject] {
  const isAFirst = changed.has(a.id) === changed.has(b.id) ? a.id < b.id : changed.has(b.id)
  return isAFirst ? [a, b] : [b, a]
}

/** A tie by the model, once: what it said before stands in the review file. */
async function askModel(
  { catalog, languageModel, signal }: MatchOptions,
  keep: string,
  other: string,
  before: ReviewRow | undefined,
): Promise<Decision> {
  if (before !== undefined && before.proposed !== 'unsure') return before.proposed
  if (languageModel === undefined) return 'unsure'
  const places = await catalog.places([keep, other])
  const input = JSON.stringify([keep, other].map((id) => entryOf(places.get(id)!)))
  if (input.length > languageModel.limits.maxInputChars) return 'unsure'
  // A name this long may hold anything, also orders: a person decides.
  if ([keep, other].some((id) => places.get(id)!.name.length > MAX_NAME_CHARS)) return 'unsure'
  try {
    const { same } = await languageModel.generate({
      prompt: readPrompt('same-place'),
      input,
      schema: SamePlaceSchema,
      ...(signal && { signal }),
    })
    return same ? 'same' : 'different'
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof DongneError) return 'unsure'
    throw error
  }
}

function entryOf({ name, names, categories, address, phone, lng, lat }: Place) {
  return { name, names, categories, address, phone, lng, lat }
}

/** Merges what is the same, the surest first, and brings back what a person said is not. */
async function apply(
  catalog: Catalog,
  rows: readonly ReviewRow[],
): Promise<{ merged: number; restored: number }> {
  const different = new Set(
    rows.filter(({ decision }) => decision === 'different').map(({ keep, other }) => pairKey(keep, other)),
  )
  const groups = new Map<string, string[]>()
  const keeperOf = new Map<string, string>()
  const same = rows.filter(({ decision }) => decision === 'same').sort((a, b) => b.score - a.score)
  for (const { keep, other } of same) {
    const [to, from] = [keeperOf.get(keep) ?? keep, keeperOf.get(other) ?? other]
    if (to === from) continue
    const [into, moved] = [groups.get(to) ?? [to], groups.get(from) ?? [from]]
    // Two chains of likeness must not join what was told apart.
    if (into.some((a) => moved.some((b) => different.has(pairKey(a, b))))) continue
    for (const id of moved) keeperOf.set(id, to)
    groups.delete(from)
    groups.set(to, [...into, ...moved])
  }

  const places = await catalog.places(rows.flatMap(({ keep, other }) => [keep, other]))
  const saved = new Map<string, Place>()
  let restored = 0
  for (const [id, place] of places) {
    const keeper = place.attributes?.[DUPLICATE_OF]
    if (typeof keeper !== 'string' || !different.has(pairKey(id, keeper))) continue
    saved.set(id, broughtBack(place))
    restored++
  }
  let merged = 0
  for (const [keepId, ids] of groups) {
    for (const id of ids.slice(1)) {
      const [keep, other] = [saved.get(keepId) ?? places.get(keepId), places.get(id)]
      if (keep === undefined || other === undefined || other.attributes?.[DUPLICATE_OF] === keepId) continue
      saved.set(keepId, completed(keep, other))
      saved.set(id, putAside(other, keepId))
      merged++
    }
  }
  await catalog.savePlaces([...saved.values()])
  return { merged, restored }
}
