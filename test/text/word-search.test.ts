import { createLexicalIndex } from '../../src/text/lexical-index.ts'
import { wordSearchContract } from '../contract/word-search.ts'

wordSearchContract('the lexical index', async (documents) => {
  const index = createLexicalIndex()
  for (const document of documents) index.upsert(document)
  return { search: async (query, k) => index.search(query, k), close: async () => {} }
})
