// Several segments → one of their live rows.
// Leaves when to open-version.ts; no id may be live in two of them.
import { SegmentBuilder } from './segment-builder.ts'
import type { SegmentData } from './segment-data.ts'
import { Segment } from './segment.ts'

export interface MergeInput {
  readonly data: SegmentData
  /** `liveRows` when the merge was asked for. */
  readonly liveRows: Uint32Array
}

export function mergeSegments(inputs: readonly MergeInput[]): SegmentData {
  const builder = new SegmentBuilder(inputs[0].data.header.dim)
  for (const { data, liveRows } of inputs) {
    const segment = new Segment(data)
    for (let row = 0; row < segment.count; row++) {
      if ((liveRows[row >> 5] & (1 << (row & 31))) !== 0) builder.add(segment.row(row))
    }
  }
  return builder.finish()
}
