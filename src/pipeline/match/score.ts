// How likely two places are one: names softly by their rare words, then distance, phone, address and category.
// Leaves which pairs to compare to blocks.ts, and what follows to match.ts.
import { distance } from 'fastest-levenshtein'
import { categoryWithAncestors } from '../../domain/category.ts'
import { haversineMeters } from '../../geo/distance.ts'
import type { NameWord, Subject } from './subject.ts'

export interface Comparison {
  /** In (0, 1): the logistic of the evidence added up. */
  readonly score: number
  /** The evidence in words, for people who decide. */
  readonly why: string
}

/** From here on two places are one; from `UNSURE_SCORE` on a person or a model has to say. */
export const SAME_SCORE = 0.8
export const UNSURE_SCORE = 0.4

/**
 * Log-odds of each piece of evidence. Set by hand on injected copies (bench/match.ts), names first: doctors of one practice
 * share address and phone, and branches of a chain share their name.
 */
const ODDS = {
  /** A name of this likeness is evidence neither way. */
  nameNeutral: 0.78,
  namePerUnit: 14,
  samePhone: 2.5,
  otherPhone: -2,
  sameAddress: 1.2,
  otherAddress: -2.5,
  sameCategory: 0.3,
  otherCategory: -0.7,
} as const

/** Log-odds by distance: the first row whose metres reach it. */
const DISTANCE_ODDS: readonly (readonly [meters: number, odds: number])[] = [
  [40, 0.8],
  [80, 0.2],
  [150, -1],
  [300, -2.5],
  [Infinity, -6],
]

export type WordWeight = (word: string) => number

/** Inverse document frequency of the words of names: "llc" and "the" weigh little. */
export function wordWeights(subjects: readonly Subject[]): WordWeight {
  const frequencies = new Map<string, number>()
  for (const { names } of subjects) {
    for (const word of new Set(names.flat().map((entry) => entry.word))) {
      frequencies.set(word, (frequencies.get(word) ?? 0) + 1)
    }
  }
  return (word) => Math.log((subjects.length + 1) / ((frequencies.get(word) ?? 0) + 1)) + 0.1
}

/** Symmetric. */
export function compare(a: Subject, b: Subject, weightOf: WordWeight): Comparison {
  const name = nameLikeness(a, b, weightOf)
  const meters = haversineMeters(a, b)
  const evidence: (readonly [string, number])[] = [
    [`name ${name.toFixed(2)}`, ODDS.namePerUnit * (name - ODDS.nameNeutral)],
    [`${Math.round(meters)} m`, DISTANCE_ODDS.find(([reach]) => meters <= reach)![1]],
  ]
  if (a.phone !== undefined && b.phone !== undefined) {
    evidence.push(a.phone === b.phone ? ['same phone', ODDS.samePhone] : ['other phone', ODDS.otherPhone])
  }
  const address = sameAddress(a, b)
  if (address !== undefined) {
    evidence.push(address ? ['same address', ODDS.sameAddress] : ['other address', ODDS.otherAddress])
  }
  const category = sameCategory(a, b)
  if (category !== undefined) {
    evidence.push(category ? ['same category', ODDS.sameCategory] : ['other category', ODDS.otherCategory])
  }
  const odds = evidence.reduce((sum, [, value]) => sum + value, 0)
  return { score: 1 / (1 + Math.exp(-odds)), why: evidence.map(([words]) => words).join(', ') }
}

/** Of the names in all languages the most alike. */
function nameLikeness(a: Subject, b: Subject, weightOf: WordWeight): number {
  let best = 0
  for (const x of a.names) for (const y of b.names) best = Math.max(best, softLikeness(x, y, weightOf))
  return best
}

/** Words this unlike are others. */
const MIN_WORD_LIKENESS = 0.65
/** Of the likeness across scripts. */
const CONSONANT_SHARE = 0.75
/** What only one of two names has (a branch, an area) takes so much of its weight away. */
const EXTRA_WORD_SHARE = 0.35
/** And names of branches so much: "카페 도담 성수점", "Subway Store". */
const BRANCH_WORD = /.점$|^(branch|store|location)$/
const BRANCH_SHARE = 0.1

/**
 * Soft TF-IDF (Cohen, Ravikumar, Fienberg, IIWeb 2003): the weight of words that have a like one in the other name, times
 * their likeness, of all weight. Words that only the longer name has count in part: "Taco Bell Henderson".
 */
function softLikeness(a: readonly NameWord[], b: readonly NameWord[], weightOf: WordWeight): number {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  const joined = wordLikeness(join(a), join(b))
  const taken = new Set<number>()
  let matched = 0
  let total = 0
  for (const word of short) {
    let best = -1
    let bestLikeness = MIN_WORD_LIKENESS
    long.forEach((other, index) => {
      const likeness = taken.has(index) ? 0 : wordLikeness(word, other)
      if (likeness <= bestLikeness && !(likeness === bestLikeness && best < 0)) return
      best = index
      bestLikeness = likeness
    })
    // A mistyped word is rare only because it is mistyped: it weighs what the other one does.
    const weight = best < 0 ? weightOf(word.word) : Math.min(weightOf(word.word), weightOf(long[best].word))
    total += weight
    if (best < 0) continue
    taken.add(best)
    matched += weight * bestLikeness
  }
  long.forEach(({ word }, index) => {
    if (!taken.has(index))
      total += (BRANCH_WORD.test(word) ? BRANCH_SHARE : EXTRA_WORD_SHARE) * weightOf(word)
  })
  return Math.max(total === 0 ? 0 : matched / total, joined)
}

/** By letters, or across scripts by sound: then consonants count, as vowels are written anyhow. */
function wordLikeness(a: NameWord, b: NameWord): number {
  if (a.word === b.word) return 1
  const letters = share(a.latin, b.latin)
  const isOtherScript = (a.latin === a.word) !== (b.latin === b.word)
  if (!isOtherScript || a.consonants === '' || b.consonants === '') return letters
  return Math.max(
    letters,
    (1 - CONSONANT_SHARE) * letters + CONSONANT_SHARE * share(a.consonants, b.consonants),
  )
}

function join(words: readonly NameWord[]): NameWord {
  return {
    word: words.map(({ word }) => word).join(''),
    latin: words.map(({ latin }) => latin).join(''),
    consonants: words.map(({ consonants }) => consonants).join(''),
  }
}

/** 1 − edits / length. */
function share(a: string, b: string): number {
  const length = Math.max(a.length, b.length)
  return length === 0 ? 0 : 1 - distance(a, b) / length
}

/** By the first number and a word of the street; undefined where one has none, or no number tells. */
function sameAddress({ address: a }: Subject, { address: b }: Subject): boolean | undefined {
  if (a === undefined || b === undefined || a.numbers.length === 0 || b.numbers.length === 0) return undefined
  return a.numbers[0] === b.numbers[0] && [...a.words].some((word) => word.length > 2 && b.words.has(word))
}

/** By their widest category; undefined where one has none. */
function sameCategory({ categories: a }: Subject, { categories: b }: Subject): boolean | undefined {
  if (a.length === 0 || b.length === 0) return undefined
  const roots = new Set(a.map((code) => categoryWithAncestors(code).at(-1)))
  return b.some((code) => roots.has(categoryWithAncestors(code).at(-1)))
}
