// Builds dist/ for `npx dongne` and production: compiles src, copies what is not TypeScript.
// Leaves type errors to tsc, which stops the build.
import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}/dist`, { recursive: true, force: true })
execFileSync(`${root}/node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
cpSync(`${root}/src`, `${root}/dist`, {
  recursive: true,
  filter: (source) => !source.endsWith('.ts'),
})
