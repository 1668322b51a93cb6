// Compiles assembly/kernels.ts to src/math/kernels.wasm, or to the path that is given. The result is committed; a test
// compares it byte for byte.
import { main } from 'assemblyscript/asc'
import { fileURLToPath } from 'node:url'

const path = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url))
const target = process.argv[2] ?? path('src/math/kernels.wasm')

const options = [
  ['--baseDir', path(''), '--outFile', target],
  ['-O3', '--noAssert', '--runtime', 'stub'],
  ['--enable', 'simd', '--enable', 'relaxed-simd', '--enable', 'threads'],
  // The memory is the caller's, shared so that it may grow without moving.
  ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
]
const { error, stderr } = await main(['assembly/kernels.ts', ...options.flat()])
if (error) {
  console.error(stderr.toString())
  throw error
}
