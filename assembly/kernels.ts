// The kernels of src/math over linear memory, with 128-bit SIMD. Every function is specified by the TypeScript function of
// the same name (src/math/kernels.ts); pointers are byte offsets, matrices row-major float32, indices uint32.
// Sums are in float32 and, where the machine fuses multiply and add, rounded once: equal up to rounding, not bit by bit.

/** The first address that the module's own tables leave free. */
export const FREE_FROM: usize = __heap_base

const FLOAT: usize = 4
const LANES: i32 = 4
/** Columns of a packed panel: two vectors. */
const PANEL: i32 = 8
/** Rows of the inner dimension that are worked on at once: their rows of `b` stay in the first-level cache. */
const BLOCK: i32 = 128

@inline
function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2)
}

@inline
function fma(a: v128, b: v128, c: v128): v128 {
  return v128.relaxed_madd<f32>(a, b, c)
}

@inline
function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  )
}

@inline
function dotRows(a: usize, b: usize, d: i32): f32 {
  let sum = f32x4.splat(0)
  let k = 0
  for (; k + LANES <= d; k += LANES) sum = fma(v128.load(at(a, k)), v128.load(at(b, k)), sum)
  let rest: f32 = sumLanes(sum)
  for (; k < d; k++) rest += load<f32>(at(a, k)) * load<f32>(at(b, k))
  return rest
}

@inline
function addScaledRow(out: usize, x: usize, scale: f32, d: i32): void {
  const s = f32x4.splat(scale)
  let k = 0
  for (; k + LANES <= d; k += LANES) v128.store(at(out, k), fma(s, v128.load(at(x, k)), v128.load(at(out, k))))
  for (; k < d; k++) store<f32>(at(out, k), load<f32>(at(out, k)) + scale * load<f32>(at(x, k)))
}

@inline
function splat(address: usize): v128 {
  return v128.load32_splat(address)
}

export function packPanels(b: usize, out: usize, m: i32, d: i32): void {
  for (let j = 0; j < m; j += PANEL) {
    const panel = at(out, j * d)
    const here = min(PANEL, m - j)
    for (let k = 0; k < d; k++) {
      let c = 0
      for (; c < here; c++) store<f32>(at(panel, k * PANEL + c), load<f32>(at(b, (j + c) * d + k)))
      for (; c < PANEL; c++) store<f32>(at(panel, k * PANEL + c), 0)
    }
  }
}

/** The first `count` of the eight numbers. */
@inline
function storePanel(out: usize, low: v128, high: v128, count: i32): void {
  if (count >= PANEL) {
    v128.store(out, low)
    v128.store(out, high, 16)
    return
  }
  if (count >= LANES) {
    v128.store(out, low)
    low = high
    out += 16
    count -= LANES
  }
  if (count > 0) store<f32>(out, f32x4.extract_lane(low, 0))
  if (count > 1) store<f32>(out, f32x4.extract_lane(low, 1), 4)
  if (count > 2) store<f32>(out, f32x4.extract_lane(low, 2), 8)
}

