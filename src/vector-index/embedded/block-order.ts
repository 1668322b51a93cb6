// The blocks of a plan in the order in which they may hold the best rows of a list, each with a bound of what it may hold.
// Leaves the rows to segment-reader.ts, distances to boxes to cover.ts.
import FlatQueue from 'flatqueue'
import type { LngLat } from '../../domain/position.ts'
import { boxDistance, treeLevels } from './cover.ts'
import type { SegmentPlan } from './plan.ts'
import { BLOCK_ROWS, blocksOf, FAN_OUT } from './segment-data.ts'
import type { Segment } from './segment.ts'

/** A block by its place in the plan. */
export interface BoundedBlock {
  readonly index: number
  /** No row of the block scores more. */
  readonly bound: number
}

/** Up to so many blocks are put in order one by one: a walk through the tree would take longer. */
const FEW_BLOCKS = 128

/** By the greatest popularity in them, descending; the order of all blocks is worked out once a segment. */
export function* blocksByPopularity(segment: Segment, plan: SegmentPlan): Generator<BoundedBlock> {
  const { blocks, greatest } = popularityOrder(segment)
  const indexOf = planIndices(segment, plan)
  for (const block of blocks) {
    if (indexOf[block] > 0) yield { index: indexOf[block] - 1, bound: greatest[block] }
  }
}

/**
 * By a lower bound of the distance, ascending; `bound` is minus metres. Best first through the tree of boxes (Hjaltason and
 * Samet, TODS 1999, § 4), so that far blocks of a plan are not looked at.
 */
export function* blocksByDistance(
  segment: Segment,
  plan: SegmentPlan,
  point: LngLat,
): Generator<BoundedBlock> {
  const queue = new FlatQueue<number>()
  const levels = treeLevels(blocksOf(segment.count))
  const indexOf = planIndices(segment, plan)
  const push = (node: number) => queue.push(node, boxDistance(segment, node, point))
  if (plan.blocks.length <= FEW_BLOCKS) plan.blocks.forEach(push)
  else push(levels[levels.length - 1].start)
  for (;;) {
    const distance = queue.peekValue()
    const node = queue.pop()
    if (node === undefined || distance === undefined) return
    const level = levels.findLastIndex(({ start }) => start <= node)
    if (level === 0) {
      if (indexOf[node] > 0) yield { index: indexOf[node] - 1, bound: -distance }
      continue
    }
    const { start, size } = levels[level - 1]
    const first = (node - levels[level].start) * FAN_OUT
    const end = Math.min(size, first + FAN_OUT)
    for (let child = first; child < end; child++) {
      if (level > 1 || indexOf[child] > 0) push(start + child)
    }
  }
}

/** For each block of the segment its place in the plan, from 1; 0 where it is not in the plan. */
function planIndices(segment: Segment, plan: SegmentPlan): Uint32Array {
  const indices = new Uint32Array(blocksOf(segment.count))
  plan.blocks.forEach((block, index) => (indices[block] = index + 1))
  return indices
}

interface PopularityOrder {
  readonly blocks: Uint32Array
  /** Of each block. */
  readonly greatest: Float64Array
}

const popularityOrders = new WeakMap<Segment, PopularityOrder>()

function popularityOrder(segment: Segment): PopularityOrder {
  const known = popularityOrders.get(segment)
  if (known !== undefined) return known
  const greatest = new Float64Array(blocksOf(segment.count)).fill(-Infinity)
  segment.popularity.forEach((value, row) => {
    const block = Math.floor(row / BLOCK_ROWS)
    if (value > greatest[block]) greatest[block] = value
  })
  const blocks = Uint32Array.from(greatest.keys()).sort((a, b) => greatest[b] - greatest[a])
  const order = { blocks, greatest }
  popularityOrders.set(segment, order)
  return order
}
