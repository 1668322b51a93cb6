// LightGCN: vectors spread over three layers of the graph in every step, nothing else. Leaves training to bpr.ts.
import type { Baseline } from './baseline.ts'
import { fitBpr, type BprSettings } from './bpr.ts'
import { vectorLimit } from './memory.ts'

export const lightGcn: Baseline<BprSettings> = {
  paper:
    'He, Deng, Wang, Li, Zhang, Wang: LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation, SIGIR 2020',
  // A step costs six products with the whole graph, however few triples it has: so large batches, at a higher rate.
  settings: [{ layers: 3, learningRate: 0.03, decay: 0, batch: 65_536, epochs: 400, scoreEvery: 2 }],
  limit: (train) => vectorLimit(train, 8),
  fit: fitBpr,
}
