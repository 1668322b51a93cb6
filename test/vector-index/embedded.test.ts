import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedIndex } from '../../src/vector-index/embedded/index.ts'
import { vectorIndexContract } from '../contract/vector-index.ts'

vectorIndexContract('the embedded index', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-index-'))
  const index = await openEmbeddedIndex({ folder })
  return {
    index,
    async close() {
      await index.close()
      await rm(folder, { recursive: true })
    },
  }
})
