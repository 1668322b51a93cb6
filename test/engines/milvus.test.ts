import { describe, expect, it } from 'vitest'
import { openMilvusIndex } from '../../src/vector-index/milvus/index.ts'
import { vectorIndexContract } from '../contract/vector-index.ts'
import { freshPrefix, withEngine } from './engine.ts'
import { recallUnderRandomFilters } from './recall.ts'

withEngine('milvusAddress', (address) => {
  const open = async () => {
    const index = await openMilvusIndex({ address, prefix: freshPrefix() })
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
