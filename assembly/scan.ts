// Filters and scans of a vector segment (src/vector-index/embedded/) over its shared memory, with 128-bit SIMD.
// Addresses are byte offsets. Rows lie in blocks of 64; a block's surviving rows are the bits of one u64 of `masks`,
// which runs beside `blocks`, a list of block numbers. Leaves what the arrays mean to the segment.

const BLOCK: i32 = 64
const RADIANS: f64 = Math.PI / 180
/** Above this angle (radians, some 127 km) the series below are not used. */
const NEAR: f64 = 0.02

@inline
function u32At(base: usize, index: i32): i32 {
  return load<i32>(base + ((<usize>index) << 2))
}

@inline
function f32At(base: usize, index: i32): f64 {
  return <f64>load<f32>(base + ((<usize>index) << 2))
}

@inline
function f64At(base: usize, index: i32): f64 {
  return load<f64>(base + ((<usize>index) << 3))
}

@inline
function maskAt(masks: usize, index: i32): usize {
  return masks + ((<usize>index) << 3)
}

@inline
function bitOf(bitmap: usize, index: i32): bool {
  return ((load<u8>(bitmap + (index >> 3)) >> (<u8>index & 7)) & 1) != 0
}

@inline
function filterCodes<T>(blocks: usize, count: i32, masks: usize, codes: usize, table: usize): void {
  for (let i = 0; i < count; i++) {
    let mask = load<u64>(maskAt(masks, i))
    if (mask == 0) continue
    const first = codes + <usize>u32At(blocks, i) * BLOCK * sizeof<T>()
    let kept = mask
    while (mask != 0) {
      const bit = ctz(mask)
      mask &= mask - 1
      const code = <usize>load<T>(first + <usize>bit * sizeof<T>())
      if (load<u8>(table + code) == 0) kept &= ~((<u64>1) << bit)
    }
    store<u64>(maskAt(masks, i), kept)
  }
}

/** Keeps rows whose code has a byte other than 0 in `table`. */
export function filterCodes8(blocks: usize, count: i32, masks: usize, codes: usize, table: usize): void {
  filterCodes<u8>(blocks, count, masks, codes, table)
}

export function filterCodes16(blocks: usize, count: i32, masks: usize, codes: usize, table: usize): void {
  filterCodes<u16>(blocks, count, masks, codes, table)
}

export function filterCodes32(blocks: usize, count: i32, masks: usize, codes: usize, table: usize): void {
  filterCodes<u32>(blocks, count, masks, codes, table)
}

/** Keeps rows in the box, borders included, of those blocks whose bit in `partial` is set; west > east crosses 180°. */
export function filterBox(
  blocks: usize, count: i32, masks: usize, partial: usize, lng: usize, lat: usize,
  west: f64, south: f64, east: f64, north: f64,
): void {
  const crosses = west > east
  for (let i = 0; i < count; i++) {
    const block = u32At(blocks, i)
    if (!bitOf(partial, block)) continue
    let mask = load<u64>(maskAt(masks, i))
    let kept = mask
    while (mask != 0) {
      const bit = ctz(mask)
      mask &= mask - 1
      const row = block * BLOCK + <i32>bit
      const x = f64At(lng, row)
      const y = f64At(lat, row)
      const across = crosses ? x >= west || x <= east : x >= west && x <= east
      if (!(across && y >= south && y <= north)) kept &= ~((<u64>1) << bit)
    }
    store<u64>(maskAt(masks, i), kept)
  }
}

/**
 * Drops rows that surely lie outside a circle, of those blocks whose bit in `partial` is set. Rows too near the border
 * for rounding, and rows too far away for the series, stay and are set in `unsure` (beside `masks`): the caller decides them.
 * `limit` = sin²(radius / 2R). Returns how many are unsure.
 * Series: the terms left out are below 0.02⁶ / 720 < 1e-13 of cos and 0.01⁷ / 5040 of sin, which moves the haversine by
 * less than 1e-13 · sin²(0.01) < 1e-16; the margin is ten times that and a relative 1e-9.
 */