/** out[n, m] = a[n, d] · b[m, d]ᵀ, b by `packPanels`. Four rows at a time, so that `out` is written line by line. */
export function multiplyPanels(a: usize, panels: usize, out: usize, n: i32, m: i32, d: i32): void {
  const rows = n - (n % 4)
  for (let i = 0; i < rows; i += 4) {
    for (let j = 0; j < m; j += PANEL) {
      let r00 = f32x4.splat(0), r01 = f32x4.splat(0)
      let r10 = f32x4.splat(0), r11 = f32x4.splat(0)
      let r20 = f32x4.splat(0), r21 = f32x4.splat(0)
      let r30 = f32x4.splat(0), r31 = f32x4.splat(0)
      let p = at(panels, j * d)
      let a0 = at(a, i * d), a1 = at(a0, d), a2 = at(a1, d), a3 = at(a2, d)
      for (let k = 0; k < d; k++) {
        const b0 = v128.load(p)
        const b1 = v128.load(p, 16)
        let s = splat(a0)
        r00 = fma(s, b0, r00)
        r01 = fma(s, b1, r01)
        s = splat(a1)
        r10 = fma(s, b0, r10)
        r11 = fma(s, b1, r11)
        s = splat(a2)
        r20 = fma(s, b0, r20)
        r21 = fma(s, b1, r21)
        s = splat(a3)
        r30 = fma(s, b0, r30)
        r31 = fma(s, b1, r31)
        p += 32
        a0 += FLOAT
        a1 += FLOAT
        a2 += FLOAT
        a3 += FLOAT
      }
      const here = m - j
      let o = at(out, i * m + j)
      storePanel(o, r00, r01, here)
      o = at(o, m)
      storePanel(o, r10, r11, here)
      o = at(o, m)
      storePanel(o, r20, r21, here)
      o = at(o, m)
      storePanel(o, r30, r31, here)
    }
  }
  for (let i = rows; i < n; i++) {
    for (let j = 0; j < m; j += PANEL) {
      let r0 = f32x4.splat(0), r1 = f32x4.splat(0)
      let p = at(panels, j * d)
      let a0 = at(a, i * d)
      for (let k = 0; k < d; k++) {
        const s = splat(a0)
        r0 = fma(s, v128.load(p), r0)
        r1 = fma(s, v128.load(p, 16), r1)
        p += 32
        a0 += FLOAT
      }
      storePanel(at(out, i * m + j), r0, r1, m - j)
    }
  }
}

/** out[n, d] += a[n, m] · b[m, d] */
export function multiplyAdd(a: usize, b: usize, out: usize, n: i32, m: i32, d: i32): void {
  const rows = n - (n % 4)
  const columns = d - (d % PANEL)
  for (let from = 0; from < m; from += BLOCK) {
    const to = min(m, from + BLOCK)
    for (let i = 0; i < rows; i += 4) {
      for (let c = 0; c < columns; c += PANEL) {
        const o0 = at(out, i * d + c), o1 = at(o0, d), o2 = at(o1, d), o3 = at(o2, d)
        let r00 = v128.load(o0), r01 = v128.load(o0, 16)
        let r10 = v128.load(o1), r11 = v128.load(o1, 16)
        let r20 = v128.load(o2), r21 = v128.load(o2, 16)
        let r30 = v128.load(o3), r31 = v128.load(o3, 16)
        let a0 = at(a, i * m + from), a1 = at(a0, m), a2 = at(a1, m), a3 = at(a2, m)
        let p = at(b, from * d + c)
        for (let k = from; k < to; k++) {
          const b0 = v128.load(p)
          const b1 = v128.load(p, 16)
          let s = splat(a0)
          r00 = fma(s, b0, r00)
          r01 = fma(s, b1, r01)
          s = splat(a1)
          r10 = fma(s, b0, r10)
          r11 = fma(s, b1, r11)
          s = splat(a2)
          r20 = fma(s, b0, r20)
          r21 = fma(s, b1, r21)
          s = splat(a3)
          r30 = fma(s, b0, r30)
          r31 = fma(s, b1, r31)
          p = at(p, d)
          a0 += FLOAT
          a1 += FLOAT
          a2 += FLOAT
          a3 += FLOAT
        }
        v128.store(o0, r00)
        v128.store(o0, r01, 16)
        v128.store(o1, r10)
        v128.store(o1, r11, 16)
        v128.store(o2, r20)
        v128.store(o2, r21, 16)
        v128.store(o3, r30)
        v128.store(o3, r31, 16)
      }
    }
  }
  // What is left of the last rows and columns.
  for (let i = 0; i < n; i++) {
    const first = i < rows ? columns : 0
    if (first === d) continue
    for (let k = 0; k < m; k++) {
      addScaledRow(at(out, i * d + first), at(b, k * d + first), load<f32>(at(a, i * m + k)), d - first)
    }
  }
}

