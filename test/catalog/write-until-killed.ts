// A process that saves places and events in batches, and prints how many are acknowledged, until somebody kills it or
// its database. Arguments: a SQLite file or a postgres:// URL.
import { openPostgresCatalog } from '../../src/catalog/postgres.ts'
import { openSqliteCatalog } from '../../src/catalog/sqlite.ts'
import { DongneError } from '../../src/errors.ts'

const BATCH = 100
const [, , where] = process.argv
const catalog = await (where.startsWith('postgres://')
  ? openPostgresCatalog(where)
  : openSqliteCatalog(where))
try {
  // Events come second: places beyond them are saved again, unchanged.
  let { events: done } = await catalog.counts()
  for (;;) {
    const ids = Array.from({ length: BATCH }, (_, index) => `p${done + index}`)
    await catalog.savePlaces(
      ids.map((id) => ({
        id,
        name: id,
        categories: [],
        lng: 0,
        lat: 0,
        geohash: 's00000000000',
        regions: [],
        spots: [],
      })),
    )
    await catalog.appendEvents(ids.map((id) => ({ id, userId: 'u', placeId: id, type: 'visit', at: 0 })))
    done += BATCH
    process.stdout.write(`${done}\n`)
  }
} catch (error) {
  if (!(error instanceof DongneError)) throw error
  process.stdout.write(`${error.code}\n`)
  await catalog.close()
}
