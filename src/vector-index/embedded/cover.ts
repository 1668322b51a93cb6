// Which blocks of a segment a shape touches and which it holds whole, by descent of the tree of boxes.
// Leaves rows of blocks on the border to segment-reader.ts.
import type { Area, BBox, Circle, LngLat } from '../../domain/position.ts'
import { circleBounds, splitBounds } from '../../geo/bounds.ts'
import { haversineMeters, wrapLng } from '../../geo/distance.ts'
import { compileArea } from '../../geo/polygon.ts'
import { createBitmap, setBits } from './bitmap.ts'
import { blocksOf, FAN_OUT } from './segment-data.ts'
import type { Segment } from './segment.ts'

/** Bitmaps over the blocks of a segment. */
export interface Cover {
  /** Blocks that may hold rows of the shape. */
  readonly touched: Uint32Array
  /** Those of them whose rows have to be tested one by one. */
  readonly partial: Uint32Array
}

type Verdict = 'outside' | 'inside' | 'partial'

/** Says how a box relates to a shape; 'partial' is always true enough. A fresh one may know more than its parent. */
interface Classifier {
  classify(west: number, south: number, east: number, north: number): Verdict | Classifier
}

export function coverBox(segment: Segment, box: BBox): Cover {
  return cover(segment, boxClassifier(box))
}

export function coverCircle(segment: Segment, circle: Circle): Cover {
  const bounds = boxClassifier(circleBounds(circle))
  // The farthest point of a box is a corner: along its edges the distance has no maximum in between, as long as all of the
  // box is within 90° of the centre's meridian. The margin is far above the rounding of the haversine.
  const certain = circle.radiusMeters * (1 - 1e-6) - 1e-6
  return cover(segment, {
    classify(west, south, east, north) {
      const inBounds = bounds.classify(west, south, east, north)
      if (inBounds !== 'inside') return inBounds
      const within = (lng: number, lat: number) =>
        Math.abs(wrapLng(lng - circle.lng)) < 90 && haversineMeters(circle, { lng, lat }) <= certain
      const inside =
        east - west < 90 &&
        within(west, south) &&
        within(east, south) &&
        within(west, north) &&
        within(east, north)
      return inside ? 'inside' : 'partial'
    },
  })
}

export function coverArea(segment: Segment, area: Area): Cover {
  const { bounds, contains } = compileArea(area)
  const polygons = area.type === 'Polygon' ? [area.coordinates] : area.coordinates
  const rings = polygons.flat()
  const edges: number[] = []
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) edges.push(ring[i - 1][0], ring[i - 1][1], ring[i][0], ring[i][1])
  }
  // Where an edge goes the short way over 180° its line on the plane is another one: then rows decide.
  const onPlane =
    bounds[0] <= bounds[2] && edges.every((_, i) => i % 4 !== 0 || Math.abs(edges[i] - edges[i + 2]) <= 180)
  return cover(segment, onPlane ? areaClassifier(bounds, contains, edges) : boxClassifier(bounds, false))
}

/** `whole`: a box inside the bounds is inside the shape. */
function boxClassifier(bounds: BBox, whole = true): Classifier {
  const parts = splitBounds(bounds).map((part) => planeClassifier(part, whole))
  if (parts.length === 1) return parts[0]
  return {
    classify(west, south, east, north) {
      let verdict: Verdict = 'outside'
      for (const part of parts) {
        const found = part.classify(west, south, east, north)
        if (found === 'inside') return found
        if (found === 'partial') verdict = found
      }
      return verdict
    },
  }
}

/** Bounds that do not cross 180°. Called for every box on the way down: nothing is allocated. */
function planeClassifier(
  [w, s, e, n]: BBox,
  whole: boolean,
): { classify(west: number, south: number, east: number, north: number): Verdict } {
  return {
    classify(west, south, east, north) {
      if (west > e || east < w || south > n || north < s) return 'outside'
      return whole && west >= w && east <= e && south >= s && north <= n ? 'inside' : 'partial'
    },
  }
}

