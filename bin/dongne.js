#!/usr/bin/env node
// Starts the command line: the compiled one where `npm run build` made it, else the sources by type stripping.
// Leaves argument handling to src/cli.ts.
import { existsSync } from 'node:fs'

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(`dongne needs Node 24 or newer, this is ${process.versions.node}.`)
  console.error(
    'In a checkout run `npm ci` first and use `npx dongne`, which puts the bundled Node 24 first on PATH.',
  )
  process.exit(1)
}
const sources = new URL('../src/cli.ts', import.meta.url)
const compiled = new URL('../dist/cli.js', import.meta.url)
// A checkout has src and runs it, so an old dist never hides a change; the published package has only dist.
await import(existsSync(sources) ? sources.href : compiled.href)