export function filterCircle(
  blocks: usize, count: i32, masks: usize, partial: usize, unsure: usize, lng: usize, lat: usize,
  centreLng: f64, centreLat: f64, sinLat: f64, cosLat: f64, limit: f64,
): i32 {
  const margin = limit * 1e-9 + 1e-15
  let total = 0
  for (let i = 0; i < count; i++) {
    store<u64>(maskAt(unsure, i), 0)
    const block = u32At(blocks, i)
    if (!bitOf(partial, block)) continue
    let mask = load<u64>(maskAt(masks, i))
    let kept = mask
    let open: u64 = 0
    while (mask != 0) {
      const bit = ctz(mask)
      mask &= mask - 1
      const row = block * BLOCK + <i32>bit
      const dy = (f64At(lat, row) - centreLat) * RADIANS
      let across = f64At(lng, row) - centreLng
      if (across > 180) across -= 360
      else if (across < -180) across += 360
      const dx = across * RADIANS
      if (abs(dx) > NEAR || abs(dy) > NEAR) {
        open |= (<u64>1) << bit
        continue
      }
      const yy = dy * dy
      const hy = yy * 0.25
      const sy = dy * 0.5 * (1 - hy * (1.0 / 6) + hy * hy * (1.0 / 120))
      const hx = dx * dx * 0.25
      const sx = dx * 0.5 * (1 - hx * (1.0 / 6) + hx * hx * (1.0 / 120))
      const cos = cosLat * (1 - yy * 0.5 + yy * yy * (1.0 / 24)) - sinLat * dy * (1 - yy * (1.0 / 6) + yy * yy * (1.0 / 120))
      const h = sy * sy + cosLat * cos * sx * sx
      if (h > limit + margin) kept &= ~((<u64>1) << bit)
      else if (h > limit - margin) open |= (<u64>1) << bit
    }
    store<u64>(maskAt(masks, i), kept)
    store<u64>(maskAt(unsure, i), open)
    total += <i32>popcnt(open)
  }
  return total
}

/**
 * Of the rows in `masks`: which lie inside a ring of `n` positions x0, y0, x1, y1, … (first = last, continuous longitudes from
 * `minX` on), and which on it. The arithmetic is that of sideOf in src/geo/polygon.ts, in the same order, so that both agree
 * bit by bit; edges that do not reach the latitudes of a block (`boxes`) count for none of its rows. `near` is scratch of n u32.
 */
export function sideOfRing(
  blocks: usize, count: i32, masks: usize, inside: usize, border: usize, lng: usize, lat: usize,
  boxes: usize, ring: usize, n: i32, minX: f64, near: usize,
): void {
  for (let i = 0; i < count; i++) {
    let mask = load<u64>(maskAt(masks, i))
    let within: u64 = 0
    let on: u64 = 0
    if (mask != 0) {
      const block = u32At(blocks, i)
      const south = f64At(boxes, 4 * block + 1)
      const north = f64At(boxes, 4 * block + 3)
      let edges = 0
      for (let e = 0; e + 1 < n; e++) {
        const y0 = f64At(ring, 2 * e + 1)
        const y1 = f64At(ring, 2 * e + 3)
        if (north < min<f64>(y0, y1) || south > max<f64>(y0, y1)) continue
        store<i32>(near + ((<usize>edges) << 2), e)
        edges++
      }
      while (mask != 0) {
        const bit = ctz(mask)
        mask &= mask - 1
        const row = block * BLOCK + <i32>bit
        const y = f64At(lat, row)
        let x = f64At(lng, row)
        while (x < minX) x += 360
        while (x - 360 >= minX) x -= 360
        let odd = false
        for (let j = 0; j < edges; j++) {
          const e = 2 * u32At(near, j)
          const x0 = f64At(ring, e)
          const y0 = f64At(ring, e + 1)
          const x1 = f64At(ring, e + 2)
          const y1 = f64At(ring, e + 3)
          if (y < min<f64>(y0, y1) || y > max<f64>(y0, y1)) continue
          const cross = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
          if (cross == 0 && x >= min<f64>(x0, x1) && x <= max<f64>(x0, x1)) {
            on |= (<u64>1) << bit
            break
          }
          if ((y0 > y) != (y1 > y) && (cross > 0) == (y1 > y0)) odd = !odd
        }
        if (odd) within |= (<u64>1) << bit
      }
    }
    store<u64>(maskAt(inside, i), within & ~on)
    store<u64>(maskAt(border, i), on)
  }
}

