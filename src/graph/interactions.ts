// The user-place graph: events → weighted edges, and the matrices that training multiplies with.
// Leaves what is done with them to trainer.ts.
import { transpose, type SparseMatrix } from '../math/sparse.ts'

export interface Interaction {
  readonly userId: string
  readonly placeId: string
  /** What the action says (domain/event.ts); 0 or less is no edge. */
  readonly strength: number
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface InteractionGraph {
  readonly userIds: readonly string[]
  /** `[users, places]`, the summed decayed strength of each pair, above 0. */
  readonly weights: SparseMatrix
}

/** Half of an action's weight is forgotten in half a year: taste changes, but a city is learnt slowly. */
export const HALF_LIFE_MS = 180 * 86_400_000

/**
 * The graph of the positive actions on known places; repeated ones add up, and weights are relative to the newest
 * action. Users are in order of id, so the graph does not depend on the order of events.
 * Users whose actions on a place sum to 0 or less have no edge to it; users without edges are left out.
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
  // Below this a weight is a rounding error of actions that cancel out.
  const MIN_WEIGHT = 1e-6
  const users = [...byUser]
    .map(([id, edges]) => ({
      id,
      edges: [...edges].filter(([, weight]) => weight > MIN_WEIGHT).sort(([a], [b]) => a - b),
    }))
    .filter(({ edges }) => edges.length > 0)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const starts = new Uint32Array(users.length + 1)
  users.forEach(({ edges }, index) => (starts[index + 1] = starts[index] + edges.length))
  const indices = new Uint32Array(starts[users.length])
  const values = new Float32Array(indices.length)
  users.forEach(({ edges }, user) =>
    edges.forEach(([place, weight], edge) => {
      indices[starts[user] + edge] = place
      values[starts[user] + edge] = weight
    }),
  )
  return {
    userIds: users.map(({ id }) => id),
    weights: { rows: users.length, columns: placeIds.length, starts, indices, values },
  }
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
    for (let e = starts[user]; e < starts[user + 1]; e++) total += damp(values[e], placeDegrees[indices[e]])
    const degree = starts[user + 1] - starts[user]
    for (let e = starts[user]; e < starts[user + 1]; e++) {
      startValues[e] = damp(values[e], placeDegrees[indices[e]]) / total
      adjValues[e] = 1 / Math.sqrt(degree * placeDegrees[indices[e]])
    }
  }
  const start = { ...weights, values: startValues }
  const normAdj = { ...weights, values: adjValues }
  return { start, normAdj, normAdjTransposed: transpose(normAdj) }
}

/**
 * A place's share in the user start: the logarithm of its weight, because ten visits say less than ten places, and
 * less for what everybody visits (popularity^-0.25, measured: guide to training).
 */
function damp(weight: number, degree: number): number {
  return Math.log1p(weight) * degree ** -0.25
}
