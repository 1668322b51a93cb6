// Candidates for a question in words, as it stands and as it was understood. What was understood adds places and lifts
// them, it never takes any away: a name that looks like an area and a category is still found by its name.
import type { Filter } from '../../vector-index/filter.ts'
import { popularCandidates } from '../candidates/area.ts'
import type { Candidate } from '../candidates/candidate.ts'
import { textCandidates } from '../candidates/text.ts'
import type { Live } from '../live/live.ts'
import { saysMore, type Understanding } from './understand.ts'

export async function queryCandidates(
  live: Live,
  query: string,
  filter: Filter,
  understanding: Understanding,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const { name, words, mended, changed, denied } = understanding
  // What is not wanted is not searched for.
  const asWritten = await textCandidates(live, denied.length > 0 ? mended : query, filter, signal)
  if (!saysMore(understanding)) return asWritten
  // What holds all words that are left may still be what is not wanted.
  const ofWhole = isDescription(understanding) || denied.length > 0 ? ofName : asWhole
  const lists = [asWritten.map(ofWhole)]
  // First: what it holds of the mended words is quoted before parts of the misspelt ones.
  if (changed.length > 0) {
    lists.unshift((await textCandidates(live, mended, filter, signal)).map(ofWhole))
  }
  const narrowed = narrowedFilters(filter, understanding)
  const unsaid = await unsaidEvidence(live, understanding, signal)
  for (const inside of narrowed) {
    if (name !== '') lists.push(await namedCandidates(live, name, inside, signal))
    if (unsaid !== '') lists.push((await textCandidates(live, unsaid, inside, signal)).map(ofNone))
    if (words !== '') lists.push(await textCandidates(live, words, inside, signal))
    if (inside !== filter) lists.push(await popularCandidates(live, inside, signal))
  }
  return bestOfEach(lists.flat())
}

/**
 * Whether a question is nothing but a kind of place and what it is to be like: who asks for a "quiet cafe" means none of the
 * cafés of "Quiet People", unless it has no other name.
 */
function isDescription({ categories, asked, restWords }: Understanding): boolean {
  return categories.length > 0 && asked.length > 0 && restWords.length === 0
}

/** A place that holds all words of the question may well be meant by them: "고양이 책방" need not be a bookshop. */
function asWhole(candidate: Candidate): Candidate {
  return candidate.coverage === 1 ? { ...candidate, whole: true } : candidate
}

function ofName(candidate: Candidate): Candidate {
  return candidate.named === true ? { ...candidate, whole: true } : candidate
}

async function namedCandidates(
  live: Live,
  name: string,
  filter: Filter,
  signal?: AbortSignal,
): Promise<Candidate[]> {
  const hits = (await live.words.search(name, filter, live.poolSize, signal)) ?? []
  return hits
    .filter(({ named }) => named)
    .map(({ id, coverage, terms }) => ({
      id,
      scores: { text: 1 },
      named: true,
      whole: true,
      coverage,
      terms,
    }))
}

/** What places say of attributes that the question names in words no place has: 흑돼지 for "black pork". */
async function unsaidEvidence(
  live: Live,
  { attributes, asked }: Understanding,
  signal?: AbortSignal,
): Promise<string> {
  const said = await Promise.all(attributes.map(({ words }) => live.words.holds(words, signal)))
  return asked.flatMap(({ evidence, words }, at) => (said[at] ? [] : (evidence ?? words))).join(' ')
}

/** Found by words that were not typed: no name, and no share of the question. */
function ofNone(candidate: Candidate): Candidate {
  return { ...candidate, named: false, coverage: 0 }
}

/** The filter inside the named areas and categories, one for regions and one for spots; what it says itself stays. */
function narrowedFilters(filter: Filter, { areas, categories }: Understanding): Filter[] {
  const ofKind = (kind: 'region' | 'spot') => areas.filter((area) => area.kind === kind).map(({ id }) => id)
  const base =
    categories.length === 0 ? filter : { ...filter, categories: categories.map(({ code }) => code) }
  const [regions, spots] = [ofKind('region'), ofKind('spot')]
  const inside = [
    ...(regions.length === 0 ? [] : [{ ...base, regions }]),
    ...(spots.length === 0 ? [] : [{ ...base, spots }]),
  ]
  return inside.length === 0 ? [base] : inside
}

/** Each place once, with its best scores: a list with fewer words to find knows it better. */
function bestOfEach(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, Candidate>()
  for (const candidate of candidates) {
    const known = best.get(candidate.id)
    if (known === undefined) best.set(candidate.id, candidate)
    else best.set(candidate.id, better(known, candidate))
  }
  return [...best.values()]
}

function better(a: Candidate, b: Candidate): Candidate {
  const text = Math.max(a.scores.text ?? 0, b.scores.text ?? 0)
  return {
    id: a.id,
    scores: { ...a.scores, ...b.scores, ...(text > 0 && { text }) },
    named: a.named === true || b.named === true,
    whole: a.whole === true || b.whole === true,
    coverage: Math.max(a.coverage ?? 0, b.coverage ?? 0),
    terms: [...new Set([...(a.terms ?? []), ...(b.terms ?? [])])],
  }
}
