// Where the edges of a ring cross each other, and how much of the ring that cuts off.
// Leaves what is too much to area.ts.

/** A crossing of two edges. */
export interface Crossing {
  readonly at: readonly [x: number, y: number]
  /** Of the smaller of the two loops that meet here, in square degrees: half of a bow tie, nearly nothing for a sliver. */
  readonly loopArea: number
}

/**
 * The crossing that cuts off most, undefined where no two edges cross; edges that only touch do not. Edges are swept by x:
 * O(n log n) plus the pairs that overlap in x.
 * @param ring closed, with continuous longitudes
 */
export function largestCrossing(ring: readonly (readonly number[])[]): Crossing | undefined {
  const [x0, y0] = ring[0]
  // Areas of small rings far from 0, 0 would drown in rounding.
  const crossing = largestOf(ring.map(([x, y]) => [x - x0, y - y0]))
  return crossing && { ...crossing, at: [crossing.at[0] + x0, crossing.at[1] + y0] }
}

/** Area in square degrees of a closed ring, whichever way round. */
export function ringArea(ring: readonly (readonly number[])[]): number {
  const [x0, y0] = ring[0]
  let sum = 0
  for (let i = 1; i < ring.length; i++) {
    sum += cross([ring[i - 1][0] - x0, ring[i - 1][1] - y0], [ring[i][0] - x0, ring[i][1] - y0])
  }
  return Math.abs(sum) / 2
}

function largestOf(ring: readonly (readonly number[])[]): Crossing | undefined {
  const edges = Array.from({ length: ring.length - 1 }, (_, index) => index).sort(
    (a, b) => westOf(ring, a) - westOf(ring, b),
  )
  /** sums[i]: twice the signed area between the origin and the way to position i (shoelace). */
  const sums = new Float64Array(ring.length)
  for (let i = 1; i < ring.length; i++) sums[i] = sums[i - 1] + cross(ring[i - 1], ring[i])
  let largest: Crossing | undefined
  for (let i = 0; i < edges.length; i++) {
    const east = Math.max(ring[edges[i]][0], ring[edges[i] + 1][0])
    for (let j = i + 1; j < edges.length && westOf(ring, edges[j]) < east; j++) {
      const [first, second] = edges[i] < edges[j] ? [edges[i], edges[j]] : [edges[j], edges[i]]
      const at = crossingOf(ring[first], ring[first + 1], ring[second], ring[second + 1])
      if (at === undefined) continue
      const loop = cross(at, ring[first + 1]) + sums[second] - sums[first + 1] + cross(ring[second], at)
      const rest = sums[ring.length - 1] - loop
      const loopArea = Math.min(Math.abs(loop), Math.abs(rest)) / 2
      if (largest === undefined || loopArea > largest.loopArea) largest = { at, loopArea }
    }
  }
  return largest
}

const westOf = (ring: readonly (readonly number[])[], edge: number) =>
  Math.min(ring[edge][0], ring[edge + 1][0])

const cross = ([ax, ay]: readonly number[], [bx, by]: readonly number[]) => ax * by - ay * bx

/** Where a-b and c-d cross, each strictly within; undefined where they do not. */
function crossingOf(
  a: readonly number[],
  b: readonly number[],
  c: readonly number[],
  d: readonly number[],
): readonly [number, number] | undefined {
  const side = (p: readonly number[], q: readonly number[], r: readonly number[]) =>
    (q[0] - p[0]) * (r[1] - p[1]) - (r[0] - p[0]) * (q[1] - p[1])
  const [c1, d1] = [side(a, b, c), side(a, b, d)]
  if (c1 * d1 >= 0 || side(c, d, a) * side(c, d, b) >= 0) return undefined
  const t = c1 / (c1 - d1)
  return [c[0] + t * (d[0] - c[0]), c[1] + t * (d[1] - c[1])]
}
