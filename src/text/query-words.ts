// The words of a query against what a document holds of its tokens: the share that it holds, and which words to quote.
// Leaves finding tokens to lexical-index.ts.
import { gramsOf, isDense } from './words.ts'

/**
 * Share of the query's words that matched, in [0, 1]; a dense word also counts by the share of its pairs.
 * @param tokens of the query: its words, and the pairs of dense ones
 */
export function queryCoverage(
  words: readonly string[],
  tokens: readonly string[],
): (isHeld: (token: number) => boolean) => number {
  const numberOf = new Map(tokens.map((token, number) => [token, number]))
  const parts = words.map((word) => ({
    whole: numberOf.get(word),
    pairs: isDense(word) ? gramsOf(word, 2).map((pair) => numberOf.get(pair)!) : [],
  }))
  return (isHeld) => {
    let sum = 0
    for (const { whole, pairs } of parts) {
      if (whole !== undefined && isHeld(whole)) sum += 1
      else if (pairs.length > 0) sum += pairs.filter(isHeld).length / pairs.length
    }
    return sum / parts.length
  }
}

/**
 * What matched as people write it, the rarest first, of equals the longest: document words for spaced scripts; for dense ones the query's words, or
 * the longest pieces of them whose pairs all matched (which the document may hold apart: a quote has to be looked up).
 * @param terms of the document that matched
 * @param holders documents that hold a term
 */
export function surfaceTerms(
  queryWords: readonly string[],
  terms: readonly string[],
  holders: (term: string) => number,
): string[] {
  const matched = new Set(terms)
  const rarities = new Map<string, number>()
  for (const term of terms) if (!isDense(term)) rarities.set(term, holders(term))
  for (const word of queryWords) {
    if (matched.has(word)) rarities.set(word, holders(word))
    else if (isDense(word)) {
      const pieces = matchedPieces(word, matched).sort((a, b) => b.length - a.length)
      // The longest is what the word says, however rare its ending: of "데이트하기" 데이트.
      for (const piece of pieces) rarities.set(piece, holders(pieces[0]))
    }
  }
  return [...rarities]
    .sort(([a, x], [b, y]) => x - y || b.length - a.length || (a < b ? -1 : 1))
    .map(([term]) => term)
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