export function countRows(masks: usize, count: i32): i32 {
  let total = 0
  for (let i = 0; i < count; i++) total += <i32>popcnt(load<u64>(maskAt(masks, i)))
  return total
}

/** Row numbers of the set bits into `rows`; returns how many. */
export function listRows(blocks: usize, count: i32, masks: usize, rows: usize): i32 {
  let out = rows
  for (let i = 0; i < count; i++) {
    let mask = load<u64>(maskAt(masks, i))
    const first = u32At(blocks, i) * BLOCK
    while (mask != 0) {
      store<i32>(out, first + <i32>ctz(mask))
      out += 4
      mask &= mask - 1
    }
  }
  return <i32>((out - rows) >> 2)
}

/** Σ codes · query over `stride` (a multiple of 16) int8 and int16 values; |query| · 127 · stride < 2³¹ keeps it within int32. */
@inline
function dotCodes(codes: usize, query: usize, stride: i32): i32 {
  let a = i32x4.splat(0)
  let b = i32x4.splat(0)
  const end = codes + <usize>stride
  let q = query
  for (let c = codes; c < end; c += 16) {
    const v = v128.load(c)
    a = i32x4.add(a, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(v), v128.load(q)))
    b = i32x4.add(b, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(v), v128.load(q, 16)))
    q += 32
  }
  a = i32x4.add(a, b)
  return i32x4.extract_lane(a, 0) + i32x4.extract_lane(a, 1) + (i32x4.extract_lane(a, 2) + i32x4.extract_lane(a, 3))
}

/** Replaces the least of a full min-heap of `k` values, or adds to one that is not full. */
@inline
function offer(heap: usize, size: i32, k: i32, value: f64): i32 {
  if (size < k) {
    let index = size
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = f64At(heap, parent)
      if (above <= value) break
      store<f64>(heap + ((<usize>index) << 3), above)
      index = parent
    }
    store<f64>(heap + ((<usize>index) << 3), value)
    return size + 1
  }
  let index = 0
  for (;;) {
    let child = 2 * index + 1
    if (child >= k) break
    if (child + 1 < k && f64At(heap, child + 1) < f64At(heap, child)) child++
    if (f64At(heap, child) >= value) break
    store<f64>(heap + ((<usize>index) << 3), f64At(heap, child))
    index = child
  }
  store<f64>(heap + ((<usize>index) << 3), value)
  return size
}

/**
 * The rows of `masks` that may be among the best k, by int8 codes whose error is bounded: a row's inner product lies in
 * scale · queryScale · Σ codes · query ± (queryLength · error + slack). `heap` (f64, `heapSize` used) keeps the k highest lower
 * bounds over calls; a row whose upper bound does not reach the least of them, or `floor`, is out. Rows surely above
 * `ceiling` are left out; only those surely below it count for the heap. Writes row numbers and upper bounds, returns
 * their count; the new heap size is stored at `heapSize`.
 */
export function scanCodes(
  blocks: usize, count: i32, masks: usize, codes: usize, stride: i32, scales: usize, errors: usize,
  query: usize, queryScale: f64, queryLength: f64, slack: f64,
  heap: usize, heapSize: usize, k: i32, floor: f64, ceiling: f64, rows: usize, uppers: usize,
): i32 {
  let size = load<i32>(heapSize)
  let threshold = size == k ? max(floor, f64At(heap, 0)) : floor
  let found = 0
  for (let i = 0; i < count; i++) {
    let mask = load<u64>(maskAt(masks, i))
    const first = u32At(blocks, i) * BLOCK
    while (mask != 0) {
      const row = first + <i32>ctz(mask)
      mask &= mask - 1
      const sum = dotCodes(codes + <usize>row * <usize>stride, query, stride)
      const score = <f64>sum * (queryScale * f32At(scales, row))
      const error = queryLength * f32At(errors, row) + slack
      if (score + error < threshold || score - error > ceiling) continue
      store<i32>(rows + ((<usize>found) << 2), row)
      store<f64>(uppers + ((<usize>found) << 3), score + error)
      found++
      if (score + error < ceiling && (size < k || score - error > f64At(heap, 0))) {
        size = offer(heap, size, k, score - error)
        if (size == k) threshold = max(floor, f64At(heap, 0))
      }
    }
  }
  store<i32>(heapSize, size)
  return found
}

