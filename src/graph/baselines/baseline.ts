// What a baseline is, and how one is fitted: its settings are chosen on a validation slice of train, as the trainer's are.
// Leaves the models to the files beside it, ranking to ranking.ts.
import type { Random } from '../../math/random.ts'
import type { SparseMatrix } from '../../math/sparse.ts'
import { scoreLists, type Scorer } from '../ranking.ts'
import { holdOut } from '../validation.ts'

export interface FitContext {
  readonly dim: number
  readonly random: Random
  /** Longest time of a fit; only models that are trained step by step come near it. */
  readonly budgetSeconds: number
  readonly signal?: AbortSignal
}

export interface Baseline<Settings extends object> {
  /** Authors, venue, and what of the paper is here. */
  readonly paper: string
  /** Candidates, in order; one alone is taken as it is. */
  readonly settings: readonly Settings[]
  /** Why a graph is too large for it; undefined where it is not. */
  limit(train: SparseMatrix): string | undefined
  fit(train: SparseMatrix, settings: Settings, context: FitContext): Scorer
}

export interface Fitted<Settings extends object> {
  readonly scorer: Scorer
  readonly settings: Settings
}

/** Fits the settings with the best NDCG@20 on a tenth of the places of some users, then all of train. */
export function fitBaseline<Settings extends object>(
  { settings, fit }: Baseline<Settings>,
  train: SparseMatrix,
  context: FitContext,
): Fitted<Settings> {
  let best = settings[0]
  if (settings.length > 1) {
    const held = holdOut(train, context.random.fork('validation'))
    let bestNdcg = -1
    for (const candidate of settings) {
      context.signal?.throwIfAborted()
      const { ndcg } = scoreLists(fit(held.train, candidate, context), held)
      if (ndcg > bestNdcg) [best, bestNdcg] = [candidate, ndcg]
    }
  }
  return { scorer: fit(train, best, context), settings: best }
}
