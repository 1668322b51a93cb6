// What stands in for the vector index while its engine does not answer: the most active places, compared one by one.
// Leaves places, activity and vectors to the live state, which works without the engine.
import type { Place } from '../../domain/place.ts'
import { DongneError } from '../../errors.ts'
import { haversineMeters } from '../../geo/distance.ts'
import { dot } from '../../math/vector.ts'
import { TopK } from '../../math/top-k.ts'
import { compileFilter, type Filter } from '../../vector-index/filter.ts'
import type { Hit, IndexRow, VectorIndexReader } from '../../vector-index/port.ts'
import type { Activity } from './activity.ts'
import type { Encoder } from '../encoder.ts'

/** Comparing them takes some milliseconds; in most areas the places that people go to are among them. */
export const MOST_ACTIVE = 5000

/** A snapshot: it knows neither places nor activity that come later. */
export async function popularPlacesIndex(
  activity: Activity,
  encoder: Encoder,
  placesOf: (ids: readonly string[]) => Promise<Map<string, Place>>,
): Promise<VectorIndexReader> {
  const rows = new Map<string, IndexRow>()

  /** Rows of any places, in the order of `ids`; those that do not exist are left out. */
  async function rowsOf(ids: readonly string[]): Promise<IndexRow[]> {
    const places = await placesOf(ids.filter((id) => !rows.has(id)))
    const encoded = await encoder.encodePlaces([...places.values()], (id) => activity.visits(id))
    const others = new Map(encoded.map((row) => [row.id, row]))
    return ids.flatMap((id) => rows.get(id) ?? others.get(id) ?? [])
  }
  for (const row of await rowsOf(activity.mostActive(MOST_ACTIVE))) rows.set(row.id, row)

  function best(filter: Filter, k: number, score: (row: IndexRow) => number): Hit[] {
    const matches = compileFilter(filter)
    const top = new TopK<string>(k)
    for (const row of rows.values()) if (matches(row)) top.offer(score(row), row.id)
    return top.sorted()
  }

  return {
    capabilities: { recall: 0, maxK: Number.MAX_SAFE_INTEGER },
    manifest() {
      throw new DongneError('no-index', 'The most active places stand in for the index.')
    },
    search: async ({ vector, filter, k }) => best(filter, k, (row) => dot(vector, row.vector)),
    list: async ({ order, filter, k }) =>
      best(filter, k, (row) =>
        order.by === 'popularity' ? row.popularity : 0 - haversineMeters(order, row),
      ),
    matching: async (ids, filter) => (await rowsOf(ids)).filter(compileFilter(filter)).map(({ id }) => id),
    vectors: async (ids) => new Map((await rowsOf(ids)).map(({ id, vector }) => [id, vector])),
    count: async (filter) => [...rows.values()].filter(compileFilter(filter)).length,
    users: {
      similar: async () => [],
      vectors: async (ids) =>
        new Map(
          ids.flatMap((id) => {
            const user = encoder.model.userVector(id)
            return user === undefined ? [] : [[id, user.vector]]
          }),
        ),
    },
  }
}
