// The forms of an answer: a list, shelves of lists, the stops of a course. How a plain order of places is brought into
// each, and what an answer in it is worth. Leaves what a place is worth to questions.ts.
import { wideCategory } from '../../../recommend/re-rank/calibration.ts'
import { K, ndcg } from './lists.ts'

/** One row for a list or a course; shelves have several. */
export type Rows = readonly (readonly string[])[]

export interface Form {
  /** What somebody who knows no more than this order would answer. @param order best first */
  arrange(order: readonly string[], categoryOf: CategoryOf): Rows
  /** Between 0 and about 1, the best that might have been shown. @param utilities of all that might, by id */
  worth(rows: Rows, utilities: ReadonlyMap<string, number>, categoryOf: CategoryOf): number
}

export type CategoryOf = (placeId: string) => string | undefined

export const SHELVES = 5
export const PLACES_A_SHELF = 6
export const STOPS = 4

export const list: Form = {
  arrange: (order) => [order.slice(0, K)],
  worth: ([ids = []], utilities) => ndcg({ ids, utilities }),
}

/**
 * Shelves of one category each, in the order of their first places. Worth: Σ u / log2(2 + shelf + position), a discount
 * by both directions, against the best places in the best cells; a place counts once.
 */
export const shelves: Form = {
  arrange: (order, categoryOf) =>
    [...Map.groupBy(order, categoryOf).values()]
      .filter(({ length }) => length >= PLACES_A_SHELF)
      .slice(0, SHELVES)
      .map((ids) => ids.slice(0, PLACES_A_SHELF)),
  worth(rows, utilities) {
    const seen = new Set<string>()
    let sum = 0
    rows.slice(0, SHELVES).forEach((ids, shelf) =>
      ids.slice(0, PLACES_A_SHELF).forEach((id, position) => {
        if (!seen.has(id)) sum += (utilities.get(id) ?? 0) * discount(shelf + position)
        seen.add(id)
      }),
    )
    const cells = Array.from({ length: SHELVES * PLACES_A_SHELF }, (_, cell) =>
      discount(Math.floor(cell / PLACES_A_SHELF) + (cell % PLACES_A_SHELF)),
    ).sort((a, b) => b - a)
    const best = [...utilities.values()].sort((a, b) => b - a)
    return share(
      sum,
      cells.reduce((total, cell, rank) => total + cell * (best[rank] ?? 0), 0),
    )
  },
}

/** Stops of different widest categories. Worth: their utility against that of the best such stops, ways and hours aside. */
export const course: Form = {
  arrange(order, categoryOf) {
    const firsts = new Map<string, string>()
    for (const id of order) {
      const kind = wideCategory(categoryOf(id))
      if (firsts.size < STOPS && !firsts.has(kind)) firsts.set(kind, id)
    }
    return [[...firsts.values()]]
  },
  worth([ids = []], utilities, categoryOf) {
    const total = (stops: readonly string[]) => stops.reduce((sum, id) => sum + (utilities.get(id) ?? 0), 0)
    const order = [...utilities.keys()].sort((a, b) => utilities.get(b)! - utilities.get(a)!)
    return share(total(ids), total(course.arrange(order, categoryOf)[0]))
  },
}

const discount = (rank: number) => 1 / Math.log2(2 + rank)

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
