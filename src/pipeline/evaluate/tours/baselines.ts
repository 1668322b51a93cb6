// What recommended tours are compared with: between the given ends the places that one number says are best, best first.
// Leaves the protocol to tours-task.ts, PinSage to graph/baselines/.
import type { FitContext } from '../../../graph/baselines/baseline.ts'
import { pinSagePlaces } from '../../../graph/baselines/pinsage.ts'
import { buildGraph } from '../../../graph/interactions.ts'
import { dot } from '../../../math/vector.ts'
import type { Tour, TourPlace } from '../../datasets/tours.ts'
import type { TourFeatures, TourQuery } from './features.ts'
import type { TourScores } from './measures.ts'

/** The best places by `worth` between the ends, the best next to the first. Ties are in the order of the file. */
export function bestFirst(
  features: TourFeatures,
  query: TourQuery,
  worth: (place: number) => number,
): number[] {
  const middle = features
    .candidates(query)
    .map((place) => ({ place, score: worth(place) }))
    .sort((a, b) => b.score - a.score || a.place - b.place)
  return [query.first, ...middle.slice(0, query.length - 2).map(({ place }) => place), query.last]
}

/**
 * How alike a place is to both ends of a tour: the sum of its cosines with them, by PinSage-style vectors. Its walks go from
 * place to place through the tours that have both, as its authors' go through boards.
 */
export function fitPinSage(
  places: readonly TourPlace[],
  tours: readonly Tour[],
  context: FitContext,
): (query: TourQuery, place: number) => number {
  const ids = places.map(({ id }) => id)
  const stops = tours.flatMap(({ places: stopped }, tour) =>
    stopped.map((place) => ({ userId: String(tour), placeId: ids[place], strength: 1, at: 0 })),
  )
  const vectors = pinSagePlaces(buildGraph(stops, ids).weights, context)
  const { dim } = context
  const vector = (place: number) => vectors.subarray(place * dim, (place + 1) * dim)
  return ({ first, last }, place) => dot(vector(first), vector(place)) + dot(vector(place), vector(last))
}

/** Expected scores of n − 2 different places drawn between the given ends out of `places`. */
export function randomScores(length: number, places: number): TourScores {
  const between = length - 2
  const others = places - 2
  const right = between ** 2 / others
  // Both of a pair of the draw are right, and half of these in order.
  const both = (between * (between - 1) * (between * (between - 1))) / (others * (others - 1)) / 4 || 0
  return { f1: (2 + right) / length, pairsF1: (1 + 2 * right + both) / ((length * (length - 1)) / 2) }
}
