// Training with its progress and its time, as every task does it. Leaves training to graph/train.ts.
import type { TrainInput } from '../../graph/parameters.ts'
import { trainModel, type Trained } from '../../graph/train.ts'
import { epochNote } from '../train.ts'
import type { EvaluateOptions } from './options.ts'

export interface TimedTraining {
  readonly trained: Trained
  readonly trainSeconds: number
}

export async function trainTimed(
  input: TrainInput,
  options: EvaluateOptions,
  label = 'train',
): Promise<TimedTraining> {
  const { dim, seed, threads, budgetSeconds, progress, signal } = options
  const started = performance.now()
  progress.start(label, 100)
  const trained = await trainModel(input, {
    dim,
    seed,
    threads,
    budgetSeconds,
    ...(signal && { signal }),
    onProgress: (step) => progress.update(Math.round(100 * step.fraction), epochNote(step)),
  })
  progress.stop()
  return { trained, trainSeconds: (performance.now() - started) / 1000 }
}
