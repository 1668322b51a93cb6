import { describe, expect, it } from 'vitest'
import { chooseFusionWeight } from '../../src/graph/fusion.ts'
import { buildGraph, type Interaction } from '../../src/graph/interactions.ts'
import type { TrainInput } from '../../src/graph/parameters.ts'
import { trainModel } from '../../src/graph/train.ts'
import { holdOut, type HeldOut } from '../../src/graph/validation.ts'
import { createRandom } from '../../src/math/random.ts'

/** Each user goes to twenty places in an order of their own, and to the first of them once more at the end. */
function histories(users: number, places: number): { orders: number[][]; events: Interaction[] } {
  const random = createRandom(7)
  const all = Array.from({ length: places }, (_, place) => place)
  const orders = Array.from({ length: users }, () => random.shuffle([...all]).slice(0, 20))
  const events = orders.flatMap((order, user) =>
    [...order, order[0]].map((place, at) => ({
      userId: `u${user}`,
      placeId: `p${place}`,
      strength: 5,
      at: 1e9 + at,
    })),
  )
  return { orders, events: random.shuffle(events) }
}

const idsOf = (count: number) => Array.from({ length: count }, (_, place) => `p${place}`)

/** Held-out places by user. */
const places = ({ users, relevant }: HeldOut) =>
  Object.fromEntries(users.map((user, index) => [user, [...relevant[index]]]))

describe('the validation slice', () => {
  const { orders, events } = histories(60, 50)
  const { userIds, weights, firstAt } = buildGraph(events, idsOf(50))

  it('holds the places that its users came to last, not those they came back to', () => {
    const held = holdOut(weights, createRandom(1), firstAt)
    expect(held.users.length).toBeGreaterThanOrEqual(20)
    held.users.forEach((user, index) => {
      const order = orders[Number(userIds[user].slice(1))]
      expect([...held.relevant[index]]).toEqual(order.slice(-2).sort((a, b) => a - b))
    })
  })

  it('is what is missing in the graph that is trained on', () => {
    const held = holdOut(weights, createRandom(1), firstAt)
    const byUser = places(held)
    for (let user = 0; user < weights.rows; user++) {
      const rowOf = ({ starts, indices }: typeof weights) => [
        ...indices.subarray(starts[user], starts[user + 1]),
      ]
      const kept = rowOf(held.train)
      expect([...kept, ...(byUser[user] ?? [])].sort((a, b) => a - b)).toEqual(rowOf(weights))
    }
  })

  it('is a random draw where no times are known, or all are the same', () => {
    const untimed = holdOut(weights, createRandom(1))
    const same = holdOut(weights, createRandom(1), new Float64Array(firstAt.length).fill(5))
    expect(places(same)).toEqual(places(untimed))
    expect(places(untimed)).not.toEqual(places(holdOut(weights, createRandom(1), firstAt)))
    expect(places(untimed)).not.toEqual(places(holdOut(weights, createRandom(2))))
  })
})

describe('the weight of a second score', () => {
  /** Twelve places of one quarter, in which nothing is popular; after that, what everybody comes to sooner or later. */
  function movingOn(timed: boolean): TrainInput {
    const random = createRandom(5)
    const [quarters, size, later] = [30, 16, 30]
    const events = Array.from({ length: 240 }, (_, user) => {
      const quarter = later + size * (user % quarters)
      const own = random.shuffle(Array.from({ length: size }, (_, place) => quarter + place)).slice(0, 12)
      const popular = random.shuffle(Array.from({ length: later }, (_, place) => place)).slice(0, 8)
      return [...own, ...popular].map((place, at) => ({
        userId: `u${user}`,
        placeId: `p${place}`,
        strength: 5,
        at: timed ? at : 0,
      }))
    }).flat()
    const placeIds = idsOf(later + size * quarters)
    return { placeIds, textVectors: new Float32Array(0), textDim: 0, textModelId: '', events, lastSeq: 0 }
  }

  it('is chosen on what users came to last', async () => {
    const weightOf = async (timed: boolean) => {
      const { slice, dim } = await trainModel(movingOn(timed), { dim: 8, seed: 1, epochs: 6 })
      return chooseFusionWeight(slice.vectors, dim, slice.held)
    }
    // Lists join the places of a quarter; who has left it is better served by what is popular.
    expect(await weightOf(true)).toBeLessThan((await weightOf(false)) / 2)
  })

  it('is none where lists only look better by luck', () => {
    const chosen = Array.from({ length: 20 }, (_, seed) => {
      const { held, vectors } = ofNoTaste(seed)
      return chooseFusionWeight(vectors, 2, held)
    })
    // Of one standard error luck is rare, of the best of seven weights it is not.
    expect(chosen.filter((weight) => weight > 0).length).toBeLessThanOrEqual(4)
  })

  /** Everybody goes to the same places, of which some are popular, as the vectors know: what goes with what is chance. */
  function ofNoTaste(seed: number) {
    const random = createRandom(seed)
    const [users, places] = [200, 200]
    const rows = Array.from({ length: users }, () => {
      const own = new Set<number>()
      while (own.size < 12) own.add(Math.floor(places * random.next() ** 2))
      return [...own].sort((a, b) => a - b)
    })
    const starts = Uint32Array.from({ length: users + 1 }, (_, user) => 12 * user)
    const weights = {
      rows: users,
      columns: places,
      starts,
      indices: Uint32Array.from(rows.flat()),
      values: new Float32Array(12 * users).fill(1),
    }
    const vectors = {
      users: Float32Array.from({ length: 2 * users }, (_, i) => i % 2),
      // P(place) of the draw above falls with the root of its number.
      places: Float32Array.from({ length: 2 * places }, (_, i) => (i % 2) * -0.05 * Math.log(1 + i / 2)),
    }
    return { held: holdOut(weights, random), vectors }
  }
})
