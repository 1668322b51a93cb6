// Word search under a filter: by the engine of the index where it has one of its own, else by the lexical index in memory.
// Leaves fusing with vectors to candidates/text.ts.
import type { HeardName, LexicalHit, LexicalIndex } from '../../text/port.ts'
import { searchedWords } from '../../text/function-words.ts'
import type { Filter } from '../../vector-index/filter.ts'
import type { VectorIndexReader } from '../../vector-index/port.ts'

export interface WordSearch {
  /**
   * The best `limit` places that match the filter and hold words of the query, or words like them; undefined where no place
   * anywhere does.
   */
  search(
    query: string,
    filter: Filter,
    limit: number,
    signal?: AbortSignal,
  ): Promise<LexicalHit[] | undefined>
  /** Whether a place anywhere holds every word of a text. */
  holds(text: string, signal?: AbortSignal): Promise<boolean>
  /** Whether a place is called so or, unless asked `wholly`, a word of its name is; engines only know whole names. */
  isNamed(text: string, options?: { readonly wholly?: boolean }, signal?: AbortSignal): Promise<boolean>
  /** Whether next to no place holds `word` while very many hold `other`. */
  isRareBeside(word: string, other: string): Promise<boolean>
  /** A name, or a word of one, in the other script that sounds like `word`. */
  soundsLike(word: string, options: { readonly surely: boolean }): Promise<HeardName | undefined>
  /** A name, or a word of one, that is one slip from `word`. */
  slipOf(word: string): Promise<string | undefined>
}

/** A word that no place is called by, beside one that so many times as many hold, is a slip of it ("카패", in one tag of Jeju). */
const RARER = 100

/** Up to so many places that match a filter are listed, and words are searched among them. */
const FEW_PLACES = 10_000
/** Hits that are tested first, times those that are wanted: most filters let most places pass. */
const FIRST_TESTED = 2
/** How many more are tested each time that too few pass. */
const MORE_TESTED = 4

export function memoryWordSearch(
  lexical: () => LexicalIndex | Promise<LexicalIndex>,
  index: VectorIndexReader,
): WordSearch {
  return {
    async search(query, filter, limit, signal) {
      const words = await lexical()
      const inside = await fewInside(index, filter, signal)
      if (inside !== undefined) {
        const hits = words.search(query, limit, inside)
        return hits.length > 0 || words.search(query, 1).length > 0 ? hits : undefined
      }
      for (let tested = FIRST_TESTED * limit; ; tested *= MORE_TESTED) {
        const hits = words.search(query, tested)
        if (hits.length === 0) return undefined
        const hitById = new Map(hits.map((hit) => [hit.id, hit]))
        const matching = await index.matching([...hitById.keys()], filter)
        if (matching.length >= limit || hits.length < tested)
          return matching.slice(0, limit).map((id) => hitById.get(id)!)
      }
    },
    holds: async (text) => (await lexical()).holds(text),
    isNamed: async (text, options) => (await lexical()).isNamed(text, options),
    async isRareBeside(word, other) {
      const words = await lexical()
      return !words.isNamed(word) && words.count(word) * RARER <= words.count(other)
    },
    soundsLike: async (word, options) => (await lexical()).soundsLike(word, options),
    slipOf: async (word) => (await lexical()).slipOf(word),
  }
}

/** All ids that match, where the filter narrows down to few. */
async function fewInside(
  index: VectorIndexReader,
  filter: Filter,
  signal?: AbortSignal,
): Promise<string[] | undefined> {
  const { includeClosed: _, excludeIds: __, ...narrowing } = filter
  if (Object.values(narrowing).every((value) => value === undefined)) return undefined
  const count = await index.count(filter)
  if (count > FEW_PLACES) return undefined
  const hits = await index.list({
    filter,
    order: { by: 'popularity' },
    k: count,
    ...(signal && { signal }),
  })
  return hits.map(({ id }) => id)
}

/** Whether the engine of an index searches words itself. */
export function searchesWords({ capabilities }: VectorIndexReader): boolean {
  return capabilities.features?.includes('words') ?? false
}

/** @param searchWords of an index with the feature 'words' */
export function engineWordSearch(searchWords: NonNullable<VectorIndexReader['searchWords']>): WordSearch {
  const everywhere: Filter = { includeClosed: true }
  return {
    async search(query, filter, limit, signal) {
      const words = searchedWords(query)
      if (words.length === 0) return undefined
      const asked = { query, words, ...(signal && { signal }) }
      const hits = await searchWords({ ...asked, filter, k: limit })
      if (hits.length > 0) return hits
      const anywhere = await searchWords({ ...asked, filter: everywhere, k: 1 })
      return anywhere.length > 0 ? [] : undefined
    },
    async holds(text, signal) {
      const words = searchedWords(text)
      if (words.length === 0) return false
      const asked = { query: text, words, filter: everywhere, k: 1, ...(signal && { signal }) }
      const [best] = await searchWords(asked)
      return best?.coverage === 1
    },
    async isNamed(text, _, signal) {
      const asked = { query: text, words: [], filter: everywhere, k: 1, ...(signal && { signal }) }
      return (await searchWords(asked)).length > 0
    },
    // Its own analysis reads slips, and names in the other script.
    isRareBeside: async () => false,
    soundsLike: async () => undefined,
    slipOf: async () => undefined,
  }
}
