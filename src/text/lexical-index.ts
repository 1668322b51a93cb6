// Word search (BM25) over places in memory, kept current place by place.
// Leaves the words to words.ts, filters and fusion with vectors to recommend/.
import MiniSearch, { type SearchResult } from 'minisearch'
import { TopK } from '../math/top-k.ts'
import type { LexicalDocument, LexicalHit, LexicalIndex } from './port.ts'
import { gramsOf, isDense, wordsOf } from './words.ts'

/** How much a match counts by field: what a place is called tells more than what is said of it. */
const FIELD_BOOSTS = {
  name: 4,
  names: 3,
  categories: 2,
  tags: 2,
  areas: 1.5,
  description: 1,
  address: 0.5,
} as const

type Field = keyof typeof FIELD_BOOSTS

/**
 * A score counts by this power of the share of the query's words that a place holds. Half of two words count a sixteenth:
 * more than that a word in a name, tags and category (boosts 4 + 2 + 2) would outweigh both words in a description.
 */
const COVERAGE_POWER = 4
/** Shorter words have too many neighbours one slip away. */
const MIN_FUZZY_LENGTH = 5
const MIN_PREFIX_LENGTH = 3

/**
 * An empty index. Korean is found by syllable pairs ("카페" in "성수동카페거리", whatever its endings), spaced words by
 * spelling, beginning or one slip in five letters. Places named exactly as the query come first, and of others those that
 * hold more of its words (COVERAGE_POWER).
 */
export function createLexicalIndex(): LexicalIndex {
  const idsByName = new Map<string, Set<string>>()
  const search = new MiniSearch<LexicalDocument>({
    fields: Object.keys(FIELD_BOOSTS),
    storeFields: ['name', 'names'] satisfies (keyof LexicalDocument)[],
    extractField: (document, field) => {
      const value = document[field as keyof LexicalDocument]
      // A line break keeps words of different entries apart; the id must stay as it is.
      return typeof value === 'string' ? value : value.join('\n')
    },
    tokenize: tokensOf,
    processTerm: (term) => term,
    searchOptions: {
      boost: FIELD_BOOSTS satisfies Record<Field, number>,
      prefix: (term) => term.length >= MIN_PREFIX_LENGTH && !isDense(term),
      fuzzy: (term) => (term.length >= MIN_FUZZY_LENGTH && !isDense(term) ? 0.2 : false),
    },
  })

  function forget(id: string): void {
    const { name, names } = search.getStoredFields(id) as { name: string; names: string }
    for (const key of nameKeys(name, names)) {
      const ids = idsByName.get(key)
      ids?.delete(id)
      if (ids?.size === 0) idsByName.delete(key)
    }
  }

  return {
    get size() {
      return search.documentCount
    },
    upsert(document) {
      if (search.has(document.id)) {
        forget(document.id)
        search.replace(document)
      } else search.add(document)
      for (const key of nameKeys(document.name, document.names.join('\n'))) {
        const ids = idsByName.get(key)
        if (ids === undefined) idsByName.set(key, new Set([document.id]))
        else ids.add(document.id)
      }
    },
    delete(id) {
      if (!search.has(id)) return
      forget(id)
      search.discard(id)
    },
    search(query, limit) {
      const results = search.search(query)
      if (results.length === 0) return []
      const words = [...new Set(wordsOf(query))]
      // MiniSearch multiplies by the number of matched terms: one long Korean word would pass for several.
      const scores = results.map(
        (result) => (result.score / result.queryTerms.length) * coverageOf(words, result) ** COVERAGE_POWER,
      )
      const exact = idsByName.get(nameKey(query)) ?? new Set()
      const bestScore = Math.max(...scores)
      const top = new TopK<string>(limit)
      const resultById = new Map<string, SearchResult>()
      for (const [index, result] of results.entries()) {
        const score = scores[index] + (exact.has(result.id) ? bestScore : 0)
        if (score < top.threshold) continue
        top.offer(score, result.id)
        resultById.set(result.id, result)
      }
      return top.sorted().map(({ id, score }): LexicalHit => ({
        id,
        score,
        coverage: coverageOf(words, resultById.get(id)!),
        named: exact.has(id),
        terms: surfaceTerms(words, resultById.get(id)!),
      }))
    },
  }
}

/**
 * Words, and the pairs in words of dense scripts. Not everywhere both, for a quarter of the memory: whole dense words
 * matter in names, elsewhere their pairs find them; parts of an address are words already.
 * @param field absent for a query, which asks for both
 */
function tokensOf(text: string, field?: string): string[] {
  const tokens: string[] = []
  for (const word of wordsOf(text)) {
    const hasPairs = word.length > 2 && isDense(word) && field !== 'address'
    if (!hasPairs || field === undefined || field === 'name' || field === 'names') tokens.push(word)
    if (hasPairs) for (const pair of gramsOf(word, 2)) tokens.push(pair)
  }
  return tokens
}

/** Share of the query's words that matched; a dense word also counts by the share of its pairs. */
function coverageOf(queryWords: readonly string[], { queryTerms }: SearchResult): number {
  const matched = new Set(queryTerms)
  const shares = queryWords.map((word) => {
    if (matched.has(word)) return 1
    const pairs = isDense(word) ? gramsOf(word, 2) : []
    return pairs.length === 0 ? 0 : pairs.filter((pair) => matched.has(pair)).length / pairs.length
  })
  return shares.reduce((sum, share) => sum + share, 0) / queryWords.length
}

/**
 * What matched as people write it, longest first: document words for spaced scripts; for dense ones the query's words, or
 * the longest pieces of them whose pairs all matched (which the document may hold apart: a quote has to be looked up).
 */
function surfaceTerms(queryWords: readonly string[], { terms }: SearchResult): string[] {
  const matched = new Set(terms)
  const surface = new Set(terms.filter((term) => !isDense(term)))
  for (const word of queryWords) {
    if (matched.has(word)) surface.add(word)
    else if (isDense(word)) for (const piece of matchedPieces(word, matched)) surface.add(piece)
  }
  return [...surface].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
}

/** The maximal stretches of `word` whose pairs are all in `matched`. */
function matchedPieces(word: string, matched: ReadonlySet<string>): string[] {
  const pieces: string[] = []
  let start = 0
  for (let i = 0; i <= word.length - 1; i++) {
    // Pair i is word[i, i + 2); past the last one every stretch ends.
    if (i < word.length - 1 && matched.has(word.slice(i, i + 2))) continue
    if (i > start) pieces.push(word.slice(start, i + 1))
    start = i + 1
  }
  return pieces
}

function nameKeys(name: string, names: string): Set<string> {
  return new Set([name, ...names.split('\n')].map(nameKey).filter((key) => key !== ''))
}

/** Spacing and punctuation do not make another name: "Café, Dodam" and "café dodam". */
function nameKey(name: string): string {
  return wordsOf(name).join('')
}
