import { describe, expect, it } from 'vitest'
import { openMilvusIndex } from '../../src/vector-index/milvus/index.ts'
import { vectorIndexContract } from '../contract/vector-index.ts'
import { freshPrefix, withEngine } from './engine.ts'
import { recallUnderRandomFilters } from './recall.ts'

withEngine('milvusAddress', (address) => {
  const open = async () => {
    // On a busy machine Milvus Lite takes seconds, which is not what is tested here.
    const index = await openMilvusIndex({ address, prefix: freshPrefix(), timeoutMs: 60_000 })
    return { index, close: () => index.close() }
  }
  vectorIndexContract('Milvus', open)

  describe('Milvus under 1,000 random filters', () => {
    it('finds what brute force finds', { timeout: 180_000 }, async () => {
      const { index, close } = await open()
      expect(await recallUnderRandomFilters(index)).toBe(1)
      await close()
    })
  })
})
