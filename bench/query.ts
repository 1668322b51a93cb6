// What understanding a question is worth: names still found first, and area-and-tag questions answered inside the area.
// Needs a data folder that is imported, embedded, trained and indexed: DONGNE_DATA_DIR=… node bench/query.ts [--json]
import { parseArgs } from 'node:util'
import { openApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import type { Place } from '../src/domain/place.ts'
import { parseSearchRequest } from '../src/domain/recommendation.ts'
import { createRandom } from '../src/math/random.ts'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const NAMES = 300
const QUESTIONS = 300
const CUT = 10
/** A tag in an area is a question where so many places answer it. */
const MIN_ANSWERS = 3

const app = await openApp(readConfig())
const random = createRandom(1)
const places: Place[] = []
for await (const batch of app.catalog.placeChanges({ since: 0 })) {
  places.push(...batch.flatMap(({ place }) => place ?? []))
}
const regionNames = new Map((await app.catalog.regions()).map(({ code, name }) => [code, name]))
const spotNames = new Map((await app.catalog.spots()).map(({ id, name }) => [id, name]))

const names = random.shuffle([...new Set(places.map(({ name }) => name))]).slice(0, NAMES)
const rows = []
for (const understand of [[], undefined]) {
  const ask = async (query: string) =>
    (await app.service.search(parseSearchRequest({ query, limit: CUT, understand }))).items
  let first = 0
  for (const name of names) if ((await ask(name))[0]?.place.name === name) first++
  let inside = 0
  let right = 0
  const asked = questions()
  const started = performance.now()
  for (const { query, isInside, isRight } of asked) {
    const found = (await ask(query)).map(({ place }) => places.find(({ id }) => id === place.id)!)
    inside += found.filter(isInside).length / CUT
    right += found.filter(isRight).length / Math.min(CUT, places.filter(isRight).length)
  }
  rows.push({
    method: understand === undefined ? 'understood' : 'as written',
    'name@1': first / names.length,
    'inArea@10': inside / asked.length,
    'right@10': right / asked.length,
    msPerQuestion: (performance.now() - started) / asked.length,
  })
}
await app.close()
if (values.json) console.log(JSON.stringify({ places: places.length, questions: questions().length, rows }))
else console.table(rows)

/** "애월읍 애견동반": an area and a tag that at least three places in it have. Tags with the area's name are left out. */
function questions() {
  const byQuery = new Map<string, number>()
  const areasOf = ({ regions, spots }: Place) => [
    ...regions.map((code) => regionNames.get(code) ?? code),
    ...spots.map((id) => spotNames.get(id) ?? id),
  ]
  for (const place of places) {
    for (const area of areasOf(place)) {
      for (const tag of place.tags ?? []) {
        const key = JSON.stringify([area, tag])
        if (!tag.includes(area.slice(0, 2))) byQuery.set(key, (byQuery.get(key) ?? 0) + 1)
      }
    }
  }
  const enough = [...byQuery].filter(([, count]) => count >= MIN_ANSWERS).map(([key]) => key)
  return createRandom(2)
    .shuffle(enough.sort())
    .slice(0, QUESTIONS)
    .map((key) => {
      const [area, tag] = JSON.parse(key) as [string, string]
      const isInside = (place: Place) => areasOf(place).includes(area)
      return {
        query: `${area} ${tag}`,
        isInside,
        isRight: (place: Place) => isInside(place) && (place.tags ?? []).includes(tag),
      }
    })
}
