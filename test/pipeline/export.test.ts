// The export job: what was stored comes out as it went in, and impressions with what came of them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseEvent, type Choice, type Event } from '../../src/domain/event.ts'
import { parsePlaceInput } from '../../src/domain/place.ts'
import { exported, type ExportOptions } from '../../src/pipeline/export.ts'
import { openSqliteCatalog } from '../../src/catalog/sqlite.ts'
import { createLocator } from '../../src/geo/locate.ts'

const place = parsePlaceInput({
  id: 'p1',
  name: '도담 "카페", 2층',
  categories: ['food/cafe'],
  lng: 127,
  lat: 37.5,
  description: '조용한\n곳',
})
const choice: Choice = { bandit: 'first-card', arm: 'taste', context: [1, 0.5, 0], propensity: 0.9 }
const seen: Event = {
  id: 'i1',
  userId: 'u',
  type: 'impression',
  placeId: 'p1',
  at: Date.parse('2026-11-25T00:00:00Z'),
  recommendationId: 'r1',
  position: 0,
  propensity: 0.95,
  choice,
  experiments: ['mix:on'],
}
const events: Event[] = [
  seen,
  { ...seen, id: 'i1-again' },
  { ...seen, id: 'i2', recommendationId: 'r2' },
  { id: 'c1', userId: 'u', type: 'click', placeId: 'p1', at: seen.at + 1000, recommendationId: 'r1' },
  { id: 'h1', userId: 'u', type: 'hide', placeId: 'p1', at: seen.at + 2000, recommendationId: 'r2' },
]

async function textOf(options: Pick<ExportOptions, 'what' | 'format'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-export-'))
  const catalog = await openSqliteCatalog(join(folder, 'catalog.sqlite'))
  try {
    await catalog.savePlaces([createLocator({ regions: [], spots: [] }).locate(place)])
    await catalog.appendEvents(events)
    let text = ''
    for await (const piece of exported({ ...options, catalog })) text += piece
    return text
  } finally {
    await catalog.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const rowsOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('an export', () => {
  it('of events and places reads back as it was', async () => {
    const back = rowsOf(await textOf({ what: 'events', format: 'ndjson' }))
    expect(back.map((row) => parseEvent(row))).toEqual(events)
    const [row] = rowsOf(await textOf({ what: 'places', format: 'ndjson' }))
    expect(parsePlaceInput(row)).toMatchObject(place)
  })

  it('of recommendations has each list and place once, with what came of it', async () => {
    const rows = rowsOf(await textOf({ what: 'recommendations', format: 'ndjson' }))
    expect(rows).toEqual([
      {
        userId: 'u',
        recommendationId: 'r1',
        placeId: 'p1',
        position: 0,
        at: seen.at,
        propensity: 0.95,
        choice,
        experiments: ['mix:on'],
        reward: 1,
      },
      expect.objectContaining({ recommendationId: 'r2', reward: 0 }),
    ])
  })

  it('as CSV quotes what needs it', async () => {
    const [header] = (await textOf({ what: 'places', format: 'csv' })).split('\n')
    expect(header).toMatch(/^id,name,names,categories,lng,lat,/)
    const text = await textOf({ what: 'places', format: 'csv' })
    expect(text).toContain('p1,"도담 ""카페"", 2층",,"[""food/cafe""]",127,37.5,')
    expect(text).toContain('"조용한\n곳"')
  })
})
