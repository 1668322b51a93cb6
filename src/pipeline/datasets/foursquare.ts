// Check-ins with a chronological split: checkins.csv (user_id, poi_id, ts, split) and pois.csv (poi_id, lat, lon).
// Name, category and tags of pois.csv become the text of a place where they are there, category and region also its facts.
import { categorySlug } from '../../domain/category.ts'
import { eventStrength } from '../../domain/event.ts'
import type { Interaction } from '../../graph/interactions.ts'
import { invalidLine, type Dataset, type LaterVisit } from './dataset.ts'
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
  const test: LaterVisit[] = []
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
    } else if (split === 'test') test.push({ userId: user_id, placeId: poi_id, at: seconds * 1000 })
    else throw fail(`split "${split}" is neither train nor test`)
  })
  const categories = categoriesOf(pois)
  const names = pois.map(({ name }) => name ?? '')
  const regions = pois.map(({ region }) => region ?? '')
  return {
    placeIds,
    positions,
    ...(hasText && { documents }),
    ...(categories.some((codes) => codes.length > 0) && { categories }),
    ...(names.some((name) => name !== '') && { names }),
    ...(regions.some((region) => region !== '') && { regions }),
    train,
    test,
  }
}

/**
 * A code a place: its `category` below the path that most rows of the category have ("A > B" is the path of "B" and of
 * what ends differently). Rows without a path take part that way, and a second taxonomy in the paths does not split a kind.
 */
function categoriesOf(pois: readonly Record<string, string>[]): string[][] {
  const kindOf = ({ category, category_path }: Record<string, string>) =>
    category || (category_path ?? '').split('>').at(-1)!.trim()
  const paths = new Map<string, Map<string, number>>()
  for (const poi of pois) {
    const kind = kindOf(poi)
    if (kind === '' || !poi['category_path']) continue
    const counts = paths.get(kind) ?? new Map<string, number>()
    counts.set(poi['category_path'], (counts.get(poi['category_path']) ?? 0) + 1)
    paths.set(kind, counts)
  }
  const codes = new Map<string, string>()
  const codeOf = (kind: string): string => {
    const counts = [...(paths.get(kind) ?? [])].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    const steps = (counts[0]?.[0] ?? '').split('>').map((step) => step.trim())
    const path = [...steps.filter((step) => step !== '' && step !== kind), kind]
    return path.map(categorySlug).join('/')
  }
  return pois.map((poi) => {
    const kind = kindOf(poi)
    if (kind === '') return []
    if (!codes.has(kind)) codes.set(kind, codeOf(kind))
    return [codes.get(kind)!]
  })
}
