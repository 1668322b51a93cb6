import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { foldIn, likeness, likenessQuery } from '../../src/graph/model.ts'
import { loadModel, loadPreviousModel, saveSnapshot } from '../../src/graph/snapshot.ts'
import type { Trained } from '../../src/graph/train.ts'

const trained: Trained = {
  dim: 3,
  textDim: 2,
  textModelId: 'text-1',
  seed: 1,
  lastSeq: 9,
  placeIds: ['a', 'b'],
  userIds: ['u'],
  places: Float32Array.of(1, 0, 0.2, 0, 1, 0.1),
  users: Float32Array.of(0.6, 0.8, 1),
  userWeights: Float32Array.of(7),
  placeUsers: Uint32Array.of(16, 1),
  positions: Float64Array.of(127, 37.5, 127.1, 37.6),
  parameters: {
    featureLayer: Float32Array.of(1, 0, 0, 0, 2, 0),
    residual: Float32Array.of(0.5, 0.25, 0, -1, 0, 0),
    bias: Float32Array.of(0.2, 0.1),
  },
  usualBias: 0.15,
  slice: {
    held: {
      train: {
        rows: 0,
        columns: 2,
        starts: Uint32Array.of(0),
        indices: Uint32Array.of(),
        values: Float32Array.of(),
      },
      users: [],
      relevant: [],
    },
    vectors: { users: Float32Array.of(), places: Float32Array.of() },
  },
  report: { epochs: 1, loss: 1, curve: [], chosen: 1, cutShort: false },
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dongne-models-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a snapshot', () => {
  it('keeps lists and ranker beside the vectors, and does without them', async () => {
    const lists = {
      rows: 2,
      columns: 2,
      starts: Uint32Array.of(0, 1, 2),
      indices: Uint32Array.of(1, 0),
      values: Float32Array.of(0.5, 0.5),
    }
    const weights = { users: { weight: 0.9, standardError: 0.1 } }
    const ranker = { choices: 300, logLikelihood: -3, guess: -4, weights }
    await saveSnapshot(folder, trained, { lists, ranker })
    const model = await loadModel(folder)
    expect(model.extras).toEqual({ lists, ranker })
    expect([model.placeRow('b'), model.placeRow('z'), model.placeId(1)]).toEqual([1, undefined, 'b'])
    await saveSnapshot(folder, trained, { lists })
    expect((await loadModel(folder)).extras).toEqual({ lists })
    await saveSnapshot(folder, trained)
    expect((await loadModel(folder)).extras).toBeUndefined()
  })

  it('comes back as it was saved', async () => {
    const info = await saveSnapshot(folder, trained)
    const model = await loadModel(folder)
    expect(model.info).toEqual({
      version: info.version,
      dim: 3,
      textDim: 2,
      textModelId: 'text-1',
      seed: 1,
      lastSeq: 9,
      places: 2,
      users: 1,
    })
    expect(model.placeVector('b')).toEqual(Float32Array.of(0, 1, 0.1))
    expect(model.placeVector('c')).toBeUndefined()
    expect(model.actionWeight('a', 3)).toBeCloseTo(0.5 * Math.log(4), 9)
    expect(model.actionWeight('c', 3)).toBeCloseTo(Math.log(4), 9)
    expect(model.userVector('u')).toEqual({ vector: trained.users, weight: 7 })
    expect(model.fromText(Float32Array.of(0, 3))).toEqual(Float32Array.of(0, 1, 0.15))
  })

  it('holds what a training goes on from', async () => {
    const { version } = await saveSnapshot(folder, trained)
    const previous = await loadPreviousModel(folder)
    expect(previous).toMatchObject({ version, dim: 3, textDim: 2, textModelId: 'text-1', usualBias: 0.15 })
    expect(previous.featureLayer).toEqual(trained.parameters.featureLayer)
    expect(previous.placeVector('b')).toEqual(Float32Array.of(0, 1, 0.1))
    const { residual, bias } = previous.placeParameters('b')!
    expect([[...residual], bias]).toEqual([[-1, 0, 0], Math.fround(0.1)])
    expect(previous.placeParameters('c')).toBeUndefined()
  })

  it('of the same content has the same version and bytes', async () => {
    const first = await saveSnapshot(folder, trained)
    const bytes = await readFile(join(folder, first.version, 'manifest.json'))
    expect(await saveSnapshot(folder, trained)).toEqual(first)
    expect(await readFile(join(folder, first.version, 'manifest.json'))).toEqual(bytes)
    expect((await saveSnapshot(folder, { ...trained, lastSeq: 10 })).version).not.toBe(first.version)
  })

  it('keeps the two versions before it, and nothing half-written', async () => {
    const versions: string[] = []
    for (let seq = 0; seq < 5; seq++)
      versions.push((await saveSnapshot(folder, { ...trained, lastSeq: seq })).version)
    expect((await readdir(folder)).sort()).toEqual([...versions.slice(2), 'versions.json'].sort())
    expect((await loadModel(folder, versions[2])).info.lastSeq).toBe(2)
  })

  it('is the newest even when an older content comes again', async () => {
    const { version } = await saveSnapshot(folder, trained)
    await saveSnapshot(folder, { ...trained, lastSeq: 10 })
    await saveSnapshot(folder, trained)
    expect((await loadModel(folder)).info.version).toBe(version)
  })

  it.each(['places.f32', 'users.f32', 'place-ids.json', 'manifest.json'])(
    'with a flipped bit or a missing end of %s is refused by name, and the one before still loads',
    async (name) => {
      const before = await saveSnapshot(folder, { ...trained, lastSeq: 1 })
      const { version } = await saveSnapshot(folder, trained)
      const path = join(folder, version, name)
      const bytes = await readFile(path)
      bytes[3] ^= 1
      await writeFile(path, bytes)
      const refused = { code: 'model-corrupt', message: expect.stringContaining(path) }
      await expect(loadModel(folder)).rejects.toMatchObject(refused)
      bytes[3] ^= 1
      await writeFile(path, bytes)
      await loadModel(folder)
      await truncate(path, bytes.length - 1)
      await expect(loadModel(folder)).rejects.toMatchObject(refused)
      await rm(path)
      await expect(loadModel(folder)).rejects.toMatchObject(refused)
      expect((await loadModel(folder, before.version)).info.version).toBe(before.version)
    },
  )

  it('is missing by name', async () => {
    await expect(loadModel(join(folder, 'none'))).rejects.toMatchObject({ code: 'no-model' })
    await expect(loadModel(folder, 'abc')).rejects.toMatchObject({ code: 'model-corrupt' })
  })

  it('with NaN is not written', async () => {
    const bad = { ...trained, users: Float32Array.of(0, NaN, 1) }
    await expect(saveSnapshot(folder, bad)).rejects.toMatchObject({
      code: 'non-finite-vector',
      message: expect.stringContaining('users'),
    })
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses text vectors of another dimension', async () => {
    await saveSnapshot(folder, trained)
    const model = await loadModel(folder)
    expect(() => model.fromText(new Float32Array(3))).toThrow(
      expect.objectContaining({ code: 'dim-mismatch' }),
    )
  })
})

describe('vectors of the model', () => {
  const [a, b] = [Float32Array.of(1, 0, 0.4), Float32Array.of(0, 1, -0.3)]

  it('fold actions in by weight, on top of a known user', () => {
    const folded = foldIn([
      { vector: a, weight: 3 },
      { vector: b, weight: 4 },
    ])!
    expect([...folded.vector].map((value) => +value.toFixed(6))).toEqual([0.6, 0.8, 1])
    expect(folded.weight).toBe(7)
    const again = foldIn([{ vector: a, weight: 1 }], folded)!
    expect(again.weight).toBe(8)
    expect(likeness(again.vector, a)).toBeGreaterThan(likeness(folded.vector, a))
    expect(foldIn([])).toBeUndefined()
  })

  it('compare places without their bias', () => {
    expect(likeness(a, b)).toBe(0)
    expect([...likenessQuery([a, b])!].map((value) => +value.toFixed(6))).toEqual([0.707107, 0.707107, 0])
  })
})
