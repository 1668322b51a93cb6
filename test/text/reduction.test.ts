import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import type { EmbeddingSource } from '../../src/text/port.ts'
import { loadReduction, saveReduction } from '../../src/text/reduction-file.ts'
import { learnReduction, reducedModel, reducedModelId } from '../../src/text/reduction.ts'

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0)

/** Unit vectors around a common direction, with spread falling from the first axis on: the cone of e5-like models. */
function cone(count: number, n: number, seed = 1): Float32Array[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const vector = Float32Array.from({ length: n }, (_, i) => 1 + random.normal() * 2 ** (-i / 8))
    const length = Math.hypot(...vector)
    return vector.map((value) => value / length)
  })
}

const source: EmbeddingSource = {
  id: 'm#1',
  limits: { maxTextsPerCall: 8, maxCharsPerText: 100, maxParallelCalls: 1 },
  embed: async (texts) => cone(texts.length, 60, 7),
}

describe('a reduction', () => {
  it('keeps the directions of the largest variance, as an eigenvalue decomposition finds them', () => {
    const vectors = cone(500, 60)
    const { directions, mean, dim } = learnReduction(vectors, 16)
    expect(dim).toBe(16)
    const centred = new Matrix(vectors.map((vector) => Array.from(vector, (value, i) => value - mean[i])))
    const covariance = centred.transpose().mmul(centred)
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
      assumeSymmetric: true,
    })
    const best = realEigenvalues.toSorted((a, b) => b - a).slice(0, 16)
    let kept = 0
    for (let k = 0; k < 16; k++) {
      const row = Matrix.rowVector(Array.from(directions!.subarray(k * 60, (k + 1) * 60)))
      kept += row.mmul(covariance).mmul(row.transpose()).get(0, 0)
    }
    expect(kept / best.reduce((sum, value) => sum + value)).toBeGreaterThan(0.995)
    expect(eigenvectorMatrix.rows).toBe(60)
  })

  it('has orthonormal directions, the same in every run', () => {
    const { directions } = learnReduction(cone(500, 60), 16)
    for (let i = 0; i < 16; i++) {
      for (let j = 0; j <= i; j++) {
        const [a, b] = [i, j].map((k) => directions!.subarray(k * 60, (k + 1) * 60))
        expect(dot(a, b)).toBeCloseTo(i === j ? 1 : 0, 4)
      }
    }
    expect(learnReduction(cone(500, 60), 16).directions).toEqual(directions)
  })

  it('spreads a cone of vectors over all directions', () => {
    const vectors = cone(500, 60)
    const { refine } = reducedModel(source, learnReduction(vectors, 16))
    expect(dot(vectors[0], vectors[1])).toBeGreaterThan(0.7)
    const refined = vectors.map(refine)
    const mean = refined.slice(1).reduce((sum, vector) => sum + dot(refined[0], vector), 0) / 499
    expect(Math.abs(mean)).toBeLessThan(0.1)
    for (const vector of refined) expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
  })

  it('of few texts only centres, of very few does nothing', () => {
    const some = learnReduction(cone(120, 60), 40)
    expect(some).toMatchObject({ dim: 60, sourceDim: 60 })
    expect(some.directions).toBeUndefined()
    const few = reducedModel(source, learnReduction(cone(3, 60), 40))
    const [vector] = cone(1, 60)
    expect(dot(few.refine(vector), vector)).toBeCloseTo(1, 5)
  })

  it('leaves a text without any feature without a direction', () => {
    const { refine } = reducedModel(source, learnReduction(cone(500, 60), 16))
    expect(refine(new Float32Array(60))).toEqual(new Float32Array(16))
  })

  it('refuses vectors of another dimension by naming both models', () => {
    const model = reducedModel(source, learnReduction(cone(500, 60), 16))
    expect(() => model.refine(new Float32Array(61))).toThrow(
      /61 dimensions by m#1 met the text model m#1~16-\w+/,
    )
    expect(() => model.refine(new Float32Array(61))).toThrow(
      expect.objectContaining({ code: 'mixed-text-models' }),
    )
  })
})

describe('stored reductions', () => {
  let folder: string
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'dongne-reduction-'))))
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('come back by id, and the newest without one, for model names of any kind', async () => {
    const id = 'BAAI/bge-m3#12'
    const [first, second] = [learnReduction(cone(500, 60), 16), learnReduction(cone(500, 60, 2), 16)]
    await saveReduction(folder, id, first)
    await saveReduction(folder, id, second)
    expect(await loadReduction(folder, id)).toEqual(second)
    expect(await loadReduction(folder, id, reducedModelId(id, first))).toEqual(first)
    expect(await loadReduction(folder, 'other')).toBeUndefined()
    expect(await loadReduction(folder, id, `${id}~16-0123456789ab`)).toBeUndefined()
  })

  it('are refused when they are damaged', async () => {
    await saveReduction(folder, 'm', learnReduction(cone(500, 60), 16))
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.json'))
    await truncate(join(folder, file), 3000)
    await expect(loadReduction(folder, 'm')).rejects.toMatchObject({ code: 'text-encoder-corrupt' })
  })
})
