import { openOpenSearchIndex } from '../../src/vector-index/opensearch/index.ts'
import { vectorIndexContract } from '../contract/vector-index.ts'
import { freshPrefix, withEngine } from './engine.ts'

withEngine('opensearchUrl', (url) => {
  const open = (exactUpTo: number) => async () => {
    const prefix = freshPrefix()
    const index = await openOpenSearchIndex({ url, prefix, exactUpTo })
    return {
      index,
      async close() {
        await index.close()
        await fetch(`${url}/${prefix}-*`, { method: 'DELETE' })
      },
    }
  }
  vectorIndexContract('OpenSearch, every place scored,', open(Infinity))
  vectorIndexContract('OpenSearch, by the graph,', open(0))
})
