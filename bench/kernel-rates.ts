// What the kernels reach of the machine: products against a loop of multiply-adds in registers, gathers against a copy.
import { main as compile } from 'assemblyscript/asc'
import { createRandom } from '../src/math/random.ts'
import { panelsLength } from '../src/math/matrix.ts'
import { createWasmKernels } from '../src/math/wasm-kernels.ts'

export interface KernelRate {
  readonly kernel: string
  readonly shape: string
  /** Of the fastest call. */
  readonly rate: number
  readonly unit: 'GFLOP/s' | 'GB/s'
  /** Share of what the machine reaches in WebAssembly on one thread. */
  readonly ofPeak: number
}

/** Each kernel is called for so long; a call takes some milliseconds. */
const MEASURE_MS = 1000

/** Eight independent chains: as many as hide the latency of a multiply-add. Constants would be loaded anew by each. */
const PEAK_SOURCE = `
export function spin(rounds: i32, left: f32, right: f32): f32 {
  const x = f32x4.splat(left), y = f32x4.splat(right)
  let a = y, b = x, c = y, d = x, e = y, f = x, g = y, h = x
  for (let i = 0; i < rounds; i++) {
    a = f32x4.relaxed_madd(x, y, a); b = f32x4.relaxed_madd(x, y, b)
    c = f32x4.relaxed_madd(x, y, c); d = f32x4.relaxed_madd(x, y, d)
    e = f32x4.relaxed_madd(x, y, e); f = f32x4.relaxed_madd(x, y, f)
    g = f32x4.relaxed_madd(x, y, g); h = f32x4.relaxed_madd(x, y, h)
  }
  const s = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)))
  return f32x4.extract_lane(s, 0)
}`

export async function measureKernels(): Promise<KernelRate[]> {
  const peakFlops = await measurePeak()
  const kernels = createWasmKernels()
  const random = createRandom(1)
  const floats = (length: number) => {
    const values = kernels.floats(length)
    for (let i = 0; i < length; i++) values[i] = random.normal()
    return values
  }
  const [users, negatives, dim, places] = [128, 4080, 64, 40_000]
  const x = floats(users * dim)
  const b = floats(negatives * dim)
  const panels = kernels.floats(panelsLength(negatives, dim))
  kernels.packPanels(b, panels, negatives, dim)
  const scores = kernels.floats(users * negatives)
  const out = kernels.floats(Math.max(users, negatives) * dim)
  const table = floats(places * dim)
  const copy = kernels.floats(places * dim)
  const rows = kernels.indices(places)
  random.shuffle(rows.map((_, row) => row)).forEach((row, i) => (rows[i] = row))
  const entries = 20
  const matrix = {
    rows: places,
    columns: places,
    starts: kernels.indices(places + 1),
    indices: kernels.indices(places * entries),
    values: floats(places * entries),
  }
  for (let row = 0; row <= places; row++) matrix.starts[row] = row * entries
  for (let entry = 0; entry < matrix.indices.length; entry++) matrix.indices[entry] = random.integer(places)

  const product = 2 * users * negatives * dim
  const bytes = 2 * 4 * places * dim
  const copied = bytes / best(() => copy.set(table)) / 1e9
  const flops = (kernel: string, shape: string, work: number, run: () => void): KernelRate => {
    const rate = work / best(run) / 1e9
    return { kernel, shape, rate, unit: 'GFLOP/s', ofPeak: rate / peakFlops }
  }
  const shape = `${users} × ${negatives} × ${dim}`
  const sparseShape = `${places} rows of ${entries}, ${dim} wide`
  const gathered = bytes / best(() => kernels.gatherRows(table, rows, copy, dim)) / 1e9
  return [
    { kernel: 'peak', shape: 'multiply-adds in registers', rate: peakFlops, unit: 'GFLOP/s', ofPeak: 1 },
    flops('multiplyPanels', shape, product, () =>
      kernels.multiplyPanels(x, panels, scores, users, negatives, dim),
    ),
    flops('multiplyAdd', shape, product, () => kernels.multiplyAdd(scores, b, out, users, negatives, dim)),
    flops('transposedMultiplyAdd', shape, product, () =>
      kernels.transposedMultiplyAdd(scores, x, out, users, negatives, dim),
    ),
    flops('multiplySparseAdd', sparseShape, 2 * places * entries * dim, () =>
      kernels.multiplySparseAdd(matrix, table, copy, dim),
    ),
    { kernel: 'copy', shape: `${places} × ${dim}`, rate: copied, unit: 'GB/s', ofPeak: 1 },
    {
      kernel: 'gatherRows',
      shape: `${places} × ${dim}, shuffled`,
      rate: gathered,
      unit: 'GB/s',
      ofPeak: gathered / copied,
    },
  ]
}

/** Seconds of the fastest call: what other work on the machine takes falls on the others. */
function best(run: () => void): number {
  let least = Infinity
  const until = performance.now() + MEASURE_MS
  while (performance.now() < until) {
    const started = performance.now()
    run()
    least = Math.min(least, (performance.now() - started) / 1000)
  }
  return least
}

async function measurePeak(): Promise<number> {
  let binary: Uint8Array | undefined
  const { error, stderr } = await compile(
    ['peak.ts', '--outFile', 'peak.wasm', '-O3', '--runtime', 'stub', '--enable', 'simd,relaxed-simd'],
    {
      readFile: (name) => (name === 'peak.ts' ? PEAK_SOURCE : null),
      writeFile: (name, contents) => {
        if (name === 'peak.wasm') binary = contents as Uint8Array
      },
      listFiles: () => [],
    },
  )
  if (error !== null || binary === undefined) throw new Error(stderr.toString(), { cause: error })
  const { instance } = await WebAssembly.instantiate(binary as Uint8Array<ArrayBuffer>, {})
  const spin = instance.exports['spin'] as (rounds: number, left: number, right: number) => number
  // Short calls: the first run in unoptimised code, and a call in it stays there.
  const rounds = 1e5
  return (rounds * 8 * 4 * 2) / best(() => spin(rounds, 0.999, 0.001)) / 1e9
}
