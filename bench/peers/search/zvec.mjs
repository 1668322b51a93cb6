// @zvec/zvec: HNSW with inverted indexes on the fields; filters before the search.
import { join } from 'node:path'
import {
  ZVecCollectionSchema,
  ZVecCreateAndOpen,
  ZVecDataType,
  ZVecIndexType,
  ZVecMetricType,
} from '@zvec/zvec'
import { measure } from '../../search/harness.ts'
import { conditionOf, fieldsOf, NUMBERS, overfetch, STRINGS } from './where.mjs'

let collection
const idOf = []
const places = []

await measure({
  name: 'zvec',
  exact: false,
  async build(rows, folder, dim) {
    const indexParams = { indexType: ZVecIndexType.INVERT, enableRangeOptimization: true }
    collection = ZVecCreateAndOpen(
      join(folder, 'zvec'),
      new ZVecCollectionSchema({
        name: 'places',
        vectors: {
          name: 'v',
          dataType: ZVecDataType.VECTOR_FP32,
          dimension: dim,
          indexParams: {
            indexType: ZVecIndexType.HNSW,
            metricType: ZVecMetricType.IP,
            m: 32,
            efConstruction: 200,
          },
        },
        fields: [
          ...NUMBERS.map((name) => ({ name, dataType: ZVecDataType.DOUBLE, indexParams })),
          ...STRINGS.map((name) => ({ name, dataType: ZVecDataType.STRING, indexParams })),
          { name: 'closed', dataType: ZVecDataType.INT32, indexParams },
        ],
      }),
    )
    for await (const batch of rows) {
      const statuses = collection.insertSync(
        batch.map((row) => {
          const id = String(idOf.push(row.id) - 1)
          places.push({ lng: row.lng, lat: row.lat })
          return { id, vectors: { v: row.vector }, fields: fieldsOf(row) }
        }),
      )
      const failed = statuses.find(({ ok }) => ok === false)
      if (failed) throw new Error(failed.message)
    }
    collection.optimizeSync()
  },
  prepare(filter) {
    const condition = conditionOf(filter)
    if (condition === undefined) return undefined
    const { sql, keeps } = condition
    return (vector, k) => {
      const found = collection.querySync({
        fieldName: 'v',
        topk: overfetch(keeps, k),
        vector,
        filter: sql,
        outputFields: [],
        params: { indexType: ZVecIndexType.HNSW, ef: 300 },
      })
      const hits = found.map(({ id }) => Number(id))
      return (keeps ? hits.filter((hit) => keeps(places[hit])) : hits).slice(0, k).map((hit) => idOf[hit])
    }
  },
})