/** out[m, d] += a[n, m]ᵀ · b[n, d], rows first … end − 1 of it. */
export function transposedMultiplyAdd(
  a: usize,
  b: usize,
  out: usize,
  n: i32,
  m: i32,
  d: i32,
  first: i32,
  end: i32,
): void {
  const rows = end - ((end - first) % 4)
  const columns = d - (d % PANEL)
  for (let from = 0; from < n; from += BLOCK) {
    const to = min(n, from + BLOCK)
    for (let j = first; j < rows; j += 4) {
      for (let c = 0; c < columns; c += PANEL) {
        const o0 = at(out, j * d + c), o1 = at(o0, d), o2 = at(o1, d), o3 = at(o2, d)
        let r00 = v128.load(o0), r01 = v128.load(o0, 16)
        let r10 = v128.load(o1), r11 = v128.load(o1, 16)
        let r20 = v128.load(o2), r21 = v128.load(o2, 16)
        let r30 = v128.load(o3), r31 = v128.load(o3, 16)
        let p = at(b, from * d + c)
        let q = at(a, from * m + j)
        for (let i = from; i < to; i++) {
          const b0 = v128.load(p)
          const b1 = v128.load(p, 16)
          let s = splat(q)
          r00 = fma(s, b0, r00)
          r01 = fma(s, b1, r01)
          s = splat(q + 4)
          r10 = fma(s, b0, r10)
          r11 = fma(s, b1, r11)
          s = splat(q + 8)
          r20 = fma(s, b0, r20)
          r21 = fma(s, b1, r21)
          s = splat(q + 12)
          r30 = fma(s, b0, r30)
          r31 = fma(s, b1, r31)
          p = at(p, d)
          q = at(q, m)
        }
        v128.store(o0, r00)
        v128.store(o0, r01, 16)
        v128.store(o1, r10)
        v128.store(o1, r11, 16)
        v128.store(o2, r20)
        v128.store(o2, r21, 16)
        v128.store(o3, r30)
        v128.store(o3, r31, 16)
      }
    }
  }
  for (let j = first; j < end; j++) {
    const column = j < rows ? columns : 0
    if (column === d) continue
    for (let i = 0; i < n; i++) {
      addScaledRow(at(out, j * d + column), at(b, i * d + column), load<f32>(at(a, i * m + j)), d - column)
    }
  }
}

/** out[rows, d] += scale · A · x[columns, d], A in CSR. */
export function multiplySparseAdd(
  rows: i32,
  starts: usize,
  indices: usize,
  values: usize,
  x: usize,
  out: usize,
  d: i32,
  scale: f32,
): void {
  for (let row = 0; row < rows; row++) {
    const end = load<u32>(at(starts, row + 1))
    for (let e = load<u32>(at(starts, row)); e < end; e++) {
      const from = at(x, load<u32>(at(indices, e)) * d)
      addScaledRow(at(out, row * d), from, scale * load<f32>(at(values, e)), d)
    }
  }
}

/** out = x / |x| by rows, and the lengths; zero rows stay zero. */
export function normalizeRows(x: usize, out: usize, lengths: usize, rows: i32, d: i32): void {
  for (let i = 0; i < rows; i++) {
    const row = at(x, i * d)
    const length = sqrt<f32>(dotRows(row, row, d))
    store<f32>(at(lengths, i), length)
    scaleRow(row, at(out, i * d), length === 0 ? 0 : 1 / length, d)
  }
}

@inline
function scaleRow(x: usize, out: usize, scale: f32, d: i32): void {
  const s = f32x4.splat(scale)
  let k = 0
  for (; k + LANES <= d; k += LANES) v128.store(at(out, k), f32x4.mul(s, v128.load(at(x, k))))
  for (; k < d; k++) store<f32>(at(out, k), scale * load<f32>(at(x, k)))
}

/** out = (gradUnit − (gradUnit · unit) unit) / length by rows; zero rows give zeros. */
export function normalizeRowsBackward(
  unit: usize,
  lengths: usize,
  gradUnit: usize,
  out: usize,
  rows: i32,
  d: i32,
): void {
  for (let i = 0; i < rows; i++) {
    const u = at(unit, i * d)
    const g = at(gradUnit, i * d)
    const o = at(out, i * d)
    const length = load<f32>(at(lengths, i))
    const along = dotRows(g, u, d)
    const scale: f32 = length === 0 ? 0 : 1 / length
    scaleRow(g, o, scale, d)
    addScaledRow(o, u, -along * scale, d)
  }
}

