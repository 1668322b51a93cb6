// The same word search by MiniSearch, as the oracle of scores and order. Without names: they are the index's own.
import MiniSearch from 'minisearch'
import type { LexicalDocument } from '../../src/text/port.ts'
import { gramsOf, isDense, wordsOf } from '../../src/text/words.ts'

const BOOSTS = { name: 4, names: 3, categories: 2, tags: 2, areas: 1.5, description: 1, address: 0.5 }

/** Ids by score before coverage counts, for documents that hold every word. */
export function miniSearchOracle(documents: readonly LexicalDocument[]) {
  const search = new MiniSearch<LexicalDocument>({
    fields: Object.keys(BOOSTS),
    extractField: (document, field) => {
      const value = document[field as keyof LexicalDocument]
      return typeof value === 'string' ? value : value.join('\n')
    },
    tokenize: tokensOf,
    processTerm: (term) => term,
    searchOptions: {
      boost: BOOSTS,
      prefix: (term) => term.length >= 3 && !isDense(term),
      fuzzy: (term) => (term.length >= 5 && !isDense(term) ? 0.2 : false),
    },
  })
  search.addAll(documents)
  return (query: string) =>
    search.search(query).map(({ id, score, queryTerms }) => ({
      id: id as string,
      // It multiplies by the number of matched terms.
      score: score / queryTerms.length,
      matched: queryTerms,
    }))
}

function tokensOf(text: string, field?: string): string[] {
  return wordsOf(text).flatMap((word) => {
    const hasPairs = word.length > 2 && isDense(word) && field !== 'address'
    const isWhole = !hasPairs || field === undefined || field === 'name' || field === 'names'
    return [...(isWhole ? [word] : []), ...(hasPairs ? gramsOf(word, 2) : [])]
  })
}
