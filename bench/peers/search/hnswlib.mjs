// hnswlib-node: HNSW with a callback as filter; the rows of the filter are known beforehand, as a bitmap.
import hnswlib from 'hnswlib-node'
import { compileFilter } from '../../../src/vector-index/filter.ts'
import { measure } from '../../search/harness.ts'

const rowsKept = []
let index

await measure({
  name: 'hnswlib',
  exact: false,
  async build(rows, _folder, dim) {
    for await (const batch of rows) rowsKept.push(...batch)
    index = new hnswlib.HierarchicalNSW('ip', dim)
    index.initIndex(rowsKept.length, 16, 200)
    rowsKept.forEach(({ vector }, label) => index.addPoint(Array.from(vector), label))
    index.setEf(200)
  },
  prepare(filter) {
    const matches = compileFilter(filter)
    const passes = Uint8Array.from(rowsKept, (row) => (matches(row) ? 1 : 0))
    return (vector, k) =>
      index
        .searchKnn(Array.from(vector), k, (label) => passes[label] === 1)
        .neighbors.map((label) => rowsKept[label].id)
  },
})
