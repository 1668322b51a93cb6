// What ours is compared with in the demo city: the popular, the near, the random, what neighbours of one's places are, and
// a PinSAGE-style model. Leaves forms of answers to forms.ts.
import { eventStrength, type Event } from '../../../domain/event.ts'
import { haversineMeters } from '../../../geo/distance.ts'
import { pinSagePlaces } from '../../../graph/baselines/pinsage.ts'
import { buildGraph } from '../../../graph/interactions.ts'
import { itemLists, listScorer, shrunkCosine } from '../../../graph/item-lists.ts'
import { createRandom } from '../../../math/random.ts'
import { createWasmKernels } from '../../../math/wasm-kernels.ts'
import type { DemoCity } from '../../demo-city/city.ts'
import type { Question } from './questions.ts'

export const SIMPLE_NAMES = ['popularity', 'nearest', 'random', 'item-knn', 'pinsage'] as const

/** Each orders what might be shown to a user, best first: by the place that is asked about, else by the user's places. */
export type SimpleLists = Readonly<
  Record<
    (typeof SIMPLE_NAMES)[number],
    (asked: Pick<Question, 'user' | 'from' | 'like'>, possible: Iterable<string>) => string[]
  >
>

/** Of the best settings on real check-ins (docs/evaluate.md). */
const KNN = { shrinkage: 20, size: 100 } as const
/** As of the demo's own model. */
const DIM = 64

export interface SimpleOptions {
  readonly city: DemoCity
  readonly seed: number
  /** What happened after the events of the city. */
  readonly since?: readonly Event[]
  readonly signal?: AbortSignal | undefined
}

export function simpleLists({ city, seed, since = [], signal }: SimpleOptions): SimpleLists {
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
  const random = createRandom(seed).fork('random lists')

  const lists = itemLists(weights, shrunkCosine(KNN.shrinkage), KNN.size)
  const kernels = createWasmKernels()
  const score = listScorer(lists, weights).open(kernels)
  const scores = kernels.floats(placeIds.length)
  /** Likeness to one place, and of those that are not in its list to the user's places. */
  const knn = (user: number | undefined, like: string | undefined): Float64Array => {
    scores.fill(0)
    if (user !== undefined) score(Uint32Array.of(user), 0, placeIds.length, scores)
    const values = Float64Array.from(scores)
    const place = like === undefined ? undefined : placeNumbers.get(like)
    if (place !== undefined) {
      const most = values.reduce((most, value) => Math.max(most, value), 0)
      for (let e = lists.starts[place]; e < lists.starts[place + 1]; e++)
        values[lists.indices[e]] = most + lists.values[e]
    }
    return values
  }

  let vectors: Float32Array | undefined
  /** Cosine with one place, or with the mean of the user's places. */
  const pinSage = (user: number | undefined, like: string | undefined): Float64Array => {
    vectors ??= pinSagePlaces(weights, {
      dim: DIM,
      random: createRandom(seed).fork('pinsage'),
      budgetSeconds: Infinity,
      ...(signal && { signal }),
    })
    const places = vectors
    const query = new Float64Array(DIM)
    const add = (place: number) => {
      for (let k = 0; k < DIM; k++) query[k] += places[place * DIM + k]
    }
    if (like !== undefined) add(placeNumbers.get(like)!)
    else if (user !== undefined)
      weights.indices.subarray(weights.starts[user], weights.starts[user + 1]).forEach(add)
    return Float64Array.from(placeIds, (_, place) => {
      let sum = 0
      for (let k = 0; k < DIM; k++) sum += query[k] * places[place * DIM + k]
      return sum
    })
  }

  const by = (possible: Iterable<string>, value: (number: number) => number) =>
    [...possible]
      .map((id) => ({ id, value: value(placeNumbers.get(id)!) }))
      .sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id)
  const byValues =
    (valuesOf: typeof knn) =>
    ({ user: { id }, like }: Pick<Question, 'user' | 'like'>, possible: Iterable<string>) => {
      const values = valuesOf(userNumbers.get(id), like)
      return by(possible, (number) => values[number])
    }
  return {
    popularity: (_, possible) => by(possible, (number) => counts[number]),
    nearest: ({ from }, possible) => by(possible, (number) => -haversineMeters(from, city.places[number])),
    random: (_, possible) => random.shuffle([...possible]),
    'item-knn': byValues(knn),
    pinsage: byValues(pinSage),
  }
}
