// What each call does by default, as plain data: an experiment's arm is the same data with other numbers.
// Leaves the meaning of a weight to rank.ts, of a step to re-rank/.
import { NO_STEPS } from './re-rank/re-rank.ts'
import type { ReRankOptions } from './re-rank/step.ts'
import { WEIGHTS, type Weights } from './rank.ts'

export interface CallOptions {
  readonly weights: Weights
  readonly reRank: ReRankOptions
}

export type CallName = 'nearby' | 'similar' | 'taste' | 'search'

/**
 * Of what the user turned away from. One hidden place tells little of its neighbours: they step back behind equals and stay
 * on the list (with kin at .8 one of six survived among similar places).
 */
const DISLIKES = { kin: 0.2, coDisliked: 0.2, sharedWords: 0.1 }
/** What keeps a list from being more of the same; docs/ranking.md has what each costs in recall. */
const VARIETY = { calibration: 0.01, diversity: 0.15, chains: 1 }
const DRAWS = { firstCard: 1, coldShare: 0.05 }

export const CALL_OPTIONS: Readonly<Record<CallName, CallOptions>> = {
  nearby: {
    weights: WEIGHTS.nearby,
    reRank: { ...NO_STEPS, ...DISLIKES, fatigue: 0.1, rings: 1, ...VARIETY, ...DRAWS },
  },
  similar: { weights: WEIGHTS.similar, reRank: { ...NO_STEPS, ...DISLIKES } },
  taste: {
    weights: WEIGHTS.taste,
    reRank: { ...NO_STEPS, ...DISLIKES, fatigue: 0.1, ...VARIETY, ...DRAWS },
  },
  search: { weights: WEIGHTS.search, reRank: NO_STEPS },
}

/** Options of an arm: what it names replaces the default, weight by weight and step by step. */
export function withOverrides(
  options: CallOptions,
  overrides: { readonly weights?: Weights; readonly reRank?: Partial<ReRankOptions> },
): CallOptions {
  return {
    weights: { ...options.weights, ...overrides.weights },
    reRank: { ...options.reRank, ...overrides.reRank },
  }
}
