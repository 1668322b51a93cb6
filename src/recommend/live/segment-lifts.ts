// How much more a segment's users go to a place than everybody does. Leaves segments to graph/segments.ts.
import type { Segments } from '../../graph/model.ts'

/** So many users of a segment weigh as much as everybody's share. */
const PRIOR_USERS = 20

const known = new WeakMap<Segments, (Float32Array | undefined)[]>()

/**
 * `[places]`: ln of a place's share of the segment's choices against that of everybody's, shrunk towards 0. Worked out once
 * a segment: 4 bytes a place.
 */
export function segmentLifts(segments: Segments, segment: number): Float32Array {
  let lifts = known.get(segments)
  if (lifts === undefined) known.set(segments, (lifts = []))
  return (lifts[segment] ??= liftsOf(segments, segment))
}

function liftsOf({ places: { columns, starts, indices, values } }: Segments, segment: number): Float32Array {
  const all = new Float32Array(columns)
  let total = 0
  indices.forEach((place, e) => {
    all[place] += values[e]
    total += values[e]
  })
  const own = new Float32Array(columns)
  let ownTotal = 0
  for (let e = starts[segment]; e < starts[segment + 1]; e++) {
    own[indices[e]] = values[e]
    ownTotal += values[e]
  }
  // In users of a segment as large as this one: a place that PRIOR_USERS of them should have been to is half believed.
  return own.map((users, place) => {
    const expected = (ownTotal * all[place]) / total
    return all[place] === 0 ? 0 : Math.log((users + PRIOR_USERS) / (expected + PRIOR_USERS))
  })
}
