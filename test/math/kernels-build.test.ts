import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url))

it('the committed .wasm files are what npm run build:kernels makes', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'dongne-kernels-'))
  try {
    execFileSync(process.execPath, [path('scripts/build-kernels.ts'), folder])
    const built = readdirSync(folder).sort()
    expect(built).toEqual(['kernels.wasm', 'scan.wasm'])
    for (const name of built) {
      expect(readFileSync(join(folder, name)).equals(readFileSync(path(`src/math/${name}`))), name).toBe(true)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
