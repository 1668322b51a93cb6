// Many demo cities beside each other: as many places as asked for, with people in each. Leaves one city to demo-city/.
import { availableParallelism } from 'node:os'
import type { App } from '../../src/app.ts'
import type { Event } from '../../src/domain/event.ts'
import { createLocator } from '../../src/geo/locate.ts'
import { runIndex } from '../../src/pipeline/build-index.ts'
import { generateDemoCity } from '../../src/pipeline/demo-city/city.ts'
import { runEmbed } from '../../src/pipeline/embed.ts'
import { openEncoder } from '../../src/pipeline/encoder.ts'
import { createProgress } from '../../src/pipeline/progress.ts'
import { runTrain } from '../../src/pipeline/train.ts'

/** Cities stand a degree apart, in rows of six. */
const ROW = 6
/** Whose events are kept, of the 2,000 people of each city: training is not what is measured. */
const USERS_A_CITY = 200
const BATCH = 2000
const TRAIN_SECONDS = 60

/** Fills an empty catalog, trains and indexes. The boundaries of regions and spots are those of the first city. */
export async function buildCities(app: App, places: number): Promise<void> {
  const { catalog, folder, index, texts, words } = app
  const progress = createProgress({ stream: process.stderr })
  const now = Date.now()
  let stored = 0
  for (let number = 0; stored < places; number++) {
    const city = generateDemoCity({ seed: number + 1, now })
    const here = (id: string) => `${number}-${id}`
    const moved = city.places.slice(0, places - stored).map((place) => ({
      ...place,
      id: here(place.id),
      lng: place.lng + (number % ROW),
      lat: place.lat + Math.floor(number / ROW) * 0.5,
    }))
    if (number === 0) {
      await catalog.saveRegions(city.regions)
      await catalog.saveSpots(city.spots)
      await catalog.saveCategories(city.categories)
    }
    const locator = createLocator({ regions: city.regions, spots: city.spots })
    for (let from = 0; from < moved.length; from += BATCH)
      await catalog.savePlaces(moved.slice(from, from + BATCH).map((place) => locator.locate(place)))
    const users = new Set(city.users.slice(0, USERS_A_CITY).map(({ id }) => id))
    const known = new Set(moved.map(({ id }) => id))
    const events = city.events().flatMap((event): Event[] => {
      const placeId = here(event.placeId)
      if (!users.has(event.userId) || !known.has(placeId)) return []
      return [{ ...event, id: here(event.id), userId: here(event.userId), placeId }]
    })
    for (let from = 0; from < events.length; from += BATCH)
      await catalog.appendEvents(events.slice(from, from + BATCH))
    stored += moved.length
    console.error(`${number + 1} cities, ${stored} places`)
  }
  await runEmbed({ catalog, texts, progress })
  const trained = await runTrain({
    catalog,
    texts,
    modelsFolder: folder.models,
    dim: 64,
    seed: 1,
    budgetSeconds: TRAIN_SECONDS,
    threads: availableParallelism(),
    progress,
  })
  const modelVersion = trained.version
  const encoder = await openEncoder({ catalog, folder, texts, modelVersion, patience: 'job' })
  await runIndex({ catalog, index, words, encoder, progress })
}