/** e^x for x ≤ 0, relative error below 2e-7 (Cody and Waite reduction, the polynomial of Cephes' expf). */
@inline
function exp4(x: v128): v128 {
  const clamped = f32x4.pmax(x, f32x4.splat(-87))
  const n = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.4426950408889634)))
  let r = fma(n, f32x4.splat(-0.693359375), clamped)
  r = fma(n, f32x4.splat(2.12194440e-4), r)
  let p = f32x4.splat(1.9875691500e-4)
  p = fma(p, r, f32x4.splat(1.3981999507e-3))
  p = fma(p, r, f32x4.splat(8.3334519073e-3))
  p = fma(p, r, f32x4.splat(4.1665795894e-2))
  p = fma(p, r, f32x4.splat(1.6666665459e-1))
  p = fma(p, r, f32x4.splat(5.0000001201e-1))
  p = fma(f32x4.mul(p, r), r, f32x4.add(r, f32x4.splat(1)))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, power)
}

/** rows ← e^(scale · row − max), maxima and sums by row; what is −Infinity becomes 0. */
export function expRows(rows: usize, count: i32, columns: i32, scale: f32, maxima: usize, sums: usize): void {
  const s = f32x4.splat(scale)
  const lowest = f32x4.splat(-f32.MAX_VALUE)
  const pairs = columns - (columns % (2 * LANES))
  for (let i = 0; i < count; i++) {
    const row = at(rows, i * columns)
    // Two at a time: each waits for the one before it.
    let most = lowest
    let most2 = lowest
    let c = 0
    for (; c < pairs; c += 2 * LANES) {
      most = f32x4.pmax(most, v128.load(at(row, c)))
      most2 = f32x4.pmax(most2, v128.load(at(row, c), 16))
    }
    most = f32x4.mul(s, f32x4.pmax(most, most2))
    let top = max(
      max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    )
    for (; c < columns; c++) top = max(top, scale * load<f32>(at(row, c)))
    top = max(top, -f32.MAX_VALUE)
    const shift = f32x4.splat(-top)
    let total = f32x4.splat(0)
    let total2 = f32x4.splat(0)
    let rest: f32 = 0
    c = 0
    for (; c < pairs; c += 2 * LANES) {
      const x = v128.load(at(row, c))
      const x2 = v128.load(at(row, c), 16)
      const e = v128.and(exp4(fma(s, x, shift)), f32x4.gt(x, lowest))
      const e2 = v128.and(exp4(fma(s, x2, shift)), f32x4.gt(x2, lowest))
      v128.store(at(row, c), e)
      v128.store(at(row, c), e2, 16)
      total = f32x4.add(total, e)
      total2 = f32x4.add(total2, e2)
    }
    for (; c < columns; c++) {
      const x = load<f32>(at(row, c))
      const e: f32 = x > -f32.MAX_VALUE ? f32x4.extract_lane(exp4(f32x4.splat(scale * x - top)), 0) : 0
      store<f32>(at(row, c), e)
      rest += e
    }
    store<f32>(at(maxima, i), top)
    store<f32>(at(sums, i), sumLanes(f32x4.add(total, total2)) + rest)
  }
}

/** Row i of x times scales[i]. */
export function scaleRows(x: usize, scales: usize, rows: i32, d: i32): void {
  for (let i = 0; i < rows; i++) scaleRow(at(x, i * d), at(x, i * d), load<f32>(at(scales, i)), d)
}

