// LightGCN's split: train.txt and test.txt with lines "user item item …". Duplicates count once.
import { datasetLines, invalidLine, type Dataset } from './dataset.ts'

export async function readLightGcn(folder: string): Promise<Dataset> {
  const train = await readPairs(folder, 'train.txt')
  const test = await readPairs(folder, 'test.txt')
  const placeIds = [...new Set([...train, ...test].map(({ placeId }) => placeId))].sort(
    (a, b) => Number(a) - Number(b),
  )
  return { placeIds, train: train.map((pair) => ({ ...pair, strength: 1, at: 0 })), test }
}

async function readPairs(folder: string, name: string): Promise<{ userId: string; placeId: string }[]> {
  const pairs: { userId: string; placeId: string }[] = []
  for await (const { line, text } of datasetLines(folder, name)) {
    const [userId, ...places] = text.trim().split(/\s+/)
    const bad = [userId, ...places].find((id) => !/^\d+$/.test(id))
    if (bad !== undefined) throw invalidLine(folder, name, line, `"${bad}" is not a whole number`)
    for (const placeId of new Set(places)) pairs.push({ userId, placeId })
  }
  return pairs
}
