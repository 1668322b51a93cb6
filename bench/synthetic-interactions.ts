// A made-up city of any size for growth measurements: users with a home quarter, places with a popularity, in the lightgcn
// format. Seeded and written as it is drawn: memory does not grow with it.
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createRandom } from '../src/math/random.ts'

/** Places of a user on average; of tested users every tenth goes to test. */
const MEAN_DEGREE = 20
const USERS_PER_PLACE = 5
const PLACES_PER_QUARTER = 200
/** Share of a user's places that lie in the home quarter. */
const AT_HOME = 0.7
/** Users with places in test, spread over all: what is measured is training, and a full ranking grows with users × places. */
const TESTED_USERS = 50_000

/** Writes train.txt and test.txt with about that many interactions; returns what there is. */
export async function writeSyntheticCity(
  folder: string,
  interactions: number,
  seed: number,
): Promise<{ readonly users: number; readonly places: number; readonly interactions: number }> {
  const users = Math.max(1, Math.round(interactions / MEAN_DEGREE))
  const places = Math.max(PLACES_PER_QUARTER, Math.round(users / USERS_PER_PLACE))
  const quarters = Math.ceil(places / PLACES_PER_QUARTER)
  const random = createRandom(seed)
  await mkdir(folder, { recursive: true })
  const train = createWriteStream(join(folder, 'train.txt'))
  const test = createWriteStream(join(folder, 'test.txt'))
  // Popularity falls with the rank in a quarter, as a density of 1/√rank does.
  const within = (count: number) => Math.floor(count * random.next() ** 2)
  const testedEvery = Math.ceil(users / TESTED_USERS)
  let written = 0
  for (let user = 0; user < users; user++) {
    const home = random.integer(quarters)
    const degree = 3 + Math.floor(-(MEAN_DEGREE - 3) * Math.log(1 - random.next()))
    const chosen = new Set<number>()
    for (let draw = 0; draw < degree; draw++) {
      const quarter = random.next() < AT_HOME ? home : within(quarters)
      chosen.add(Math.min(places - 1, quarter * PLACES_PER_QUARTER + within(PLACES_PER_QUARTER)))
    }
    const list = random.shuffle([...chosen])
    const later = user % testedEvery === 0 ? Math.floor(list.length / 10) : 0
    if (later > 0) test.write(`${user} ${list.slice(0, later).join(' ')}\n`)
    if (!train.write(`${user} ${list.slice(later).join(' ')}\n`)) await once(train, 'drain')
    written += list.length
  }
  train.end()
  test.end()
  await Promise.all([finished(train), finished(test)])
  return { users, places, interactions: written }
}
