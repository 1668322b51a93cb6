// The VLDB'17 split: train.txt and test.txt with lines "user poi count", poi_coos.txt with "poi lat lng".
// tune.txt is left alone: models are trained on train only, and the trainer needs nothing to choose on.
import { datasetLines, invalidLine, type Dataset } from './dataset.ts'

export async function readVldb17(folder: string): Promise<Dataset> {
  const placeIds: string[] = []
  const positions: number[] = []
  for await (const { line, text } of datasetLines(folder, 'poi_coos.txt')) {
    const [id, lat, lng] = numbers(folder, 'poi_coos.txt', line, text, 3)
    if (Math.abs(lat) > 90 || Math.abs(lng) > 180) {
      throw invalidLine(folder, 'poi_coos.txt', line, `[${lng}, ${lat}] is no position`)
    }
    placeIds.push(String(id))
    positions.push(lng, lat)
  }
  const read = async (name: string) => {
    const rows: { userId: string; placeId: string; strength: number; at: number }[] = []
    for await (const { line, text } of datasetLines(folder, name)) {
      const [user, place, count] = numbers(folder, name, line, text, 3)
      rows.push({ userId: String(user), placeId: String(place), strength: count, at: 0 })
    }
    return rows
  }
  const located = { placeIds, positions: Float64Array.from(positions) }
  return { ...located, train: await read('train.txt'), test: await read('test.txt') }
}

function numbers(folder: string, name: string, line: number, text: string, count: number): number[] {
  const values = text.trim().split(/\s+/).map(Number)
  if (values.length !== count || values.some((value) => !Number.isFinite(value))) {
    throw invalidLine(folder, name, line, `expected ${count} numbers, got "${text}"`)
  }
  return values
}
