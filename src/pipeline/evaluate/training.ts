// Training with its progress and its time, as every task does it. Leaves training to graph/train.ts.
import type { TrainInput } from '../../graph/parameters.ts'
import { trainModel, type Trained } from '../../graph/train.ts'
import type { EvaluateOptions } from './options.ts'

export interface TimedTraining {
  readonly trained: Trained
  readonly trainSeconds: number
}

export function trainTimed(input: TrainInput, options: EvaluateOptions, label = 'train'): TimedTraining {
  const { dim, seed, budgetSeconds, progress, signal } = options
  const started = performance.now()
  progress.start(label, 100)
  const trained = trainModel(input, {
    dim,
    seed,
    budgetSeconds,
    ...(signal && { signal }),
    onProgress: ({ fraction, epoch, loss }) =>
      progress.update(Math.round(100 * fraction), `epoch ${epoch}, loss ${loss.toFixed(4)}`),
  })
  progress.stop()
  return { trained, trainSeconds: (performance.now() - started) / 1000 }
}
