// Check-ins with a chronological split: checkins.csv (user_id, poi_id, ts, split) and pois.csv (poi_id, lat, lon).
// Name, category and tags of pois.csv become the text of a place where they are there.
import { eventStrength } from '../../domain/event.ts'
import type { Interaction } from '../../graph/interactions.ts'
import { invalidLine, type Dataset } from './dataset.ts'
import { readTable } from './table.ts'

export async function readFoursquare(folder: string): Promise<Dataset> {
  const pois = await readTable(folder, 'pois.csv', ['poi_id', 'lat', 'lon'])
  const checkins = await readTable(folder, 'checkins.csv', ['user_id', 'poi_id', 'ts', 'split'])
  const placeIds = pois.map(({ poi_id }) => poi_id)
  const positions = new Float64Array(2 * pois.length)
  pois.forEach(({ lat, lon }, index) => {
    if (lat === '' || lon === '' || !(Math.abs(Number(lat)) <= 90) || !(Math.abs(Number(lon)) <= 180)) {
      throw invalidLine(folder, 'pois.csv', index + 2, `[${lon}, ${lat}] is no position`)
    }
    positions.set([Number(lon), Number(lat)], 2 * index)
  })
  const hasText = pois.some(({ name, category, tags }) => name || category || tags)
  const documents = pois.map(({ name, category, category_path, tags }) =>
    [name, category, category_path, tags?.replaceAll('|', ' ')].filter(Boolean).join('\n'),
  )
  const known = new Set(placeIds)
  const train: Interaction[] = []
  const test: { userId: string; placeId: string }[] = []
  checkins.forEach(({ user_id, poi_id, ts, split }, index) => {
    // The header is line 1.
    const fail = (problem: string) => invalidLine(folder, 'checkins.csv', index + 2, problem)
    if (!known.has(poi_id)) throw fail(`poi_id "${poi_id}" is not in pois.csv`)
    const seconds = Number(ts)
    if (ts === '' || !Number.isFinite(seconds)) throw fail(`ts "${ts}" is not a time in seconds`)
    if (split === 'train') {
      train.push({
        userId: user_id,
        placeId: poi_id,
        strength: eventStrength({ type: 'visit' }),
        at: seconds * 1000,
      })
    } else if (split === 'test') test.push({ userId: user_id, placeId: poi_id })
    else throw fail(`split "${split}" is neither train nor test`)
  })
  return { placeIds, positions, ...(hasText && { documents }), train, test }
}
