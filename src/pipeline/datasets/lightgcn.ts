// LightGCN's split: train.txt and test.txt with lines "user item item …". Duplicates count once.
import type { Interaction } from '../../graph/interactions.ts'
import { datasetLines, invalidLine, type Dataset } from './dataset.ts'

export async function readLightGcn(folder: string): Promise<Dataset> {
  const ids = new Map<string, string>()
  const train = await readPairs(folder, 'train.txt', ids)
  const test = await readPairs(folder, 'test.txt', ids)
  return { placeIds: [...ids.keys()].sort((a, b) => Number(a) - Number(b)), train, test }
}

/** @param ids place ids seen so far: each is kept once, and none keeps the line that it stands in */
async function readPairs(folder: string, name: string, ids: Map<string, string>): Promise<Interaction[]> {
  const pairs: Interaction[] = []
  for await (const { line, text } of datasetLines(folder, name)) {
    const words = text.trim().split(/\s+/)
    const bad = words.find((id) => !/^\d+$/.test(id))
    if (bad !== undefined) throw invalidLine(folder, name, line, `"${bad}" is not a whole number`)
    const [userId, ...places] = words.map((word) => ids.get(word) ?? word)
    for (const placeId of new Set(places)) {
      if (!ids.has(placeId)) ids.set(placeId, placeId)
      pairs.push({ userId, placeId, strength: 1, at: 0 })
    }
  }
  return pairs
}
