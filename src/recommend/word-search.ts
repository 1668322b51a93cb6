// Word search under a filter: by the engine of the index where it has one of its own, else by the lexical index in memory.
// Leaves fusing with vectors to candidates/text.ts.
import type { LexicalHit, LexicalIndex } from '../text/port.ts'
import { wordsOf } from '../text/words.ts'
import type { Filter } from '../vector-index/filter.ts'
import type { VectorIndexReader } from '../vector-index/port.ts'

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
}

/** Words outside the area cost only reading: enough that a small area still finds its own. */
const LEXICAL_POOL = 5000

export function memoryWordSearch(
  lexical: () => LexicalIndex | Promise<LexicalIndex>,
  index: VectorIndexReader,
): WordSearch {
  return {
    async search(query, filter, limit) {
      const hits = (await lexical()).search(query, LEXICAL_POOL)
      if (hits.length === 0) return undefined
      const hitById = new Map(hits.map((hit) => [hit.id, hit]))
      const matching = await index.matching([...hitById.keys()], filter)
      return matching.slice(0, limit).map((id) => hitById.get(id)!)
    },
  }
}

/** Whether the engine of an index searches words itself. */
export function searchesWords({ capabilities }: VectorIndexReader): boolean {
  return capabilities.features?.includes('words') ?? false
}

/** @param searchWords of an index with the feature 'words' */
export function engineWordSearch(searchWords: NonNullable<VectorIndexReader['searchWords']>): WordSearch {
  return {
    async search(query, filter, limit, signal) {
      const words = [...new Set(wordsOf(query))]
      if (words.length === 0) return undefined
      const asked = { query, words, ...(signal && { signal }) }
      const hits = await searchWords({ ...asked, filter, k: limit })
      if (hits.length > 0) return hits
      const anywhere = await searchWords({ ...asked, filter: { includeClosed: true }, k: 1 })
      return anywhere.length > 0 ? [] : undefined
    },
  }
}
