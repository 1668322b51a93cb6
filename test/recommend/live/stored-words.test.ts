// Words of places across writes, processes and damage: what was written is found, what is gone is not.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { expect, it, vi } from 'vitest'
import { openApp, type App } from '../../../src/app.ts'
import type { PlaceInput } from '../../../src/domain/place.ts'
import { parseSearchRequest } from '../../../src/domain/recommendation.ts'
import { serveStored } from '../served-places.ts'

const PLACES: PlaceInput[] = ['바다 식당', '하늘 다방', '조용한 서점', 'Blue Bottle'].map((name, i) => ({
  id: `p${i}`,
  name,
  categories: ['food'],
  lng: 127 + i / 1000,
  lat: 37.5,
}))

/** Names of what was found by its words; places that are alike by vector come after. */
const found = async ({ service }: App, query: string) => {
  const { items } = await service.search(parseSearchRequest({ query, debug: true }))
  return items.flatMap(({ place, debug }) => (debug!.features.coverage > 0 ? place.name! : []))
}

it('are followed by the next question, also one that was asked before', async () => {
  const app = await serveStored({ places: PLACES })
  expect(await found(app, '다방')).toEqual(['하늘 다방'])
  expect(await found(app, '다방')).toEqual(['하늘 다방'])
  await app.service.putPlaces([{ ...PLACES[0], id: 'new', name: '도담 다방' }])
  expect((await found(app, '다방')).sort()).toEqual(['도담 다방', '하늘 다방'])
  await app.service.deletePlace('p1')
  expect(await found(app, '다방')).toEqual(['도담 다방'])
  await app.service.putPlaces([{ ...PLACES[0], id: 'new', name: '도담 책방' }])
  expect(await found(app, '다방')).toEqual([])
})

it('are opened as they were indexed, with what was written since', async () => {
  const app = await serveStored({ places: PLACES })
  await app.service.putPlaces([{ ...PLACES[0], id: 'new', name: '도담 다방' }])
  await app.service.deletePlace('p1')
  const other = await openApp(app.config)
  try {
    expect(await found(other, '다방')).toEqual(['도담 다방'])
    expect(await found(other, '조용한 서점')).toEqual(['조용한 서점'])
  } finally {
    await other.close()
  }
})

it('are made anew, and said to be, where their file is damaged; silently where it is missing', async () => {
  const app = await serveStored({ places: PLACES })
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  const bytes = await readFile(app.folder.words)
  for (const [damage, lines] of [
    [() => writeFile(app.folder.words, bytes.subarray(0, bytes.length - 5)), 1],
    [() => rm(app.folder.words), 0],
  ] as const) {
    await damage()
    said.mockClear()
    const other = await openApp(app.config)
    try {
      expect(await found(other, '바다')).toEqual(['바다 식당'])
      expect(said.mock.calls.length).toBe(lines)
    } finally {
      await other.close()
    }
  }
  said.mockRestore()
})

it('are made anew where names of categories changed, which are among them', async () => {
  const app = await serveStored({ places: PLACES, categories: [{ code: 'food', name: '음식' }] })
  await app.catalog.saveCategories([{ code: 'food', name: '먹거리', names: { en: 'Eats' } }])
  const other = await openApp(app.config)
  try {
    expect(await found(other, '먹거리')).toHaveLength(PLACES.length)
  } finally {
    await other.close()
  }
})

it('are left out of what all users ask where one user excludes places, few or many', async () => {
  const places = Array.from({ length: 260 }, (_, i) => ({ ...PLACES[0], id: `q${i}`, name: `찻집 ${i}` }))
  const app = await serveStored({ places })
  const ask = async (excludePlaceIds: readonly string[]) => {
    const { items } = await app.service.search(
      parseSearchRequest({
        query: '찻집',
        limit: 50,
        what: excludePlaceIds.length === 0 ? {} : { excludePlaceIds },
      }),
    )
    return items.map(({ place }) => place.id!)
  }
  const before = await ask([])
  for (const count of [5, 45, 120, 255]) {
    const excluded = places.slice(0, count).map(({ id }) => id)
    const found = await ask(excluded)
    expect(found).toHaveLength(Math.min(50, places.length - count))
    expect(found.filter((id) => excluded.includes(id))).toEqual([])
  }
  expect(await ask([])).toEqual(before)
})
