// The file of DONGNE_TUNING: read when the application opens, and refused there.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

async function openWith(text: string | undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-tuning-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'tuning.json')
  if (text !== undefined) await writeFile(path, text)
  return openApp(readConfig({ DONGNE_DATA_DIR: join(folder, 'data'), DONGNE_TUNING: path }))
}

it.each([undefined, '{', '{ "steps": { "magic": false } }'])(
  'a tuning file that is %j keeps the application from opening',
  async (text) => {
    await expect(openWith(text)).rejects.toMatchObject({ code: 'invalid-tuning' })
  },
)

it('a valid one opens', async () => {
  const app = await openWith('{ "steps": { "chains": false } }')
  expect(app.service).toBeDefined()
  await app.close()
})
