// @lancedb/lancedb: brute force over a table with scalar indexes, filters before the search. Exact.
import { join } from 'node:path'
import { connect, Index } from '@lancedb/lancedb'
import { measure } from '../../search/harness.ts'
import { conditionOf, fieldsOf, NUMBERS, overfetch, STRINGS } from './where.mjs'

const idOf = []
const places = []
let table

await measure({
  name: 'lancedb',
  exact: true,
  async build(rows, folder) {
    const database = await connect(join(folder, 'lancedb'))
    let pending = []
    const flush = async () => {
      if (table === undefined) table = await database.createTable('places', pending)
      else await table.add(pending)
      pending = []
    }
    for await (const batch of rows) {
      for (const row of batch) {
        const n = idOf.push(row.id) - 1
        places.push({ lng: row.lng, lat: row.lat })
        pending.push({ n, vector: Array.from(row.vector), ...fieldsOf(row) })
      }
      if (pending.length >= 50_000) await flush()
    }
    if (pending.length > 0) await flush()
    await table.optimize()
    for (const name of [...NUMBERS, 'closed']) await table.createIndex(name, { config: Index.btree() })
    for (const name of STRINGS) await table.createIndex(name, { config: Index.bitmap() })
  },
  prepare(filter) {
    const condition = conditionOf(filter)
    if (condition === undefined) return undefined
    const { sql, keeps } = condition
    return async (vector, k) => {
      const found = await table
        .query()
        .nearestTo(vector)
        .distanceType('dot')
        .where(sql)
        .select(['n'])
        .limit(overfetch(keeps, k))
        .toArray()
      const hits = found.map(({ n }) => Number(n))
      return (keeps ? hits.filter((hit) => keeps(places[hit])) : hits).slice(0, k).map((hit) => idOf[hit])
    }
  },
})
