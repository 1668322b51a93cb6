// The loop of the baselines that are trained step by step: epochs until the validation slice no longer gets better.
// Leaves the steps to the models.
import { scoreLists, embeddingScorer } from '../ranking.ts'
import type { Embeddings } from '../trainer.ts'
import type { HeldOut } from '../validation.ts'

interface Training {
  /** One pass; ends early once `outOfTime`. */
  epoch(outOfTime: () => boolean): void
  /** As of now; the arrays may be reused. */
  embeddings(): Embeddings
}

interface Limits {
  readonly held: HeldOut
  readonly dim: number
  readonly epochs: number
  /** Epochs between two scores of the slice. */
  readonly scoreEvery: number
  readonly budgetSeconds: number
  readonly signal?: AbortSignal
}

/** Scores without a better one that end training. */
const PATIENCE = 3

/** The embeddings of the best score, or the last ones where nothing could be held out. */
export function trainUntilWorse(training: Training, limits: Limits): Embeddings {
  const { held, dim, epochs, scoreEvery, budgetSeconds, signal } = limits
  const deadline = performance.now() + 1000 * budgetSeconds
  const outOfTime = () => performance.now() > deadline
  let best = copied(training.embeddings())
  let bestNdcg = -1
  let worse = 0
  for (let epoch = 1; epoch <= epochs && !outOfTime() && worse < PATIENCE; epoch++) {
    signal?.throwIfAborted()
    training.epoch(outOfTime)
    if (epoch % scoreEvery !== 0 && epoch < epochs && !outOfTime()) continue
    const embeddings = training.embeddings()
    const ndcg = held.users.length === 0 ? epoch : scoreLists(embeddingScorer(embeddings, dim), held).ndcg
    worse++
    if (ndcg <= bestNdcg) continue
    worse = 0
    bestNdcg = ndcg
    best = copied(embeddings)
  }
  return best
}

function copied({ users, places }: Embeddings): Embeddings {
  return { users: users.slice(), places: places.slice() }
}
