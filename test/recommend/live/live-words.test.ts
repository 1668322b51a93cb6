import { expect, it } from 'vitest'
import type { PlaceChange } from '../../../src/catalog/port.ts'
import { LiveWords } from '../../../src/recommend/live/live-words.ts'
import { createVocabulary } from '../../../src/recommend/live/vocabulary.ts'
import { createLexicalIndex } from '../../../src/text/lexical-index.ts'
import type { LexicalPosition, LexicalStore } from '../../../src/text/port.ts'

const PLACES = 3000
const changes = Array.from({ length: PLACES }, (_, i): PlaceChange => {
  const place = { id: `p${i}`, name: `찻집 ${i}`, categories: [], lng: 127, lat: 37.5 }
  return { revision: i + 1, id: place.id, place: { ...place, geohash: '', regions: [], spots: [] } }
})
const vocabulary = createVocabulary({ regions: [], spots: [], categories: [] })
const position = { revision: PLACES, seq: 0, vocabulary: 0, erasures: 0 }

/** Keeps words in memory, and where they stood each time they were written. */
function memoryStore() {
  const written: LexicalPosition[] = []
  let stored: Awaited<ReturnType<LexicalStore['read']>>
  const store: LexicalStore = {
    create: () => createLexicalIndex(),
    read: async () => stored,
    async write(index, at) {
      written.push(at)
      stored = { index, position: at }
    },
  }
  return { store, written }
}

async function opened(store: LexicalStore): Promise<LiveWords> {
  const words = new LiveWords(store)
  await words.open(position)
  for (const change of changes) words.follow(change, vocabulary)
  words.reached(position.revision)
  await words.close()
  return words
}

it('are stored once many places changed, and not again by a start that reads what they hold', async () => {
  const { store, written } = memoryStore()
  const first = await opened(store)
  expect(first.index.size).toBe(PLACES)
  expect(written).toEqual([{ revision: PLACES, vocabulary: 0 }])

  const second = await opened(store)
  expect(second.index.size).toBe(PLACES)
  expect(written).toHaveLength(1)

  // What is new counts: a few changes do not, a thousand do.
  second.follow({ revision: PLACES + 1, id: 'p0' }, vocabulary)
  second.reached(PLACES + 1)
  await second.close()
  expect(second.index.size).toBe(PLACES - 1)
  expect(written).toHaveLength(1)
  changes.slice(1, 1200).forEach(({ id }, i) => second.follow({ revision: PLACES + 2 + i, id }, vocabulary))
  second.reached(PLACES + 2000)
  await second.close()
  expect(written).toHaveLength(2)
})
