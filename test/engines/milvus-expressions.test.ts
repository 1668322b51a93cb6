// Each filter as a golden expression (test/golden/milvus.json), and the same expression asked of the real server.
// DONGNE_TEST_UPDATE_GOLDEN=1 writes the file anew.
import { readFileSync, writeFileSync } from 'node:fs'
import { MilvusClient } from '@zilliz/milvus2-sdk-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileFilter } from '../../src/vector-index/filter.ts'
import type { Entity } from '../../src/vector-index/milvus/entity.ts'
import { exactTest, expressionOf } from '../../src/vector-index/milvus/expression.ts'
import { openMilvusIndex } from '../../src/vector-index/milvus/index.ts'
import type { VectorIndex } from '../../src/vector-index/port.ts'
import { FILTERS, randomRows } from '../contract/index-rows.ts'
import { freshPrefix, withEngine } from './engine.ts'

const DIM = 4
const ZONES = ['America/New_York', 'Asia/Seoul', 'Pacific/Auckland']
const rows = randomRows(11, 300, DIM)

const EXPRESSIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(FILTERS).map(([what, filter]) => [what, expressionOf(filter, ZONES)])),
  'quotes, backslashes and newlines': expressionOf({ tags: ['a"b\\c\nd'] }, ZONES),
  'a time where no place has a zone': expressionOf({ openAt: 0 }, []),
}

const file = new URL('../golden/milvus.json', import.meta.url)
if (process.env['DONGNE_TEST_UPDATE_GOLDEN'] === '1') {
  writeFileSync(file, `${JSON.stringify(EXPRESSIONS, null, 1)}\n`)
}
const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>

describe('the expressions of the Milvus engine', () => {
  it('are those of the golden file, and no other', () => {
    expect(EXPRESSIONS).toEqual(golden)
  })
})

withEngine('milvusAddress', (address) => {
  describe('the golden expressions on a real server', () => {
    const prefix = freshPrefix()
    let index: VectorIndex
    let client: MilvusClient

    beforeAll(async () => {
      index = await openMilvusIndex({ address, prefix })
      async function* all() {
        yield rows
      }
      await index.build({ version: 'v1', dim: DIM, modelVersion: 'm', revision: 1 }, all())
      client = new MilvusClient({ address, logLevel: 'error', telemetry: { enabled: false } })
      await client.connectPromise
    })
    afterAll(async () => {
      await index.close()
      await client.closeConnection()
    })

    it.each(Object.keys(EXPRESSIONS))('let through what matches: %s', async (what) => {
      const { data, status } = await client.query({
        collection_name: `${prefix}_places_v1`,
        filter: golden[what],
        output_fields: ['id', 'lng', 'lat', 'openMinutes', 'timeZone'],
        limit: 1000,
      })
      expect(status).toMatchObject({ error_code: 'Success' })
      const filter = FILTERS[what] ?? { tags: ['none'] }
      const test = exactTest(filter)
      const found = (data as unknown as Entity[]).filter(
        (entity) => test === undefined || test.matches(entity),
      )
      expect(found).toHaveLength(rows.filter(compileFilter(filter)).length)
    })
  })
})
