// The user-place graph: events → weighted edges, and the matrices that training multiplies with.
// Leaves what is done with them to trainer.ts.
import { transpose, type SparseMatrix } from '../math/sparse.ts'

export interface Interaction {
  readonly userId: string
  readonly placeId: string
  /** What the action says (domain/event.ts); below 0 is a dislike. */
  readonly strength: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** What training learns from. */
export interface TrainingGraph {
  /** `[users, places]`, the summed decayed strength of each pair where it is above 0. */
  readonly weights: SparseMatrix
  /** `[users, places]`, its size where it is below 0. */
  readonly dislikes: SparseMatrix
}

export interface InteractionGraph extends TrainingGraph {
  readonly userIds: readonly string[]
}

/** Half of an action's weight is forgotten in half a year: taste changes, but a city is learnt slowly. */
export const HALF_LIFE_MS = 180 * 86_400_000

/**
 * The graph of the actions on known places; repeated ones add up, and weights are relative to the newest action. Users are
 * in order of id, so the graph does not depend on the order of events. A user and a place are linked where their actions
 * sum to more than 0, and a dislike where to less; users without a link are left out.
 */
export function buildGraph(
  interactions: readonly Interaction[],
  placeIds: readonly string[],
): InteractionGraph {
  const placeIndex = new Map(placeIds.map((id, index) => [id, index]))
  let newest = -Infinity
  for (const { at } of interactions) newest = Math.max(newest, at)
  const byUser = new Map<string, Map<number, number>>()
  for (const { userId, placeId, strength, at } of interactions) {
    const place = placeIndex.get(placeId)
    if (place === undefined || !Number.isFinite(strength)) continue
    let edges = byUser.get(userId)
    if (edges === undefined) byUser.set(userId, (edges = new Map()))
    edges.set(place, (edges.get(place) ?? 0) + strength * 0.5 ** ((newest - at) / HALF_LIFE_MS))
  }
  // Nearer to 0 a weight is a rounding error of actions that cancel out.
  const MIN_WEIGHT = 1e-6
  const users = [...byUser]
    .filter(([, edges]) => edges.values().some((weight) => weight > MIN_WEIGHT))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    userIds: users.map(([id]) => id),
    weights: sparseRows(users, placeIds.length, (weight) => (weight > MIN_WEIGHT ? weight : 0)),
    dislikes: sparseRows(users, placeIds.length, (weight) => (weight < -MIN_WEIGHT ? -weight : 0)),
  }
}

/** The entries of which something is kept, by ascending column; without a list of all of them, which would be large. */
function sparseRows(
  users: readonly (readonly [id: string, edges: ReadonlyMap<number, number>])[],
  columns: number,
  keep: (weight: number) => number,
): SparseMatrix {
  const starts = new Uint32Array(users.length + 1)
  users.forEach(([, edges], user) => {
    let count = 0
    for (const weight of edges.values()) if (keep(weight) > 0) count++
    starts[user + 1] = starts[user] + count
  })
  const indices = new Uint32Array(starts[users.length])
  const values = new Float32Array(indices.length)
  users.forEach(([, edges], user) => {
    const own = indices.subarray(starts[user], starts[user + 1])
    let at = 0
    for (const [place, weight] of edges) if (keep(weight) > 0) own[at++] = place
    own.sort().forEach((place, entry) => (values[starts[user] + entry] = keep(edges.get(place)!)))
  })
  return { rows: users.length, columns, starts, indices, values }
}

/** The matrices of training. */
export interface GraphMatrices {
  /** `[users, places]` user start: rows of weights that sum to 1. */
  readonly start: SparseMatrix
  /** `[users, places]` D_u^-1/2 · A · D_i^-1/2 (LightGCN, He et al., SIGIR 2020, Eq. 7), A binary. */
  readonly normAdj: SparseMatrix
  readonly normAdjTransposed: SparseMatrix
}

export function graphMatrices(weights: SparseMatrix): GraphMatrices {
  const { rows, columns, starts, indices, values } = weights
  const placeDegrees = new Float64Array(columns)
  for (const place of indices) placeDegrees[place]++
  const startValues = new Float32Array(values.length)
  const adjValues = new Float32Array(values.length)
  for (let user = 0; user < rows; user++) {
    let total = 0
    for (let e = starts[user]; e < starts[user + 1]; e++)
      total += actionWeight(values[e], placeShare(placeDegrees[indices[e]]))
    const degree = starts[user + 1] - starts[user]
    for (let e = starts[user]; e < starts[user + 1]; e++) {
      startValues[e] = actionWeight(values[e], placeShare(placeDegrees[indices[e]])) / total
      adjValues[e] = 1 / Math.sqrt(degree * placeDegrees[indices[e]])
    }
  }
  const start = { ...weights, values: startValues }
  const normAdj = { ...weights, values: adjValues }
  return { start, normAdj, normAdjTransposed: transpose(normAdj) }
}

/** What a place weighs in the users who have it: less for what everybody visits (measured: guide to training). */
export function placeShare(users: number): number {
  return Math.max(1, users) ** -0.25
}

/** What the actions of a user on a place weigh in the user: ten visits say less than ten places. */
export function actionWeight(strength: number, share: number): number {
  return Math.log1p(strength) * share
}
