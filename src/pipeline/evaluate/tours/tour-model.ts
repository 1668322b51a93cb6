// Recommends the places between the first and the last of a tour, and their order, by what past tours chose.
// Leaves features to features.ts, fitting to math/conditional-logit.ts.
//
// Two choices are learnt: which places lie between (each place of a tour against all that are not of it), and which of two
// comes first. A tour is then the best places by the first, in the order that the second likes best.
import { fitConditionalLogit, type Choices } from '../../../math/conditional-logit.ts'
import type { Tour, TourPlace } from '../../datasets/tours.ts'
import {
  BETWEEN_FEATURES,
  ORDER_FEATURES,
  tourFeatures,
  type FeatureGroup,
  type TourFeatures,
  type TourQuery,
} from './features.ts'
import { TourStatistics } from './statistics.ts'

/** Longer middles are put in order by insertion: 2^12 subsets are some milliseconds. */
const EXACT_ORDER = 12

export interface TourModel {
  /** `[BETWEEN_FEATURES]` */
  readonly between: Float64Array
  /** `[ORDER_FEATURES]`; zeros where the order is left as the places are ranked. */
  readonly order: Float64Array
}

/** A part of what is known, left out to see what it is worth. */
export type TourPart = FeatureGroup | 'order'

/**
 * Describes tours of three places and more by the statistics of all others of `tours`, and fits the two choices to them:
 * once for each part left out (undefined: none).
 * @param tours those of one and two places count in the statistics
 */
export function fitTourModels<Part extends TourPart | undefined>(
  places: readonly TourPlace[],
  tours: readonly Tour[],
  parts: readonly Part[],
): Map<Part, TourModel> {
  const statistics = new TourStatistics(places.length, tours)
  const features = tourFeatures(places, statistics)
  const between = new ChoiceList(BETWEEN_FEATURES.length)
  const order = new ChoiceList(ORDER_FEATURES.length)
  for (const tour of tours) {
    if (tour.places.length < 3) continue
    statistics.without(tour, () => {
      const query = queryOf(tour)
      const middle = tour.places.slice(1, -1)
      const others = features.candidates(query).filter((place) => !middle.includes(place))
      middle.forEach((place, index) => {
        // A tour of n places between counts √n: each is a choice, but they are not independent ones.
        between.add([place, ...others], 1 / Math.sqrt(middle.length), (of, out, at) =>
          features.between(query, of, out, at),
        )
        for (const later of middle.slice(index + 1)) {
          order.add([place, later], 1 / middle.length, (of, out, at) => {
            if (of === place) features.order(query, place, later, out, at)
          })
        }
      })
    })
  }
  const described = { between: between.choices(), order: order.choices() }
  return new Map(parts.map((part) => [part, fitWithout(described, part)]))
}

function fitWithout(
  { between, order }: { readonly between: Choices; readonly order: Choices },
  part: TourPart | undefined,
): TourModel {
  const held = (names: readonly (readonly [string, FeatureGroup])[]) =>
    new Set(names.flatMap(([, group], index) => (group === part ? index : [])))
  return {
    between: fitConditionalLogit(between, held(BETWEEN_FEATURES)).weights,
    order:
      part === 'order' || order.sizes.length === 0
        ? new Float64Array(ORDER_FEATURES.length)
        : fitConditionalLogit(order, held(ORDER_FEATURES)).weights,
  }
}

export function queryOf({ places }: Tour): TourQuery {
  return { first: places[0], last: places.at(-1)!, length: places.length }
}

/** The best tour for a query: `length` places, or all there are. */
export function recommendTour(model: TourModel, features: TourFeatures, query: TourQuery): number[] {
  const row = new Float32Array(BETWEEN_FEATURES.length)
  const scored = features.candidates(query).map((place) => {
    features.between(query, place, row, 0)
    return { place, score: inner(model.between, row) }
  })
  scored.sort((a, b) => b.score - a.score || a.place - b.place)
  const middle = scored.slice(0, query.length - 2).map(({ place }) => place)
  return [query.first, ...inOrder(model, features, query, middle), query.last]
}

/** The order with the most expected pairs that are right. Exact up to EXACT_ORDER places: O(n² 2ⁿ). */
function inOrder(
  { order }: TourModel,
  features: TourFeatures,
  query: TourQuery,
  middle: readonly number[],
): number[] {
  const n = middle.length
  const row = new Float32Array(ORDER_FEATURES.length)
  /** `[n, n]`: how likely one comes before the other. */
  const first = Array.from({ length: n }, () => new Float64Array(n))
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      features.order(query, middle[a], middle[b], row, 0)
      first[a][b] = 1 / (1 + Math.exp(-inner(order, row)))
      first[b][a] = 1 - first[a][b]
    }
  }
  return (n <= EXACT_ORDER ? bestOrder(first) : insertionOrder(first)).map((index) => middle[index])
}

/** Held and Karp's recursion over subsets: what is not in the subset comes later. Ties keep the given order. */
export function bestOrder(first: readonly Float64Array[]): number[] {
  const n = first.length
  const value = new Float64Array(1 << n).fill(-1)
  const latest = new Int8Array(1 << n)
  value[0] = 0
  for (let subset = 0; subset < 1 << n; subset++) {
    for (let next = 0; next < n; next++) {
      if ((subset >> next) & 1) continue
      let sum = value[subset]
      for (let later = 0; later < n; later++) {
        if (later !== next && !((subset >> later) & 1)) sum += first[next][later]
      }
      const grown = subset | (1 << next)
      if (sum > value[grown] + 1e-12) {
        value[grown] = sum
        latest[grown] = next
      }
    }
  }
  const order: number[] = []
  for (let subset = (1 << n) - 1; subset > 0; subset ^= 1 << latest[subset]) order.unshift(latest[subset])
  return order
}

/** Each in turn where it is worth most. */
function insertionOrder(first: readonly Float64Array[]): number[] {
  const order: number[] = []
  first.forEach((_, next) => {
    let best = { gain: -Infinity, at: 0 }
    for (let at = 0; at <= order.length; at++) {
      const gain = order.reduce(
        (sum, other, i) => sum + (i < at ? first[other][next] : first[next][other]),
        0,
      )
      if (gain > best.gain) best = { gain, at }
    }
    order.splice(best.at, 0, next)
  })
  return order
}

/** Collects groups of alternatives, the chosen one first. */
class ChoiceList {
  readonly #width: number
  readonly #blocks: Float32Array[] = []
  readonly #counts: number[] = []

  constructor(width: number) {
    this.#width = width
  }

  add(
    alternatives: readonly number[],
    count: number,
    describe: (alternative: number, out: Float32Array, offset: number) => void,
  ): void {
    const block = new Float32Array(alternatives.length * this.#width)
    alternatives.forEach((alternative, index) => describe(alternative, block, index * this.#width))
    this.#blocks.push(block)
    this.#counts.push(count)
  }

  choices(): Choices {
    const rows = new Float32Array(this.#blocks.reduce((sum, block) => sum + block.length, 0))
    let at = 0
    for (const block of this.#blocks) {
      rows.set(block, at)
      at += block.length
    }
    return {
      width: this.#width,
      rows,
      sizes: Uint32Array.from(this.#blocks, (block) => block.length / this.#width),
      counts: Float64Array.from(this.#counts),
    }
  }
}

function inner(weights: Float64Array, row: Float32Array): number {
  let sum = 0
  for (let i = 0; i < row.length; i++) sum += weights[i] * row[i]
  return sum
}
