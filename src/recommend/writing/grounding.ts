// Whether a written text keeps to its evidence, word by word; and where its quotes stand.
// Leaves writing to writer.ts. What a text may say without evidence is in plain-words.ts, and is never a fact.
//
// A model may be wrong, or obey a review. So nothing is taken from it on trust: outside quotation marks each word must be a
// word of the facts or one that states nothing, each number must be one of the facts; inside quotation marks stands what
// stands in a source, letter by letter. Words of reviews are no facts: they only come as quotes. What fails is not mended.
import type { Quote } from '../../domain/keyword.ts'
import type { Locale } from '../../domain/names.ts'
import { stemCandidates } from '../../text/korean-endings.ts'
import { isTurnedDown } from '../../text/verdicts.ts'
import { isDense, wordsOf } from '../../text/words.ts'
import type { EvidenceText } from './evidence.ts'
import { PLAIN_WORDS } from './plain-words.ts'

export interface Evidence {
  readonly locale: Locale
  /** Words and numbers of these may be said. */
  readonly facts: readonly string[]
  /** Spans of these may be quoted. */
  readonly texts: readonly EvidenceText[]
  readonly maxChars: number
}

/** A span of the written text that quotes a source. */
export interface QuotedSpan {
  /** UTF-16 offsets into the written text, without the quotation marks. */
  readonly start: number
  readonly end: number
  readonly of: Quote
}

export type Grounded =
  | { readonly ok: true; readonly quotes: readonly QuotedSpan[] }
  | { readonly ok: false; readonly problem: string }

const QUOTED = /“([^“”]*)”|"([^"]*)"|「([^「」]*)」/gu
const QUOTE_CHARS = { min: 2, max: 80 }
/** Markup, addresses, control characters: nothing that a sentence about a place needs. */
const NOT_PLAIN = /[<>{}[\]`|\\@\p{Cc}\p{Co}\p{Extended_Pictographic}]|https?:|www\.|\w\.(com|net|kr|io)\b/u
/** An address, or a number to call: no review is quoted for that. */
const CONTACT = /https?:|www\.|@|\d[\d -]{6,}\d/u
const NUMBER = /\d+(?:[.,:]\d+)*/gu

/** Checks a text against what may be said and quoted. */
export function checkText(text: string, evidence: Evidence): Grounded {
  const wrong = (problem: string): Grounded => ({ ok: false, problem })
  if (text.trim() === '') return wrong('it is empty')
  if (text.length > evidence.maxChars) return wrong(`it is longer than ${evidence.maxChars} characters`)
  if (NOT_PLAIN.test(text)) return wrong('it holds markup, an address or a symbol')

  const quotes: QuotedSpan[] = []
  let rest = ''
  let last = 0
  for (const match of text.matchAll(QUOTED)) {
    const words = match[1] ?? match[2] ?? match[3]
    const of = findQuote(words, evidence.texts)
    if (of === undefined) return wrong(`“${words}” stands in none of its sources`)
    const start = match.index + 1
    quotes.push({ start, end: start + words.length, of })
    rest += `${text.slice(last, match.index)} `
    last = match.index + match[0].length
  }
  rest += text.slice(last)
  if (/[“”"「」]/u.test(rest)) return wrong('a quotation mark stands alone')

  const facts = factsOf(evidence.facts)
  for (const number of rest.match(NUMBER) ?? []) {
    if (!facts.numbers.has(number)) return wrong(`the number ${number} is in none of the facts`)
  }
  let isFact = quotes.length > 0
  for (const word of wordsOf(rest.replaceAll(NUMBER, ' '))) {
    if (facts.has(word)) isFact = true
    else if (!isPlain(word, evidence.locale)) return wrong(`“${word}” is in none of the facts`)
  }
  return isFact ? { ok: true, quotes } : wrong('it says nothing of the evidence')
}

/** Where these words stand letter by letter; undefined where nowhere, or where they are nothing to quote or part of a complaint. */
export function findQuote(words: string, texts: readonly EvidenceText[]): Quote | undefined {
  if (words.length < QUOTE_CHARS.min || words.length > QUOTE_CHARS.max || CONTACT.test(words))
    return undefined
  if (words.trim() !== words || NOT_PLAIN.test(words)) return undefined
  for (const { source, index, text } of texts) {
    const start = text.indexOf(words)
    // Nobody is recommended a place by what its guests warn of.
    if (source === 'review' && start >= 0 && isTurnedDown(text, start, start + words.length)) continue
    if (start >= 0) return { source, index, start, end: start + words.length, text: words }
  }
  return undefined
}

interface Facts {
  readonly numbers: ReadonlySet<string>
  has(word: string): boolean
}

function factsOf(facts: readonly string[]): Facts {
  const numbers = new Set(facts.flatMap((fact) => fact.match(NUMBER) ?? []))
  const words = facts.flatMap((fact) => wordsOf(fact))
  const stems = new Set(words.flatMap(stemsOf))
  const dense = words.filter(isDense)
  return {
    numbers,
    // Korean joins words: 성수동 and 카페 are said by 성수동카페거리.
    has: (word) =>
      stemsOf(word).some(
        (stem) =>
          stems.has(stem) || (isDense(stem) && stem.length >= 2 && dense.some((fact) => fact.includes(stem))),
      ),
  }
}

function isPlain(word: string, locale: Locale): boolean {
  const plain = PLAIN_WORDS[locale]
  return stemsOf(word).some((stem) => plain.has(stem))
}

function stemsOf(word: string): string[] {
  return isDense(word) ? stemCandidates(word).map(({ stem }) => stem) : englishStems(word)
}

/** "cafes" → cafes, cafe, caf; "offering" → offering, offer. Too many do no harm: they are only looked up. */
function englishStems(word: string): string[] {
  const endings = ['s', 'es', 'ed', 'd', 'ing', 'ly']
  return [
    word,
    ...endings.flatMap((ending) =>
      word.length > ending.length + 2 && word.endsWith(ending) ? [word.slice(0, -ending.length)] : [],
    ),
  ]
}
