import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url))

it('the committed kernels.wasm is what npm run build:kernels makes', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'dongne-kernels-'))
  try {
    const built = join(folder, 'kernels.wasm')
    execFileSync(process.execPath, [path('scripts/build-kernels.ts'), built])
    expect(readFileSync(built).equals(readFileSync(path('src/math/kernels.wasm')))).toBe(true)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
