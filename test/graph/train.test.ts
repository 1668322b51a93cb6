import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkpointFile } from '../../src/graph/checkpoint.ts'
import { popularities } from '../../src/graph/baselines/popularity.ts'
import { buildGraph, type Interaction } from '../../src/graph/interactions.ts'
import { likeness } from '../../src/graph/model.ts'
import { createModel, loadPreviousModel, saveSnapshot } from '../../src/graph/snapshot.ts'
import type { TrainInput } from '../../src/graph/parameters.ts'
import { globalScorer, scoreLists, scoreRanking } from '../../src/graph/ranking.ts'
import { trainModel, type Trained, type TrainOptions } from '../../src/graph/train.ts'
import { createRandom } from '../../src/math/random.ts'

/** Two tastes: even users visit even places, odd users odd ones, with some noise; text says the parity of a place. */
function twoTastes(users = 80, places = 60, events = 12): TrainInput {
  const random = createRandom(3)
  const textDim = 8
  const textVectors = Float32Array.from({ length: places * textDim }, (_, index) => {
    const parity = Math.floor(index / textDim) % 2
    return (index % textDim < 4 ? 1 - parity : parity) + 0.3 * random.normal()
  })
  const visits = Array.from({ length: users * events }, (_, index): Interaction => {
    const user = Math.floor(index / events)
    const own = random.next() < 0.9
    const place = 2 * random.integer(places / 2) + (own === (user % 2 === 1) ? 1 : 0)
    return { userId: `u${user}`, placeId: `p${place}`, strength: 5, at: index * 1000 }
  })
  return {
    placeIds: Array.from({ length: places }, (_, index) => `p${index}`),
    textVectors,
    textDim,
    textModelId: 'test',
    events: visits,
    lastSeq: visits.length,
  }
}

const modelOf = (trained: Trained) =>
  createModel(
    {
      version: 'test',
      dim: trained.dim,
      textDim: trained.textDim,
      textModelId: '',
      seed: 1,
      lastSeq: 0,
      places: trained.placeIds.length,
      users: trained.userIds.length,
    },
    { ...trained, featureLayer: trained.parameters.featureLayer },
  )

const finite = ({ users, places, parameters }: Trained) =>
  [users, places, parameters.featureLayer, parameters.residual, parameters.bias].every((values) =>
    values.every(Number.isFinite),
  )

