// The kernels of assembly/scan.ts over a shared memory: filters and scans of vector segments.
// Leaves what lies where in the memory to the caller; addresses are byte offsets, all sizes counts of elements.
import { readFileSync } from 'node:fs'

export const PAGE_BYTES = 65_536
/** 4 GB: what 32-bit addresses reach. */
export const MAX_PAGES = 65_536
/** The first address that is the caller's: below it the module may keep tables. */
export const FIRST_ADDRESS = PAGE_BYTES

/** Documented in assembly/scan.ts. */
export interface ScanKernels {
  filterCodes8(blocks: number, count: number, masks: number, codes: number, table: number): void
  filterCodes16(blocks: number, count: number, masks: number, codes: number, table: number): void
  filterCodes32(blocks: number, count: number, masks: number, codes: number, table: number): void
  filterBox(
    blocks: number,
    count: number,
    masks: number,
    partial: number,
    lng: number,
    lat: number,
    west: number,
    south: number,
    east: number,
    north: number,
  ): void
  filterCircle(
    blocks: number,
    count: number,
    masks: number,
    partial: number,
    unsure: number,
    lng: number,
    lat: number,
    centreLng: number,
    centreLat: number,
    sinLat: number,
    cosLat: number,
    limit: number,
  ): number
  sideOfRing(
    blocks: number,
    count: number,
    masks: number,
    inside: number,
    border: number,
    lng: number,
    lat: number,
    boxes: number,
    ring: number,
    positions: number,
    minX: number,
    near: number,
  ): void
  countRows(masks: number, count: number): number
  listRows(blocks: number, count: number, masks: number, rows: number): number
  scanCodes(
    blocks: number,
    count: number,
    masks: number,
    codes: number,
    stride: number,
    scales: number,
    errors: number,
    query: number,
    queryScale: number,
    queryLength: number,
    slack: number,
    heap: number,
    heapSize: number,
    k: number,
    floor: number,
    ceiling: number,
    rows: number,
    uppers: number,
  ): number
  exactScores(rows: number, count: number, vectors: number, dim: number, query: number, out: number): void
  encodeRows(
    vectors: number,
    count: number,
    dim: number,
    codes: number,
    stride: number,
    scales: number,
    errors: number,
  ): void
}

let module: WebAssembly.Module | undefined

/** An instance over `memory`, which has to be shared. Any number of threads may hold one over the same memory. */
export function createScanKernels(memory: WebAssembly.Memory): ScanKernels {
  module ??= new WebAssembly.Module(readFileSync(new URL('./scan.wasm', import.meta.url)))
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as ScanKernels
}
