// The file of DONGNE_TUNING: read when the application opens, and refused there.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { parseTasteRequest } from '../src/domain/recommendation.ts'
import { serveStored } from './recommend/served-places.ts'

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

it('a valid one holds for every answer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-tuning-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'tuning.json')
  await writeFile(
    path,
    JSON.stringify({
      steps: { diversity: false },
      experiments: [{ name: 'mix', arms: [{ name: 'same' }, { name: 'same-too' }] }],
    }),
  )
  const places = ['달빛', '별빛', '햇빛'].map((name, index) => ({
    id: `p${index}`,
    name,
    lng: 127 + index / 1000,
    lat: 37.5,
  }))
  const ask = async (env: Record<string, string>) => {
    const { service } = await serveStored({ places, env })
    return service.taste(parseTasteRequest({ who: { userId: 'u' }, debug: true }))
  }
  const stepsOf = ({ items }: Awaited<ReturnType<typeof ask>>) =>
    items.flatMap(({ debug }) => debug!.steps.map(({ step }) => step))
  const [tuned, plain] = [await ask({ DONGNE_TUNING: path }), await ask({})]
  expect(tuned.experiments).toEqual([expect.stringMatching(/^mix:same/)])
  expect(plain.experiments).toBeUndefined()
  expect(stepsOf(tuned)).not.toContain('diversity')
  expect(stepsOf(plain)).toContain('diversity')
})
