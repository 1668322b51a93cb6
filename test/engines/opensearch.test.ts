import { describe, expect, it } from 'vitest'
import { openOpenSearchIndex } from '../../src/vector-index/opensearch/index.ts'
import { vectorIndexContract } from '../contract/vector-index.ts'
import { freshPrefix, withEngine } from './engine.ts'
import { recallUnderRandomFilters } from './recall.ts'

withEngine('opensearchUrl', (url) => {
  const open = (exactUpTo: number) => async () => {
    const prefix = freshPrefix()
    const index = await openOpenSearchIndex({ url, prefix, exactUpTo, timeoutMs: 60_000 })
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

  describe('OpenSearch under 1,000 random filters', () => {
    it.each([
      ['every place scored', Infinity, 1],
      ['by the graph', 0, 0.99],
    ])('finds what brute force finds: %s', { timeout: 180_000 }, async (_, exactUpTo, recall) => {
      const { index, close } = await open(exactUpTo)()
      expect(await recallUnderRandomFilters(index)).toBeGreaterThanOrEqual(recall)
      await close()
    })
  })
})
