// A demo folder that is there already: used as it is, or built again where it cannot be served.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, it, onTestFinished } from 'vitest'
import { dongne } from '../command.ts'

it('is built again where another encoder made its texts', { timeout: 120_000 }, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'dongne-test-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  await cp(inject('demoDataDir'), dataDir, { recursive: true })
  const build = async () => {
    const { code, stdout, stderr } = await dongne(['demo', '--build-only', '--json'], {
      DONGNE_DATA_DIR: dataDir,
    })
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout) as { ready: string }
  }
  expect(await build()).toMatchObject({ ready: 'already' })
  // What the encoder learnt is gone, as with the encoder of another version.
  await rm(join(dataDir, 'demo', 'text'), { recursive: true })
  expect(await build()).toMatchObject({ ready: 'built' })
  expect(await build()).toMatchObject({ ready: 'already' })
})
