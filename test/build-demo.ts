// Vitest global setup: builds the demo city once, with the command that users run.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { dongne } from './command.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** DONGNE_DATA_DIR of a finished demo. Copy it before writing. */
    demoDataDir: string
  }
}

export default async function buildDemo(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-demo-'))
  const { code, stderr } = await dongne(['demo', '--build-only'], { DONGNE_DATA_DIR: folder })
  if (code !== 0) throw new Error(`The demo city could not be built: ${stderr}`)
  project.provide('demoDataDir', folder)
  return () => rm(folder, { recursive: true, force: true })
}
