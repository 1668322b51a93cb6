// Word search of OpenSearch: BM25 over nori's morphemes, syllable pairs and beginnings, all filters inside.
// Leaves sending to index.ts; the fields are those of mappings/opensearch. Pure, with golden files.
import type { LexicalHit } from '../../domain/lexical.ts'
import { columns, type Clause } from './clauses.ts'
import { idOf, type SearchHit } from './document.ts'

/** How much a match counts by field, as in the lexical index: what a place is called tells more than what is said of it. */
const BOOSTS = { name: 4, names: 3, categories: 2, tags: 2, areas: 1.5, description: 1, address: 0.5 }
const BOOSTED = Object.entries(BOOSTS)
const MORPHEMES = BOOSTED.map(([field, boost]) => `words.${field}^${boost}`)
/** Descriptions and addresses have no pairs: morphemes find their words for half the space. */
const PAIRS = BOOSTED.filter(([, boost]) => boost > 1).map(
  ([field, boost]) => `words.${field}.pairs^${boost}`,
)
/** Where a slip of the pen is forgiven. */
const SPELT = ['words.name^4', 'words.names^3', 'words.categories^2', 'words.tags^2']

/** Beyond any sum of word scores that matters: a place of that very name is not lost among those that hold the words. */
const NAMED_SCORE = 100
/** Scores below a match of all morphemes: these are other spellings and parts of the word. */
const PAIRS_BOOST = 0.5
const BEGINNING_BOOST = 0.5
const SLIP_BOOST = 0.3
const PART_BOOST = 0.2
/** A part of a word is half of it: as many of its pairs have to be there. */
const PART_SHARE = '50%'
const PART_COVERAGE = 0.5
/** As in the lexical index: half of two words count a sixteenth. */
const COVERAGE_POWER = 4
const MIN_PREFIX_LENGTH = 3
const MIN_FUZZY_LENGTH = 5
/** Hits that are ranked again by how many of the words they hold. */
const POOL = 1000

const NAMED = 'named'
const whole = (position: number) => `word ${position}`
const part = (position: number) => `part ${position}`

/** Scripts in which words run together, so that pairs of letters find their parts. */
const DENSE = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u

export interface WordsBodyOptions {
  readonly query: string
  readonly words: readonly string[]
  readonly clauses: readonly Clause[]
  readonly k: number
  readonly withPoint: boolean
}

/** Each word is a clause with a name, so that a hit says which ones it holds. */
export function wordsBody({ query, words, clauses, k, withPoint }: WordsBodyOptions) {
  const named = ['words.name.whole', 'words.names.whole'].map((field) => ({
    term: { [field]: query.normalize('NFKC') },
  }))
  return {
    size: Math.max(k, POOL),
    ...columns(withPoint ? ['id', 'lng', 'lat'] : ['id']),
    query: {
      bool: {
        filter: clauses,
        should: [
          {
            constant_score: { filter: { bool: { should: named } }, boost: NAMED_SCORE, _name: NAMED },
          },
          ...words.flatMap(wordClauses),
        ],
        minimum_should_match: 1,
      },
    },
    sort: [{ _score: 'desc' }, { id: 'asc' }],
  }
}

function wordClauses(word: string, position: number): Clause[] {
  const all = { query: word, type: 'most_fields', operator: 'and', fields: MORPHEMES }
  const morphemes = { multi_match: all }
  if (!DENSE.test(word)) {
    const others: Clause[] = []
    if (word.length >= MIN_PREFIX_LENGTH) {
      others.push({ match: { 'words.romanised': { query: word, boost: BEGINNING_BOOST } } })
    }
    if (word.length >= MIN_FUZZY_LENGTH) {
      const spelt = { query: word, fields: SPELT, fuzziness: 1, prefix_length: 1, boost: SLIP_BOOST }
      others.push({ multi_match: spelt })
    }
    return [anyOf([morphemes, ...others], whole(position))]
  }
  if (word.length === 1) return [anyOf([morphemes], whole(position))]
  const pairs = { query: word, type: 'most_fields', fields: PAIRS }
  return [
    anyOf([morphemes, { multi_match: { ...pairs, operator: 'and', boost: PAIRS_BOOST } }], whole(position)),
    ...(word.length === 2
      ? []
      : [
          anyOf(
            [{ multi_match: { ...pairs, minimum_should_match: PART_SHARE, boost: PART_BOOST } }],
            part(position),
          ),
        ]),
  ]
}

function anyOf(should: readonly Clause[], name: string): Clause {
  return { bool: { should, minimum_should_match: 1, _name: name } }
}

export interface WordHit extends SearchHit {
  /** Names of the clauses that it satisfies. */
  readonly matched_queries?: readonly string[]
}

/** The best k of the hits of `wordsBody`: those of that very name first, then by score and the share of words they hold. */
export function rankWords(words: readonly string[], hits: readonly WordHit[], k: number): LexicalHit[] {
  const ranked = hits.map((hit) => {
    const matched = new Set(hit.matched_queries)
    const named = matched.has(NAMED)
    const terms = words.filter((_, position) => matched.has(whole(position)))
    const parts = words.filter((_, i) => !matched.has(whole(i)) && matched.has(part(i))).length
    // Without words only names were looked for.
    const coverage = named ? 1 : (terms.length + PART_COVERAGE * parts) / words.length
    const ofWords = hit.sort![0] - (named ? NAMED_SCORE : 0)
    return {
      id: idOf(hit),
      score: (ofWords / Math.max(1, words.length)) * coverage ** COVERAGE_POWER,
      coverage,
      named,
      terms,
    }
  })
  const best = Math.max(0, ...ranked.map(({ score }) => score))
  return ranked
    .map((hit) => (hit.named ? { ...hit, score: hit.score + best } : hit))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, k)
}
