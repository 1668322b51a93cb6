// What a list of the demo city is worth: by the hidden tastes, and by what a list shows of the city.
// Leaves whose lists they are to demo-task.ts.
import { calibrationError } from './calibration.ts'

export const K = 10

/** One answer with what it is judged by. */
export interface Judged {
  /** All its places, in order. */
  readonly ids: readonly string[]
  /** By the hidden tastes, against the best that might have been shown (forms.ts). */
  readonly worth: number
  /** Ids of all that might have been shown. */
  readonly possible: Iterable<string>
  /** The user's shares of widest categories. */
  readonly taste: ReadonlyMap<string, number>
}

export interface City {
  /** Positive events of a place. */
  readonly popularity: ReadonlyMap<string, number>
  /** Outside the most popular fifth. */
  isLongTail(id: string): boolean
  /** `[dim]`, unit length but for the last number. */
  vector(id: string): Float32Array | undefined
  category(id: string): string | undefined
}

export interface Measures {
  /** Mean worth: for lists Σ u / log2(2 + position) over the first 10, against the 10 best of all that might be shown. */
  readonly ndcg: number
  /** Share of what might have been shown that any list shows. */
  readonly coverage: number
  readonly longTail: number
  /** Mean −log2 of the share of events that a place has. */
  readonly novelty: number
  /** KL of the user's categories and the list's (Steck, RecSys 2018); 0 is best. */
  readonly calibrationError: number
  /** 1 − mean cosine of two places of a list. */
  readonly diversity: number
}

export function measure(lists: readonly Judged[], city: City): Measures {
  const shown = new Set(lists.flatMap(({ ids }) => ids))
  const possible = new Set(lists.flatMap(({ possible }) => [...possible]))
  const all = lists.flatMap(({ ids }) => ids)
  const total = [...city.popularity.values()].reduce((a, b) => a + b, 0)
  return {
    ndcg: mean(lists.map(({ worth }) => worth)),
    coverage: shown.size / possible.size,
    longTail: mean(all.map((id) => (city.isLongTail(id) ? 1 : 0))),
    // An event more for each place: a place without any is not infinitely new.
    novelty: mean(
      all.map((id) => -Math.log2(((city.popularity.get(id) ?? 0) + 1) / (total + possible.size))),
    ),
    calibrationError: mean(lists.map(({ ids, taste }) => calibrationError(ids.map(city.category), taste))),
    diversity: mean(lists.map(({ ids }) => diversity(ids, city))),
  }
}

export function ndcg({
  ids,
  utilities,
}: {
  readonly ids: readonly string[]
  /** True utility of every place that might have been shown, by id. */
  readonly utilities: ReadonlyMap<string, number>
}): number {
  const ideal = [...utilities.values()].sort((a, b) => b - a).slice(0, K)
  const best = gain(ideal)
  return best === 0 ? 0 : gain(ids.slice(0, K).map((id) => utilities.get(id) ?? 0)) / best
}

/** Σ u / log2(2 + position), from position 0. */
export function gain(utilities: readonly number[]): number {
  return utilities.reduce((sum, utility, position) => sum + utility / Math.log2(position + 2), 0)
}

function diversity(ids: readonly string[], city: City): number {
  const vectors = ids.flatMap((id) => city.vector(id) ?? [])
  const distances: number[] = []
  for (let i = 0; i < vectors.length; i++) {
    for (let j = 0; j < i; j++) {
      let cosine = 0
      for (let d = 0; d < vectors[i].length - 1; d++) cosine += vectors[i][d] * vectors[j][d]
      distances.push(1 - cosine)
    }
  }
  return mean(distances)
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
