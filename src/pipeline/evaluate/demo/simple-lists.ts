// What ours is compared with in the demo city: the popular, the near, the random, and what neighbours of one's places are.
import { eventStrength, type Event } from '../../../domain/event.ts'
import { haversineMeters } from '../../../geo/distance.ts'
import { itemKnn } from '../../../graph/baselines/item-knn.ts'
import { buildGraph } from '../../../graph/interactions.ts'
import { createRandom } from '../../../math/random.ts'
import { createWasmKernels } from '../../../math/wasm-kernels.ts'
import type { DemoCity } from '../../demo-city/city.ts'
import type { Question } from './questions.ts'

export const SIMPLE_NAMES = ['popularity', 'nearest', 'random', 'item-knn'] as const

/** Each orders what might be shown to a user, best first. */
export type SimpleLists = Readonly<
  Record<
    (typeof SIMPLE_NAMES)[number],
    (asked: Pick<Question, 'user' | 'from'>, possible: Iterable<string>) => string[]
  >
>

/** Of the best settings on real check-ins (docs/evaluate.md). */
const KNN = { shrinkage: 20, nearestOf: 'own' } as const

/** @param since what happened after the events of the city */
export function simpleLists(city: DemoCity, seed: number, since: readonly Event[] = []): SimpleLists {
  const placeIds = city.places.map(({ id }) => id)
  const placeNumbers = new Map(placeIds.map((id, index) => [id, index]))
  const interactions = [...city.events(), ...since].flatMap((event) => {
    const strength = eventStrength(event)
    return strength === 0 ? [] : [{ ...event, strength }]
  })
  const { userIds, weights } = buildGraph(interactions, placeIds)
  const userNumbers = new Map(userIds.map((id, index) => [id, index]))
  const counts = new Float64Array(placeIds.length)
  for (const { placeId, strength } of interactions) if (strength > 0) counts[placeNumbers.get(placeId)!]++
  const kernels = createWasmKernels()
  const random = createRandom(seed).fork('random lists')
  const scorer = itemKnn.fit(weights, KNN, { dim: 0, random, budgetSeconds: Infinity })
  const score = scorer.open(kernels)
  const scores = kernels.floats(placeIds.length)

  const by = (possible: Iterable<string>, value: (number: number) => number) =>
    [...possible]
      .map((id) => ({ id, value: value(placeNumbers.get(id)!) }))
      .sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id)
  return {
    popularity: (_, possible) => by(possible, (number) => counts[number]),
    nearest: ({ from }, possible) => by(possible, (number) => -haversineMeters(from, city.places[number])),
    random: (_, possible) => random.shuffle([...possible]),
    'item-knn'({ user: { id } }, possible) {
      const user = userNumbers.get(id)
      if (user === undefined) return by(possible, (number) => counts[number])
      score(Uint32Array.of(user), 0, placeIds.length, scores)
      return by(possible, (number) => scores[number])
    },
  }
}