/** One step of Adam over `count` rows of length d, named by `rows`; their gradients are set to zero. */
export function adamRows(
  parameters: usize,
  gradient: usize,
  first: usize,
  second: usize,
  rows: usize,
  count: i32,
  d: i32,
  rate: f32,
  decay: f32,
  firstScale: f32,
  secondScale: f32,
): void {
  for (let i = 0; i < count; i++) {
    const from = load<u32>(at(rows, i)) * d
    let k = 0
    for (; k + LANES <= d; k += LANES) {
      const o = <usize>(from + k) << 2
      const g = v128.load(gradient + o)
      const m = fma(f32x4.splat(0.1), f32x4.sub(g, v128.load(first + o)), v128.load(first + o))
      const v = fma(f32x4.splat(0.01), f32x4.sub(f32x4.mul(g, g), v128.load(second + o)), v128.load(second + o))
      v128.store(first + o, m)
      v128.store(second + o, v)
      v128.store(gradient + o, f32x4.splat(0))
      const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, f32x4.splat(secondScale))), f32x4.splat(1e-8))
      const p = v128.load(parameters + o)
      const update = fma(f32x4.splat(decay), p, f32x4.div(f32x4.mul(m, f32x4.splat(firstScale)), root))
      v128.store(parameters + o, fma(f32x4.splat(-rate), update, p))
    }
    for (; k < d; k++) {
      const o = <usize>(from + k) << 2
      const g = load<f32>(gradient + o)
      const m: f32 = load<f32>(first + o) + 0.1 * (g - load<f32>(first + o))
      const v: f32 = load<f32>(second + o) + 0.01 * (g * g - load<f32>(second + o))
      store<f32>(first + o, m)
      store<f32>(second + o, v)
      store<f32>(gradient + o, 0)
      const p = load<f32>(parameters + o)
      const update: f32 = (m * firstScale) / (sqrt<f32>(v * secondScale) + 1e-8) + decay * p
      store<f32>(parameters + o, p - rate * update)
    }
  }
}

/** Row i of `out` = Σ over the entries of row rows[i] of A (CSR): value · x. */
export function sumSparseRows(
  rows: usize,
  count: i32,
  starts: usize,
  indices: usize,
  values: usize,
  x: usize,
  out: usize,
  d: i32,
): void {
  for (let i = 0; i < count; i++) {
    const row = load<u32>(at(rows, i))
    const end = load<u32>(at(starts, row + 1))
    const o = at(out, i * d)
    memory.fill(o, 0, <usize>d << 2)
    for (let e = load<u32>(at(starts, row)); e < end; e++) {
      addScaledRow(o, at(x, load<u32>(at(indices, e)) * d), load<f32>(at(values, e)), d)
    }
  }
}

