// A segment's arrays in one shared memory: which there are, where each lies, and the scratch of every thread behind them.
// Leaves what they mean to segment.ts, filling them to segment-builder.ts, files to version-files.ts.
//
//   n rows in the order of (geohash, id); b = ⌈n / 64⌉ blocks of 64 rows; s = stride, dim rounded up to 16
//   vectors f32 [n, dim]     codes i8 [n, s]   scales, errors f32 [n]        see assembly/scan.ts
//   lng, lat f64 [n]         geohashes u8 [n, 12] ASCII                       popularity f64 [n]
//   boxes f64 [nodes, 4]     west, south, east, north of each block, then of each 16 nodes below, up to one root
//   openRows u32 [2 b]       a bit a row: not closed
//   idUnits u8 | u16, idOffsets u32 [n + 1]   ids in UTF-16 code units; u8 where all are below 256
//   idOrder u32 [n]          rows by ascending id      idRanks u32 [n]   its inverse
//   strings u8               JSON of SegmentStrings
// and for each attribute A (ATTRIBUTES), whose distinct values are stored once:
//   A/codes u8 | u16 | u32 [n]   which of the distinct values a row has
// and for those whose values are lists of words (LISTS):
//   A/setOffsets u32 [sets + 1], A/setWords u32   the words of each distinct list
//   A/blockOffsets u32 [words + 1], A/blocks u32  the blocks in which a word occurs, ascending
import { DongneError } from '../../errors.ts'
import { FIRST_ADDRESS, MAX_PAGES, PAGE_BYTES } from '../../math/scan-kernels.ts'

export const BLOCK_ROWS = 64
/** Children of a node of the tree of boxes. */
export const FAN_OUT = 16
export const GEOHASH_LENGTH = 12
/** Blocks that one call of a kernel works on: 16,384 rows, some 100 to 500 µs. */
export const CHUNK_BLOCKS = 256
/** Up to this k the first pass keeps a heap of lower bounds; a larger k scores every match exactly. */
export const MAX_HEAP = 1024
/** Positions of a ring that rows are tested against by a kernel; larger rings are tested in TypeScript. */
export const MAX_RING = 4096
/** Threads that may work on a segment at once: the main one and its workers. */
export const MAX_THREADS = 9

export const LISTS = ['regions', 'spots', 'categories', 'tags'] as const
export type ListName = (typeof LISTS)[number]
export const ATTRIBUTES = [...LISTS, 'hours', 'ratings', 'priceLevels'] as const
export type AttributeName = (typeof ATTRIBUTES)[number]

const TYPES = {
  i8: Int8Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const
type TypeName = keyof typeof TYPES
export type SegmentArray = Int8Array | Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array

interface Section {
  readonly type: TypeName
  /** From the first address of the segment, a multiple of 64. */
  readonly offset: number
  readonly length: number
}

/** Everything but the bytes; plain data, stored in the manifest and sent to workers. */
export interface SegmentHeader {
  readonly dim: number
  readonly stride: number
  readonly count: number
  /** The greatest length of a vector, rounded up. */
  readonly maxLength: number
  /** Distinct values of each attribute. */
  readonly setCounts: Readonly<Record<AttributeName, number>>
  readonly sections: Readonly<Record<string, Section>>
  readonly storedBytes: number
}

/** A segment as threads share it. */
export interface SegmentData {
  readonly header: SegmentHeader
  readonly memory: WebAssembly.Memory
}

/** The distinct values behind the codes. */
export interface SegmentStrings {
  readonly words: Readonly<Record<ListName, readonly string[]>>
  /** minutes null: unknown hours. */
  readonly hours: readonly { readonly timeZone: string; readonly minutes: readonly number[] | null }[]
  /** null: unknown. */
  readonly ratings: readonly (number | null)[]
  readonly priceLevels: readonly (number | null)[]
}

export function blocksOf(count: number): number {
  return Math.ceil(count / BLOCK_ROWS)
}

export function bytesOf(type: string): number {
  return TYPES[type as TypeName].BYTES_PER_ELEMENT
}

/** The smallest unsigned type for codes below `values`. */
export function codeType(values: number): 'u8' | 'u16' | 'u32' {
  return values <= 2 ** 8 ? 'u8' : values <= 2 ** 16 ? 'u16' : 'u32'
}

/** Lays sections out one after the other, on cache lines. */
export function layOut(sizes: Readonly<Record<string, { type: TypeName; length: number }>>) {
  const sections: Record<string, Section> = {}
  let offset = 0
  for (const [name, { type, length }] of Object.entries(sizes)) {
    sections[name] = { type, offset, length }
    offset = aligned(offset + length * bytesOf(type))
  }
  return { sections, storedBytes: offset }
}

/**
 * A memory for a segment and the scratch of its threads. The pages of scratch take no room until they are used.
 * Throws unsupported-capability above 4 GB.
 */
export function allocate(header: SegmentHeader): SegmentData {
  const bytes = FIRST_ADDRESS + header.storedBytes + MAX_THREADS * scratchOf(header, 0).bytes
  const pages = Math.ceil(bytes / PAGE_BYTES)
  if (pages > MAX_PAGES) {
    throw new DongneError(
      'unsupported-capability',
      `${header.count} rows of ${header.dim} dimensions need more than the 4 GB that one segment can have.`,
    )
  }
  return { header, memory: new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }) }
}

/** The bytes that are stored and checked. */
export function storedBytes({ header, memory }: SegmentData): Uint8Array {
  return new Uint8Array(memory.buffer, FIRST_ADDRESS, header.storedBytes)
}

export function sectionAddress(header: SegmentHeader, name: string): number {
  return FIRST_ADDRESS + header.sections[name].offset
}

export function sectionView<T extends SegmentArray>({ header, memory }: SegmentData, name: string): T {
  const { type, offset, length } = header.sections[name]
  return new TYPES[type](memory.buffer, FIRST_ADDRESS + offset, length) as T
}

export type Scratch = ReturnType<typeof scratchOf>

/** Addresses of a thread's scratch. */
export function scratchOf(header: SegmentHeader, thread: number) {
  const blocks = blocksOf(header.count)
  const chunk = Math.min(CHUNK_BLOCKS, blocks)
  const bitmap = 4 * Math.ceil(blocks / 32)
  const sizes = {
    blocks: 4 * chunk,
    masks: 8 * chunk,
    unsure: 8 * chunk,
    rows: 4 * chunk * BLOCK_ROWS,
    scores: 8 * chunk * BLOCK_ROWS,
    heap: 8 * MAX_HEAP,
    heapSize: 8,
    queryCodes: 2 * header.stride,
    query: 8 * header.dim,
    boxPartial: bitmap,
    circlePartial: bitmap,
    areaPartial: bitmap,
    inside: 8 * chunk,
    border: 8 * chunk,
    ring: 16 * MAX_RING,
    ringEdges: 4 * MAX_RING,
    tables: Object.values(header.setCounts).reduce((sum, count) => sum + aligned(count), 0),
  }
  let bytes = 0
  const offsets = {} as Record<keyof typeof sizes, number>
  for (const [name, size] of Object.entries(sizes)) {
    offsets[name as keyof typeof sizes] = bytes
    bytes += aligned(size)
  }
  const base = FIRST_ADDRESS + header.storedBytes + thread * bytes
  for (const name of Object.keys(offsets)) offsets[name as keyof typeof sizes] += base
  return { ...offsets, bytes }
}

export function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64
}
