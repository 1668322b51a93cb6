// sqlite-vec: brute force in a virtual table with metadata columns. Exact.
import { DatabaseSync } from 'node:sqlite'
import { load } from 'sqlite-vec'
import { measure } from '../../search/harness.ts'
import { conditionOf, fieldsOf, NUMBERS, overfetch, STRINGS } from './where.mjs'

const idOf = []
const places = []
const database = new DatabaseSync(':memory:', { allowExtension: true })
load(database)

await measure({
  name: 'sqlite-vec',
  exact: true,
  async build(rows, _folder, dim) {
    const columns = [
      ...NUMBERS.map((name) => `${name} float`),
      ...STRINGS.map((name) => `${name} text`),
      'closed integer',
    ]
    database.exec(
      `create virtual table places using vec0(v float[${dim}] distance_metric=cosine, ${columns.join(', ')})`,
    )
    const names = [...NUMBERS, ...STRINGS, 'closed']
    const insert = database.prepare(
      `insert into places(rowid, v, ${names.join(', ')}) values (?, ?, ${names.map(() => '?').join(', ')})`,
    )
    database.exec('begin')
    for await (const batch of rows) {
      for (const row of batch) {
        const fields = fieldsOf(row)
        const rowid = BigInt(idOf.push(row.id))
        places.push({ lng: row.lng, lat: row.lat })
        const values = names.map((name) => (name === 'closed' ? BigInt(fields.closed) : fields[name]))
        insert.run(rowid, new Uint8Array(row.vector.slice().buffer), ...values)
      }
    }
    database.exec('commit')
  },
  prepare(filter) {
    const condition = conditionOf(filter)
    // Its columns take no "or".
    if (condition === undefined || filter.categories) return undefined
    const { keeps } = condition
    const sql = condition.sql.replace(/\(county = ('\d+') or locality = '\d+'\)/, (_, code) => {
      return `${filter.regions[0].startsWith('1020') ? 'county' : 'locality'} = ${code}`
    })
    const statement = database.prepare(`select rowid from places where v match ? and k = ? and ${sql}`)
    return (vector, k) => {
      const found = statement
        .all(new Uint8Array(vector.buffer), overfetch(keeps, k))
        .map(({ rowid }) => rowid - 1)
      return (keeps ? found.filter((hit) => keeps(places[hit])) : found).slice(0, k).map((hit) => idOf[hit])
    }
  },
})