/** See src/math/contrastive.ts. */
export function pullPositives(
  rows: usize,
  count: i32,
  starts: usize,
  indices: usize,
  values: usize,
  sums: usize,
  y: usize,
  logNegatives: usize,
  weights: usize,
  temperature: f32,
  leaveOneOut: f64,
  sharpness: f64,
  losses: usize,
  masses: usize,
  totals: usize,
  offsets: usize,
  pulls: usize,
  d: i32,
): void {
  const directions = d - 1
  for (let i = 0; i < count; i++) {
    const row = load<u32>(at(rows, i))
    const begin = load<u32>(at(starts, row))
    const end = load<u32>(at(starts, row + 1))
    const s = at(sums, i * d)
    const total = at(totals, i * d)
    const weight: f64 = load<f32>(at(weights, i))
    const logNegative: f64 = load<f32>(at(logNegatives, i))
    const squares: f64 = dotRows(s, s, directions)
    memory.fill(total, 0, <usize>d << 2)
    let pull = pulls + (<usize>load<u32>(at(offsets, i)) << 4)
    // First what each positive is, kept in its entry, as the weights need all of them.
    let lossSum: f64 = 0
    let shareSum: f64 = 0
    for (let e = begin; e < end; e++) {
      const p = at(y, load<u32>(at(indices, e)) * d)
      const a: f64 = leaveOneOut * load<f32>(at(values, e))
      const sy: f64 = dotRows(s, p, directions)
      const yy: f64 = dotRows(p, p, directions)
      const left: f64 = squares - 2 * a * sy + a * a * yy
      const length: f64 = left > 1e-6 * squares ? sqrt<f64>(left) : 0
      const cosine: f64 = length === 0 ? 0 : (sy - a * yy) / length
      const gap: f64 = logNegative - (cosine + load<f32>(at(p, directions))) / temperature
      // miss = e^gap / (1 + e^gap), and ℓ = −log(1 − miss), without overflow on either side.
      const tail = NativeMath.exp(gap > 0 ? -gap : gap)
      const loss: f64 = (gap > 0 ? gap : 0) + NativeMath.log1p(tail)
      const share = NativeMath.exp(-sharpness * loss)
      lossSum += loss
      shareSum += share
      store<f32>(pull, <f32>length)
      store<f32>(pull, <f32>cosine, 4)
      store<f32>(pull, <f32>(gap > 0 ? 1 / (1 + tail) : tail / (1 + tail)), 8)
      store<f32>(pull, <f32>share, 12)
      pull += 16
    }
    const n: f64 = end - begin
    const perShare: f64 = shareSum === 0 ? 0 : (weight * n) / shareSum
    pull = pulls + (<usize>load<u32>(at(offsets, i)) << 4)
    let mass: f64 = 0
    let sumOfS: f64 = 0
    for (let e = begin; e < end; e++) {
      const p = at(y, load<u32>(at(indices, e)) * d)
      const a: f64 = leaveOneOut * load<f32>(at(values, e))
      const length: f64 = load<f32>(pull)
      const cosine: f64 = load<f32>(pull, 4)
      const missed: f64 = perShare * load<f32>(pull, 12) * load<f32>(pull, 8)
      mass += missed
      const g: f64 = -missed / temperature
      const scale: f64 = length === 0 ? 0 : g / length
      const alpha: f64 = scale * (1 + (length === 0 ? 0 : (cosine * a) / length))
      const beta: f64 = length === 0 ? 0 : (-scale * cosine) / length
      sumOfS += beta
      addScaledRow(total, p, <f32>alpha, directions)
      store<f32>(pull, <f32>(scale - a * beta))
      store<f32>(pull, load<f32>(at(values, e)), 4)
      store<f32>(pull, <f32>(-a * (scale + alpha)), 8)
      store<f32>(pull, <f32>g, 12)
      pull += 16
    }
    addScaledRow(total, s, <f32>sumOfS, directions)
    let loss = weight * lossSum
    if (sharpness !== 0) loss = n === 0 ? 0 : ((-weight * n) / sharpness) * NativeMath.log(shareSum / n)
    store<f32>(at(losses, i), <f32>loss)
    store<f32>(at(masses, i), <f32>mass)
  }
}

/** See src/math/contrastive.ts. */
export function collectPulls(
  rows: usize,
  count: i32,
  starts: usize,
  entries: usize,
  entryUsers: usize,
  pulls: usize,
  sums: usize,
  totals: usize,
  fromNegatives: usize,
  negatives: i32,
  y: usize,
  lengths: usize,
  gradient: usize,
  gradBias: usize,
  d: i32,
): void {
  const last = d - 1
  for (let i = 0; i < count; i++) {
    const row = load<u32>(at(rows, i))
    const out = at(gradient, row * d)
    if (i < negatives) memory.copy(out, at(fromNegatives, i * d), <usize>d << 2)
    else memory.fill(out, 0, <usize>d << 2)
    let ofPlace: f32 = 0
    let ofBias: f32 = 0
    const end = load<u32>(at(starts, i + 1))
    for (let e = load<u32>(at(starts, i)); e < end; e++) {
      const entry = load<u32>(at(entries, e))
      const pull = pulls + (<usize>entry << 4)
      const user = load<u32>(at(entryUsers, entry)) * d
      // The last columns of S and V are zero.
      addTwoRows(out, at(sums, user), load<f32>(pull), at(totals, user), load<f32>(pull, 4), d)
      ofPlace += load<f32>(pull, 8)
      ofBias += load<f32>(pull, 12)
    }
    store<f32>(at(gradBias, row), load<f32>(at(out, last)) + ofBias)
    const unit = at(y, row * d)
    addScaledRow(out, unit, ofPlace, last)
    const along = dotRows(out, unit, last)
    const length = load<f32>(at(lengths, row))
    const scale: f32 = length === 0 ? 0 : 1 / length
    addScaledRow(out, unit, -along, last)
    scaleRow(out, out, scale, last)
    store<f32>(at(out, last), 0)
  }
}

