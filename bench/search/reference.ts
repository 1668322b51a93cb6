// The reference scan in bench/search.ts: columns by id, a predicate a row, float64. What the embedded engine was before segments.
import { ColumnBuilder } from '../reference-scan/columns.ts'
import { OpenVersion } from '../reference-scan/open-version.ts'
import { measure } from './harness.ts'

let version: OpenVersion

await measure({
  name: 'reference scan',
  exact: true,
  async build(rows, _folder, dim) {
    const builder = new ColumnBuilder(dim)
    for await (const batch of rows) for (const row of batch) builder.add(row)
    const columns = builder.finish()
    version = new OpenVersion(
      { version: 'v', dim, modelVersion: 'm', revision: 0, count: columns.ids.length, users: 0 },
      columns,
    )
  },
  prepare: (filter) => (vector, k) => version.search(vector, filter, k).map(({ id }) => id),
})
