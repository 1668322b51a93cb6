// usearch: HNSW without filters in its Node package, so the unfiltered case alone, over the rows that are not closed.
import { Index, MetricKind, ScalarKind } from 'usearch'
import { measure } from '../../search/harness.ts'

const idOf = []
let index

await measure({
  name: 'usearch',
  exact: false,
  async build(rows, _folder, dim) {
    index = new Index({
      dimensions: dim,
      metric: MetricKind.IP,
      quantization: ScalarKind.F32,
      connectivity: 16,
      expansion_add: 200,
      expansion_search: 200,
      multi: false,
    })
    for await (const batch of rows) {
      const open = batch.filter(({ closed }) => !closed)
      const vectors = new Float32Array(open.length * dim)
      open.forEach(({ vector }, i) => vectors.set(vector, i * dim))
      const keys = BigUint64Array.from(open, ({ id }) => BigInt(idOf.push(id) - 1))
      index.add(keys, vectors)
    }
  },
  prepare(filter) {
    if (Object.keys(filter).length > 0) return undefined
    return (vector, k) => Array.from(index.search(vector, k, 1).keys, (key) => idOf[Number(key)])
  },
})
