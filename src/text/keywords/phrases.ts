// Verbatim phrases of a text: one to three content words that stand together in a clause, with the span they take.
// Leaves forms of words to korean-endings.ts, what is only wished for or turned down to claims.ts, and which phrases matter
// to whoever counts them.
import { normalizeText } from '../words.ts'
import { stemCandidates, type StemCandidate } from '../korean-endings.ts'
import { verdictsIn } from '../verdicts.ts'
import { claimsOf, endsClaim } from './claims.ts'
import { CARRIERS, EMPTY_ALONE, EMPTY_ENDS, PASSED_OVER, denies } from './stop-words.ts'

/** A stretch of a text: `text.slice(start, end)`. */
export interface Phrase {
  /** Stems in the order of their code units: phrases with one key say the same ("맛있는 커피", "커피가 맛있어요"). */
  readonly key: string
  readonly start: number
  readonly end: number
}

/** The stem of a word with what follows it, as the texts support it. */
export type StemOf = (form: string) => StemCandidate

/** Words a phrase. Longer ones are sentences: they hardly occur twice. */
const MAX_WORDS = 3

/**
 * Runs of one kind of letters, and everything else: spaces keep a clause together, other characters end it. An apostrophe
 * belongs to "isn't".
 */
const TOKEN =
  /[\p{Script=Latin}]+n['’]t(?!\p{L})|[\p{Script=Hangul}]+|[[\p{L}\p{M}\p{N}]--[\p{Script=Hangul}]]+|[^\S\n\r]+|[^\p{L}\p{M}\p{N}]/gv
const SPACES = /^[^\S\n\r]+$/v
const JAMO_ONLY = /^[ㄱ-ㅣ]+$/
const NUMBER = /^\p{N}+$/v

/** Words of a text in order, as forms: what a corpus's stems are learnt from. */
export function wordForms(text: string): string[] {
  return clausesOf(text).flatMap((clause) => clause.map(({ form }) => form))
}

/**
 * All phrases of `text` that claim something, in order of their start. A phrase passes over intensifiers, which its span
 * then contains.
 */
export function phrasesOf(text: string, stemOf: StemOf): Phrase[] {
  const found: Phrase[] = []
  const verdicts = verdictsIn(text)
  const verdictAt = ({ start, end }: Word) =>
    verdicts.find((verdict) => verdict.start < end && start < verdict.end)?.kind
  for (const clause of clausesOf(text)) {
    const words = clause
      .map((word) => ({ ...word, ...stemOf(word.form), verdict: verdictAt(word) }))
      .filter(({ form, stem }) => !PASSED_OVER.has(form) && !PASSED_OVER.has(stem))
    const claims = claimsOf(words)
    const isClaimed = (from: number, to: number) =>
      claims
        .slice(from, to + 1)
        .every(({ deniedBy }) => deniedBy.length === 0 || deniedBy.some((by) => from <= by && by <= to))
    for (let from = 0; from < words.length; from++) {
      const stems: string[] = []
      for (let to = from; to < words.length && claims[to].isSaid && stems.length < MAX_WORDS; to++) {
        stems.push(words[to].stem)
        if (isPhrase(stems) && isClaimed(from, to)) {
          found.push({ key: keyOf(stems), start: words[from].start, end: words[to].end })
        }
        if (endsClaim(words[to])) break
      }
    }
  }
  return found
}

/** Carriers are left out where what is left stands by itself. */
function keyOf(stems: readonly string[]): string {
  const said = stems.filter((stem) => !CARRIERS.has(stem))
  return (isPhrase(said) ? said : stems).toSorted().join(' ')
}

/** Stems that a corpus supports: of a word's candidates the one that occurs with the most different endings. */
export function learnStems(forms: Iterable<string>): StemOf {
  const endings = new Map<string, number>()
  for (const form of forms) {
    for (const { stem } of stemCandidates(form)) endings.set(stem, (endings.get(stem) ?? 0) + 1)
  }
  const known = new Map<string, StemCandidate>()
  return (form) => {
    let stem = known.get(form)
    if (stem === undefined) {
      stem = bestStem(form, endings)
      known.set(form, stem)
    }
    return stem
  }
}

/** One syllable is the beginning of many words: it has to be seen with more endings than a longer stem. */
const ONE_SYLLABLE_WEIGHT = 0.7

function bestStem(form: string, endings: ReadonlyMap<string, number>): StemCandidate {
  const [first, ...rest] = stemCandidates(form)
  const scoreOf = ({ stem }: StemCandidate) =>
    (endings.get(stem) ?? 0) * (stem.length === 1 ? ONE_SYLLABLE_WEIGHT : 1)
  let best = first
  for (const candidate of rest) {
    const difference = scoreOf(candidate) - scoreOf(best)
    if (difference > 0 || (difference === 0 && candidate.stem.length > best.stem.length)) best = candidate
  }
  return best
}

function isPhrase(stems: readonly string[]): boolean {
  if (stems.length === 0) return false
  const last = stems[stems.length - 1]
  if (EMPTY_ENDS.has(last) || EMPTY_ENDS.has(stems[0])) return false
  // "안 달" is a phrase, "안" and "달달하지 않" are halves of one; "주차 없" says what is missing.
  if (denies(last) && (stems.length === 1 || last === '안' || last === '못')) return false
  if (new Set(stems).size < stems.length) return false
  return stems.length > 1 || (last.length > 1 ? !EMPTY_ALONE.has(last) : false)
}

interface Word {
  readonly form: string
  readonly start: number
  readonly end: number
}

/** "시끄럽지않아요" is 시끄럽지 않아요. */
const JOINED_DENIAL = /^(.+지[는도가]?)(않.*)$/

/** @param length of the token, which a form has too unless folding changed it: then it stays one word. */
function separated(form: string, start: number, length: number): Word[] {
  const parts = form.length === length ? (JOINED_DENIAL.exec(form)?.slice(1) ?? [form]) : [form]
  if (parts.length === 1) return [{ form, start, end: start + length }]
  const cut = start + parts[0].length
  return [
    { form: parts[0], start, end: cut },
    { form: parts[1], start: cut, end: start + length },
  ]
}

function clausesOf(text: string): Word[][] {
  const clauses: Word[][] = []
  let clause: Word[] = []
  const end = () => {
    if (clause.length > 0) clauses.push(clause)
    clause = []
  }
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match
    if (SPACES.test(token)) continue
    const form = normalizeText(token)
    // ㅎㅎ and ㅠㅠ end what was said; numbers are counted, not said.
    if (!/[\p{L}\p{N}]/v.test(token) || JAMO_ONLY.test(token) || NUMBER.test(token)) end()
    else clause.push(...separated(form.replace('’', "'"), match.index, token.length))
  }
  end()
  return clauses
}
