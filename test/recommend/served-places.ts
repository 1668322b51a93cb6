// The whole service over a few places: stored, embedded, trained and indexed in a folder of its own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openApp, type App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import type { Category } from '../../src/domain/category.ts'
import type { Event } from '../../src/domain/event.ts'
import type { PlaceInput } from '../../src/domain/place.ts'
import { runIndex } from '../../src/pipeline/build-index.ts'
import { runEmbed } from '../../src/pipeline/embed.ts'
import { openEncoder } from '../../src/pipeline/encoder.ts'
import { runTrain } from '../../src/pipeline/train.ts'
import { SILENT } from '../silent-progress.ts'

interface Stored {
  readonly places: readonly PlaceInput[]
  readonly events?: readonly Event[]
  readonly categories?: readonly Category[]
  /** What the service takes for now; the machine's clock by default. */
  readonly now?: () => number
  /** Of the configuration, besides the data folder. */
  readonly env?: Readonly<Record<string, string>>
}

/** An app that answers over these; closed and removed when the test ends. */
export async function serveStored({ places, events = [], categories = [], now, env }: Stored): Promise<App> {
  const root = await mkdtemp(join(tmpdir(), 'dongne-test-'))
  const app = await openApp(readConfig({ ...env, DONGNE_DATA_DIR: root }), now)
  onTestFinished(async () => {
    await app.close()
    await rm(root, { recursive: true, force: true })
  })
  const { catalog, folder, texts, index, words, service } = app
  await catalog.saveCategories(categories)
  await service.putPlaces(places)
  await catalog.appendEvents(events)
  await runEmbed({ catalog, texts, progress: SILENT })
  await runTrain({
    catalog,
    texts,
    modelsFolder: folder.models,
    dim: 32,
    seed: 1,
    budgetSeconds: 2,
    threads: 1,
    progress: SILENT,
  })
  const encoder = await openEncoder({ catalog, folder, texts, patience: 'job' })
  await runIndex({ catalog, index, words, encoder, progress: SILENT })
  return app
}
