// dongne's embedded engine in bench/search.ts. One thread is this one alone, two are two workers.
import { mkdtemp, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openEmbeddedIndex } from '../../src/vector-index/embedded/index.ts'
import type { VectorIndex } from '../../src/vector-index/port.ts'
import { measure } from './harness.ts'

let one: VectorIndex
let two: VectorIndex
let files: string

await measure({
  name: 'dongne',
  exact: true,
  async build(rows, folder, dim) {
    files = await mkdtemp(join(folder, 'dongne-'))
    one = await openEmbeddedIndex({ folder: files, threads: 0 })
    await one.build({ version: 'v', dim, modelVersion: 'm', revision: 0 }, rows)
    await one.activate('v')
  },
  prepare: (filter) => async (vector, k) => (await one.search({ vector, filter, k })).map(({ id }) => id),
  async searchMany(vectors, filters, k) {
    two ??= await openEmbeddedIndex({ folder: files, threads: 2 })
    return two.searchBatch!(vectors.map((vector, i) => ({ vector, filter: filters[i], k })))
  },
  async bytes() {
    let bytes = 0
    for (const name of await readdir(join(files, 'v'))) bytes += (await stat(join(files, 'v', name))).size
    return bytes
  },
})
