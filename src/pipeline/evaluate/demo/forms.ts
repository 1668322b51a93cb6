// The forms of an answer: a list, shelves of lists, the stops of a course. How a plain order of places is brought into
// each, and what an answer in it is worth. Leaves what a place is worth to questions.ts.
import { wideCategory } from '../../../recommend/re-rank/calibration.ts'
import { K, ndcg } from './lists.ts'

/** One row for a list or a course; shelves have several. */
export type Rows = readonly (readonly string[])[]

export interface Form {
  /** What somebody who knows no more than this order would answer. @param order best first */
  arrange(order: readonly string[]): Rows
  /** Between 0 and about 1, the best that might have been shown. */
  worth(rows: Rows): number
}

export type CategoryOf = (placeId: string) => string | undefined

/** By id, of all that might be shown. */
type Utilities = ReadonlyMap<string, number>

export const SHELVES = 5
export const PLACES_A_SHELF = 6
export const STOPS = 4

export const list = (utilities: Utilities): Form => ({
  arrange: (order) => [order.slice(0, K)],
  worth: ([ids = []]) => ndcg({ ids, utilities }),
})

/**
 * Shelves of one category each, in the order of their first places. Worth: Σ u / log2(2 + shelf + position), a discount
 * by both directions, against the best places in the best cells; a place counts once.
 */
export const shelves = (utilities: Utilities, categoryOf: CategoryOf): Form => ({
  arrange: (order) =>
    [...Map.groupBy(order, categoryOf).values()]
      .filter(({ length }) => length >= PLACES_A_SHELF)
      .slice(0, SHELVES)
      .map((ids) => ids.slice(0, PLACES_A_SHELF)),
  worth(rows) {
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
})

/** What a place is worth as the nth stop, 0 for the first, after another one. */
export type StopUtility = (placeId: string, stop: number, before: string | undefined) => number

/**
 * Stops of different widest categories. Worth: Σ of what each is worth where and when it stands, against the best course
 * that a beam search finds.
 */
export function course(possible: ReadonlySet<string>, categoryOf: CategoryOf, utility: StopUtility): Form {
  let best: number | undefined
  return {
    arrange(order) {
      const firsts = new Map<string, string>()
      for (const id of order) {
        const kind = wideCategory(categoryOf(id))
        if (firsts.size < STOPS && !firsts.has(kind)) firsts.set(kind, id)
      }
      return [[...firsts.values()]]
    },
    worth([ids = []]) {
      const total = ids
        .slice(0, STOPS)
        .reduce(
          (sum, id, stop) =>
            sum +
            (possible.has(id) && !ids.slice(0, stop).includes(id) ? utility(id, stop, ids[stop - 1]) : 0),
          0,
        )
      return share(total, (best ??= bestCourse([...possible], utility)))
    },
  }
}

/** Courses that go on to the next stop. */
const BEAM = 40

/** What the best course of all places is worth. */
function bestCourse(possible: readonly string[], utility: StopUtility): number {
  let beam: { readonly ids: readonly string[]; readonly worth: number }[] = [{ ids: [], worth: 0 }]
  for (let stop = 0; stop < STOPS; stop++) {
    const longer = beam.flatMap(({ ids, worth }) =>
      possible.flatMap((id) =>
        ids.includes(id) ? [] : [{ ids: [...ids, id], worth: worth + utility(id, stop, ids.at(-1)) }],
      ),
    )
    beam = longer.sort((a, b) => b.worth - a.worth).slice(0, BEAM)
  }
  return beam[0]?.worth ?? 0
}

const discount = (rank: number) => 1 / Math.log2(2 + rank)

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
