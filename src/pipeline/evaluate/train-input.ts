// A data set as the trainer takes it, and who is asked what. Leaves formats to ../datasets/.
import type { InteractionGraph } from '../../graph/interactions.ts'
import type { TrainInput } from '../../graph/parameters.ts'
import type { RankingTask } from '../../graph/ranking.ts'
import { DongneError } from '../../errors.ts'
import { createOfflineEncoder, fitOfflineEncoder } from '../../text/offline-encoder.ts'
import type { Dataset, LaterVisit } from '../datasets/dataset.ts'
import type { Places } from '../ranker/world.ts'

/** The encoder is fitted to the documents of the data set, events are left to the caller. */
export async function trainInput({
  placeIds,
  documents,
  positions,
  train,
}: Pick<Dataset, 'placeIds' | 'documents' | 'positions' | 'train'>): Promise<TrainInput> {
  const base = { placeIds, ...(positions && { positions }), events: train, lastSeq: 0 }
  if (documents === undefined)
    return { ...base, textVectors: new Float32Array(0), textDim: 0, textModelId: '' }
  const model = createOfflineEncoder(await fitOfflineEncoder(documents))
  const textVectors = new Float32Array(placeIds.length * model.dim)
  const chunk = model.limits.maxTextsPerCall
  for (let from = 0; from < documents.length; from += chunk) {
    const vectors = await model.embed(documents.slice(from, from + chunk), 'document')
    vectors.forEach((vector, index) => textVectors.set(vector, (from + index) * model.dim))
  }
  return { ...base, textVectors, textDim: model.dim, textModelId: model.id }
}

export interface City {
  readonly places: Places
  /** What users did later, all of it with its time. */
  readonly test: readonly Required<LaterVisit>[]
}

/** Places and later visits as tasks on ways need them. Throws invalid-dataset where positions or times are not known. */
export function cityOf({ placeIds, positions, categories, regions, test }: Dataset, folder: string): City {
  const timed = test.flatMap(({ at, ...visit }) => (at === undefined ? [] : [{ ...visit, at }]))
  if (positions === undefined || timed.length < test.length) {
    throw new DongneError(
      'invalid-dataset',
      `${folder} has no positions or no times: nothing is around, and there are no outings.`,
    )
  }
  const places = { placeIds, positions, ...(categories && { categories }), ...(regions && { regions }) }
  return { places, test: timed }
}

/**
 * What each user of the graph did in test, without what they already have in train. Users unknown to train are left out, as
 * are places that are.
 */
export function testTask(
  { placeIds, test }: Pick<Dataset, 'placeIds' | 'test'>,
  { userIds, weights }: InteractionGraph,
): RankingTask {
  const placeIndex = new Map(placeIds.map((id, index) => [id, index]))
  const userIndex = new Map(userIds.map((id, index) => [id, index]))
  const { starts, indices } = weights
  const wanted = new Map<number, Set<number>>()
  for (const { userId, placeId } of test) {
    const user = userIndex.get(userId)
    const place = placeIndex.get(placeId)
    if (user === undefined || place === undefined) continue
    if (indices.subarray(starts[user], starts[user + 1]).includes(place)) continue
    if (!wanted.has(user)) wanted.set(user, new Set())
    wanted.get(user)!.add(place)
  }
  const users = [...wanted.keys()].sort((a, b) => a - b)
  const relevant = users.map((user) => Uint32Array.from(wanted.get(user)!).sort())
  return { train: weights, users, relevant }
}