/** out += x · xScale + z · zScale */
@inline
function addTwoRows(out: usize, x: usize, xScale: f32, z: usize, zScale: f32, d: i32): void {
  const s = f32x4.splat(xScale)
  const t = f32x4.splat(zScale)
  let k = 0
  for (; k + LANES <= d; k += LANES) {
    v128.store(at(out, k), fma(s, v128.load(at(x, k)), fma(t, v128.load(at(z, k)), v128.load(at(out, k)))))
  }
  for (; k < d; k++) {
    const sum: f32 = load<f32>(at(out, k)) + zScale * load<f32>(at(z, k)) + xScale * load<f32>(at(x, k))
    store<f32>(at(out, k), sum)
  }
}

/** The rows of x that `rows` names, one after the other. */
export function gatherRows(x: usize, rows: usize, count: i32, out: usize, d: i32): void {
  for (let i = 0; i < count; i++) memory.copy(at(out, i * d), at(x, load<u32>(at(rows, i)) * d), <usize>d << 2)
}

/** Adds the named rows of x to those of `out`. */
export function addRows(x: usize, rows: usize, count: i32, out: usize, d: i32): void {
  for (let i = 0; i < count; i++) {
    const offset = <usize>(load<u32>(at(rows, i)) * d) << 2
    addScaledRow(out + offset, x + offset, 1, d)
  }
}

/** The largest of each run of `size` numbers of x; the last run may be shorter. */
export function maxima(x: usize, count: i32, size: i32, out: usize): void {
  const lowest = f32x4.splat(-f32.MAX_VALUE)
  let run = 0
  for (let from = 0; from < count; from += size) {
    const to = min(count, from + size)
    // Four at a time: each waits for the one before it.
    let m0 = lowest, m1 = lowest, m2 = lowest, m3 = lowest
    let c = from
    for (; c + 4 * LANES <= to; c += 4 * LANES) {
      const p = at(x, c)
      m0 = f32x4.pmax(m0, v128.load(p))
      m1 = f32x4.pmax(m1, v128.load(p, 16))
      m2 = f32x4.pmax(m2, v128.load(p, 32))
      m3 = f32x4.pmax(m3, v128.load(p, 48))
    }
    const most = f32x4.pmax(f32x4.pmax(m0, m1), f32x4.pmax(m2, m3))
    let top = max(
      max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    )
    for (; c < to; c++) top = max(top, load<f32>(at(x, c)))
    store<f32>(at(out, run++), top)
  }
}

/** See src/math/contrastive.ts. */
export function unitSums(
  rows: usize,
  count: i32,
  a: usize,
  b: usize,
  c: usize,
  last: usize,
  out: usize,
  lengths: usize,
  d: i32,
): void {
  for (let i = 0; i < count; i++) {
    const row = load<u32>(at(rows, i))
    const o = at(out, row * d)
    const offset = <usize>(row * d) << 2
    let k = 0
    for (; k + LANES <= d; k += LANES) {
      const from = offset + (<usize>k << 2)
      v128.store(at(o, k), f32x4.add(f32x4.add(v128.load(a + from), v128.load(b + from)), v128.load(c + from)))
    }
    for (; k < d; k++) {
      const from = offset + (<usize>k << 2)
      store<f32>(at(o, k), load<f32>(a + from) + load<f32>(b + from) + load<f32>(c + from))
    }
    const length = sqrt<f32>(dotRows(o, o, d))
    store<f32>(at(lengths, row), length)
    scaleRow(o, o, length === 0 ? 0 : 1 / length, d)
    store<f32>(at(o, d - 1), load<f32>(at(last, row)))
  }
}
