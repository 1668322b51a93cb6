// Matrix factorisation by BPR: a vector for each user and place, no graph. Leaves training to bpr.ts.
import type { Baseline } from './baseline.ts'
import { fitBpr, type BprSettings } from './bpr.ts'
import { vectorLimit } from './memory.ts'

export const mf: Baseline<BprSettings> = {
  paper:
    'Rendle, Freudenthaler, Gantner, Schmidt-Thieme: BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI 2009',
  settings: [{ layers: 0, learningRate: 0.01, decay: 1, batch: 2048, epochs: 400, scoreEvery: 5 }],
  limit: (train) => vectorLimit(train, 4),
  fit: fitBpr,
}