/** Boxes below one look only at the edges that touch it. A box that no edge touches lies on one side as a whole. */
function areaClassifier(
  bounds: BBox,
  contains: (point: LngLat) => boolean,
  edges: readonly number[],
): Classifier {
  const limits = boxClassifier(bounds, false)
  return {
    classify(west, south, east, north) {
      if (limits.classify(west, south, east, north) === 'outside') return 'outside'
      const touching: number[] = []
      for (let i = 0; i < edges.length; i += 4) {
        const x0 = edges[i]
        const y0 = edges[i + 1]
        const x1 = edges[i + 2]
        const y1 = edges[i + 3]
        if (mayTouch(x0, y0, x1, y1, west, south, east, north)) touching.push(x0, y0, x1, y1)
      }
      if (touching.length > 0) return areaClassifier(bounds, contains, touching)
      return contains({ lng: west, lat: south }) ? 'inside' : 'outside'
    },
  }
}

/** False only where the edge has no point in the box: beside it, or the whole box lies on one side of its line. */
function mayTouch(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  west: number,
  south: number,
  east: number,
  north: number,
): boolean {
  if (Math.max(x0, x1) < west || Math.min(x0, x1) > east) return false
  if (Math.max(y0, y1) < south || Math.min(y0, y1) > north) return false
  const side = (x: number, y: number) => (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
  const a = side(west, south)
  const b = side(east, south)
  const c = side(west, north)
  const d = side(east, north)
  // Products of degrees are at most 360²; rounding stays below 1e-10.
  return !(Math.min(a, b, c, d) > 1e-9 || Math.max(a, b, c, d) < -1e-9)
}

function cover(segment: Segment, root: Classifier): Cover {
  const { boxes } = segment
  const blocks = blocksOf(segment.count)
  const touched = createBitmap(blocks)
  const partial = createBitmap(blocks)
  const levels = treeLevels(blocks)
  if (blocks > 0) visit(levels.length - 1, 0, 1, root)
  return { touched, partial }

  /** The nodes of a level from `index` up to `end`, and what is below them. */
  function visit(level: number, index: number, end: number, classifier: Classifier): void {
    for (let box = 4 * (levels[level].start + index); index < end; index++, box += 4) {
      const found = classifier.classify(boxes[box], boxes[box + 1], boxes[box + 2], boxes[box + 3])
      if (found === 'outside') continue
      if (found === 'inside' || level === 0) {
        const reach = FAN_OUT ** level
        const last = Math.min(blocks, (index + 1) * reach)
        setBits(touched, index * reach, last)
        if (found !== 'inside') setBits(partial, index * reach, last)
        continue
      }
      const first = index * FAN_OUT
      const next = found === 'partial' ? classifier : found
      visit(level - 1, first, Math.min(levels[level - 1].size, first + FAN_OUT), next)
    }
  }
}

/** The nodes of a level of the tree of boxes: `size` from `start`, of which node i has the children from 16 i below it. */
interface Level {
  readonly start: number
  readonly size: number
}

/** The levels of the tree over so many blocks, from the blocks themselves up to the root; none without blocks. */
export function treeLevels(blocks: number): readonly Level[] {
  const levels: Level[] = []
  for (let [start, size] = [0, blocks]; size > 0;) {
    levels.push({ start, size })
    start += size
    size = size === 1 ? 0 : Math.ceil(size / FAN_OUT)
  }
  return levels
}

/** A lower bound of the distance from a point to any row of a block or of a node of the tree, in metres. */
export function boxDistance({ boxes }: Segment, node: number, { lng, lat }: LngLat): number {
  const west = boxes[4 * node]
  const south = boxes[4 * node + 1]
  const east = boxes[4 * node + 2]
  const north = boxes[4 * node + 3]
  const meridian = haversineMeters({ lng, lat }, { lng, lat: Math.min(north, Math.max(south, lat)) })
  let across = 0
  if (lng < west || lng > east) {
    // The nearest point of a meridian that is less than 90° away; the one beyond is bounded by the latitudes alone.
    const toEdge = (edge: number) => {
      const angle = Math.abs(wrapLng(edge - lng))
      if (angle >= 90) return 0
      return (
        haversineMeters({ lng: 0, lat: 0 }, { lng: 0, lat: 1 }) *
        (180 / Math.PI) *
        Math.asin(Math.sin((angle * Math.PI) / 180) * Math.cos((lat * Math.PI) / 180))
      )
    }
    across = Math.min(toEdge(west), toEdge(east))
  }
  return Math.max(meridian, across) * (1 - 1e-9)
}
