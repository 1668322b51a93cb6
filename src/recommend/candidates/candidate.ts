// A candidate: a place that a source found, with the source's evidence. Leaves order to rank.ts.
import type { Companion } from './together.ts'
import type { Hit } from '../../vector-index/port.ts'

export const SOURCES = [
  'popular',
  'nearest',
  'taste',
  'similar',
  'text',
  'together',
  'click-to-click',
  'favourite-kinds',
  'popular-now',
  'after-search',
  'new',
  'segment',
] as const

export type Source = (typeof SOURCES)[number]

/**
 * Those that configuration and experiments switch, and whether each is on by default; the others are the question itself.
 * What those that are off find moved no list of ten on check-ins (docs/ranking.md).
 */
export const SWITCHED_SOURCES = {
  popular: true,
  taste: true,
  'click-to-click': true,
  'favourite-kinds': true,
  'popular-now': false,
  'after-search': true,
  new: true,
  segment: false,
} as const satisfies Partial<Record<Source, boolean>>

export type SwitchedSource = keyof typeof SWITCHED_SOURCES

export interface Candidate {
  readonly id: string
  /** What each source that found it gave: cosine for taste and similar, fused rank for text. */
  readonly scores: Partial<Record<Source, number>>
  /** What joins it to the place it goes with most (`of`) of those that were asked about. */
  readonly together?: Omit<Companion, 'score'> & { readonly of: string }
  /** The query is the place's name. */
  readonly named?: boolean
  /** Share of a query's words that the place holds. */
  readonly coverage?: number
  /** The whole query may be meant for it: it holds every word of it, or is called so where the words describe a place. */
  readonly whole?: boolean
  /** Words of the place that matched a query. */
  readonly terms?: readonly string[]
}

/**
 * How many places a source looks for; a list ends where all sources' finds are used up. Half as many on the first pages:
 * of the first ten places 99.5 to 100 % are the same (demo city, five kinds of questions, 100 users each).
 * @param deepest how many places the pages up to the asked one show
 */
export function poolSize(deepest: number): number {
  return deepest <= FIRST_PAGES ? POOL_SIZE / 2 : POOL_SIZE
}

const FIRST_PAGES = 50
const POOL_SIZE = 300

/** The candidates of all sources, each place once, in order of first appearance. */
export function mergeCandidates(...lists: readonly (readonly Candidate[])[]): Candidate[] {
  const numbers = new Map<string, number>()
  const merged: Candidate[] = []
  for (const list of lists) {
    for (const candidate of list) {
      const number = numbers.get(candidate.id)
      if (number === undefined) numbers.set(candidate.id, merged.push(candidate) - 1)
      else merged[number] = both(merged[number], candidate)
    }
  }
  return merged
}

/** One candidate of two of the same place; where both say something, the second one. */
function both(first: Candidate, second: Candidate): Candidate {
  return { ...first, ...second, scores: { ...first.scores, ...second.scores } }
}

export function toCandidates(source: Source, hits: readonly Hit[]): Candidate[] {
  const scoresOf = SCORES[source]
  return hits.map(({ id, score }) => ({ id, scores: scoresOf(score) }))
}

/** A literal a source: a computed key costs four times as much, and there are hundreds of candidates a request. */
const SCORES: Readonly<Record<Source, (score: number) => Candidate['scores']>> = {
  popular: (popular) => ({ popular }),
  nearest: (nearest) => ({ nearest }),
  taste: (taste) => ({ taste }),
  similar: (similar) => ({ similar }),
  text: (text) => ({ text }),
  together: (together) => ({ together }),
  'click-to-click': (score) => ({ 'click-to-click': score }),
  'favourite-kinds': (score) => ({ 'favourite-kinds': score }),
  'popular-now': (score) => ({ 'popular-now': score }),
  'after-search': (score) => ({ 'after-search': score }),
  new: (score) => ({ new: score }),
  segment: (segment) => ({ segment }),
}