describe('training', () => {
  it('brings users to the places of their taste', async () => {
    const input = twoTastes()
    const model = modelOf(await trainModel(input, { dim: 8, seed: 1 }))
    for (const user of ['u0', 'u1', 'u40', 'u41']) {
      const parity = Number(user.slice(1)) % 2
      const { vector } = model.userVector(user)!
      const nearest = input.placeIds
        .map((id, place) => ({ place, score: likeness(vector, model.placeVector(id)!) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, 20)
      expect(nearest.filter(({ place }) => place % 2 === parity).length).toBeGreaterThanOrEqual(19)
    }
  })

  it('places a new place by its text among its kind', async () => {
    const input = twoTastes()
    const model = modelOf(await trainModel(input, { dim: 8, seed: 1 }))
    const text = Float32Array.of(1, 1, 1, 1, 0, 0, 0, 0)
    const vector = model.fromText(text)
    const nearest = input.placeIds
      .map((id, place) => ({ place, score: likeness(vector, model.placeVector(id)!) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 10)
    expect(nearest.filter(({ place }) => place % 2 === 0).length).toBeGreaterThanOrEqual(9)
  })

  it('gives the same bytes for the same data and seed, whatever the order of events, and others for another seed', async () => {
    const input = twoTastes()
    const first = await trainModel(input, { dim: 8, seed: 1, epochs: 3 })
    const again = await trainModel(
      { ...input, events: input.events.toReversed() },
      { dim: 8, seed: 1, epochs: 3 },
    )
    expect(again.places).toEqual(first.places)
    expect(again.users).toEqual(first.users)
    expect((await trainModel(input, { dim: 8, seed: 2, epochs: 3 })).places).not.toEqual(first.places)
  })

  it('lowers the loss', async () => {
    const losses: number[] = []
    await trainModel(twoTastes(), { dim: 8, seed: 1, epochs: 6, onProgress: ({ loss }) => losses.push(loss) })
    expect(losses.at(-1)!).toBeLessThan(losses[0])
  })

  it('stops when asked to', async () => {
    const abort = new AbortController()
    const train = () =>
      trainModel(twoTastes(), { dim: 8, seed: 1, signal: abort.signal, onProgress: () => abort.abort() })
    await expect(train()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })

  it('says so when the budget is too small for the plan, and returns a usable model', async () => {
    const trained = await trainModel(twoTastes(), { dim: 8, seed: 1, budgetSeconds: 1e-9 })
    expect(trained.report).toMatchObject({ cutShort: true, epochs: 1 })
    expect(finite(trained)).toBe(true)
  })
})

describe('an interrupted training', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dongne-checkpoint-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const options = { dim: 8, seed: 1, epochs: 8 }

  /** Stops after three epochs, the second of which is the last in the checkpoint. */
  async function interrupt(path: string) {
    const abort = new AbortController()
    const run = trainModel(twoTastes(), {
      ...options,
      signal: abort.signal,
      checkpoints: checkpointFile(path, 0),
      onProgress: ({ epoch }) => epoch === 3 && abort.abort(),
    })
    await expect(run).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  }

  it('goes on to the same bytes, and leaves no checkpoint', async () => {
    const path = join(folder, 'checkpoint')
    const whole = await trainModel(twoTastes(), options)
    await interrupt(path)
    const seen: number[] = []
    const resumed = await trainModel(twoTastes(), {
      ...options,
      checkpoints: checkpointFile(path, 0),
      resume: true,
      onProgress: ({ epoch }) => seen.push(epoch),
    })
    expect(seen[0]).toBe(4)
    expect(resumed).toEqual(whole)
    expect(await readdir(folder)).toEqual([])
  })

  it('is not gone on with on other data or options, nor unless asked', async () => {
    const path = join(folder, 'checkpoint')
    await interrupt(path)
    const checkpoints = checkpointFile(path, 0)
    const unusable = expect.objectContaining({ code: 'checkpoint-unusable' })
    const otherSeed = { ...options, seed: 2, checkpoints, resume: true }
    await expect(trainModel(twoTastes(), otherSeed)).rejects.toThrow(unusable)
    const otherData = trainModel(twoTastes(80, 60, 11), { ...options, checkpoints, resume: true })
    await expect(otherData).rejects.toThrow(unusable)
    const seen: number[] = []
    await trainModel(twoTastes(), { ...options, checkpoints, onProgress: ({ epoch }) => seen.push(epoch) })
    expect(seen[0]).toBe(1)
  })

  it.each([0, 10, 40, 200, 5000])(
    'is refused by name where byte %i of the checkpoint is wrong',
    async (at) => {
      const path = join(folder, 'checkpoint')
      await interrupt(path)
      const bytes = await readFile(path)
      bytes[at] ^= 1
      await writeFile(path, bytes)
      await expect(
        trainModel(twoTastes(), { ...options, checkpoints: checkpointFile(path), resume: true }),
      ).rejects.toThrow(expect.objectContaining({ code: 'checkpoint-unusable' }))
    },
  )

  it.each([0, 3, 35, 1000])('is refused by name where the checkpoint ends after %i bytes', async (length) => {
    const path = join(folder, 'checkpoint')
    await interrupt(path)
    await truncate(path, length)
    await expect(
      trainModel(twoTastes(), { ...options, checkpoints: checkpointFile(path), resume: true }),
    ).rejects.toThrow(expect.objectContaining({ code: 'checkpoint-unusable' }))
  })
})

describe('training that goes on from a model', () => {
  async function previousOf(trained: Trained) {
    const folder = await mkdtemp(join(tmpdir(), 'dongne-previous-'))
    try {
      await saveSnapshot(folder, trained)
      return await loadPreviousModel(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  it('keeps its space: known places hardly move, and new ones lie where their text says', async () => {
    const all = twoTastes(80, 62)
    const known = all.placeIds.slice(0, 60)
    const first = await trainModel(
      { ...all, placeIds: known, textVectors: all.textVectors.slice(0, 60 * all.textDim) },
      { dim: 8, seed: 1 },
    )
    const previous = await previousOf(first)
    const second = await trainModel(
      { ...all, events: all.events.filter(({ placeId }) => known.includes(placeId)) },
      { dim: 8, seed: 1, previous },
    )
    expect(second.report.epochs).toBeLessThan(first.report.epochs)
    expect(second.report.drift).toMatchObject({ places: 60 })
    // Another seed finds another space: what alignment has to bridge.
    const apart = await trainModel(all, { dim: 8, seed: 2 })
    const distance = (of: Trained) =>
      known.reduce((sum, id, row) => {
        const moved = likeness(previous.placeVector(id)!, of.places.subarray(row * 8, (row + 1) * 8))
        return sum + (1 - moved) / known.length
      }, 0)
    expect(distance(second)).toBeLessThan(0.1)
    expect(distance(second)).toBeCloseTo(second.report.drift!.mean, 6)
    expect(distance(apart)).toBeGreaterThan(0.5)
    const model = modelOf(second)
    expect(likeness(model.placeVector('p60')!, model.placeVector('p0')!)).toBeGreaterThan(
      likeness(model.placeVector('p60')!, model.placeVector('p1')!),
    )
  })

  it('refuses a model of another dimension or text encoder', async () => {
    const previous = await previousOf(await trainModel(twoTastes(), { dim: 8, seed: 1, epochs: 1 }))
    for (const [input, dim] of [
      [twoTastes(), 6],
      [{ ...twoTastes(), textModelId: 'other' }, 8],
    ] as const) {
      await expect(trainModel(input, { dim, seed: 1, previous })).rejects.toThrow(
        expect.objectContaining({ code: 'dim-mismatch' }),
      )
    }
  })
})

describe('dislikes', () => {
  it('push places away from the users who turned away from them', async () => {
    const input = twoTastes()
    // Even users who turned away from some of the even places, which the others like.
    const users = Array.from({ length: 10 }, (_, index) => `u${2 * index}`)
    const disliked = ['p10', 'p20', 'p30']
    const dislikes = users.flatMap((userId) =>
      disliked.map((placeId) => ({ userId, placeId, strength: -5, at: 1e6 })),
    )
    const others = input.events.filter(
      ({ userId, placeId }) => !users.includes(userId) || !disliked.includes(placeId),
    )
    const meanLikeness = async (events: TrainInput['events']) => {
      const model = modelOf(await trainModel({ ...input, events }, { dim: 8, seed: 2 }))
      const pairs = users.flatMap((user) => disliked.map((place) => ({ user, place })))
      return pairs.reduce((sum, { user, place }) => {
        return sum + likeness(model.userVector(user)!.vector, model.placeVector(place)!) / pairs.length
      }, 0)
    }
    expect(await meanLikeness([...others, ...dislikes])).toBeLessThan((await meanLikeness(others)) - 0.03)
  })
})

describe("training on a product's first week", () => {
  it('knows what is popular, where that is nearly all there is to know', async () => {
    const random = createRandom(3)
    const [users, places, visits, asked] = [120, 1500, 20, 5]
    const placeIds = Array.from({ length: places }, (_, place) => `p${place}`)
    // Popularity falls with rank (Zipf); nobody has a taste.
    const histories = Array.from({ length: users }, () => {
      const own = new Set<number>()
      while (own.size < visits + asked) own.add(Math.floor(places ** random.next()) - 1)
      return random.shuffle([...own])
    })
    const events = histories.flatMap((own, user) =>
      own.slice(asked).map((place) => ({ userId: `u${user}`, placeId: `p${place}`, strength: 5, at: 0 })),
    )
    const input = {
      placeIds,
      textVectors: new Float32Array(0),
      textDim: 0,
      textModelId: '',
      events,
      lastSeq: 0,
    }
    const { userIds, weights } = buildGraph(events, placeIds)
    const task = {
      train: weights,
      users: Array.from(userIds.keys()),
      relevant: userIds.map((id) => Uint32Array.from(histories[Number(id.slice(1))].slice(0, asked)).sort()),
    }
    const popular = scoreLists(globalScorer(popularities(weights)), task).recall
    const recall = async (options?: Partial<TrainOptions>) =>
      scoreRanking(await trainModel(input, { dim: 32, seed: 1, ...options }), task, 32).recall
    expect(await recall()).toBeGreaterThan(0.9 * popular)
    expect(await recall({ biasRate: 0.3 })).toBeLessThan(0.9 * popular)
  })
})

describe('training on little or odd data gives finite vectors', () => {
  const input = twoTastes(30, 20, 6)
  it.each([
    ['no events', { ...input, events: [] }],
    ['one event', { ...input, events: input.events.slice(0, 1) }],
    ['one user', { ...input, events: input.events.slice(0, 6) }],
    [
      'a user with every place',
      { ...input, events: input.placeIds.map((placeId) => ({ userId: 'all', placeId, strength: 1, at: 0 })) },
    ],
    [
      'events on unknown places only',
      { ...input, events: [{ userId: 'u', placeId: 'nowhere', strength: 1, at: 0 }] },
    ],
    [
      'a like and a stronger dislike of the same place',
      {
        ...input,
        events: [
          ...input.events,
          { userId: 'u0', placeId: 'p1', strength: 1, at: 0 },
          { userId: 'u0', placeId: 'p1', strength: -5, at: 0 },
        ],
      },
    ],
    ['no text', { ...input, textVectors: new Float32Array(0), textDim: 0 }],
    ['empty texts', { ...input, textVectors: new Float32Array(input.textVectors.length) }],
    ['one place', { ...input, placeIds: ['p0'], textVectors: new Float32Array(8) }],
  ] satisfies [string, TrainInput][])('%s', async (_, odd) => {
    const trained = await trainModel(odd, { dim: 6, seed: 1, epochs: 3 })
    expect(finite(trained)).toBe(true)
    expect(trained.places).toHaveLength(odd.placeIds.length * 6)
  })

  it.each([1, 2, 300])('%i dimensions', async (dim) => {
    expect(finite(await trainModel(input, { dim, seed: 1, epochs: 2 }))).toBe(true)
  })

  it('but NaN in a text vector is refused by name', async () => {
    const textVectors = input.textVectors.with(11, NaN)
    await expect(trainModel({ ...input, textVectors }, { dim: 4, seed: 1 })).rejects.toThrow(
      expect.objectContaining({ code: 'non-finite-vector', message: expect.stringContaining('11') }),
    )
  })

  it('and no places at all are refused', async () => {
    const none = { ...input, placeIds: [], textVectors: new Float32Array(0) }
    await expect(trainModel(none, { dim: 4, seed: 1 })).rejects.toThrow(
      expect.objectContaining({ code: 'no-places' }),
    )
  })
})
