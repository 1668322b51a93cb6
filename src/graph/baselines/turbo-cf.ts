// Turbo-CF: a polynomial filter of the item-item graph, without training. Its linear filter, R · P̄: the one that the paper
// uses on Gowalla, and the one that keeps the graph sparse (P̄² of a city is dense: 4 bytes a pair of all places).
import { countPairs, itemMatrix, listScorer, turboSimilarity } from '../item-lists.ts'
import type { Baseline } from './baseline.ts'

/** 8 bytes each: 1.2 GB. Gowalla has 46 million. */
const MAX_PAIRS = 150e6

export const turboCf: Baseline<{ readonly alpha: number; readonly power: number }> = {
  paper:
    'Park, Shin, Shin: Turbo-CF: Matrix Decomposition-Free Graph Filtering for Fast Recommendation, SIGIR 2024, Eq. 5-9, linear filter',
  settings: [0.5, 0.6, 0.7].flatMap((alpha) => [0.5, 0.6, 0.7, 0.8].map((power) => ({ alpha, power }))),
  limit(train) {
    const pairs = countPairs(train)
    if (pairs <= MAX_PAIRS) return undefined
    return `${pairs} pairs of places share a user; turbo-cf holds ${MAX_PAIRS} at most (8 bytes each).`
  },
  fit: (train, { alpha, power }) =>
    listScorer(itemMatrix(train, turboSimilarity(alpha, power), countPairs(train)), train),
}
