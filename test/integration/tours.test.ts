// The tours of Melbourne: the published baselines come out as published, and the model is above them.
import { describe, expect, it } from 'vitest'
import { evaluateDataset } from '../../src/pipeline/evaluate.ts'
import { isAbsent, sharedData } from '../shared-data.ts'
import { SILENT } from '../silent-progress.ts'

const name = 'melbourne-tours'

describe('the tours of Melbourne', () => {
  it(
    'are recommended better than by popularity, by random walks and by chance',
    { timeout: 240_000 },
    async (context) => {
      context.skip(isAbsent(name), `${name} is absent`)
      const report = await evaluateDataset({
        task: 'tours',
        format: 'tours',
        folder: sharedData(name),
        dim: 8,
        threads: 1,
        seed: 1,
        budgetSeconds: 20,
        baselines: [],
        fusion: false,
        progress: SILENT,
      })
      expect(report.trajectories).toBe(442)
      // Counted apart by a script of its own.
      expect(report.baselines.popularity.f1).toBeCloseTo(0.6068, 4)
      expect(report.baselines.popularity.pairsF1).toBeCloseTo(0.3033, 4)
      expect(report.baselines.random.f1).toBeCloseTo(0.5366, 4)
      expect(report.baselines.random.pairsF1).toBeCloseTo(0.2283, 4)
      expect(report.f1).toBeGreaterThan(0.64)
      expect(report.baselines.pinsage!.ahead.f1[0]).toBeGreaterThan(0)
      expect(report.pairsF1).toBeGreaterThan(0.37)
      for (const { f1 } of Object.values(report.without)) expect(f1).toBeLessThan(report.f1 + 0.005)
    },
  )
})
