// What a thread that ends in the middle of a search leaves behind.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openEmbeddedIndex } from '../../src/vector-index/embedded/index.ts'
import type { VectorIndex } from '../../src/vector-index/port.ts'
import { randomRows, randomVector, seededRandom } from '../contract/index-rows.ts'

const DIM = 16
const threads: Worker[] = []
const remember = (thread: Worker) => threads.push(thread)

let folder: string
let index: VectorIndex
beforeAll(async () => {
  process.on('worker', remember)
  folder = await mkdtemp(join(tmpdir(), 'dongne-threads-'))
  index = await openEmbeddedIndex({ folder, threads: 2 })
  await index.build(
    { version: 'v', dim: DIM, modelVersion: 'm', revision: 1 },
    (async function* () {
      yield randomRows(7, 3000, DIM)
    })(),
  )
  await index.activate('v')
})
afterAll(async () => {
  process.off('worker', remember)
  await index.close()
  await rm(folder, { recursive: true })
})

const random = seededRandom(8)
const queries = Array.from({ length: 200 }, () => ({ vector: randomVector(random, DIM), filter: {}, k: 10 }))

it('answers as before after its search threads were ended in the middle', async () => {
  const before = await index.searchBatch!(queries)
  expect(threads).toHaveLength(2)

  const interrupted = index.searchBatch!(queries)
  const outcome = interrupted.then(
    (answers) => ({ answers }),
    (error: unknown) => ({ error }),
  )
  await Promise.all(threads.map((thread) => thread.terminate()))
  // What was under way is answered whole or refused, never in part.
  const result = await outcome
  if ('answers' in result) expect(result.answers).toEqual(before)
  else expect(result.error).toBeInstanceOf(Error)

  expect(await index.searchBatch!(queries)).toEqual(before)
  expect(threads).toHaveLength(4)
})
