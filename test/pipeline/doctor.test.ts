// What the doctor says of a catalog that works, of a model not in use yet, and of a damaged one.
import { readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runDoctor } from '../../src/pipeline/doctor.ts'
import { runTrain } from '../../src/pipeline/train.ts'
import { openApp } from '../../src/app.ts'
import { serveStored } from '../recommend/served-places.ts'
import { SILENT } from '../silent-progress.ts'

const places = Array.from({ length: 12 }, (_, index) => ({
  id: `p${index}`,
  name: `가게 ${index}`,
  lng: 127 + index / 1000,
  lat: 37.5,
}))

describe('the doctor', () => {
  it('warns of a newer model than the one that answers, and fails nothing', async () => {
    const app = await serveStored({ places })
    const checkOf = async () => (await runDoctor(async () => app)).find(({ name }) => name === 'vector-index')
    expect(await checkOf()).not.toHaveProperty('warning')
    const events = (await runDoctor(async () => app)).find(({ name }) => name === 'events')
    expect(events).toMatchObject({ ok: true, warning: true })
    const { catalog, folder, texts } = app
    const newest = await runTrain({
      catalog,
      texts,
      modelsFolder: folder.models,
      dim: 16,
      seed: 2,
      budgetSeconds: 2,
      threads: 1,
      progress: SILENT,
    })
    expect(await checkOf()).toMatchObject({
      ok: true,
      warning: true,
      detail: expect.stringContaining(newest.version),
      remedy: 'Run dongne index to answer with the newest model.',
    })
  })

  it('of a damaged model says to train, each remedy once', async () => {
    const { config, folder } = await serveStored({ places })
    for (const name of await readdir(folder.models, { recursive: true, withFileTypes: true })) {
      if (name.isFile() && name.parentPath !== folder.models)
        await truncate(join(name.parentPath, name.name), 10)
    }
    const app = await openApp(config)
    const failed = (await runDoctor(async () => app)).filter(({ ok }) => !ok)
    await app.close()
    expect(failed.map(({ name }) => name)).toEqual(['model', 'vector-index'])
    expect(failed[0].remedy).toContain('dongne train')
    expect(failed[1].remedy).toBe('Run dongne train, then dongne index.')
    for (const { detail } of failed) expect(detail).not.toMatch(/Run dongne/)
  })
})
