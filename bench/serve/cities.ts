// Many demo cities side by side, for benchmarks of a large catalog: each a copy moved east and north, with people of its own.
// Leaves measuring to serve.ts.
import { openApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createLocator } from '../../src/geo/locate.ts'
import { runIndex } from '../../src/pipeline/build-index.ts'
import { generateDemoCity } from '../../src/pipeline/demo-city/city.ts'
import { runEmbed } from '../../src/pipeline/embed.ts'
import { openEncoder } from '../../src/pipeline/encoder.ts'
import type { Progress } from '../../src/pipeline/progress.ts'
import { runTrain } from '../../src/pipeline/train.ts'

/** The city is .15° wide and .1° high. */
const EAST_DEGREES = 0.2
const NORTH_DEGREES = 0.12
const PER_ROW = 8
/** One user in so many of a copy: 1.5 million events in 40 cities. */
const USER_SHARE = 4
const BATCH = 5000

const QUIET: Progress = { start() {}, update() {}, stop() {} }

/** Fills an empty data folder with `count` cities of 5,000 places, trained for 20 s and indexed. */
export async function buildCities(dataDir: string, count: number): Promise<void> {
  const app = await openApp(readConfig({ DONGNE_DATA_DIR: dataDir }))
  const { catalog, folder, index, texts } = app
  const city = generateDemoCity({ seed: 1, now: Date.now() })
  const events = city.events()
  const kept = new Set(city.users.filter((_, n) => n % USER_SHARE === 0).map(({ id }) => id))
  await catalog.saveCategories(city.categories)
  await catalog.saveRegions(
    Array.from({ length: count }, (_, copy) => ({ code: `copy${copy}`, name: `${copy}번 도시` })),
  )
  const locator = createLocator({ regions: await catalog.regions({ withGeometry: true }), spots: [] })
  for (let copy = 0; copy < count; copy++) {
    const [east, north] = [(copy % PER_ROW) * EAST_DEGREES, Math.floor(copy / PER_ROW) * NORTH_DEGREES]
    const places = city.places.map((place) =>
      locator.locate({
        ...place,
        id: `${copy}-${place.id}`,
        lng: place.lng + east,
        lat: place.lat + north,
        regions: [`copy${copy}`],
        spots: [],
      }),
    )
    await catalog.savePlaces(places)
    const own = events
      .filter(({ userId }) => kept.has(userId))
      .map((event) => ({
        ...event,
        id: `${copy}-${event.id}`,
        userId: `${copy}-${event.userId}`,
        placeId: `${copy}-${event.placeId}`,
      }))
    for (let from = 0; from < own.length; from += BATCH)
      await catalog.appendEvents(own.slice(from, from + BATCH))
  }
  const job = { catalog, texts, progress: QUIET }
  await runEmbed(job)
  const { version } = await runTrain({
    ...job,
    modelsFolder: folder.models,
    dim: 64,
    seed: 1,
    budgetSeconds: 20,
    threads: 2,
  })
  const encoder = await openEncoder({ catalog, folder, texts, modelVersion: version, patience: 'job' })
  await runIndex({ ...job, index, encoder })
  await app.close()
}