/** Inner products in float64, added from the first dimension to the last: what a plain loop gives, bit by bit. */
export function exactScores(rows: usize, count: i32, vectors: usize, dim: i32, query: usize, out: usize): void {
  let i = 0
  // Four rows at once: each waits for its own additions only.
  for (; i + 4 <= count; i += 4) {
    let a = vectors + <usize>u32At(rows, i) * <usize>dim * 4
    let b = vectors + <usize>u32At(rows, i + 1) * <usize>dim * 4
    let c = vectors + <usize>u32At(rows, i + 2) * <usize>dim * 4
    let d = vectors + <usize>u32At(rows, i + 3) * <usize>dim * 4
    let ab = f64x2.splat(0)
    let cd = f64x2.splat(0)
    for (let j = 0; j < dim; j++) {
      const q = v128.load64_splat(query + ((<usize>j) << 3))
      const x = f64x2.replace_lane(f64x2.splat(<f64>load<f32>(a)), 1, <f64>load<f32>(b))
      const y = f64x2.replace_lane(f64x2.splat(<f64>load<f32>(c)), 1, <f64>load<f32>(d))
      ab = f64x2.add(ab, f64x2.mul(q, x))
      cd = f64x2.add(cd, f64x2.mul(q, y))
      a += 4
      b += 4
      c += 4
      d += 4
    }
    v128.store(out + ((<usize>i) << 3), ab)
    v128.store(out + ((<usize>i) << 3), cd, 16)
  }
  for (; i < count; i++) {
    const a = vectors + <usize>u32At(rows, i) * <usize>dim * 4
    let sum: f64 = 0
    for (let j = 0; j < dim; j++) sum += f64At(query, j) * <f64>load<f32>(a + ((<usize>j) << 2))
    store<f64>(out + ((<usize>i) << 3), sum)
  }
}

/**
 * int8 codes of float32 rows: code = round(x / scale), scale = max |x| / 127 as float32. `errors` = the length of what
 * the codes leave of a row, rounded up. A row of zeros has scale 0. `stride` ≥ dim, a multiple of 16; the rest is 0.
 */
export function encodeRows(vectors: usize, count: i32, dim: i32, codes: usize, stride: i32, scales: usize, errors: usize): void {
  for (let row = 0; row < count; row++) {
    const x = vectors + <usize>row * <usize>dim * 4
    const c = codes + <usize>row * <usize>stride
    let largest: f64 = 0
    for (let j = 0; j < dim; j++) largest = max(largest, abs(f32At(x, j)))
    const scale = <f32>(largest / 127)
    const wide = <f64>scale
    const inverse = wide > 0 ? 1 / wide : 0
    let rest: f64 = 0
    for (let j = 0; j < dim; j++) {
      const value = f32At(x, j)
      const code = max<f64>(-127, min<f64>(127, nearest<f64>(value * inverse)))
      store<i8>(c + <usize>j, <i8>code)
      const left = value - code * wide
      rest += left * left
    }
    for (let j = dim; j < stride; j++) store<i8>(c + <usize>j, 0)
    store<f32>(scales + ((<usize>row) << 2), scale)
    // float32 rounds by at most 2⁻²⁴, float64 sums of dim terms by dim · 2⁻⁵³: both are far below 1e-6.
    store<f32>(errors + ((<usize>row) << 2), <f32>(sqrt(rest) * (1 + 1e-6)) + <f32>1e-38)
  }
}
