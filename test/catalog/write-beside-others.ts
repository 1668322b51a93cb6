// A process that saves places and appends events of its own in batches of many sizes, while others do the same.
// Arguments: postgres:// URL, name, number of batches.
import { openPostgresCatalog } from '../../src/catalog/postgres.ts'

const [, , url, name, batches] = process.argv
const catalog = await openPostgresCatalog(url)
for (let batch = 0; batch < Number(batches); batch++) {
  const ids = Array.from({ length: 1 + ((batch * 7) % 40) }, (_, index) => `${name}-${batch}-${index}`)
  await Promise.all([
    catalog.savePlaces(
      ids.map((id) => ({
        id,
        name: id,
        categories: ['food'],
        lng: 0,
        lat: 0,
        geohash: 's00000000000',
        regions: [],
        spots: [],
      })),
    ),
    catalog.appendEvents(ids.map((id) => ({ id, userId: name, placeId: id, type: 'visit', at: batch }))),
  ])
}
await catalog.close()
