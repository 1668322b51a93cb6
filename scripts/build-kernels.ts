// Compiles the modules of assembly/ to src/math/, or to the folder that is given. The results are committed; a test
// compares them byte for byte.
import { main } from 'assemblyscript/asc'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const path = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url))
const folder = process.argv[2] ?? path('src/math')

for (const module of ['kernels', 'scan']) {
  const options = [
    ['--baseDir', path(''), '--outFile', join(folder, `${module}.wasm`)],
    ['-O3', '--noAssert', '--runtime', 'stub'],
    ['--enable', 'simd', '--enable', 'relaxed-simd', '--enable', 'threads'],
    // The memory is the caller's, shared so that it may grow without moving.
    ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  ]
  const { error, stderr } = await main([`assembly/${module}.ts`, ...options.flat()])
  if (error) {
    console.error(stderr.toString())
    throw error
  }
}
