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
  /** When the user first acted on the place, in milliseconds since 1970; by entry of `weights`. */
  readonly firstAt: Float64Array
}

/** Half of an action's weight is forgotten in half a year: taste changes, but a city is learnt slowly. */
export const HALF_LIFE_MS = 180 * 86_400_000

/** Nearer to 0 a weight is a rounding error of actions that cancel out. */
const MIN_WEIGHT = 1e-6

/**
 * The graph of the actions on known places; repeated ones add up, and weights are relative to the newest action. Users are
 * in order of id, so the graph does not depend on the order of events. A user and a place are linked where their actions
 * sum to more than 0, and a dislike where to less; users without a link are left out. O(n log(places of a user)) time, 28
 * bytes an action beside what is given.
 */
export function buildGraph(
  interactions: readonly Interaction[],
  placeIds: readonly string[],
): InteractionGraph {
  const actions = groupByUser(interactions, placeIds)
  const { starts, places, weights, times } = sumByPlace(actions)
  const linked = actions.userIds.flatMap((_, user) =>
    weights.subarray(starts[user], starts[user + 1]).some((weight) => weight > MIN_WEIGHT) ? user : [],
  )
  const sparseRows = (sign: 1 | -1): SparseMatrix => {
    const isKept = (entry: number) => sign * weights[entry] > MIN_WEIGHT
    const rowStarts = new Uint32Array(linked.length + 1)
    linked.forEach((user, row) => {
      let count = 0
      for (let entry = starts[user]; entry < starts[user + 1]; entry++) if (isKept(entry)) count++
      rowStarts[row + 1] = rowStarts[row] + count
    })
    const indices = new Uint32Array(rowStarts[linked.length])
    const values = new Float32Array(indices.length)
    let at = 0
    for (const user of linked) {
      for (let entry = starts[user]; entry < starts[user + 1]; entry++) {
        if (!isKept(entry)) continue
        indices[at] = places[entry]
        values[at++] = sign * weights[entry]
      }
    }
    return { rows: linked.length, columns: placeIds.length, starts: rowStarts, indices, values }
  }
  const links = sparseRows(1)
  const firstAt = new Float64Array(links.indices.length)
  let link = 0
  for (const user of linked) {
    for (let entry = starts[user]; entry < starts[user + 1]; entry++) {
      if (weights[entry] > MIN_WEIGHT) firstAt[link++] = times[entry]
    }
  }
  return {
    userIds: linked.map((user) => actions.userIds[user]),
    weights: links,
    dislikes: sparseRows(-1),
    firstAt,
  }
}

/** Actions by user; of user u those from `starts[u]` to `starts[u + 1]`, in the order of the events. */
interface UserActions {
  readonly starts: Uint32Array
  readonly places: Uint32Array
  readonly weights: Float64Array
  /** Milliseconds since 1970. */
  readonly times: Float64Array
}

function groupByUser(
  interactions: readonly Interaction[],
  placeIds: readonly string[],
): UserActions & { readonly userIds: readonly string[] } {
  const placeIndex = new Map(placeIds.map((id, index) => [id, index]))
  const isUsed = ({ placeId, strength }: Interaction) => placeIndex.has(placeId) && Number.isFinite(strength)
  let newest = -Infinity
  const counts = new Map<string, number>()
  for (const interaction of interactions) {
    newest = Math.max(newest, interaction.at)
    if (isUsed(interaction)) counts.set(interaction.userId, (counts.get(interaction.userId) ?? 0) + 1)
  }
  const userIds = [...counts.keys()].sort((a, b) => (a < b ? -1 : 1))
  const starts = new Uint32Array(userIds.length + 1)
  const next = new Map<string, number>()
  userIds.forEach((id, user) => {
    next.set(id, starts[user])
    starts[user + 1] = starts[user] + counts.get(id)!
  })
  const places = new Uint32Array(starts[userIds.length])
  const weights = new Float64Array(places.length)
  const times = new Float64Array(places.length)
  for (const interaction of interactions) {
    if (!isUsed(interaction)) continue
    const { userId, placeId, strength, at } = interaction
    const entry = next.get(userId)!
    next.set(userId, entry + 1)
    places[entry] = placeIndex.get(placeId)!
    weights[entry] = strength * 0.5 ** ((newest - at) / HALF_LIFE_MS)
    times[entry] = at
  }
  return { userIds, starts, places, weights, times }
}

/**
 * Each place of a user once, ascending, with the sum of its weights in the order of the events and the earliest of its
 * times; in the arrays given.
 */
function sumByPlace({ starts, places, weights, times }: UserActions): UserActions {
  const newStarts = new Uint32Array(starts.length)
  let at = 0
  for (let user = 0; user + 1 < starts.length; user++) {
    const own = places.slice(starts[user], starts[user + 1])
    const sums = new Map<number, number>()
    const firsts = new Map<number, number>()
    own.forEach((place, offset) => {
      const entry = starts[user] + offset
      sums.set(place, (sums.get(place) ?? 0) + weights[entry])
      firsts.set(place, Math.min(firsts.get(place) ?? Infinity, times[entry]))
    })
    for (const place of Uint32Array.from(sums.keys()).sort()) {
      places[at] = place
      times[at] = firsts.get(place)!
      weights[at++] = sums.get(place)!
    }
    newStarts[user + 1] = at
  }
  return { starts: newStarts, places, weights, times }
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
